"""Addresses below ``/api/v1/``."""

from django.urls import path

from inventory.api import count_views, item_views, stock_views

urlpatterns = [
    path("items", item_views.Items.as_view()),
    path("items/<uuid:item_id>", item_views.OneItem.as_view()),
    path("locations", item_views.Locations.as_view()),
    path("locations/rank", item_views.RankLocations.as_view()),
    path("locations/<uuid:location_id>", item_views.OneLocation.as_view()),
    path("stock", stock_views.Stock.as_view()),
    path("stock/receive", stock_views.ReceiveStock.as_view()),
    path("stock/adjust", stock_views.AdjustStock.as_view()),
    path("stock/move-state", stock_views.MoveState.as_view()),
    path("availability", stock_views.Available.as_view()),
    path("movements", stock_views.Movements.as_view()),
    path("reservations", stock_views.Reservations.as_view()),
    path("counts", count_views.Counts.as_view()),
    path("counts/due", count_views.DueCounts.as_view()),
    path("counts/policy", count_views.CountingPolicies.as_view()),
    path("counts/<uuid:stock_count_id>", count_views.OneCount.as_view()),
    path("counts/<uuid:stock_count_id>/lines", count_views.CountLines.as_view()),
    path("counts/<uuid:stock_count_id>/record", count_views.RecordCounts.as_view()),
    path("counts/<uuid:stock_count_id>/finish", count_views.FinishCount.as_view()),
    path("counts/<uuid:stock_count_id>/cancel", count_views.CancelCount.as_view()),
]
