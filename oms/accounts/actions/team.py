"""Change what members may do, and let them go. An owner always remains; nobody changes their own."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from uuid import UUID

from oms.accounts import roles
from oms.accounts.actions.granting import check_scope, check_verbs, checked_role
from oms.accounts.events import MemberChanged, MemberRemoved
from oms.accounts.locks import lock_membership, lock_tenant
from oms.accounts.models import Membership
from oms.core.audit import Change, record
from oms.core.errors import Conflict, Forbidden, Invalid, NotFound
from oms.core.events import publish
from oms.core.money import AMOUNT_MAX
from oms.core.tenancy import unit


class LastOwner(Conflict):
    code = "last_owner"
    title = "A business needs an owner"


def change_role(*, user_id: UUID, role: str) -> Membership:
    """Give a member another role, with that role's money limits.

    Raises `NotFound`, `Invalid` naming ``role``, `Forbidden` for one's own or one beyond one's own, `LastOwner`.
    """
    membership = _somebody_else(user_id, "role")
    checked_role(role)
    if membership.role == roles.OWNER and role != roles.OWNER:
        _another_owner_remains(membership)
    return _change(membership, {"role": role, "limits": membership.limits if role == membership.role else {}})


def change_scope(*, user_id: UUID, locations: Collection[UUID], channels: Collection[UUID]) -> Membership:
    """Limit a member to these locations and sales channels; empty means all of them."""
    membership = _somebody_else(user_id, "scope")
    check_scope(locations, channels)
    return _change(membership, {"locations": sorted(set(locations)), "channels": sorted(set(channels))})


def change_limits(*, user_id: UUID, limits: Mapping[str, Decimal | None]) -> Membership:
    """Set how much a member may decide alone, per verb; None there means without limit.

    Verbs that are left out go by the role. Raises `NotFound`, `Invalid` naming each bad limit, `Forbidden`.
    """
    membership = _somebody_else(user_id, "limits")
    return _change(membership, {"limits": checked_limits(limits)})


def remove_member(*, user_id: UUID) -> None:
    """Take somebody out of the team, at once. Their account and what they did stay.

    Raises `NotFound`, `LastOwner`. API keys belong to the business and go on working.
    """
    lock_tenant()
    membership = _found(user_id)
    check_verbs(roles.ROLE_VERBS[membership.role])
    if membership.role == roles.OWNER:
        _another_owner_remains(membership)
    membership.delete()
    record([Change("team.remove", f"{membership.user.email} left the team", (("member", user_id),))])
    publish([MemberRemoved(user_id=user_id)])


def checked_limits(limits: Mapping[str, Decimal | None]) -> dict[str, str | None]:
    """Limits as they are stored (amounts as text); raises `Invalid` naming each that is no limit."""
    for verb, amount in limits.items():
        if verb not in roles.LIMITED_VERBS:
            raise Invalid.field(f"limits.{verb}", f"Only {', '.join(roles.LIMITED_VERBS)} have limits.", "unknown_verb")
        if amount is not None and not (amount.is_finite() and 0 <= amount <= AMOUNT_MAX):
            raise Invalid.field(f"limits.{verb}", "Enter an amount of nought or more.", "out_of_range")
    return {verb: None if amount is None else str(amount) for verb, amount in limits.items()}


def _somebody_else(user_id: UUID, what: str) -> Membership:
    """The locked membership; changes to a team happen one at a time."""
    lock_tenant()
    membership = _found(user_id)
    if unit().actor.id == str(user_id):
        raise Forbidden(f"Nobody changes their own {what}. Ask another owner.")
    check_verbs(roles.ROLE_VERBS[membership.role])
    return membership


def _found(user_id: UUID) -> Membership:
    membership = lock_membership(user_id)
    if membership is None:
        raise NotFound("There is no such person in this team.")
    return membership


def _another_owner_remains(leaving: Membership) -> None:
    owners = Membership.objects.filter(tenant_id=unit().tenant_id, role=roles.OWNER, user__is_active=True)
    if not owners.exclude(id=leaving.id).exists():
        raise LastOwner("This is the only owner. Make somebody else an owner first.")


def _change(membership: Membership, wanted: Mapping[str, object]) -> Membership:
    before = {field: getattr(membership, field) for field in wanted}
    changed = tuple(field for field in wanted if wanted[field] != before[field])
    if not changed:
        return membership
    for field in changed:
        setattr(membership, field, wanted[field])
    membership.save(update_fields=changed)
    sentence = f"{membership.user.email}: {' and '.join(changed)} changed"
    record([Change("team.edit", sentence, (("member", membership.user_id),), before, dict(wanted))])
    publish([MemberChanged(user_id=membership.user_id, changed=changed)])
    return membership
