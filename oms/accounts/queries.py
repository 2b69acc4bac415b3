"""Who may enter, and as whom."""

from decimal import Decimal

from oms.accounts import roles
from oms.accounts.models import ApiKey, Membership
from oms.core.actors import Actor


def actor_of_membership(membership: Membership) -> Actor:
    """The person as an actor at this merchant: role, scope and money limits."""
    limits = {**roles.DEFAULT_LIMITS.get(membership.role, {}), **_amounts(membership.limits)}
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


def _amounts(limits: dict) -> dict[str, Decimal]:
    return {verb: Decimal(amount) for verb, amount in limits.items()}


def membership_at(*, user_id: object, slug: str) -> Membership | None:
    """The user's membership at the merchant with this slug, with user and tenant loaded."""
    return Membership.objects.select_related("tenant", "user").filter(user_id=user_id, tenant__slug=slug).first()
