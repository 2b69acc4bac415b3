from django.urls import path

from oms.dashboard.settings import activity, approvals, business, channels, events, keys, member, overview, team

urlpatterns = [
    path("", overview.overview, name="settings"),
    path("business/", business.business, name="business"),
    path("team/", team.team, name="team"),
    path("team/roles/", team.role_list, name="roles"),
    path("team/invitations/<int:invitation_id>/withdraw/", team.invitation_withdraw, name="invitation_withdraw"),
    path("team/<uuid:user_id>/", member.member_page, name="member"),
    path("team/<uuid:user_id>/remove/", member.member_remove, name="member_remove"),
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
