from django.urls import path

from oms.dashboard.inventory import (
    changes,
    items,
    ledger,
    locations,
    offering,
    receiving,
    stock,
    transfer_steps,
    transfers,
)

urlpatterns = [
    path("", stock.stock_list, name="stock"),
    path("items/new/", items.item_new, name="item_new"),
    path("items/<uuid:item_id>/", items.item_page, name="item"),
    path("items/<uuid:item_id>/edit/", items.item_edit, name="item_edit"),
    path("items/<uuid:item_id>/<slug:code>/", changes.stock_change, name="stock_change"),
    path("receive/", receiving.receive, name="receive"),
    path("locations/", locations.location_list, name="locations"),
    path("locations/new/", locations.location_new, name="location_new"),
    path("locations/<uuid:location_id>/", locations.location_edit, name="location"),
    path("locations/<uuid:location_id>/move/", locations.location_move, name="location_move"),
    path("offers/", offering.offer_rules, name="offer_rules"),
    path("offers/buffers/<uuid:sellbuffer_id>/lift/", offering.buffer_lift, name="sell_buffer_lift"),
    path("offers/shares/<uuid:channelshare_id>/lift/", offering.share_lift, name="channel_share_lift"),
    path("ledger/", ledger.ledger_list, name="ledger"),
    path("transfers/", transfers.transfer_list, name="transfers"),
    path("transfers/new/", transfers.transfer_new, name="transfer_new"),
    path("transfers/<int:number>/", transfers.transfer_page, name="transfer"),
    path("transfers/<int:number>/edit/", transfers.transfer_edit, name="transfer_edit"),
    path("transfers/<int:number>/send/", transfer_steps.send, name="transfer_send"),
    path("transfers/<int:number>/receive/", transfer_steps.receive, name="transfer_receive"),
    path("transfers/<int:number>/close/", transfer_steps.close, name="transfer_close"),
    path("transfers/<int:number>/cancel/", transfer_steps.cancel, name="transfer_cancel"),
]
