"""Send an order from the location a person chooses, and keep it there."""

from collections.abc import Sequence
from uuid import UUID

from fulfillment.actions.allocate import placements
from fulfillment.actions.loading import Network, Work, load_network, load_work
from fulfillment.actions.recording import record_plans
from fulfillment.models import Decision
from fulfillment.sourcing import LacksStock, Plan, Site, plan_move
from inventory.actions.reserve import rereserve_stock
from inventory.stock.values import Need, Placement, StockView
from oms.core.actors import Actor
from oms.core.errors import Conflict, Forbidden, Invalid, NotAllowed, NotFound
from oms.core.tenancy import unit
from orders.lifecycle import next_state
from orders.locks import lock_order
from orders.models import Order

REASON_MAX = 500


class LocationLacksStock(Conflict):
    """The chosen location cannot cover what the order holds now; ``lacking`` names the SKUs."""

    code = "location_lacks_stock"
    title = "There is not enough stock there"


class LocationDoesNotShip(Conflict):
    code = "location_does_not_ship"
    title = "This location does not ship orders"


def move_order(*, order_id: UUID, location_id: UUID, reason: str) -> Decision:
    """Move everything the order still owes to one location; later runs leave it there while that has stock.

    Raises `NotFound` for an unknown order or location, `Invalid` without a reason, `NotAllowed` when the
    order is not open, on hold, or begun on, `Forbidden` outside the actor's locations,
    `LocationDoesNotShip`, and `LocationLacksStock`. Nothing is changed then.
    """
    reason = _checked(reason)
    order = lock_order(order_id)
    work = _movable(order)
    network = load_network()
    target = _target(network, location_id)
    _check_scope(unit().actor, [target.id], network)
    mover = _Mover(work, network, target, reason)
    rereserve_stock(needs=work.stock_needs(), choose=mover)
    recorded = record_plans([(work, mover.plan)], triggers={order.id: "manual"}, network=network)
    return recorded[0] if recorded else work.before


class _Mover:
    """What `rereserve_stock` asks under its locks; keeps the plan for those who record it."""

    plan: Plan

    def __init__(self, work: Work, network: Network, target: Site, reason: str) -> None:
        self.work, self.network, self.target, self.reason = work, network, target, reason

    def __call__(self, needs: Sequence[Need], view: StockView) -> list[Placement]:
        actor = unit().actor
        _check_scope(actor, {location for held in view.held.values() for location in held}, self.network)
        try:
            self.plan = plan_move(
                self.work.need, self.target.id, self.network.sites, view.available, view.held,
                by=actor.label, reason=self.reason,
            )  # fmt: skip
        except LacksStock as lacks:
            raise _lacks_stock(self.target, lacks.lacking) from None
        return placements([self.plan])


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid.field("reason", "Say why you move this order: it is kept with the decision.", "required")
    if len(reason) > REASON_MAX:
        raise Invalid.field("reason", f"Shorten the reason to {REASON_MAX} characters.", "too_long")
    return reason


def _movable(order: Order) -> Work:
    next_state(order.state, "allocate")
    if order.open_holds:
        raise NotAllowed("on hold", "move", "Not moved. This order is on hold. Release its holds first.")
    work = load_work([order])
    if not work:
        raise NotAllowed("in work", "move", "Not moved. The warehouse has begun on this order. Stop that first.")
    if not work[0].need.lines:
        raise NotAllowed("settled", "move", "Not moved. This order has no items left to ship.")
    return work[0]


def _target(network: Network, location_id: UUID) -> Site:
    found = next((each for each in network.sites if each.id == location_id), None)
    if found is None:
        raise NotFound("There is no such location.")
    if not (found.active and found.ships):
        why = "does not ship orders" if found.active else "is closed"
        raise LocationDoesNotShip(f"Not moved. {found.name} {why}. Choose another location.")
    return found


def _check_scope(actor: Actor, location_ids: Sequence[UUID] | set[UUID], network: Network) -> None:
    """Both where the goods go and where they lie now must be the actor's to decide about."""
    names = {each.id: each.name for each in network.sites}
    for location_id in location_ids:
        if actor.locations is not None and location_id not in actor.locations:
            raise Forbidden(
                f"Not moved. {names[location_id]} is not one of your locations. Ask somebody who works for it.",
                location_id=str(location_id),
            )


def _lacks_stock(target: Site, lacking: Sequence[tuple[str, int, int]]) -> LocationLacksStock:
    short = ", ".join(f"{there} of {wanted} × {sku}" for sku, wanted, there in lacking[:3])
    return LocationLacksStock(
        f"Not moved. {target.name} has only {short}. Choose another location, or bring stock there first.",
        location_id=str(target.id),
        lacking=[{"sku": sku, "wanted": wanted, "available": there} for sku, wanted, there in lacking],
    )
