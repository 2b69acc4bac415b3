"""Addresses below ``/api/v1/``."""

from django.urls import path

from fulfillment.api import floor_views as floor
from fulfillment.api.repromise_views import RepromiseStock
from fulfillment.api.sharing_views import OneSharingPolicy, SharingPolicies
from fulfillment.api.shelf_life_views import OneShelfLifeRule, ShelfLifeRules
from fulfillment.api.views import Backorders, MoveOrder

WORK = "fulfillment-orders/<uuid:fulfillment_order_id>"

urlpatterns = [
    path("backorders", Backorders.as_view()),
    path("repromise", RepromiseStock.as_view()),
    path("sharing-policies", SharingPolicies.as_view()),
    path("sharing-policies/<uuid:sharingpolicy_id>", OneSharingPolicy.as_view()),
    path("orders/<uuid:order_id>/move", MoveOrder.as_view()),
    path("shelf-life-rules", ShelfLifeRules.as_view()),
    path("shelf-life-rules/<uuid:shelfliferule_id>", OneShelfLifeRule.as_view()),
    path("releases", floor.Releases.as_view()),
    path("fulfillment-orders", floor.Works.as_view()),
    path(WORK, floor.OneWork.as_view()),
    path(f"{WORK}/start", floor.StartPicking.as_view()),
    path(f"{WORK}/scans", floor.Scans.as_view()),
    path(f"{WORK}/undo", floor.UndoScan.as_view()),
    path(f"{WORK}/shorts", floor.Shorts.as_view()),
    path(f"{WORK}/pack", floor.Pack.as_view()),
    path(f"{WORK}/unpack", floor.Unpack.as_view()),
    path(f"{WORK}/labels", floor.Labels.as_view()),
    path(f"{WORK}/dispatch", floor.Dispatch.as_view()),
    path(f"{WORK}/answer-cancel", floor.AnswerCancel.as_view()),
]
