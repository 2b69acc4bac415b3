"""Lots as deliveries name them: found or made, put right, and given to units whose lot nobody knew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inventory import book
from inventory.actions.tracing.off_sale import keep_unfit_off_sale
from inventory.items import sku_key
from inventory.locks import hold_lots, lock_accounts, lock_lots
from inventory.models import QUARANTINE, SELLABLE, Lot
from inventory.quants import lots_at
from inventory.queries.tracing import lot_by_id, shelf_lives, today
from inventory.stock.tracing import LotShort, expiry_of, lot_problems
from inventory.stock.values import LotDraft
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.errors import FieldError, Invalid, NotFound, Stale
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class Arriving:
    """Units on their way onto a shelf, and the lot somebody read on them."""

    item_id: UUID
    state: str
    lot: LotDraft | None


def lots_of_delivery(
    arriving: Sequence[Arriving], *, path: str = "lines.{}.", required: Collection[int] = ()
) -> list[UUID | None]:
    """The id of each one's lot, made where it is new; None for items that are not tracked by lot.

    Raises `Invalid` naming every lot that is missing (of the positions ``required``), unreadable, known with
    another date, or expired or blocked and not on its way to quarantine.
    """
    lives = shelf_lives({each.item_id for each in arriving})
    if not lives and not any(each.lot for each in arriving):
        return [None] * len(arriving)
    day, problems, wanted = today(), [], {}
    for position, each in enumerate(arriving):
        where, draft = path.format(position), each.lot
        found = _problems(each, tracked=each.item_id in lives, required=position in required, today=day)
        problems += [FieldError(where + field, code, message) for field, code, message in found]
        if draft and not found:
            expires_on = expiry_of(draft, shelf_life_days=lives[each.item_id], today=day)
            wanted[position] = LotDraft(draft.code.strip(), draft.made_on, expires_on)
    known = _known(arriving, wanted)
    for position, draft in wanted.items():
        lot = known[arriving[position].item_id, sku_key(draft.code)]
        found = _against(lot, arriving[position], today=day)
        problems += [FieldError(path.format(position) + field, code, message) for field, code, message in found]
    if problems:
        raise Invalid("Nothing was received: some lines need attention.", fields=problems)
    return [
        known[each.item_id, sku_key(wanted[position].code)].id if position in wanted else None
        for position, each in enumerate(arriving)
    ]


def update_lot(
    *, lot_id: UUID, made_on: date | None, expires_on: date | None, expected_version: int | None = None
) -> Lot:
    """Put a lot's dates right; one that turns out to be expired goes to quarantine at once.

    Raises `NotFound`, `Stale` and `Invalid`.
    """
    found = next(iter(lock_lots([lot_id])), None)
    if found is None:
        raise NotFound("There is no such lot.")
    if expected_version not in (None, found.version):
        raise Stale("Someone changed this lot after you opened it. Look at it again, then repeat your change.")
    problems = lot_problems(LotDraft(found.code, made_on, expires_on), today=today())
    if problems:
        raise Invalid("The lot was not changed.", fields=[FieldError(*each) for each in problems])
    before = _dates(found)
    found.made_on, found.expires_on, found.warned_at = made_on, expires_on, None
    if _dates(found) == before:
        return found
    found.version += 1
    found.save(update_fields=["made_on", "expires_on", "warned_at", "version"])
    sentence = f"Lot {found.code} of {found.item.sku}: dates changed"
    record([Change("stock.adjust", sentence, (("item", found.item_id), ("lot", found.id)), before, _dates(found))])
    keep_unfit_off_sale(lot_ids=[found.id])
    return found


def name_lot(*, lot_id: UUID, location_id: UUID, quantity: int, state: str = SELLABLE) -> None:
    """Say that so many units there, whose lot nobody knew, are of this one. Raises `LotShort` and `NotFound`."""
    lot = lot_by_id(lot_id)
    account = (lot.item_id, location_id, state)
    lock_accounts([account])
    there = lots_at([account]).get(account, {}).get(None, 0)
    if not 0 < quantity <= there:
        message = f"Of {there:,} units there nobody knows the lot. Give a number from 1 to that."
        raise LotShort(message, fields=[FieldError("quantity", "not_enough_of_lot", message)], available=there)
    known = book.Entry(lot.item_id, quantity, state, "unexplained", location_id, exact=True)
    named = book.Entry(lot.item_id, quantity, "unexplained", state, to_location_id=location_id, lot_id=lot.id)
    book.enter([known, named], cause_kind="lot_named", cause_id=lot.id, reason=f"Lot {lot.code}")
    sentence = f"{quantity:,} × {lot.item.sku} are of lot {lot.code}"
    record([Change("stock.adjust", sentence, (("item", lot.item_id), ("lot", lot.id)))])
    keep_unfit_off_sale(shelves=[(lot.item_id, location_id)])


def _problems(each: Arriving, *, tracked: bool, required: bool, today: date) -> list[tuple[str, str, str]]:
    if each.lot is None:
        message = "This item is tracked by lot. Give the lot's code as it stands on the goods."
        return [("lot", "required", message)] if tracked and required else []
    if not tracked:
        return [("lot", "not_tracked", "This item is not tracked by lot. Leave the lot empty, or track it first.")]
    return lot_problems(each.lot, today=today)


def _known(arriving: Sequence[Arriving], wanted: Mapping[int, LotDraft]) -> dict[tuple[UUID, str], Lot]:
    """The lots by item and code; those that are new are made, and a date that was missing is learnt."""
    drafts = {(arriving[position].item_id, sku_key(draft.code)): draft for position, draft in wanted.items()}
    if not drafts:
        return {}
    insert_rows(
        Lot,
        [
            {
                "id": uuid7(), "item_id": item_id, "code": draft.code, "code_key": key, "made_on": draft.made_on,
                "expires_on": draft.expires_on, "blocked_reason": "", "blocked_by": "", "created_at": unit().now,
                "version": 1,
            }
            for (item_id, key), draft in sorted(drafts.items())
        ],
        on_conflict="ON CONFLICT (tenant_id, item_id, code_key) DO NOTHING",
    )  # fmt: skip
    known = {(lot.item_id, lot.code_key): lot for lot in hold_lots(drafts)}
    learnt = [(lot, drafts[key]) for key, lot in known.items() if lot.expires_on is None and drafts[key].expires_on]
    for lot, draft in learnt:
        lot.made_on, lot.expires_on = lot.made_on or draft.made_on, draft.expires_on
    update_rows(Lot, [{"id": lot.id, "made_on": lot.made_on, "expires_on": lot.expires_on} for lot, _ in learnt])
    return known


def _against(lot: Lot, each: Arriving, *, today: date) -> list[tuple[str, str, str]]:
    given = each.lot.expires_on
    if given is not None and lot.expires_on != given:
        return [
            ("expires_on", "other_expiry",
             f"Lot {lot.code} expires on {lot.expires_on} by the book. Check the date, or change it on the lot.")
        ]  # fmt: skip
    if each.state == QUARANTINE:
        return []
    if lot.blocked_at is not None:
        message = f"Lot {lot.code} is blocked: {lot.blocked_reason}. Receive it into quarantine, or send it back."
        return [("lot", "lot_blocked", message)]
    if lot.expires_on is not None and lot.expires_on < today:
        message = f"Lot {lot.code} expired on {lot.expires_on}. Receive it into quarantine, or send it back."
        return [("expires_on", "lot_expired", message)]
    return []


def _dates(lot: Lot) -> dict[str, str | None]:
    return {name: (value := getattr(lot, name)) and value.isoformat() for name in ("made_on", "expires_on")}
