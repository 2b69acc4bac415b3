"""Hold stock for carts: for a while, longer, not any more; placing an order takes the cart's units over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from inventory import book, queries
from inventory.actions.reserve import reserve_stock, unreserve_stock
from inventory.locks import lock_carts, lock_sellable
from inventory.models import Cart, CartLine
from inventory.models.carts import CONVERTED, GIVEN_BACK
from inventory.stock.kits import Kit
from inventory.stock.shortages import shortage_problems
from inventory.stock.values import Demand, KitOf, Shortage
from oms.accounts.models import SalesChannel
from oms.core.actors import require
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError, Invalid, NotFound
from oms.core.tenancy import unit

VERB = "orders.place"
KIND = "cart"
LINES_MAX = 200
LONGEST = timedelta(days=30)


class NotEnoughStock(Conflict):
    """Nothing is held: the whole cart was asked for, and the shelf can not cover it."""

    code = "insufficient_stock"
    title = "There is not enough stock"


class CartEnded(Conflict):
    """It became an order, was given back, or its time ran out."""

    code = "cart_ended"
    title = "The cart holds nothing any more"


@dataclass(frozen=True)
class Want:
    """Units of an item; ``location_id`` pins them to one location."""

    item_id: UUID
    quantity: int
    location_id: UUID | None = None


@dataclass(frozen=True)
class HeldCart:
    """A cart, and what it holds now: demand → units, for those that hold any.

    ``lines`` are those that were asked for; ``components`` those of the kits among them.
    """

    cart: Cart
    lines: tuple[CartLine, ...]
    held: dict[UUID, int]
    components: tuple[CartLine, ...] = ()

    @property
    def complete(self) -> bool:
        return all(self.units(line) == line.quantity for line in self.lines)

    def units(self, line: CartLine) -> int:
        """Held for this line: of a kit, as many as can be made up of what its components hold."""
        parts = [each for each in self.components if each.kit_demand_id == line.demand_id]
        if not parts:
            return self.held.get(line.demand_id, 0)
        return min(self.held.get(each.demand_id, 0) * line.quantity // each.quantity for each in parts)


def hold_cart(
    *, wants: Sequence[Want], expires_at: datetime, channel_id: UUID | None = None, best_effort: bool = False
) -> HeldCart:
    """Hold the units until ``expires_at``: all of them, or with ``best_effort`` as many as there are.

    Raises `NotEnoughStock` naming each short line (``lines.N.quantity``), `Invalid` naming each bad field.
    """
    require(unit().actor, VERB, channel_id=channel_id)
    _check(wants, expires_at, channel_id)
    cart_id, kits = uuid7(), queries.kits_among({each.item_id for each in wants})
    asked = [
        Demand(cart_id, uuid7(), each.item_id, each.quantity, not best_effort, each.location_id, KIND) for each in wants
    ]
    demands = [part for each in asked for part in _parts(each, kits.get(each.item_id))]
    reserved = reserve_stock(demands=demands, expires_at=expires_at)
    if cart_id in reserved.refused:
        raise _not_enough(asked, reserved.refused[cart_id])
    row = {
        "id": cart_id, "channel_id": channel_id, "expires_at": expires_at, "created_at": unit().now, "ended_at": None,
        "ended_as": "",
    }  # fmt: skip
    insert_rows(Cart, [row])
    holding_nothing = [each for each in asked if each.item_id in kits]
    insert_rows(CartLine, [_row(cart_id, each) for each in (*holding_nothing, *demands)])
    return held_cart(cart_id)


def _parts(demand: Demand, kit: Kit | None) -> list[Demand]:
    """The demand itself, or those of the kit's components in its stead."""
    if kit is None:
        return [demand]
    return [
        replace(
            demand, demand_id=uuid7(), item_id=leaf, quantity=demand.quantity * units,
            kit=KitOf(demand.demand_id, kit.id, units, kit.ships_in_parts),
        )
        for leaf, units in kit.leaves.items()
    ]  # fmt: skip


def _row(cart_id: UUID, demand: Demand) -> dict:
    return {
        "cart_id": cart_id, "demand_id": demand.demand_id, "item_id": demand.item_id, "quantity": demand.quantity,
        "kit_demand_id": demand.kit.demand_id if demand.kit else None,
    }  # fmt: skip


