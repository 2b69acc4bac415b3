from django.urls import path

from oms.dashboard.inventory import audit, changes, explorer, items, ledger, locations, periods, receiving, stock

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
    path("ledger/<int:movement_id>/reverse/", ledger.movement_reverse, name="movement_reverse"),
    path("ledger/as-of/", explorer.as_of, name="stock_as_of"),
    path("ledger/as-of.csv", explorer.as_of_file, name="stock_as_of_file"),
    path("ledger/diff/", explorer.diff, name="stock_diff"),
    path("ledger/diff.csv", explorer.diff_file, name="stock_diff_file"),
    path("ledger/why/", explorer.why, name="stock_why"),
    path("audit/", audit.audit_list, name="stock_audits"),
    path("audit/run/", audit.audit_run, name="stock_audit_start"),
    path("audit/<uuid:audit_run_id>/", audit.audit_page, name="stock_audit"),
    path("periods/", periods.period_list, name="periods"),
    path("periods/<uuid:stock_period_id>/reopen/", periods.period_reopen, name="period_reopen"),
]
