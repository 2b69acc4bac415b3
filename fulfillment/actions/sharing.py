"""Keep ways of sharing scarce stock out, and use one when stock arrives."""

from collections.abc import Collection
from uuid import UUID

from fulfillment.actions.repromise import ITEMS_MAX, VERB, repromise
from fulfillment.actions.retry import retry_backorders
from fulfillment.locks import lock_sharing_policy
from fulfillment.models import Backorder, SharingPolicy
from fulfillment.sourcing.repromising import HOURS_MAX, Policy, policy_problems
from oms.accounts.models import SalesChannel
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import Conflict, FieldError, Invalid, Stale
from oms.core.tenancy import unit

NAME_MAX = 80


def save_sharing_policy(
    *,
    name: str,
    policy: Policy,
    frozen_hours: int = 0,
    on_arrival: bool = False,
    policy_id: UUID | None = None,
    expected_version: int | None = None,
) -> SharingPolicy:
    """Keep a policy, or replace the one of ``policy_id``; the one used ``on_arrival`` before is used so no more.

    Raises `Invalid` naming every bad field, `Conflict` for a name that is taken, `NotFound`, `Stale`.
    """
    require(unit().actor, VERB)
    found = SharingPolicy() if policy_id is None else lock_sharing_policy(policy_id)
    if expected_version not in (None, found.version):
        raise Stale("Someone changed this policy after you opened it. Look at it again, then repeat your change.")
    _check(name, policy, frozen_hours)
    if SharingPolicy.objects.filter(name=name.strip()).exclude(id=found.id).exists():
        raise Conflict(f"Another policy is called “{name.strip()}”. Choose another name.")
    if on_arrival:
        SharingPolicy.objects.filter(on_arrival=True).exclude(id=found.id).update(on_arrival=False)
    found.name, found.rules, found.frozen_hours = name.strip(), policy.to_json(), frozen_hours
    found.on_arrival, found.version = on_arrival, found.version + (policy_id is not None)
    found.save()
    sentence = f"Policy “{found.name}” for scarce stock saved" + (", used when stock arrives" if on_arrival else "")
    record([Change(VERB, sentence, (("sharing_policy", found.id),), after=found.rules)])
    return found


def remove_sharing_policy(*, policy_id: UUID) -> None:
    """Raises `NotFound`."""
    require(unit().actor, VERB)
    found = lock_sharing_policy(policy_id)
    record([Change(VERB, f"Policy “{found.name}” for scarce stock removed", (("sharing_policy", found.id),))])
    found.delete()


def serve_waiting(*, item_ids: Collection[UUID]) -> None:
    """Stock of these items rose: those who wait get it by the policy kept for that, else the oldest order first."""
    kept = SharingPolicy.objects.filter(on_arrival=True).first()
    if kept is None:
        retry_backorders(item_ids=item_ids)
        return
    waited_for = Backorder.objects.filter(item_id__in=item_ids, waiting__gt=0).values_list("item_id", flat=True)
    waiting = sorted(set(waited_for))
    for start in range(0, len(waiting), ITEMS_MAX):
        _share_out(waiting[start : start + ITEMS_MAX], kept)


def _share_out(item_ids: Collection[UUID], kept: SharingPolicy) -> None:
    try:
        repromise(item_ids=item_ids, policy=kept.policy, frozen_hours=kept.frozen_hours, apply=True)
    except Invalid:
        # More orders want them than are weighed at once.
        retry_backorders(item_ids=item_ids)


def _check(name: str, policy: Policy, frozen_hours: int) -> None:
    problems = policy_problems(policy)
    if not name.strip() or len(name) > NAME_MAX or "\0" in name:
        problems.append(FieldError("name", "required", f"Name it, in up to {NAME_MAX} characters."))
    if not 0 <= frozen_hours <= HOURS_MAX:
        problems.append(FieldError("frozen_hours", "out_of_range", f"Give 0 to {HOURS_MAX:,} hours."))
    named = {channel for each in policy.segments for channel in each.channels}
    known = set(SalesChannel.objects.filter(id__in=named).values_list("id", flat=True))
    problems += [
        FieldError(f"segments.{position}.channels", "unknown_channel", "There is no such channel.")
        for position, each in enumerate(policy.segments)
        if each.channels - known
    ]
    if problems:
        raise Invalid("The policy was not saved: some fields need attention.", fields=problems)
