from django.urls import path

from oms.dashboard.inventory import changes, items, ledger, locations, offering, receiving, sheets, stock

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
    path("files/", sheets.sheet_list, name="sheets"),
    path("files/export/", sheets.sheet_export, name="sheet_export"),
    path("files/<uuid:sheetimport_id>/", sheets.sheet_page, name="sheet"),
    path("files/<uuid:sheetimport_id>/columns/", sheets.sheet_map, name="sheet_map"),
    path("files/<uuid:sheetimport_id>/apply/", sheets.sheet_apply, name="sheet_apply"),
    path("files/<uuid:sheetimport_id>/cancel/", sheets.sheet_cancel, name="sheet_cancel"),
    path("files/<uuid:sheetimport_id>/progress/", sheets.sheet_progress, name="sheet_progress"),
    path("files/<uuid:sheetimport_id>/rows.csv", sheets.sheet_rows_file, name="sheet_rows_file"),
]
