"""Addresses below ``/api/v1/``."""

from django.urls import path

from fulfillment.api.views import Backorders, MoveOrder

urlpatterns = [
    path("backorders", Backorders.as_view()),
    path("orders/<uuid:order_id>/move", MoveOrder.as_view()),
]
