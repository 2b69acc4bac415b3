"""People in real processes who receive and send the same goods at the same moment, and buyers who want them, too.

``locked`` false takes the one lock away that the test is about; everybody has looked before anybody writes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from tests.concurrency.senders import TIMEOUT_SECONDS

WANTED = 6


@dataclass(frozen=True)
class Goods:
    """What all of them handle: ten of each item, on a transfer, on a purchase order, and on the shelf."""

    transfer_id: UUID
    sent: UUID
    order_id: UUID
    bought: UUID
    drafts: tuple[UUID, ...]
    shelved: UUID


def handle(tenant_id: int, goods: Goods, receipts: bool, locked: bool, meet) -> str:
    """One after the other, everybody at once; ``receipts`` all of them have the same receipt of the transfer."""
    receipt = goods.transfer_id if receipts else None
    return "; ".join(
        [
            receive_a_transfer(tenant_id, goods.transfer_id, goods.sent, receipt, locked, meet),
            receive_an_order(tenant_id, goods.order_id, goods.bought, locked, meet),
            send_or_buy(tenant_id, goods.drafts, goods.shelved, locked, meet),
        ]
    )


def receive_a_transfer(
    tenant_id: int, transfer_id: UUID, item_id: UUID, receipt_id: UUID | None, locked: bool, meet
) -> str:
    """Book ten units that came; without ``receipt_id`` each has a receipt of their own."""
    from inventory.actions.transfers import receive
    from inventory.queries import transfer_by_id

    if not locked:
        receive.lock_transfer = transfer_by_id
        receive.lines_of_transfer = _then_meet(receive.lines_of_transfer, meet)
    arrived = [receive.Arrived(item_id, 10)]
    return _booked(
        tenant_id, meet if locked else None, receipt_id,
        lambda receipt: receive.receive_transfer(transfer_id=transfer_id, receipt_id=receipt, arrived=arrived),
    )  # fmt: skip


def receive_an_order(tenant_id: int, order_id: UUID, item_id: UUID, locked: bool, meet) -> str:
    """Book ten units that a supplier delivered."""
    from inventory.actions.purchasing import receive
    from inventory.queries import purchase_order_by_id

    if not locked:
        receive.lock_purchase_order = purchase_order_by_id
        receive.lines_of_purchase_order = _then_meet(receive.lines_of_purchase_order, meet)
    delivered = [receive.Delivered(item_id, 10)]
    return _booked(
        tenant_id, meet if locked else None, None,
        lambda receipt: receive.receive_purchase_order(
            purchase_order_id=order_id, receipt_id=receipt, delivered=delivered
        ),
    )  # fmt: skip


def send_or_buy(tenant_id: int, transfer_ids: Sequence[UUID], item_id: UUID, locked: bool, meet) -> str:
    """The first send a transfer of six units each, the others want six for an order."""
    from django.db import IntegrityError

    from inventory import locks
    from inventory.actions import reserve
    from inventory.actions.transfers import send
    from inventory.stock.values import Demand
    from oms.core.actors import system
    from oms.core.db.keys import uuid7
    from oms.core.tenancy import unit_of_work

    if not locked:
        locks._IN_ORDER = "ORDER BY b.item_id, b.location_id, b.state"
        send.lock_accounts = _then_meet(send.lock_accounts, meet)
        reserve.place = _then_meet(reserve.place, meet)
    place = meet.wait(TIMEOUT_SECONDS)
    try:
        with unit_of_work(tenant_id, system("racer")):
            if place < len(transfer_ids):
                send.send_transfer(transfer_id=transfer_ids[place])
                return "won"
            demand = Demand(uuid7(), uuid7(), item_id, WANTED, refuse=True)
            return "refused" if reserve.reserve_stock(demands=[demand]).refused else "won"
    except send.NotEnough:
        return "refused"
    except IntegrityError as error:
        return _stopped(error)


def _booked(tenant_id: int, start, receipt_id: UUID | None, receive: Callable[[UUID], object]) -> str:
    from django.db import IntegrityError

    from oms.core.actors import system
    from oms.core.db.keys import uuid7
    from oms.core.errors import Invalid
    from oms.core.tenancy import unit_of_work

    if start is not None:
        start.wait(TIMEOUT_SECONDS)
    try:
        with unit_of_work(tenant_id, system("racer")):
            receive(receipt_id or uuid7())
    except Invalid:
        return "refused"
    except IntegrityError as error:
        return _stopped(error)
    return "booked"


def _then_meet(look: Callable, meet) -> Callable:
    """Look, and then wait until all the others have looked."""

    def looked(*given, **named):
        found = look(*given, **named)
        meet.wait(TIMEOUT_SECONDS)
        return found

    return looked


def _stopped(error: Exception) -> str:
    return "stopped by the constraint" if "never_oversold" in str(error) else repr(error)[:200]
