"""Addresses below ``/api/v1/``."""

from django.urls import path

from inventory.api import (
    audit_views,
    cart_views,
    history_views,
    item_views,
    ledger_views,
    offer_views,
    stock_views,
)

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
    path("movements/<int:movement_id>/reverse", ledger_views.ReverseMovement.as_view()),
    path("stock/as-of", history_views.StockAsOf.as_view()),
    path("stock/diff", history_views.StockDiff.as_view()),
    path("stock/why", history_views.StockWhy.as_view()),
    path("stock/audits", audit_views.Audits.as_view()),
    path("stock/audits/<uuid:audit_run_id>", audit_views.OneAudit.as_view()),
    path("stock/periods", ledger_views.Periods.as_view()),
    path("stock/periods/<uuid:stock_period_id>/reopen", ledger_views.ReopenPeriod.as_view()),
]
