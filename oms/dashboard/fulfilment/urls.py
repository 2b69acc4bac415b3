from django.urls import path

from oms.dashboard.fulfilment import boxes, queue, repromise, sharing, ship, station, work

urlpatterns = [
    path("", queue.queue, name="floor"),
    path("pick-lists/", queue.pick_lists, name="pick_lists"),
    path("ship/", ship.ship, name="floor_ship"),
    path("share-out/", repromise.repromise_page, name="repromise"),
    path("share-out/policies/", sharing.policy_list, name="sharing_policies"),
    path("share-out/policies/new/", sharing.policy_new, name="sharing_policy_new"),
    path("share-out/policies/<uuid:sharingpolicy_id>/", sharing.policy_edit, name="sharing_policy"),
    path("share-out/policies/<uuid:sharingpolicy_id>/remove/", sharing.policy_remove, name="sharing_policy_remove"),
    path("shorts/", queue.shorts, name="floor_shorts"),
    path("<int:number>/", work.open_work, name="work"),
    path("<int:number>/start/", work.start, name="work_start"),
    path("<int:number>/pick/", station.pick, name="work_pick"),
    path("<int:number>/pack/", station.pack_station, name="work_pack"),
    path("<int:number>/scan/", station.scan, name="work_scan"),
    path("<int:number>/undo/", station.undo, name="work_undo"),
    path("<int:number>/short/", work.short, name="work_short"),
    path("<int:number>/box/", work.box, name="work_box"),
    path("<int:number>/boxes/", boxes.boxes, name="work_boxes"),
    path("<int:number>/unpack/", work.unpack_work, name="work_unpack"),
    path("<int:number>/parcels/", station.parcels, name="work_parcels"),
    path("<int:number>/labels/", work.labels, name="work_labels"),
    path("<int:number>/hand-over/", work.hand_over, name="work_hand_over"),
    path("<int:number>/answer/", work.answer, name="work_answer"),
]
