from django.urls import path

from oms.dashboard.customers import views

urlpatterns = [
    path("", views.customer_list, name="customers"),
    path("<uuid:customer_id>/", views.customer_page, name="customer"),
]