def extend_cart(*, cart_id: UUID, expires_at: datetime) -> HeldCart:
    """Hold what it holds for longer, or for less. Raises `NotFound`, `CartEnded`, `Invalid` (``expires_at``)."""
    if problems := _time_problems(expires_at):
        raise Invalid("The cart was not extended.", fields=problems)
    cart = _open(cart_id)
    demands = list(cart.lines.values_list("demand_id", flat=True))
    lock_sellable({each.item_id for each in book.open_of_demands(demands)})
    # Only now, under the lock, is it certain what has not expired.
    held = book.open_of_demands(demands)
    if not held:
        raise CartEnded("Its time ran out, and its units went back to the shelf. Hold them anew.")
    book.extend([each.id for each in held], expires_at=expires_at)
    cart.expires_at = expires_at
    cart.save(update_fields=["expires_at"])
    return held_cart(cart_id)


def give_cart_back(*, cart_id: UUID) -> HeldCart:
    """Let its units be sold to others. Raises `NotFound`, `CartEnded`."""
    cart = _open(cart_id)
    unreserve_stock(demands=dict.fromkeys(cart.lines.values_list("demand_id", flat=True)))
    _end([cart], GIVEN_BACK)
    return held_cart(cart_id)


def held_cart(cart_id: UUID) -> HeldCart:
    """Raises `NotFound`."""
    cart = queries.visible_carts().filter(id=cart_id).first()
    if cart is None:
        raise NotFound("There is no such cart.")
    lines = tuple(cart.lines.select_related("item").order_by("demand_id"))
    held = queries.reservations_of([line.demand_id for line in lines])
    return HeldCart(
        cart,
        tuple(line for line in lines if line.kit_demand_id is None),
        {demand: sum(each.quantity for each in at) for demand, at in held.items()},
        tuple(line for line in lines if line.kit_demand_id is not None),
    )


def demands_of_carts(*, cart_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Lock these carts for their orders: cart → its demands, for those that have not ended; two statements."""
    carts = {cart.id: [] for cart in lock_carts(cart_ids) if not cart.ended_as}
    for cart_id, demand_id in CartLine.objects.filter(cart_id__in=list(carts)).values_list("cart_id", "demand_id"):
        carts[cart_id].append(demand_id)
    return carts


def convert_carts(*, cart_ids: Collection[UUID]) -> None:
    """They have become orders, which hold their units now."""
    _end(lock_carts(cart_ids), CONVERTED)


def _end(carts: Sequence[Cart], ending: str) -> None:
    for cart in carts:
        cart.ended_at, cart.ended_as = unit().now, ending
    Cart.objects.bulk_update(carts, ["ended_at", "ended_as"])


def _open(cart_id: UUID) -> Cart:
    (cart,) = lock_carts([cart_id]) or [None]
    if cart is None:
        raise NotFound("There is no such cart.")
    require(unit().actor, VERB, channel_id=cart.channel_id)
    if cart.ended_as:
        became = "It became an order." if cart.ended_as == CONVERTED else "It was given back."
        raise CartEnded(f"{became} Nothing was changed.")
    return cart


def _check(wants: Sequence[Want], expires_at: datetime, channel_id: UUID | None) -> None:
    """Quantities are checked where they are reserved."""
    problems = _time_problems(expires_at)
    if not 0 < len(wants) <= LINES_MAX:
        problems.append(FieldError("lines", "out_of_range", f"Send 1 to {LINES_MAX} lines."))
    if channel_id is not None and not SalesChannel.objects.filter(id=channel_id).exists():
        problems.append(FieldError("channel_id", "unknown_channel", "There is no such channel."))
    known = queries.skus_of({each.item_id for each in wants})
    problems += [
        FieldError(f"lines.{position}.item_id", "unknown_item", "There is no such item.")
        for position, each in enumerate(wants)
        if each.item_id not in known
    ]
    if problems:
        raise Invalid("Nothing is held: some fields need attention.", fields=problems)


def _time_problems(expires_at: datetime) -> list[FieldError]:
    if unit().now < expires_at <= unit().now + LONGEST:
        return []
    return [FieldError("expires_at", "out_of_range", f"Give a time from now to {LONGEST.days} days from now.")]


def _not_enough(demands: Sequence[Demand], shortages: Sequence[Shortage]) -> NotEnoughStock:
    positions = {demand.demand_id: position for position, demand in enumerate(demands)}
    fields = shortage_problems(shortages, positions)
    message = "Nothing is held: " + " ".join(field.message for field in fields)
    return NotEnoughStock(f"{message} Ask for less, or send best_effort for as many as there are.", fields=fields)
