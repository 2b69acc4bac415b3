"""The company over HTTP: who am I, the business, its channels, keys, team and approvals."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from oms.accounts import queries
from oms.accounts.actions.approvals import decide
from oms.accounts.actions.business import update_business
from oms.accounts.actions.channels import create_channel, update_channel
from oms.accounts.actions.invitations import invite_member, withdraw_invitation
from oms.accounts.actions.keys import create_key, revoke_key
from oms.accounts.actions.team import change_limits, change_role, change_scope, remove_member
from oms.accounts.api import serializers as shapes
from oms.accounts.models import Approval, Membership
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import ANYONE, TenantView, valid
from oms.core.errors import NotFound
from oms.core.models import Tenant
from oms.core.tenancy import unit

STATES = [Approval.WAITING, Approval.APPROVED, Approval.DECLINED]


def business() -> Tenant:
    return Tenant.objects.get(id=unit().tenant_id)


class Me(TenantView):
    verbs = {"GET": ANYONE}

    @extend_schema(responses=shapes.MeSerializer)
    def get(self, request):
        """Who this credential belongs to, what it may do, and where."""
        actor = unit().actor
        return Response(shapes.MeSerializer({**actor.to_json(), "limits": actor.limits, "business": business()}).data)


class Business(TenantView):
    verbs = {"GET": "settings.view", "PATCH": "settings.edit"}

    @extend_schema(responses=shapes.BusinessSerializer)
    def get(self, request):
        """The merchant's own settings."""
        return Response(shapes.BusinessSerializer(business()).data)

    @extend_schema(request=shapes.BusinessChange, responses=shapes.BusinessSerializer)
    def patch(self, request):
        """Change the merchant's settings; what is left out stays."""
        return Response(shapes.BusinessSerializer(update_business(**valid(shapes.BusinessChange, request))).data)


class Channels(TenantView):
    verbs = {"GET": "settings.view", "POST": "settings.edit"}

    @extend_schema(
        parameters=PAGING, responses=page_of(shapes.ChannelSerializer, "Channel"), operation_id="channels_list"
    )
    def get(self, request):
        """Sales channels, oldest first."""
        return self.page(queries.sales_channels(), shapes.ChannelSerializer, order=("created_at", "id"))

    @extend_schema(request=shapes.ChannelDraft, responses={201: shapes.ChannelSerializer})
    def post(self, request):
        """Create a sales channel."""
        channel = create_channel(**valid(shapes.ChannelDraft, request))
        return Response(shapes.ChannelSerializer(channel).data, status=201)


class OneChannel(TenantView):
    verbs = {"GET": "settings.view", "PATCH": "settings.edit"}

    @extend_schema(responses=shapes.ChannelSerializer)
    def get(self, request, channel_id: UUID):
        """One sales channel."""
        channel = queries.sales_channels().filter(id=channel_id).first()
        if channel is None:
            raise NotFound("There is no such sales channel.")
        return Response(shapes.ChannelSerializer(channel).data)

    @extend_schema(request=shapes.ChannelChange, responses=shapes.ChannelSerializer)
    def patch(self, request, channel_id: UUID):
        """Rename a channel, or switch it off and on."""
        channel = update_channel(channel_id=channel_id, **valid(shapes.ChannelChange, request))
        return Response(shapes.ChannelSerializer(channel).data)


class Keys(TenantView):
    verbs = {"GET": "settings.view", "POST": "keys.edit"}

    @extend_schema(parameters=PAGING, responses=page_of(shapes.KeySerializer, "Key"))
    def get(self, request):
        """API keys, newest first, revoked ones too; never their secrets."""
        return self.page(queries.api_keys(), shapes.KeySerializer, order=("-created_at", "-id"))

    @extend_schema(request=shapes.KeyDraft, responses={201: shapes.NewKeySerializer})
    def post(self, request):
        """Create an API key. Its secret is in this answer and nowhere else."""
        key, secret = create_key(**valid(shapes.KeyDraft, request))
        return Response({**shapes.KeySerializer(key).data, "secret": secret}, status=201)


class KeyRevoke(TenantView):
    verbs = {"POST": "keys.edit"}

    @extend_schema(request=None, responses=shapes.KeySerializer)
    def post(self, request, key_id: UUID):
        """Stop a key at once, for good."""
        return Response(shapes.KeySerializer(revoke_key(key_id=key_id)).data)


class Team(TenantView):
    verbs = {"GET": "team.view"}

    @extend_schema(responses=shapes.TeamSerializer)
    def get(self, request):
        """Who works here, and who is invited."""
        team = {"members": queries.team_members(), "invitations": queries.open_invitations()}
        return Response(shapes.TeamSerializer(team).data)


class Invitations(TenantView):
    verbs = {"POST": "team.edit"}

    @extend_schema(request=shapes.InvitationDraft, responses={201: shapes.InvitationSerializer})
    def post(self, request):
        """Invite somebody by e-mail; an earlier invitation of the same address ends."""
        invitation = invite_member(**valid(shapes.InvitationDraft, request))
        return Response(shapes.InvitationSerializer(invitation).data, status=201)


class OneInvitation(TenantView):
    verbs = {"DELETE": "team.edit"}

    @extend_schema(responses={204: None})
    def delete(self, request, invitation_id: int):
        """Withdraw an invitation: its link stops working."""
        withdraw_invitation(invitation_id=invitation_id)
        return Response(status=204)


class Member(TenantView):
    verbs = {"PATCH": "team.edit", "DELETE": "team.edit"}

    @extend_schema(request=shapes.MemberChange, responses=shapes.MemberSerializer)
    def patch(self, request, user_id: UUID):
        """Change role, scope or limits of a member. An owner must remain; nobody changes their own."""
        wanted = valid(shapes.MemberChange, request)
        if "role" in wanted:
            change_role(user_id=user_id, role=wanted["role"])
        if "limits" in wanted:
            change_limits(user_id=user_id, limits=wanted["limits"])
        if "locations" in wanted or "channels" in wanted:
            now = _member(user_id)
            change_scope(
                user_id=user_id,
                locations=wanted.get("locations", now.locations),
                channels=wanted.get("channels", now.channels),
            )
        return Response(shapes.MemberSerializer(_member(user_id)).data)

    @extend_schema(responses={204: None})
    def delete(self, request, user_id: UUID):
        """Take somebody out of the team, at once."""
        remove_member(user_id=user_id)
        return Response(status=204)


class Approvals(TenantView):
    verbs = {"GET": "approvals.decide"}

    @extend_schema(
        parameters=[
            *PAGING,
            OpenApiParameter("state", str, enum=STATES),
        ],
        responses=page_of(shapes.ApprovalSerializer, "Approval"),
        operation_id="approvals_list",
    )
    def get(self, request):
        """What waits, or waited, for a second person; newest first."""
        found = queries.approvals(state=request.query_params.get("state", ""))
        return self.page(found, shapes.ApprovalSerializer, order=("-requested_at", "-id"))


class ApprovalDecide(TenantView):
    verbs = {"POST": "approvals.decide"}

    @extend_schema(request=shapes.DecisionSerializer, responses=shapes.ApprovalSerializer)
    def post(self, request, approval_id: UUID):
        """Approve, which carries it out, or decline. Only a person may, and not the one who asked."""
        approval = decide(approval_id=approval_id, **valid(shapes.DecisionSerializer, request))
        return Response(shapes.ApprovalSerializer(approval).data)


def _member(user_id: UUID) -> Membership:
    member = queries.team_members().filter(user_id=user_id).first()
    if member is None:
        raise NotFound("There is no such person in this team.")
    return member
