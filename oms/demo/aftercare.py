"""What people do besides packing: settle holds, cancel, ask customers how it was, and take goods back."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from fulfillment import lifecycle as floor
from fulfillment.actions.canceling import cancel_or_ask as ask
from fulfillment.actions.stopping import answer_cancel
from fulfillment.models import FulfillmentOrder
from inventory.models import Item
from oms.core.actors import Actor, system
from oms.core.addresses import Address
from oms.core.db.keys import uuid7
from oms.core.errors import OmsError
from oms.core.tenancy import unit, unit_of_work
from oms.demo.trade import chance, right_postcode
from oms.desk.canceling import cancel_or_ask
from orders.actions.edit import edit_order
from orders.actions.lift import lift_hold
from orders.actions.rate import rate_order
from orders.models import Hold, Order
from orders.queries import lines_of
from returns import lifecycle
from returns.actions.book import BookedReturn, book_returns
from returns.actions.inspect import InspectionDraft, inspect_return
from returns.actions.receive import ReceiptDraft, receive_return
from returns.actions.request import ReturnLineDraft, approve_return, decline_return, mark_sent, request_return
from returns.models import Return
from returns.queries import lines_of_returns, returnable

CUSTOMER, SUPPORT = system("customer"), system("support")
HELD_FOR = timedelta(days=2)
CANCEL_SHARE, RATED_SHARE, RETURN_SHARE = 0.02, 0.2, 0.08
# Placed so many days ago: by then most have arrived.
ASKED_AFTER, RETURNED_AFTER = 9, (11, 16)
# Beyond so many a day they are booked all at once.
BY_HAND_A_DAY = 20
SCORES = {5: 58, 4: 24, 3: 9, 2: 5, 1: 4}
COMMENTS = {
    5: "Lovely, and beautifully packed.", 4: "Good, thank you.", 3: "It took a while.",
    2: "It came later than promised.", 1: "Something was broken.",
}  # fmt: skip
REASONS = (
    "changed_mind", "changed_mind", "not_as_described", "damaged", "wrong_item", "too_big", "too_small",
    "arrived_late", "other",
)  # fmt: skip


def look_after_orders(life, now: datetime, span: int) -> None:
    """Holds that have waited are settled, some customers cancel, the floor answers, and some say how it was.

    ``span`` is for how many days this is.
    """
    _each(life, now, SUPPORT, _old_holds, _settle_hold)
    _each(life, now, SUPPORT, lambda: _unanswered(now), _answer)
    _each(life, now, CUSTOMER, lambda: _regretted(life, now, span), _regret)
    _each(life, now, CUSTOMER, lambda: _arrived(life, now, ASKED_AFTER, span, "rate", RATED_SHARE)[:BY_HAND_A_DAY],
          lambda order: rate(life, order))  # fmt: skip


def look_after_returns(life, now: datetime, span: int) -> None:
    """Each return goes one step further, and new ones are asked for."""
    for state, age, step in (
        (lifecycle.RECEIVED, timedelta(hours=20), lambda found: inspect(life, found)),
        (lifecycle.IN_TRANSIT, timedelta(days=3), receive),
        (lifecycle.APPROVED, timedelta(hours=20), lambda found: _send(life, found)),
        (lifecycle.REQUESTED, timedelta(hours=20), lambda found: _answer_return(life, found)),
    ):
        _each(life, now, SUPPORT, lambda state=state, age=age: _returns(state, now - age), step)
    with unit_of_work(life.tenant_id, SUPPORT, now=now):
        wanted = [
            order
            for days in RETURNED_AFTER
            for order in _arrived(life, now, days, span, "return", RETURN_SHARE)
            if (order.number % 2 == 0) == (days == RETURNED_AFTER[0])
        ]
    for order in wanted[:BY_HAND_A_DAY]:
        _each(life, now, CUSTOMER, lambda order=order: [order], lambda order: ask_back(life, order))
    _book(life, now, wanted[BY_HAND_A_DAY:])


def _each(life, now: datetime, actor: Actor, find: Callable, act: Callable) -> None:
    """Each in a unit of its own, so that a refusal of one is no trouble to the others; nothing else may go wrong."""
    with unit_of_work(life.tenant_id, actor, now=now):
        found = list(find())
    for thing in found:
        try:
            with unit_of_work(life.tenant_id, actor, now=now):
                act(thing)
        except OmsError:
            continue
    if found:
        life.settle(now)


def _old_holds() -> list[Hold]:
    rows = Hold.objects.filter(lifted_at__isnull=True, set_at__lt=unit().now - HELD_FOR).select_related("order")
    return list(rows.order_by("order__number", "id"))


def _settle_hold(hold: Hold) -> None:
    if hold.kind == "address":
        address = right_postcode(Address.from_json(hold.order.ship_to))
        if hold.order.number % 3 and address is not None:
            edit_order(order_id=hold.order_id, ship_to=address)
        else:
            cancel_or_ask(order_id=hold.order_id, reason="No address could be found out.", refund=True)
    elif hold.order.number % 4:
        lift_hold(hold_id=hold.id, reason="Called the customer: all is well.")
    else:
        cancel_or_ask(order_id=hold.order_id, reason="It looks like fraud.", refund=True)


def _unanswered(now: datetime) -> list[UUID]:
    asked = FulfillmentOrder.objects.filter(cancel_requested_at__lt=now - timedelta(hours=20))
    return list(asked.filter(state__in=floor.OPEN).values_list("id", flat=True))


def _answer(work_id: UUID) -> None:
    answer_cancel(fulfillment_order_id=work_id, accept=True)


def _regretted(life, now: datetime, span: int) -> list[Order]:
    placed = Order.objects.filter(placed_at__gte=now - timedelta(days=span), placed_at__lt=now, state="open")
    return [each for each in placed.order_by("number") if chance(life.seed, each.number, "regret") < CANCEL_SHARE]


def _regret(order: Order) -> None:
    if order.number % 2:
        cancel_or_ask(order_id=order.id, reason="The customer changed their mind.", refund=True)
    else:
        ask(order_id=order.id, reason="Ordered twice.")


def _arrived(life, now: datetime, days: int, span: int, what: str, share: float) -> list[Order]:
    """Orders placed from that day on that are with the customer, as many of them as ``share`` says."""
    start = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Order.objects.filter(
        placed_at__gte=start, placed_at__lt=start + timedelta(days=span), fulfillment_state="delivered"
    ).exclude(source="exchange")
    return [each for each in rows.order_by("number") if chance(life.seed, each.number, what) < share]


def rate(life, order: Order) -> None:
    draw = chance(life.seed, order.number, "score") * sum(SCORES.values())
    score = next(each for each, ceiling in _ceilings() if draw < ceiling)
    wordy = chance(life.seed, order.number, "comment") < 0.4
    rate_order(order_id=order.id, score=score, comment=COMMENTS[score] if wordy else "")


def _ceilings() -> Iterator[tuple[int, int]]:
    total = 0
    for score, weight in SCORES.items():
        total += weight
        yield score, total


def ask_back(life, order: Order, *, outcome: str = "", by: str = "customer") -> Return:
    """The customer wants to send the first line back, or another item for it. Raises what the rules say."""
    lines = returnable(order).lines
    line = next((each for each in lines if each.returnable), lines[0]).line
    draw = chance(life.seed, order.number, "outcome")
    outcome = outcome or ("exchange" if draw < 0.12 else "none" if draw > 0.97 else "refund")
    instead = None
    if outcome == "exchange":
        instead = Item.objects.filter(active=True).exclude(id=line.item_id).order_by("sku_key").first().id
    reason = REASONS[int(chance(life.seed, order.number, "reason") * len(REASONS))]
    draft = ReturnLineDraft(line.id, 1, reason, exchange_item_id=instead)
    return request_return(order_id=order.id, lines=[draft], outcome=outcome, asked_by=by)


def _returns(state: str, before: datetime) -> list[Return]:
    when = {
        lifecycle.REQUESTED: "requested_at", lifecycle.APPROVED: "approved_at", lifecycle.IN_TRANSIT: "approved_at",
        lifecycle.RECEIVED: "received_at",
    }[state]  # fmt: skip
    rows = Return.objects.filter(state=state, **{f"{when}__lt": before, f"{when}__gt": before - timedelta(days=14)})
    return list(rows.order_by("number"))


def _answer_return(life, found: Return) -> None:
    if chance(life.seed, found.number, "decline") < 0.06:
        decline_return(return_id=found.id, reason="It shows signs of use, so we cannot take it back.")
    else:
        approve_return(return_id=found.id)


def _send(life, found: Return) -> None:
    """A few never send it."""
    if chance(life.seed, found.number, "sends") < 0.9:
        mark_sent(return_id=found.id, tracking_number=f"RT{found.number:08d}")


def receive(found: Return) -> None:
    """All of it arrives."""
    lines = lines_of_returns([found.id])[found.id]
    receive_return(return_id=found.id, receipts=[ReceiptDraft(uuid7(), line.id, line.quantity) for line in lines])


def inspect(life, found: Return) -> None:
    """Looked at: most is as new."""
    lines = lines_of_returns([found.id])[found.id]
    draw = chance(life.seed, found.number, "grade")
    grade, becomes = ("as_new", "restock") if draw < 0.7 else ("damaged", "damaged") if draw < 0.85 else (
        ("damaged", "scrap") if draw < 0.95 else ("opened", "send_back")
    )  # fmt: skip
    inspect_return(
        return_id=found.id,
        inspections=[InspectionDraft(uuid7(), line.id, line.received, grade, becomes) for line in lines],
    )


def _book(life, now: datetime, orders: list[Order]) -> None:
    if not orders:
        return
    with life.at(now, SUPPORT):
        lines = lines_of([order.id for order in orders])
        shipped = {order.id: [line for line in lines[order.id] if line.shipped and line.item_id] for order in orders}
        book_returns(
            drafts=[
                BookedReturn(order.id, {shipped[order.id][0].id: 1}, reason=REASONS[order.number % len(REASONS)])
                for order in orders
                if shipped[order.id]
            ]
        )
