"""What carriers post to our hook: kept as it came, and read afterwards."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid
from oms.core.events import nudge
from oms.core.tenancy import unit, unit_of_work
from shipping.actions.track import Scanned, record_tracking
from shipping.adapters.port import Scan, Unreadable
from shipping.locks import lock_due_message, lock_message
from shipping.models import CarrierAccount, TrackingMessage
from shipping.queries import shipments_by_tracking
from shipping.terms import carrier_of

KEPT_HEADERS = ("webhook-id", "webhook-timestamp", "content-type", "user-agent")
# A scan may come before we have written down that there is a label.
WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


def keep_message(*, account: CarrierAccount, body: str, headers: Mapping[str, str]) -> bool:
    """Store a message whose signature has been checked; False when the same one has come before."""
    kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
    now = unit().now
    row = {
        "id": uuid7(), "account_id": account.id, "message_id": kept["webhook-id"], "body": body, "headers": kept,
        "state": TrackingMessage.DUE, "attempts": 0, "error": "", "due_at": now, "received_at": now,
    }  # fmt: skip
    new = insert_rows(
        TrackingMessage, [row], on_conflict="ON CONFLICT (tenant_id, account_id, message_id) DO NOTHING",
        returning=("id",),
    )  # fmt: skip
    if new:
        transaction.on_commit(nudge.relay)
    return bool(new)


def read_next_message() -> bool:
    """Take in the scans of the message that is due longest; False when none is.

    Its lock is its lease: the effects and "done" are one commit, so a worker that dies has done nothing.
    """
    message = lock_due_message(unit().now)
    if message is None:
        return False
    message.attempts += 1
    try:
        scans = carrier_of(message.account).read_hook(message.body)
        with unit_of_work(unit().tenant_id, unit().actor, cause=f"tracking_message:{message.id}", now=unit().now):
            strangers = _take(message.account, scans)
    except (Unreadable, Invalid) as error:
        _give_up(message, _sentence(error))
    else:
        _settle(message, strangers)
    message.save(update_fields=["state", "attempts", "error", "due_at"])
    return True


def replay_message(*, message_id: UUID) -> TrackingMessage:
    """Read a message again, whatever became of it; scans that are known already count once. Raises `NotFound`."""
    message = lock_message(message_id)
    message.state, message.attempts, message.error, message.due_at = TrackingMessage.DUE, 0, "", unit().now
    message.save(update_fields=["state", "attempts", "error", "due_at"])
    subjects = (("carrier_account", message.account_id),)
    record([Change("carriers.replay", f"Message {message.message_id} of a carrier read again", subjects)])
    transaction.on_commit(nudge.relay)
    return message


def _take(account: CarrierAccount, scans: Sequence[Scan]) -> list[str]:
    """Record the scans of our parcels; returns the tracking numbers that are not ours."""
    ours = shipments_by_tracking(account, {each.tracking_number for each in scans})
    record_tracking(scans=[
        Scanned(ours[each.tracking_number], each.source_id, each.code, each.occurred_at, each.place, each.description)
        for each in scans if each.tracking_number in ours
    ])  # fmt: skip
    return sorted({each.tracking_number for each in scans} - ours.keys())


def _settle(message: TrackingMessage, strangers: Sequence[str]) -> None:
    if not strangers:
        message.state, message.error = TrackingMessage.DONE, ""
        return
    shown = ", ".join(strangers[:5]) + ("…" if len(strangers) > 5 else "")
    sentence = f"No shipment of this account has the tracking number {shown}. The other scans were taken."
    if message.attempts > len(WAITS):
        _give_up(message, sentence)
        return
    message.error, message.due_at = sentence, unit().now + WAITS[message.attempts - 1]


def _give_up(message: TrackingMessage, sentence: str) -> None:
    message.state, message.error = TrackingMessage.FAILED, sentence[:2000]


def _sentence(error: Unreadable | Invalid) -> str:
    if isinstance(error, Unreadable):
        return error.sentence
    return "; ".join(f"{each.field}: {each.message}" for each in error.fields) or error.message
