"""State × role: what may be done, and the sentence when not. No database."""

import pytest

from oms.accounts import roles
from oms.core.actors import Actor
from oms.core.db.keys import uuid7
from oms.desk.actions_allowed import LineCounts, allowed_actions
from orders.models import Order

NEW = LineCounts(open=3)
CHANNEL = uuid7()


def actor(role: str, **limits: object) -> Actor:
    return Actor("user", "u", "Someone", roles.ROLE_VERBS[role], **limits)


def order(state: str = "open", **fields: object) -> Order:
    return Order(id=uuid7(), tenant_id=1, channel_id=CHANNEL, state=state, **fields)


def permitted(order: Order, role: str = "owner", counts: LineCounts = NEW) -> set[str]:
    return {each.verb for each in allowed_actions(order, actor(role), counts) if each.permitted}


def reason(verb: str, order: Order, role: str = "owner", counts: LineCounts = NEW) -> str:
    (found,) = [each for each in allowed_actions(order, actor(role), counts) if each.verb == verb]
    assert bool(found.reason) is not found.permitted
    return found.reason


@pytest.mark.parametrize(
    ("state", "role", "verbs"),
    [
        ("draft", "owner", {"update", "place", "discard"}),
        ("draft", "warehouse", set()),
        ("checking", "owner", {"cancel", "hold", "edit", "note", "pay"}),
        ("open", "owner", {"cancel", "hold", "edit", "note", "allocate", "move", "pay"}),
        ("open", "support", {"cancel", "hold", "edit", "note", "pay"}),
        ("open", "warehouse", set()),
        ("open", "finance", {"pay"}),
        ("open", "read_only", set()),
        ("cancelled", "owner", {"note", "pay"}),
        ("closed", "support", {"note", "pay"}),
        ("cancel_requested", "owner", {"hold", "note", "pay"}),
    ],
)
def test_by_state_and_role(state: str, role: str, verbs: set[str]) -> None:
    assert permitted(order(state), role) == verbs


def test_a_held_order_waits_for_its_release() -> None:
    held = order(open_holds=1)
    assert "lift" in permitted(held)
    assert reason("allocate", held) == "Release its holds first."
    assert reason("lift", order()) == "This order is not on hold."


def test_what_the_floor_has_begun_on() -> None:
    picking = LineCounts(open=2, in_work=1)
    assert "cancel" in permitted(order(), counts=picking)
    assert reason("allocate", order(), counts=picking) == "The floor has begun on it."
    assert "cancel" in permitted(order(), counts=LineCounts(in_work=1, shipped=2))
    gone = LineCounts(shipped=2)
    assert reason("cancel", order(), counts=gone) == "All 2 units have left. None can still be canceled."


def test_what_can_be_released() -> None:
    assert "release" in permitted(order(fulfillment_state="allocated"))
    assert reason("release", order(fulfillment_state="backordered")) == "No unit of it has a place yet."
    assert reason("release", order(fulfillment_state="allocated", open_holds=1)) == "Release its holds first."
    picking = LineCounts(in_work=2)
    assert reason("release", order(fulfillment_state="picking"), counts=picking) == "There is nothing left to release."


@pytest.mark.parametrize(
    ("payment_state", "why"),
    [
        ("unpaid", "Nothing was paid for it yet."),
        ("authorised", "Its payment is only authorized: no money has come in yet."),
        ("part_paid", ""), ("paid", ""), ("part_refunded", ""),
        ("refunded", "All that was paid has gone back."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("state", ["open", "cancelled", "closed"])
def test_what_was_paid_can_go_back(state: str, payment_state: str, why: str) -> None:
    assert reason("refund", order(state, payment_state=payment_state), "finance") == why


def test_matching_is_for_lines_without_an_item() -> None:
    assert "match" in permitted(order("checking"), counts=LineCounts(open=1, unmatched=1))
    assert reason("match", order()) == "Every line names an item."


def test_reasons_name_the_role_or_the_state() -> None:
    assert reason("cancel", order(), "read_only") == "Your role does not include this (orders.cancel). Ask an owner."
    assert reason("hold", order("cancelled")).startswith("This order is canceled")


def test_another_channel_is_not_this_actors() -> None:
    limited = actor("owner", channels=frozenset({uuid7()}))
    assert not any(each.permitted for each in allowed_actions(order(), limited, NEW))


def test_what_cannot_be_undone_asks_once_more() -> None:
    asks = {each.verb for each in allowed_actions(order(), actor("owner"), NEW) if each.confirm}
    assert asks == {"cancel"}
