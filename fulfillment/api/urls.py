"""Addresses below ``/api/v1/``."""

from django.urls import include, path

from fulfillment.api import floor_views as floor
from fulfillment.api.views import Backorders, MoveOrder

WORK = [
    path("", floor.OneWork.as_view()),
    path("/start", floor.StartPicking.as_view()),
    path("/scans", floor.Scans.as_view()),
    path("/undo", floor.UndoScan.as_view()),
    path("/shorts", floor.Shorts.as_view()),
    path("/pack", floor.Pack.as_view()),
    path("/unpack", floor.Unpack.as_view()),
    path("/labels", floor.Labels.as_view()),
    path("/dispatch", floor.Dispatch.as_view()),
    path("/answer-cancel", floor.AnswerCancel.as_view()),
]

urlpatterns = [
    path("backorders", Backorders.as_view()),
    path("orders/<uuid:order_id>/move", MoveOrder.as_view()),
    path("releases", floor.Releases.as_view()),
    path("fulfillment-orders", floor.Works.as_view()),
    path("fulfillment-orders/<uuid:fulfillment_order_id>", include(WORK)),
]
