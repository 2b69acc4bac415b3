"""Write what a chunk came to: pools, layers, postings and their days, one statement each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from inventory.models import ItemValue, ReceivedNotBilled, ValueDay, ValueEvent, ValueLayer, ValuePosting
from inventory.valuing.accounts import RECEIVED_NOT_BILLED
from inventory.valuing.pool import Pool
from inventory.valuing.rules import Move, Posting, Valued, stock_value
from oms.core.db.bulk import insert_rows, update_rows

_SIX_PLACES = Decimal("0.000001")
# What was worked out before stands here again, when all is worked out anew.
_ANEW = "ON CONFLICT (tenant_id, movement_id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}"
    for name in ("cause_kind", "cause_id", "day", "units", "unit_cost", "source", "priced_at", "value", "units_left",
                 "value_left")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entered:
    """Postings for one item, and what they are of."""

    item_id: UUID
    postings: Sequence[Posting]
    day: date
    cause_kind: str
    cause_id: UUID | None
    movement_id: int | None = None
    event_id: UUID | None = None


def entered_by(move: Move, valued: Valued) -> Entered:
    return Entered(move.item_id, valued.postings, move.day, move.cause_kind, move.cause_id, movement_id=move.id)


def decided_by(event: ValueEvent, item_id: UUID, postings: Sequence[Posting], **more: object) -> Entered:
    given = {"cause_kind": event.kind, "cause_id": None, **more}
    return Entered(item_id, postings, event.day, event_id=event.id, **given)


def write_pools(pools: Mapping[UUID, Pool]) -> None:
    """The pools, and of their layers those that were there and have changed."""
    insert_rows(
        ItemValue,
        [{"item_id": key, "units": pool.units, "value": pool.value} for key, pool in sorted(pools.items())],
        on_conflict="ON CONFLICT (tenant_id, item_id) DO UPDATE SET units = excluded.units, value = excluded.value",
    )
    touched = [each for pool in pools.values() for each in pool.layers if each.touched and each.id is not None]
    rows = [{"id": each.id, "units_left": each.units_left, "value_left": each.value_left} for each in touched]
    update_rows(ValueLayer, rows)


def write_new_layers(opened: Sequence[tuple[Move, Valued]]) -> None:
    """With what the rest of the chunk has left of them."""
    insert_rows(
        ValueLayer,
        [
            {
                "item_id": move.item_id, "movement_id": move.id, "cause_kind": move.cause_kind,
                "cause_id": move.cause_id, "day": move.day, "units": move.quantity,
                "unit_cost": valued.unit_cost.quantize(_SIX_PLACES), "source": valued.source, "priced_at": None,
                "value": stock_value(valued.postings), "units_left": valued.layer.units_left,
                "value_left": valued.layer.value_left,
            }
            for move, valued in opened
        ],
        on_conflict=_ANEW,
    )  # fmt: skip


def write_postings(entered: Iterable[Entered]) -> None:
    """And each day's sum, and what each order waits to be billed for."""
    rows, days, entered = [], defaultdict(Decimal), list(entered)
    for each in entered:
        for posting in each.postings:
            days[each.day, posting.debit, posting.credit] += posting.amount
            rows.append(
                {
                    "item_id": each.item_id, "movement_id": each.movement_id, "event_id": each.event_id,
                    "cause_kind": each.cause_kind, "cause_id": each.cause_id, "units": posting.units,
                    "debit": posting.debit, "credit": posting.credit, "amount": posting.amount, "day": each.day,
                }
            )  # fmt: skip
    insert_rows(ValuePosting, rows)
    insert_rows(
        ValueDay,
        [
            {"day": day, "debit": debit, "credit": credit, "amount": amount}
            for (day, debit, credit), amount in sorted(days.items())
            if amount
        ],
        on_conflict="ON CONFLICT (tenant_id, day, debit, credit) DO UPDATE SET "
        "amount = inventory_valueday.amount + excluded.amount",
    )
    _write_not_billed(entered)


_WAITING = """ON CONFLICT (tenant_id, purchase_order_id, item_id) DO UPDATE SET
  units = t.units + excluded.units, value = t.value + excluded.value,
  billed_units = t.billed_units + excluded.billed_units, billed_value = t.billed_value + excluded.billed_value,
  since = CASE WHEN t.units = t.billed_units THEN excluded.since ELSE t.since END
""".replace("t.", "inventory_receivednotbilled.")


def _write_not_billed(entered: Sequence[Entered]) -> None:
    """A receipt owes what it credits; a bill clears what it debits."""
    sums: dict[tuple[UUID, UUID], list] = {}
    for each in entered:
        for posting in each.postings:
            if RECEIVED_NOT_BILLED not in (posting.debit, posting.credit):
                continue
            row = sums.setdefault((each.cause_id, each.item_id), [0, Decimal(0), 0, Decimal(0), each.day])
            if posting.debit == RECEIVED_NOT_BILLED and each.event_id is not None:
                row[2], row[3] = row[2] + posting.units, row[3] + posting.amount
            else:
                owed = posting.amount if posting.credit == RECEIVED_NOT_BILLED else -posting.amount
                row[0], row[1] = row[0] + posting.units, row[1] + owed
    names = ("units", "value", "billed_units", "billed_value", "since")
    insert_rows(
        ReceivedNotBilled,
        [
            {"purchase_order_id": order, "item_id": item, **dict(zip(names, row, strict=True))}
            for (order, item), row in sorted(sums.items())
        ],
        on_conflict=_WAITING,
    )
