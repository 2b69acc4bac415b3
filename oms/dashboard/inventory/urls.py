from django.urls import path

from oms.dashboard.inventory import (
    changes,
    counts,
    counts_review,
    counts_station,
    items,
    ledger,
    locations,
    receiving,
    stock,
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
    path("ledger/", ledger.ledger_list, name="ledger"),
    path("counts/", counts.count_list, name="counts"),
    path("counts/new/", counts.count_new, name="count_new"),
    path("counts/settings/", counts.count_settings, name="count_settings"),
    path("counts/<int:number>/", counts.count_open, name="count"),
    path("counts/<int:number>/count/", counts_station.count_station, name="count_station"),
    path("counts/<int:number>/scan/", counts_station.count_scan, name="count_scan"),
    path("counts/<int:number>/record/", counts_station.count_record, name="count_record"),
    path("counts/<int:number>/review/", counts_review.count_review, name="count_review"),
    path("counts/<int:number>/finish/", counts_review.count_finish, name="count_finish"),
    path("counts/<int:number>/cancel/", counts_review.count_cancel, name="count_cancel"),
]
