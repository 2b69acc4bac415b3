"""Addresses below ``/api/v1/``."""

from django.urls import path

from inventory.api import cart_views, count_views, item_views, offer_views, stock_views

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
    path("carts", cart_views.Carts.as_view()),
    path("carts/<uuid:cart_id>", cart_views.OneCart.as_view()),
    path("carts/<uuid:cart_id>/extend", cart_views.ExtendCart.as_view()),
    path("carts/<uuid:cart_id>/give-back", cart_views.GiveCartBack.as_view()),
    path("sell-buffers", offer_views.SellBuffers.as_view()),
    path("sell-buffers/<uuid:sellbuffer_id>", offer_views.OneSellBuffer.as_view()),
    path("channel-shares", offer_views.ChannelShares.as_view()),
    path("channel-shares/<uuid:channelshare_id>", offer_views.OneChannelShare.as_view()),
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
