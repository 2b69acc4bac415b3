"""Units that are known by number, blocked: off the sellable shelf into quarantine, wherever they lie."""

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from inventory import book, serials
from inventory.actions.losing import lose_from_each
from inventory.actions.tracing import BLOCKED
from inventory.events import StockStateChanged
from inventory.items import sku_key
from inventory.locks import lock_accounts, lock_serials_by_id
from inventory.models import QUARANTINE, SELLABLE, Serial
from inventory.stock.correcting import correct
from inventory.stock.serials import Place
from inventory.stock.values import Account
from oms.core.db.bulk import update_rows
from oms.core.errors import Invalid, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit

UNITS_MAX = 1_000


def serials_named(*, item_id: UUID, codes: Sequence[str] = (), first: str = "", last: str = "") -> list[Serial]:
    """The item's units with one of these numbers, or in this range of them (ends included). Raises `Invalid`."""
    rows = Serial.objects.filter(item_id=item_id).select_related("item")
    keys = list(dict.fromkeys(sku_key(code) for code in codes))
    given = {"code_key__in": keys, "code_key__gte": sku_key(first), "code_key__lte": sku_key(last)}
    wanted = {name: value for name, value in given.items() if value}
    found = list(rows.filter(**wanted).order_by("code_key")[: UNITS_MAX + 1]) if wanted else []
    if unknown := [key for key in keys if key not in {each.code_key for each in found}]:
        raise Invalid.field("serials", f"This item has no unit “{unknown[0][:80]}”. Check it.", "unknown_serial")
    if not found:
        raise Invalid.field("serials", "No unit of this item lies in that range.", "unknown_serial")
    if len(found) > UNITS_MAX:
        raise Invalid.field("serials", f"These are more than {UNITS_MAX:,} units. Name a narrower range.", "too_many")
    return found


def lock_units(serial_ids: Collection[UUID]) -> list[Serial]:
    """Raises `NotFound` and `Invalid`."""
    if len(set(serial_ids)) > UNITS_MAX:
        raise Invalid.field("serial_ids", f"Name at most {UNITS_MAX:,} units.", "out_of_range")
    found = lock_serials_by_id(serial_ids) if serial_ids else []
    if len(found) < len(set(serial_ids)):
        raise NotFound("There is no such unit.")
    return found


def block_units(units: Sequence[Serial], reason: str) -> None:
    """Keep these locked units off sale; what a shelf no longer covers loses its reservation."""
    if not units:
        return
    now = unit().now
    update_rows(Serial, [{"id": each.id, "blocked_at": now, "blocked_reason": reason} for each in units])
    on_sale = [each for each in units if each.location_id and each.state == SELLABLE]
    by_shelf: Counter[Account] = Counter((each.item_id, each.location_id, SELLABLE) for each in on_sale)
    if not by_shelf:
        return
    aside = {(item, location, QUARANTINE): count for (item, location, _), count in by_shelf.items()}
    balances = lock_accounts([*by_shelf, *aside])
    lost = {
        shelf: correct(on_hand=balances[shelf].on_hand, reserved=balances[shelf].reserved, change=-count).lost
        for shelf, count in by_shelf.items()
    }
    told = lose_from_each([(balances[shelf], count) for shelf, count in lost.items()])
    changes = {balances[shelf].id: (-count, -lost[shelf]) for shelf, count in by_shelf.items()}
    book.change_balances(changes | {balances[account].id: (count, 0) for account, count in aside.items()})
    serials.move({each.id: Place(each.location_id, QUARANTINE) for each in on_sale}, cause_kind=BLOCKED)
    book.enter([_entry(each) for each in on_sale], cause_kind=BLOCKED, reason=reason)
    moved = [StockStateChanged(*shelf[:2], SELLABLE, QUARANTINE, count) for shelf, count in by_shelf.items()]
    publish([*moved, *told])


def _entry(each: Serial) -> book.Entry:
    return book.Entry(
        each.item_id, 1, SELLABLE, QUARANTINE, each.location_id, each.location_id, lot_id=each.lot_id,
        exact=each.lot_id is not None,
    )  # fmt: skip
