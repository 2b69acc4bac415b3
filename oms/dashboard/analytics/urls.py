from django.urls import path

from oms.dashboard.analytics import views

urlpatterns = [
    path("", views.overview, name="analytics"),
    path("orders/", views.orders, name="analytics_orders"),
    path("sales.csv", views.sales_file, name="analytics_sales_file"),
]
