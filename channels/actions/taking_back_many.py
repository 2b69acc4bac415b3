"""Take back units of many orders at once, as the credits of a file say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from channels.correcting import LineLeft, Shares, shares_of
from oms.core.errors import OmsError
from orders.actions.cancel import cancel_lines
from orders.actions.refund import refund_orders
from orders.errors import NothingPaid, RefundTooLarge
from orders.locks import lock_orders
from orders.queries import lines_of
from orders.refunding import RefundDraft
from returns.actions.book import BookedReturn, book_returns
from returns.models import Return
from returns.queries import units_in_returns

# What a refund answers where there is nothing to give back, as for orders nobody marked as paid.
NOTHING_BACK = (NothingPaid, RefundTooLarge)
PAID = ("paid", "part_paid", "part_refunded")

ByLine = Mapping[UUID, Mapping[UUID, int]]


@dataclass(frozen=True)
class Taken:
    """Units that had not left and were canceled, and units that came back."""

    cancelled: int = 0
    returned: int = 0


def take_back_units(*, units: ByLine, reason: str) -> Taken:
    """Order → line → units: what has not left is canceled and paid back, what has comes back to the shelf.

    The units were found to be there under locks that are still held: a refusal is a bug, and nothing is half done.
    """
    shares = _shares(units)
    here = {order_id: each.here for order_id, each in shares.items() if each.here}
    gone = {order_id: each.gone for order_id, each in shares.items() if each.gone}
    cancelled = sum(each.units for each in _sure(list(cancel_lines(lines=here, reason=reason).values())))
    _pay_back(here, reason)
    drafts = [BookedReturn(order_id, lines, note=reason) for order_id, lines in gone.items()]
    returned: list[Return] = _sure(book_returns(drafts=drafts)) if drafts else []
    return Taken(cancelled, sum(each.units for each in returned))


def _shares(units: ByLine) -> dict[UUID, Shares]:
    ids = [order.id for order in lock_orders(units)]
    lines = lines_of(ids)
    back = units_in_returns([line.id for order_id in ids for line in lines[order_id] if line.shipped])
    return {
        order_id: shares_of(
            [
                LineLeft(line.id, line.sku, line.to_ship - line.in_work, line.shipped - back.get(line.id, 0))
                for line in lines[order_id]
            ],
            units[order_id],
        )
        for order_id in ids
    }


def _pay_back(here: ByLine, reason: str) -> None:
    paid = {order.id for order in lock_orders(here) if order.payment_state in PAID}
    if paid:
        drafts = [RefundDraft(order_id, lines, reason=reason) for order_id, lines in here.items() if order_id in paid]
        _sure([each for each in refund_orders(drafts=drafts) if not isinstance(each, NOTHING_BACK)])


def _sure(answers: Sequence) -> list:
    for answer in answers:
        if isinstance(answer, OmsError):
            raise answer
    return list(answers)
