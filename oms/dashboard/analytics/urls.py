from django.urls import path

from oms.dashboard.analytics import files, views

urlpatterns = [
    path("", views.overview, name="analytics"),
    path("orders/", views.orders, name="analytics_orders"),
    path("figures.csv", files.figures_file, name="analytics_figures_file"),
    path("sales.csv", files.sales_file, name="analytics_sales_file"),
    path("stages.csv", files.stages_file, name="analytics_stages_file"),
    path("rebuild/", views.rebuild, name="analytics_rebuild"),
]
