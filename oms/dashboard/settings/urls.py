from django.urls import path

from oms.dashboard.settings import activity, approvals, channels, events, keys, overview

urlpatterns = [
    path("", overview.overview, name="settings"),
    path("channels/", channels.channel_list, name="channels"),
    path("channels/<uuid:channel_id>/", channels.channel_edit, name="channel"),
    path("keys/", keys.key_list, name="keys"),
    path("keys/<uuid:key_id>/revoke/", keys.key_revoke, name="key_revoke"),
    path("events/", events.event_list, name="events"),
    path("events/replay/", events.event_replay, name="event_replay"),
    path("activity/", activity.activity, name="activity"),
    path("approvals/", approvals.approval_list, name="approvals"),
    path("approvals/<uuid:approval_id>/", approvals.approval_decide, name="approval_decide"),
]
