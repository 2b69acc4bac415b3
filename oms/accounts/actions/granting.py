"""Nobody gives away more than they have: the one rule behind invitations, roles and keys."""

from collections.abc import Collection
from uuid import UUID

from oms.accounts import roles
from oms.accounts.models import SalesChannel
from oms.core.errors import Forbidden, Invalid
from oms.core.tenancy import unit


def checked_role(role: str) -> str:
    """The role, if it exists and the actor may give it; raises `Invalid` naming ``role``, or `Forbidden`."""
    if role not in roles.ROLE_VERBS:
        raise Invalid.field("role", f"Choose from: {', '.join(roles.ROLE_VERBS)}.", "unknown_role")
    check_verbs(roles.ROLE_VERBS[role])
    return role


def check_verbs(verbs: Collection[str]) -> None:
    """Raise `Forbidden` when the actor lacks one of these verbs."""
    actor = unit().actor
    missing = sorted(verb for verb in verbs if not actor.permits(verb))
    if missing:
        raise Forbidden(
            f"{actor.label} cannot give what they do not have themselves ({', '.join(missing)}). Ask an owner.",
            missing=missing,
        )


def check_scope(locations: Collection[UUID], channels: Collection[UUID]) -> None:
    """Raise `Forbidden` when this reaches further than the actor, `Invalid` when a channel does not exist.

    Empty means everything. Locations belong to a room above this one, which offers only real ones.
    """
    actor = unit().actor
    for given, own, word in ((locations, actor.locations, "locations"), (channels, actor.channels, "channels")):
        if own is not None and not (given and set(given) <= own):
            raise Forbidden(f"You are limited to some {word} yourself, so choose among those.")
    known = set(SalesChannel.objects.filter(id__in=list(channels)).values_list("id", flat=True))
    if set(channels) - known:
        raise Invalid.field("channels", "One of these sales channels does not exist. Read the list again.", "unknown")
