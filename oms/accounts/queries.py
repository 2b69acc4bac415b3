"""Who may enter, and as whom."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from oms.accounts import roles
from oms.accounts.models import ApiKey, Approval, Invitation, Membership, SalesChannel
from oms.accounts.tokens import token_hash
from oms.core.actors import Actor
from oms.core.models import Tenant
from oms.core.tenancy import current_tenant_id


def actor_of_membership(membership: Membership) -> Actor:
    """The person as an actor at this merchant: role, scope and money limits."""
    limits = limits_of(membership)
    return Actor(
        kind="user",
        id=str(membership.user_id),
        label=str(membership.user),
        verbs=roles.ROLE_VERBS[membership.role],
        locations=frozenset(membership.locations) or None,
        channels=frozenset(membership.channels) or None,
        limits=limits,
    )


def actor_of_key(key: ApiKey) -> Actor:
    return Actor(
        kind="key",
        id=str(key.id),
        label=f"API key “{key.name}”",
        verbs=frozenset(key.scopes),
        locations=frozenset(key.locations) or None,
        channels=frozenset(key.channels) or None,
    )


def limits_of(membership: Membership) -> dict[str, Decimal]:
    """What this person may decide alone: their own limits, else the merchant's for the role, else the usual."""
    usual = {verb: str(amount) for verb, amount in roles.DEFAULT_LIMITS.get(membership.role, {}).items()}
    of_role = membership.tenant.settings.get("limits", {}).get(membership.role, {})
    limits = {**usual, **of_role, **membership.limits}
    return {verb: Decimal(amount) for verb, amount in limits.items() if amount is not None}


def membership_at(*, user_id: object, slug: str) -> Membership | None:
    """The user's membership at the merchant with this slug, with user and tenant loaded."""
    return Membership.objects.select_related("tenant", "user").filter(user_id=user_id, tenant__slug=slug).first()


def team_members() -> QuerySet[Membership]:
    return Membership.objects.filter(tenant_id=current_tenant_id()).select_related("user", "tenant").order_by("id")


def open_invitations() -> QuerySet[Invitation]:
    """Invitations nobody has accepted yet, expired ones too: they can be sent again."""
    return Invitation.objects.filter(tenant_id=current_tenant_id(), accepted_at=None).order_by("-created_at", "-id")


def api_keys() -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(tenant_id=current_tenant_id())


def kept_setting(name: str, usual: Any) -> Any:
    """What the merchant has set (see `keep_setting`), or the usual; one statement."""
    settings = Tenant.objects.values_list("settings", flat=True).get(id=current_tenant_id())
    return settings.get(name, usual)


def sales_channels() -> QuerySet[SalesChannel]:
    return SalesChannel.objects.order_by("name", "id")


def approvals(*, state: str = "") -> QuerySet[Approval]:
    found = Approval.objects.all()
    return found.filter(state=state) if state else found


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a link, before a tenant is known."""
    return Invitation.objects.select_related("tenant").filter(token_hash=token_hash(token)).first()


def actor_who_joins(invitation: Invitation) -> Actor:
    """Whoever opens an invitation's link, until they are a member: may do nothing else."""
    return Actor(kind="user", id=invitation.email, label=invitation.email)
