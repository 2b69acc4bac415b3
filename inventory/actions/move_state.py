"""Set units aside at a location, or put them back on sale."""

from uuid import UUID

from inventory import book, queries
from inventory.actions.losing import lose_reservations
from inventory.actions.tracing.off_sale import keep_unfit_off_sale
from inventory.events import StockRose, StockStateChanged
from inventory.locks import lock_accounts
from inventory.models import SELLABLE, STATES, Item
from inventory.quants import lots_at
from inventory.stock.correcting import correct
from inventory.stock.kits import kit_problems
from inventory.stock.values import QUANTITY_MAX
from oms.core.audit import Change, record
from oms.core.errors import Conflict, FieldError, Invalid
from oms.core.events import publish


class NotEnough(Conflict):
    """The shelf has fewer units than were to be moved."""

    code = "not_enough_stock"
    title = "There are not that many"


def move_state(
    *, item_id: UUID, location_id: UUID, from_state: str, to_state: str, quantity: int, reason: str = "",
    lot_id: UUID | None = None,
) -> None:  # fmt: skip
    """Move units between sellable, damaged, quality hold and quarantine; with ``lot_id`` of this lot.

    What the sellable shelf no longer covers loses its reservation. Raises `Invalid` and `NotEnough`.
    """
    sku, place = _checked(item_id, location_id, from_state, to_state, quantity)
    source, target = (item_id, location_id, from_state), (item_id, location_id, to_state)
    balances = lock_accounts([source, target])
    shelf = balances[source]
    there = shelf.on_hand if lot_id is None else lots_at([source]).get(source, {}).get(lot_id, 0)
    if there < quantity:
        what = f"{_words(from_state)} units of {sku}" + (" of this lot" if lot_id else "")
        raise NotEnough(
            f"Only {there:,} {what} are at {place}. Move fewer, or count first.",
            fields=[FieldError("quantity", "too_many", f"At most {there:,}.")], available=there,
        )  # fmt: skip
    lost_units = correct(on_hand=shelf.on_hand, reserved=shelf.reserved, change=-quantity).lost
    lost = lose_reservations(shelf, lost_units)
    book.change_balances({shelf.id: (-quantity, -lost_units), balances[target].id: (quantity, 0)})
    book.enter(
        [book.Entry(item_id, quantity, from_state, to_state, location_id, location_id, lot_id=lot_id)],
        cause_kind="state_change", reason=reason,
    )  # fmt: skip
    sentence = f"{quantity:,} × {sku} at {place}: {_words(from_state)} to {_words(to_state)}"
    record([Change("stock.adjust", sentence + (f" ({reason})" if reason else ""), (("item", item_id),))])
    rose = [StockRose(item_id, location_id, quantity, "restored")] if to_state == SELLABLE else []
    publish([StockStateChanged(item_id, location_id, from_state, to_state, quantity), *lost, *rose])
    if to_state == SELLABLE:
        keep_unfit_off_sale(shelves=[(item_id, location_id)])


def _checked(item_id, location_id, from_state, to_state, quantity) -> tuple[str, str]:
    """The SKU and the location's name."""
    sku, kind = Item.objects.filter(id=item_id).values_list("sku", "kind").first() or (None, None)
    place = queries.visible_locations().filter(id=location_id).values_list("name", flat=True).first()
    problems = kit_problems([("item_id", kind)])
    if sku is None:
        problems.append(FieldError("item_id", "unknown_item", "There is no such item."))
    if place is None:
        problems.append(FieldError("location_id", "unknown_location", "There is no such location."))
    for field, state in (("from_state", from_state), ("to_state", to_state)):
        if state not in STATES:
            problems.append(FieldError(field, "unknown_state", f"Choose one of: {', '.join(STATES)}."))
    if from_state == to_state:
        problems.append(FieldError("to_state", "same_state", "Choose another state than the one they are in."))
    if not 0 < quantity <= QUANTITY_MAX:
        problems.append(FieldError("quantity", "out_of_range", f"Give a quantity from 1 to {QUANTITY_MAX:,}."))
    if problems:
        raise Invalid("Nothing was moved: some fields need attention.", fields=problems)
    return sku, place


def _words(state: str) -> str:
    return state.replace("_", " ")
