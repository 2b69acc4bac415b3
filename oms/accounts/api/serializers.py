"""The company's resources as the API shows and takes them."""

from rest_framework import serializers

from oms.accounts import roles
from oms.accounts.actions.business import REMORSE_MINUTES, RETURN_DAYS
from oms.accounts.actions.channels import KINDS, TOLD_BY
from oms.accounts.models import ApiKey, Approval, Invitation, Membership, SalesChannel
from oms.accounts.queries import limits_of
from oms.core.models import Tenant

LIST_MAX = 1000


def ids(**options) -> serializers.ListField:
    return serializers.ListField(child=serializers.UUIDField(), max_length=LIST_MAX, **options)


class BusinessSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    remorse_minutes = serializers.SerializerMethodField()

    return_days = serializers.SerializerMethodField()
    support_email = serializers.SerializerMethodField()

    class Meta:
        model = Tenant
        fields = [
            "id", "slug", "name", "currency", "timezone", "country", "remorse_minutes", "return_days",
            "support_email", "created_at",
        ]  # fmt: skip

    def get_remorse_minutes(self, tenant: Tenant) -> int:
        return tenant.settings.get("remorse_minutes", REMORSE_MINUTES)

    def get_return_days(self, tenant: Tenant) -> int:
        return tenant.settings.get("return_days", RETURN_DAYS)

    def get_support_email(self, tenant: Tenant) -> str:
        return tenant.settings.get("support_email", "")


class BusinessChange(serializers.Serializer):
    name = serializers.CharField(required=False, max_length=200)
    currency = serializers.CharField(required=False, max_length=10, help_text="Orders already placed keep their own.")
    timezone = serializers.CharField(required=False, max_length=80)
    country = serializers.CharField(required=False, max_length=10)
    remorse_minutes = serializers.IntegerField(
        required=False, help_text="How long a customer may change their mind before the floor begins; 30 by default."
    )
    return_days = serializers.IntegerField(
        required=False, help_text="How long something can be sent back after it arrived; 30 by default."
    )
    support_email = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Where customers reach a person."
    )


class MeSerializer(serializers.Serializer):
    """Who the credential belongs to, and what it may do."""

    kind = serializers.CharField(help_text="`user` or `key`.")
    id = serializers.CharField()
    label = serializers.CharField()
    verbs = serializers.ListField(child=serializers.CharField())
    locations = ids(allow_null=True, help_text="The locations it is limited to; null means all.")
    channels = ids(allow_null=True, help_text="The sales channels it is limited to; null means all.")
    limits = serializers.DictField(
        child=serializers.DecimalField(18, 4), help_text="Per verb, the largest amount that needs no second person."
    )
    business = BusinessSerializer()


class ChannelSerializer(serializers.ModelSerializer):
    class Meta:
        model = SalesChannel
        fields = ["id", "code", "name", "kind", "told_by", "active", "created_at"]


class ChannelDraft(serializers.Serializer):
    code = serializers.CharField(max_length=200)
    name = serializers.CharField(max_length=200)
    kind = serializers.CharField(max_length=40, default="manual", help_text=f"One of: {', '.join(KINDS)}.")
    told_by = serializers.CharField(
        max_length=20, default="", help_text=f"Who tells the customer: {', '.join(TOLD_BY)}."
    )


class ChannelChange(serializers.Serializer):
    name = serializers.CharField(required=False, max_length=200)
    active = serializers.BooleanField(required=False)
    told_by = serializers.CharField(required=False, max_length=20)


class KeySerializer(serializers.ModelSerializer):
    class Meta:
        model = ApiKey
        fields = [
            "id", "name", "prefix", "scopes", "locations", "channels", "created_by", "created_at", "expires_at",
            "revoked_at", "last_used_at",
        ]  # fmt: skip


class NewKeySerializer(KeySerializer):
    secret = serializers.CharField(help_text="Shown this once; only its hash is stored.")

    class Meta(KeySerializer.Meta):
        fields = [*KeySerializer.Meta.fields, "secret"]


class KeyDraft(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    scopes = serializers.ListField(child=serializers.CharField(), max_length=100, help_text="Verbs, see `/api/v1/me`.")
    locations = ids(default=list)
    channels = ids(default=list)
    expires_at = serializers.DateTimeField(default=None, allow_null=True)


class MemberSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="user.name")
    email = serializers.CharField(source="user.email")
    limits = serializers.SerializerMethodField(help_text="What they may decide alone; verbs not named have no limit.")

    class Meta:
        model = Membership
        fields = [
            "user_id", "name", "email", "role", "locations", "channels", "limits", "created_at", "last_seen_at",
        ]  # fmt: skip

    def get_limits(self, membership: Membership) -> dict[str, str]:
        return {verb: str(amount) for verb, amount in limits_of(membership).items()}


class InvitationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "locations", "channels", "created_at", "expires_at"]


class TeamSerializer(serializers.Serializer):
    members = MemberSerializer(many=True)
    invitations = InvitationSerializer(many=True)


class InvitationDraft(serializers.Serializer):
    email = serializers.CharField(max_length=254)
    role = serializers.CharField(max_length=40, help_text=f"One of: {', '.join(roles.LABELS)}.")
    locations = ids(default=list)
    channels = ids(default=list)


class MemberChange(serializers.Serializer):
    """What is left out stays. ``limits`` replaces all of a member's own limits; null there means without limit."""

    role = serializers.CharField(required=False, max_length=40)
    locations = ids(required=False)
    channels = ids(required=False)
    limits = serializers.DictField(child=serializers.DecimalField(18, 4, allow_null=True), required=False)


class ApprovalSerializer(serializers.ModelSerializer):
    requested_by = serializers.SerializerMethodField()

    class Meta:
        model = Approval
        fields = [
            "id", "verb", "sentence", "amount", "state", "requested_by", "requested_at", "decided_by", "decided_at",
            "note",
        ]  # fmt: skip

    def get_requested_by(self, approval: Approval) -> str:
        return approval.requested_by["label"]


class DecisionSerializer(serializers.Serializer):
    approve = serializers.BooleanField()
    note = serializers.CharField(default="", allow_blank=True, max_length=1000)
