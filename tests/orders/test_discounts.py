"""A discount above one's limit waits for a second person."""

from decimal import Decimal

import pytest

from oms.accounts.actions.approvals import decide
from oms.accounts.models import Approval
from oms.accounts.queries import actor_of_membership
from oms.core.actors import Actor
from oms.core.errors import Forbidden
from oms.core.tenancy import unit_of_work
from orders.actions.discount import place_draft_or_ask, place_or_ask
from orders.actions.drafts import place_draft, save_draft, update_draft
from orders.actions.place import Placed, place_order
from orders.errors import DiscountNeedsApproval
from orders.models import Order
from orders.placing.discounts import discount_of
from tests.orders.trade import draft, line

BIG = {"discount": Decimal(60)}


def big(**fields: object):
    return draft(line(quantity=10), **{**BIG, **fields})


@pytest.fixture
def support(membership) -> Actor:
    """May give 50 alone."""
    return actor_of_membership(membership(role="support"))


def test_a_discount_is_all_that_is_taken_off() -> None:
    given = draft(
        line(discount="1"), line(sku="D", kind="discount", unit_price="-2", quantity=3), line(), discount=Decimal(4)
    )
    assert discount_of(given) == 11


def test_within_the_limit_it_is_placed(tenant, catalog, support) -> None:
    with unit_of_work(tenant.id, support):
        assert isinstance(place_or_ask(draft=big(discount=Decimal(50))), Placed)


def test_above_it_nobody_gets_round(tenant, catalog, support) -> None:
    with unit_of_work(tenant.id, support):
        with pytest.raises(DiscountNeedsApproval):
            place_order(draft=big())
        saved = save_draft(draft=big())
        with pytest.raises(DiscountNeedsApproval):
            place_draft(order_id=saved.id)


def test_it_waits_as_a_draft_until_somebody_else_approves(tenant, catalog, support, uow, reserved) -> None:
    with unit_of_work(tenant.id, support):
        approval = place_or_ask(draft=big())
        assert isinstance(approval, Approval)
        order = Order.objects.get()
        assert (order.state, order.next_step) == ("draft", "Waiting for approval of its discount")
        with pytest.raises(Forbidden):
            decide(approval_id=approval.id, approve=True)
    assert (approval.amount, reserved()) == (Decimal(60), 0)

    decide(approval_id=approval.id, approve=True)
    order.refresh_from_db()
    assert (order.state, order.total, reserved()) == ("checking", Decimal(65), 10)


def test_declined_it_stays_a_draft(tenant, catalog, support, uow) -> None:
    with unit_of_work(tenant.id, support):
        approval = place_or_ask(draft=big())
    decide(approval_id=approval.id, approve=False)
    assert Order.objects.get().state == "draft"


def test_a_saved_draft_asks_too_and_cannot_grow_meanwhile(tenant, catalog, support, uow) -> None:
    with unit_of_work(tenant.id, support):
        saved = save_draft(draft=big())
        approval = place_draft_or_ask(order_id=saved.id)
        update_draft(order_id=saved.id, draft=big(discount=Decimal(120)))
    with pytest.raises(Forbidden, match="changed after approval"):
        decide(approval_id=approval.id, approve=True)


@pytest.mark.parametrize("given", [big(), draft(line(), discount=Decimal(1))])
def test_who_may_give_none_is_told_so(tenant, catalog, given) -> None:
    clerk = Actor("user", "u", "Clerk", frozenset({"orders.place"}))
    with unit_of_work(tenant.id, clerk), pytest.raises(Forbidden, match="may not give discounts"):
        place_order(draft=given)


def test_programs_and_documents_report_what_was_agreed(tenant, catalog, support) -> None:
    with unit_of_work(tenant.id, Actor("key", "k", "A key", frozenset({"orders.place"}))):
        place_order(draft=big())
    with unit_of_work(tenant.id, support):
        place_order(draft=big(imported_total=Decimal(65)))
        assert Order.objects.filter(discount_total=60).count() == 2
