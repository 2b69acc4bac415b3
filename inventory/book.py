"""The stock book: the only statements that change balances, reservations and movements (quants: `inventory.quants`).

Each is one set-based statement. The caller holds the balances' locks (`inventory.locks`) and has
decided; nothing is decided here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection

from inventory.binning import empty_bins
from inventory.locks import hold_closings
from inventory.models import Balance, Movement, Reservation
from inventory.quants import divided
from inventory.queries.periods import open_from
from inventory.serials import settle
from inventory.stock.dates import in_effect
from inventory.stock.values import Entry, OpenReservation
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.db.reading import read_rows
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class Hold:
    """Units to hold for a demand at a location."""

    demand_kind: str
    demand_id: UUID
    item_id: UUID
    location_id: UUID
    quantity: int


def change_reserved(changes: Mapping[int, int]) -> None:
    """Balance id → units more (or fewer) reserved."""
    update_rows(
        Balance,
        [{"id": key, "reserved": units} for key, units in changes.items() if units],
        set_sql="reserved = t.reserved + r.reserved",
    )


def change_balances(changes: Mapping[int, tuple[int, int]]) -> None:
    """Balance id → units more (or fewer) on hand, and reserved."""
    update_rows(
        Balance,
        [{"id": key, "on_hand": units, "reserved": reserved} for key, (units, reserved) in changes.items()],
        set_sql="on_hand = t.on_hand + r.on_hand, reserved = t.reserved + r.reserved",
    )


def hold(holds: Iterable[Hold], *, expires_at: datetime | None = None) -> None:
    """Open reservations; one that is open already for the same demand, item and location grows."""
    now = unit().now
    insert_rows(
        Reservation,
        [
            {
                "id": uuid7(), "demand_kind": each.demand_kind, "demand_id": each.demand_id,
                "item_id": each.item_id, "location_id": each.location_id, "quantity": each.quantity,
                "open": each.quantity, "committed": 0, "given_back": 0, "expired": 0,
                "expires_at": expires_at, "created_at": now,
            }
            for each in holds
        ],
        on_conflict="ON CONFLICT (tenant_id, demand_id, item_id, location_id) WHERE open > 0 DO UPDATE SET "
        "quantity = inventory_reservation.quantity + excluded.quantity, "
        "open = inventory_reservation.open + excluded.open, expires_at = excluded.expires_at",
    )  # fmt: skip


def let_go(units: Mapping[UUID, int], *, into: Literal["given_back", "expired", "committed"] = "given_back") -> None:
    """Reservation id → open units that end here."""
    update_rows(
        Reservation,
        [{"id": key, "open": count} for key, count in units.items()],
        set_sql=f'"open" = t."open" - r."open", "{into}" = t."{into}" + r."open"',
    )


def extend(reservation_ids: Collection[UUID], *, expires_at: datetime) -> None:
    """Hold their open units until then."""
    update_rows(
        Reservation,
        [{"id": key, "expires_at": expires_at} for key in reservation_ids],
        set_sql="expires_at = r.expires_at",
    )


def enter(
    entries: Sequence[Entry],
    *,
    cause_kind: str,
    cause_id: UUID | None = None,
    reason: str = "",
    happened_at: datetime | None = None,
) -> None:
    """Write movements: of items tracked by lot one for each lot that is taken, and their quants follow.

    Items that are neither traced nor in bins pay for one look.

    What took effect at another time than now is dated by `in_effect`: nothing enters days that are closed.
    """
    opened = unit()
    by_lot, by_serial, in_bins = _traced({each.item_id for each in entries})
    dated = (opened.now, None) if happened_at is None else _dated(happened_at)
    insert_rows(
        Movement,
        [
            {
                "item_id": each.item_id, "quantity": each.quantity, "from_location_id": each.from_location_id,
                "from_state": each.from_state, "to_location_id": each.to_location_id, "to_state": each.to_state,
                "cause_kind": cause_kind, "cause_id": each.cause_id or cause_id, "reason": reason,
                "actor_label": opened.actor.label, "happened_at": dated[0], "true_at": dated[1],
                "recorded_at": opened.now, "reverses_id": each.reverses_id, "lot_id": each.lot_id,
                "demand_id": each.demand_id,
            }
            for each in divided(entries, by_lot)
        ],
    )  # fmt: skip
    if in_bins:
        empty_bins([each for each in entries if each.item_id in in_bins])
    if by_serial:
        settle([each for each in entries if each.item_id in by_serial], cause_kind=cause_kind, cause_id=cause_id)


def _traced(item_ids: Collection[UUID]) -> tuple[set[UUID], set[UUID], set[UUID]]:
    """Those of these items that are tracked by lot, those by serial number, and those that lie in bins."""
    given = {"tenant": unit().tenant_id, "items": list(item_ids)}
    rows = read_rows(
        "SELECT id, tracks_lots, tracks_serials, false FROM inventory_item "
        "WHERE tenant_id = %(tenant)s AND id = ANY(%(items)s) AND (tracks_lots OR tracks_serials) "
        "UNION ALL SELECT DISTINCT item_id, false, false, true FROM inventory_binstock "
        "WHERE tenant_id = %(tenant)s AND item_id = ANY(%(items)s)",
        given,
    )
    by_lot, by_serial, in_bins = ({row[0] for row in rows if row[column]} for column in (1, 2, 3))
    return by_lot, by_serial, in_bins


def _dated(happened_at: datetime) -> tuple[datetime, datetime | None]:
    # Closed days are days that are over, so entries of now are spared the question.
    hold_closings()
    return in_effect(happened_at, now=unit().now, open_from=open_from())


_OPEN = (
    "SELECT id, demand_id, item_id, location_id, open, demand_kind FROM inventory_reservation "
    "WHERE tenant_id = %s AND open > 0 AND "
)


def open_of_demands(demand_ids: Collection[UUID]) -> list[OpenReservation]:
    """Open reservations of these demands, the newest first."""
    return _open(_OPEN + "demand_id = ANY(%s) ORDER BY id DESC", [list(demand_ids)])


def open_now(reservation_ids: Collection[UUID]) -> dict[UUID, int]:
    """Reservation → its open units, for those that have any."""
    return {each.id: each.open for each in _open(_OPEN + "id = ANY(%s)", [list(reservation_ids)])}


def open_at(shelves: Collection[tuple[UUID, UUID]]) -> list[OpenReservation]:
    """Open reservations of these shelves (item, location), the newest first."""
    items, locations = zip(*shelves, strict=True)
    return _open(
        _OPEN + "(item_id, location_id) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[])) ORDER BY id DESC",
        [list(items), list(locations)],
    )


def open_and_overdue(limit: int) -> list[OpenReservation]:
    """Open reservations past their time, the longest overdue first."""
    return _open(_OPEN + "expires_at <= %s ORDER BY expires_at LIMIT %s", [unit().now, limit])


def _open(sql: str, params: list) -> list[OpenReservation]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [unit().tenant_id, *params])
        return [OpenReservation(*row) for row in cursor.fetchall()]
