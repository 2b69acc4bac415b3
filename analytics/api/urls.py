from django.urls import path

from analytics.api import views

urlpatterns = [
    path("analytics/figures", views.FiguresView.as_view()),
    path("analytics/sales", views.SalesView.as_view()),
    path("analytics/orders", views.OrdersBehind.as_view()),
    path("analytics/rebuild", views.Rebuild.as_view()),
]
