"""Block lots wherever they lie or arrive, let them go again, and call them back."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from inventory.actions.tracing import VERB
from inventory.actions.tracing.off_sale import BATCH, keep_unfit_off_sale
from inventory.actions.tracing.units import block_units, lock_units
from inventory.events import LotsRecalled
from inventory.items import sku_key
from inventory.locks import lock_lots
from inventory.models import Lot, Recall, RecalledLot, RecalledSerial, Serial
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.db.sequences import take_numbers
from oms.core.errors import FieldError, Invalid, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit

REASON_MAX, ADVICE_MAX, LOTS_MAX = 300, 2_000, 1_000


def block_lots(*, lot_ids: Collection[UUID], reason: str) -> list[Lot]:
    """Take these lots off sale at every location at once, and where they are on their way, when they arrive.

    Units go to quarantine; what a shelf no longer covers loses its reservation. Raises `NotFound` and `Invalid`.
    """
    require(unit().actor, VERB)
    reason = _text("reason", reason, REASON_MAX, needed=True)
    found = _lock(lot_ids)
    _block(found, reason)
    return found


def release_lot(*, lot_id: UUID, reason: str) -> Lot:
    """It may be sold again. What lies in quarantine stays there until somebody puts it back on sale."""
    require(unit().actor, VERB)
    reason = _text("reason", reason, REASON_MAX, needed=True)
    (lot,) = _lock([lot_id])
    if lot.blocked_at is None:
        return lot
    lot.blocked_at, lot.blocked_reason, lot.blocked_by, lot.version = None, "", "", lot.version + 1
    lot.save(update_fields=["blocked_at", "blocked_reason", "blocked_by", "version"])
    record([Change(VERB, f"Lot {lot.code} of {lot.item.sku} released: {reason}", _subjects(lot))])
    return lot


def block_serials(*, serial_ids: Collection[UUID], reason: str) -> list[Serial]:
    """The same for single units, by their numbers."""
    require(unit().actor, VERB)
    reason = _text("reason", reason, REASON_MAX, needed=True)
    found = lock_units(serial_ids)
    block_units(found, reason)
    record([Change(VERB, f"{each.item.sku} {each.code} blocked: {reason}", _of_unit(each)) for each in found])
    return found


def release_serial(*, serial_id: UUID, reason: str) -> Serial:
    """It may be sold again; in quarantine it stays until somebody puts it back on sale."""
    require(unit().actor, VERB)
    reason = _text("reason", reason, REASON_MAX, needed=True)
    (found,) = lock_units([serial_id])
    if found.blocked_at is not None:
        found.blocked_at, found.blocked_reason = None, ""
        found.save(update_fields=["blocked_at", "blocked_reason"])
        record([Change(VERB, f"{found.item.sku} {found.code} released: {reason}", _of_unit(found))])
    return found


def recall_lots(
    *, lot_ids: Collection[UUID] = (), serial_ids: Collection[UUID] = (), reason: str, advice: str = ""
) -> Recall:
    """Call these lots, or units by their numbers, back: block each everywhere in one act, and keep them together.

    ``advice`` is what customers are told to do. Raises `NotFound` and `Invalid`: then nothing is blocked.
    """
    require(unit().actor, VERB)
    reason, advice = _text("reason", reason, REASON_MAX, needed=True), _text("advice", advice, ADVICE_MAX)
    found = _lock(lot_ids) if lot_ids or not serial_ids else []
    units = lock_units(serial_ids)
    (number,) = take_numbers("recall", 1)
    made = Recall.objects.create(
        number=number, reason=reason, advice=advice, called_by=unit().actor.label, called_at=unit().now
    )
    insert_rows(RecalledLot, [{"id": uuid7(), "recall_id": made.id, "lot_id": lot.id} for lot in found])
    insert_rows(RecalledSerial, [{"id": uuid7(), "recall_id": made.id, "serial_id": each.id} for each in units])
    why = f"Recall {number}: {reason}"[:REASON_MAX]
    _block(found, why)
    block_units(units, why)
    names = [each.code for each in (*found, *units)]
    codes = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    items = {("item", each.item_id) for each in (*found, *units)}
    record([Change(VERB, f"Recall {number} of {codes}: {reason}", (("recall", made.id), *sorted(items)))])
    publish([LotsRecalled(made.id, number, tuple(str(lot.id) for lot in found), tuple(str(each.id) for each in units))])
    return made


def lots_named(
    *,
    item_id: UUID,
    codes: Sequence[str] = (),
    first: str = "",
    last: str = "",
    expires_from: date | None = None,
    expires_until: date | None = None,
) -> list[Lot]:
    """The item's lots that have one of these codes, or whose code and date lie in these ranges (ends included).

    Raises `Invalid` naming a code that is unknown, or when nothing is named, or too much.
    """
    rows = Lot.objects.filter(item_id=item_id).select_related("item")
    if codes:
        keys = list(dict.fromkeys(sku_key(code) for code in codes))
        found = list(rows.filter(code_key__in=keys).order_by("code_key"))
        unknown = [key for key in keys if key not in {lot.code_key for lot in found}]
        if unknown:
            raise Invalid.field("codes", f"This item has no lot “{unknown[0][:60]}”. Check it.", "unknown_lot")
        return found
    given = {
        "code_key__gte": sku_key(first), "code_key__lte": sku_key(last), "expires_on__gte": expires_from,
        "expires_on__lte": expires_until,
    }  # fmt: skip
    wanted = {name: value for name, value in given.items() if value}
    if not wanted:
        raise Invalid.field("codes", "Name lots, or a range of codes or of dates.", "required")
    found = list(rows.filter(**wanted).order_by("code_key")[: LOTS_MAX + 1])
    if len(found) > LOTS_MAX:
        raise Invalid.field("codes", f"These are more than {LOTS_MAX:,} lots. Name a narrower range.", "too_many")
    if not found:
        raise Invalid.field("codes", "No lot of this item lies in that range.", "unknown_lot")
    return found


def _lock(lot_ids: Collection[UUID]) -> list[Lot]:
    if not 1 <= len(set(lot_ids)) <= LOTS_MAX:
        raise Invalid.field("lot_ids", f"Name 1 to {LOTS_MAX:,} lots.", "out_of_range")
    found = lock_lots(lot_ids)
    if len(found) < len(set(lot_ids)):
        raise NotFound("There is no such lot.")
    return found


def _block(lots: Sequence[Lot], reason: str) -> None:
    fresh = [lot for lot in lots if lot.blocked_at is None]
    for lot in fresh:
        lot.blocked_at, lot.blocked_reason, lot.blocked_by = unit().now, reason, unit().actor.label
        lot.version += 1
    names = ("id", "blocked_at", "blocked_reason", "blocked_by", "version")
    update_rows(Lot, [{name: getattr(lot, name) for name in names} for lot in fresh])
    record([Change(VERB, f"Lot {lot.code} of {lot.item.sku} blocked: {reason}", _subjects(lot)) for lot in fresh])
    while keep_unfit_off_sale(lot_ids=[lot.id for lot in lots]) == BATCH:
        continue


def _text(field: str, text: str, longest: int, *, needed: bool = False) -> str:
    text = text.strip()
    if needed and not text:
        raise Invalid("Nothing was blocked.", fields=[FieldError(field, "required", "Say why.")])
    if len(text) > longest or "\0" in text:
        message = f"Shorten it to {longest} characters."
        raise Invalid("Nothing was blocked.", fields=[FieldError(field, "too_long", message)])
    return text


def _of_unit(found: Serial) -> tuple:
    return ("item", found.item_id), ("serial", found.id)


def _subjects(lot: Lot) -> tuple:
    return ("item", lot.item_id), ("lot", lot.id)
