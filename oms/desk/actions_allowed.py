"""What this actor may do with an order now, and why not the rest: the page's buttons, the API's ``allowed_actions``.

The answer is for showing; the action that is then called decides again, under the order's lock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oms.core.actors import Actor
from oms.core.allowed import Allowed, not_your_role
from orders.lifecycle import is_allowed, not_allowed
from orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class LineCounts:
    """An order's goods, added up: units nobody has begun on, in work, gone; and lines that name no item."""

    open: int = 0
    in_work: int = 0
    shipped: int = 0
    unmatched: int = 0

    @classmethod
    def of(cls, lines: Sequence[OrderLine]) -> "LineCounts":
        goods = [line for line in lines if line.kind == "goods"]
        return cls(
            open=sum(line.to_ship - line.in_work for line in goods),
            in_work=sum(line.in_work for line in goods),
            shipped=sum(line.shipped for line in goods),
            unmatched=sum(1 for line in goods if line.item_id is None),
        )


@dataclass(frozen=True, slots=True)
class _Verb:
    """``permission`` is the role's verb, ``transition`` the lifecycle's; ``refuse`` says what else is against it."""

    label: str
    permission: str
    transition: str
    refuse: Callable[[Order, LineCounts], str] = lambda order, counts: ""
    confirm: bool = False


def allowed_actions(order: Order, actor: Actor, counts: LineCounts | None = None) -> list[Allowed]:
    """Every verb that could be asked of an order in its state; a draft's are not those of a placed order.

    ``counts`` are read when not given.
    """
    verbs = _DRAFT if order.state == "draft" else _PLACED
    if counts is None:
        counts = LineCounts.of(list(order.lines.all()))
    return [_answer(name, verb, order, actor, counts) for name, verb in verbs.items()]


def _answer(name: str, verb: _Verb, order: Order, actor: Actor, counts: LineCounts) -> Allowed:
    reason = ""
    if not actor.permits(verb.permission, channel_id=order.channel_id):
        reason = not_your_role(verb.permission)
    elif not is_allowed(order.state, verb.transition):
        reason = not_allowed(order.state, verb.transition).message
    else:
        reason = verb.refuse(order, counts)
    return Allowed(name, verb.label, not reason, reason, verb.confirm)


def _cancel(order: Order, counts: LineCounts) -> str:
    if counts.open or counts.in_work or not counts.shipped:
        return ""
    return f"All {counts.shipped} units have left. None can still be canceled."


def _lift(order: Order, counts: LineCounts) -> str:
    return "" if order.open_holds else "This order is not on hold."


def _allocate(order: Order, counts: LineCounts) -> str:
    if order.open_holds:
        return "Release its holds first."
    if counts.in_work:
        return "The floor has begun on it."
    return "" if counts.open else "There is nothing left to allocate."


def _release(order: Order, counts: LineCounts) -> str:
    if order.open_holds:
        return "Release its holds first."
    if not counts.open:
        return "There is nothing left to release."
    return "No unit of it has a place yet." if order.fulfillment_state in ("not_allocated", "backordered") else ""


def _return(order: Order, counts: LineCounts) -> str:
    if not counts.shipped:
        return "Nothing has left yet. It can be canceled instead."
    return "All of it has come back." if order.return_state == "returned" else ""


def _match(order: Order, counts: LineCounts) -> str:
    return "" if counts.unmatched else "Every line names an item."


def _refund(order: Order, counts: LineCounts) -> str:
    return _NOT_REFUNDABLE.get(order.payment_state, "")


_NOT_REFUNDABLE = {
    "unpaid": "Nothing was paid for it yet.",
    "authorised": "Its payment is only authorized: no money has come in yet.",
    "refunded": "All that was paid has gone back.",
}
_PLACED = {
    "cancel": _Verb("Cancel order", "orders.cancel", "cancel", _cancel, confirm=True),
    "hold": _Verb("Hold order", "orders.hold", "hold"),
    "lift": _Verb("Release hold", "orders.hold", "lift", _lift),
    "allocate": _Verb("Allocate", "orders.allocate", "allocate", _allocate),
    "move": _Verb("Move to another location", "orders.allocate", "allocate", _allocate),
    "release": _Verb("Release to the floor", "fulfillment.release", "release", _release),
    "edit": _Verb("Edit", "orders.edit", "edit"),
    "match": _Verb("Match line", "orders.edit", "match", _match),
    "refund": _Verb("Refund", "orders.refund", "refund", _refund),
    "return": _Verb("Open a return", "returns.edit", "return", _return),
    "pay": _Verb("Record a payment", "orders.pay", "pay"),
    "note": _Verb("Write note", "orders.edit", "note"),
}
_DRAFT = {
    "update": _Verb("Edit draft", "orders.place", "update"),
    "place": _Verb("Place order", "orders.place", "place"),
    "discard": _Verb("Discard draft", "orders.place", "discard", confirm=True),
}
