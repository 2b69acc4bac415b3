from django.urls import path

from analytics.api import views

urlpatterns = [
    path("analytics/figures", views.FiguresView.as_view()),
    path("analytics/sales", views.SalesView.as_view()),
]
