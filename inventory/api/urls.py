"""Addresses below ``/api/v1/``."""

from django.urls import path

from inventory.api import item_views, offer_views, purchase_views, stock_views, supplier_views, transfer_views

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
    path("sell-buffers", offer_views.SellBuffers.as_view()),
    path("sell-buffers/<uuid:sellbuffer_id>", offer_views.OneSellBuffer.as_view()),
    path("channel-shares", offer_views.ChannelShares.as_view()),
    path("channel-shares/<uuid:channelshare_id>", offer_views.OneChannelShare.as_view()),
    path("transfers", transfer_views.Transfers.as_view()),
    path("transfers/<uuid:transfer_id>", transfer_views.OneTransfer.as_view()),
    path("transfers/<uuid:transfer_id>/send", transfer_views.SendTransfer.as_view()),
    path("transfers/<uuid:transfer_id>/receive", transfer_views.ReceiveTransfer.as_view()),
    path("transfers/<uuid:transfer_id>/close", transfer_views.CloseTransfer.as_view()),
    path("transfers/<uuid:transfer_id>/cancel", transfer_views.CancelTransfer.as_view()),
    path("suppliers", supplier_views.Suppliers.as_view()),
    path("suppliers/<uuid:supplier_id>", supplier_views.OneSupplier.as_view()),
    path("suppliers/<uuid:supplier_id>/items", supplier_views.SupplierItems.as_view()),
    path("supplier-items/<uuid:supplieritem_id>", supplier_views.OneSupplierItem.as_view()),
    path("purchase-orders", purchase_views.PurchaseOrders.as_view()),
    path("purchase-orders/<uuid:purchaseorder_id>", purchase_views.OnePurchaseOrder.as_view()),
    path("purchase-orders/<uuid:purchaseorder_id>/send", purchase_views.SendPurchaseOrder.as_view()),
    path("purchase-orders/<uuid:purchaseorder_id>/receive", purchase_views.ReceivePurchaseOrder.as_view()),
    path("purchase-orders/<uuid:purchaseorder_id>/close", purchase_views.ClosePurchaseOrder.as_view()),
    path("purchase-orders/<uuid:purchaseorder_id>/cancel", purchase_views.CancelPurchaseOrder.as_view()),
    path("replenishing-settings", purchase_views.ReplenishingSettings.as_view()),
    path("movements", stock_views.Movements.as_view()),
    path("reservations", stock_views.Reservations.as_view()),
]
