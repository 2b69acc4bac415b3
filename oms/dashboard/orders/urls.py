from django.urls import path

from oms.dashboard.orders import bulk, change, exceptions, lists, new, page

urlpatterns = [
    path("", lists.order_list, name="orders"),
    path("counts/", lists.counts, name="order_counts"),
    path("views/", lists.save_view, name="order_view_save"),
    path("views/<uuid:view_id>/remove/", lists.remove_view, name="order_view_remove"),
    path("bulk/", bulk.check, name="order_bulk"),
    path("bulk/run/", bulk.run, name="order_bulk_run"),
    path("new/", new.new_order, name="order_new"),
    path("drafts/<uuid:draft_id>/", new.draft, name="order_draft"),
    path("drafts/<uuid:draft_id>/discard/", new.discard, name="order_draft_discard"),
    path("exceptions/", exceptions.exceptions, name="order_exceptions"),
    path("<int:number>/", page.order, name="order"),
    path("<int:number>/cancel/", change.cancel, name="order_cancel"),
    path("<int:number>/hold/", change.hold, name="order_hold"),
    path("<int:number>/holds/<uuid:hold_id>/lift/", change.lift, name="order_lift"),
    path("<int:number>/allocate/", change.allocate, name="order_allocate"),
    path("<int:number>/move/", change.move, name="order_move"),
    path("<int:number>/edit/", change.edit, name="order_edit"),
    path("<int:number>/notes/", change.note, name="order_note"),
    path("<int:number>/lines/<uuid:line_id>/match/", change.match, name="order_match"),
]
