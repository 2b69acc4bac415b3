from django.urls import path

from oms.accounts.api import views

urlpatterns = [
    path("me", views.Me.as_view()),
    path("business", views.Business.as_view()),
    path("channels", views.Channels.as_view()),
    path("channels/<uuid:channel_id>", views.OneChannel.as_view()),
    path("keys", views.Keys.as_view()),
    path("keys/<uuid:key_id>/revoke", views.KeyRevoke.as_view()),
    path("team", views.Team.as_view()),
    path("team/invitations", views.Invitations.as_view()),
    path("team/invitations/<int:invitation_id>", views.OneInvitation.as_view()),
    path("team/<uuid:user_id>", views.Member.as_view()),
    path("approvals", views.Approvals.as_view()),
    path("approvals/<uuid:approval_id>/decide", views.ApprovalDecide.as_view()),
]
