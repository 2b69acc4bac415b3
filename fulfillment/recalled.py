"""Who got of certain lots: the ledger knows the order lines, and here those are known."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fulfillment.models import Parcel
from inventory.models import Recall
from inventory.queries.serials import sent_of_serials, serials_of_recall
from inventory.queries.tracing import Sent, lots_of_recall, sent_of_lots
from oms.core.tenancy import unit
from orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Got:
    """Units of a lot, or the one with a serial number, that went to a customer, ``returned`` of them back.

    ``name`` is the lot's code or the unit's number, ``tracking`` is of the first parcel.
    """

    order: Order
    line: OrderLine
    name: str
    units: int
    returned: int
    sent_at: datetime
    tracking: str

    @property
    def kept(self) -> int:
        return self.units - self.returned


@dataclass(frozen=True)
class Audience:
    """``unknown`` units left without an order that we know: sold or shipped elsewhere."""

    got: list[Got]
    unknown: int

    @property
    def orders(self) -> int:
        return len({each.order.id for each in self.got})

    @property
    def kept(self) -> int:
        return sum(each.kept for each in self.got)

    def by_customer(self) -> dict[str, list[Got]]:
        """Who has something left of it, by the address a letter goes to, and by order where there is none."""
        found: dict[str, list[Got]] = defaultdict(list)
        for each in self.got:
            if each.kept > 0:
                found[each.order.email.strip().lower() or str(each.order.id)].append(each)
        return dict(sorted(found.items()))


def who_got(lot_ids: Collection[UUID], serial_ids: Collection[UUID] = ()) -> Audience:
    """Everybody who got of these lots and units, of the orders the actor may see; a fixed number of statements."""
    sent = [*(sent_of_lots(lot_ids) if lot_ids else ()), *(sent_of_serials(serial_ids) if serial_ids else ())]
    lines = _lines({each.demand_id for each in sent if each.demand_id})
    tracking = _tracking({each.cause_id for each in sent if each.cause_id})
    limited_to = unit().actor.channels
    got = [
        Got(
            line.order, line, each.name, each.units, each.returned, each.first_at,
            tracking.get(each.cause_id, ""),
        )
        for each in sent
        if (line := lines.get(each.demand_id)) and (limited_to is None or line.order.channel_id in limited_to)
    ]  # fmt: skip
    return Audience(got, _unknown(sent, lines))


def who_got_recalled(recall: Recall) -> Audience:
    """Everybody who got of what this recall calls back."""
    lots, serials = lots_of_recall(recall), serials_of_recall(recall)
    return who_got([each.id for each in lots], [each.id for each in serials])


def _lines(ids: Collection[UUID]) -> dict[UUID, OrderLine]:
    rows = OrderLine.objects.filter(id__in=ids).select_related("order__channel", "order__customer")
    return {each.id: each for each in rows} if ids else {}


def _tracking(parcel_ids: Collection[UUID]) -> dict[UUID, str]:
    rows = Parcel.objects.filter(id__in=parcel_ids, shipment__isnull=False)
    return dict(rows.values_list("id", "shipment__tracking_number")) if parcel_ids else {}


def _unknown(sent: Sequence[Sent], lines: dict[UUID, OrderLine]) -> int:
    return sum(max(0, each.units - each.returned) for each in sent if each.demand_id not in lines)
