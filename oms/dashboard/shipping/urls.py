from django.urls import path

from oms.dashboard.shipping import shipments

urlpatterns = [
    path("", shipments.shipment_list, name="shipments"),
    path("<uuid:shipment_id>/", shipments.shipment_page, name="shipment"),
    path("<uuid:shipment_id>/void/", shipments.void, name="shipment_void"),
]
