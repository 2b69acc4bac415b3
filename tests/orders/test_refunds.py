"""Money that comes in and goes back: to the tender it came from, once, and never more than was paid."""

from decimal import Decimal
from uuid import uuid4

import pytest

from oms.accounts.actions.approvals import decide
from oms.accounts.models import Approval
from oms.accounts.queries import actor_of_membership
from oms.core.actors import system
from oms.core.errors import Invalid, NotAllowed, NotFound
from oms.core.events.delivery import drain
from oms.core.models import AuditEntry
from oms.core.models import Fact as FactRow
from oms.core.tenancy import unit_of_work
from orders.actions.cancel import cancel_order
from orders.actions.pay import capture_payment
from orders.actions.place import place_orders
from orders.actions.refund import RefundDraft, refund_or_ask, refund_order, refund_orders
from orders.actions.retry_refund import retry_refund
from orders.errors import NothingPaid, RefundNeedsApproval, RefundTooLarge
from orders.gateways import registry
from orders.gateways.port import Declined, RefundRequest, Unknown
from orders.models import Order, OrderLine, Payment, Refund, RefundPart
from orders.placing.drafts import PaymentDraft
from orders.queries.money import failed_refunds, money_of, preview_refund
from orders.tasks import send_due_refunds
from tests.orders.trade import draft, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(tenant):
    return lambda: unit_of_work(tenant.id, system("tests"))


def paid_order(inside, *lines, **fields) -> Order:
    with inside():
        (placed,) = place_orders(drafts=[draft(*lines, payment_state="paid", **fields)])
        return Order.objects.get(id=placed.order_id)


def units_of(order: Order) -> dict:
    return dict(OrderLine.objects.filter(order_id=order.id).values_list("id", "quantity"))


class Terminal:
    """A gateway that answers what it is told to, and remembers under which keys it was asked."""

    def __init__(self, *answers: object) -> None:
        self.answers, self.keys = list(answers), []

    def refund(self, request: RefundRequest, key) -> str:
        self.keys.append(key)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def terminal(monkeypatch):
    def plug_in(*answers: object) -> Terminal:
        made = Terminal(*answers)
        monkeypatch.setitem(registry._gateways, "terminal", made)
        return made

    return plug_in


def test_a_paid_order_has_the_payment_it_came_with(inside, catalog):
    whole = paid_order(inside, line("TEA", 2))
    split = paid_order(
        inside, line("TEA", 1, "10.00"),
        payments=(PaymentDraft(Decimal("4.00"), "gift_card"), PaymentDraft(Decimal("6.00"), "card", reference="ch_1")),
    )  # fmt: skip
    with inside():
        (one,) = Payment.objects.filter(order_id=whole.id)
        assert (one.amount, one.state, one.method) == (whole.total, "captured", "other")
        assert [each.method for each in money_of(split.id).payments] == ["gift_card", "card"]


def test_a_refund_goes_back_and_the_order_says_so(tenant, inside, catalog):
    order = paid_order(inside, line("TEA", 2, "10.00"), shipping=Decimal("4.00"))
    with inside():
        (line_id,) = units_of(order)
        refund = refund_order(draft=RefundDraft(order.id, {line_id: 1}, reason="Broken lid"))
        asked = money_of(order.id)
        assert (refund.amount, asked.refunding, asked.refunded) == (Decimal("10.00"), Decimal("10.00"), 0)
    send_due_refunds(tenant_id=tenant.id)
    with inside():
        money = money_of(order.id)
        assert (money.refunded, money.left, money.owed_to_customer, money.owed_by_customer) == (
            Decimal("10.00"), Decimal("14.00"), 0, 0,
        )  # fmt: skip
        assert Order.objects.get(id=order.id).payment_state == "part_refunded"
        refund_order(draft=RefundDraft(order.id, {line_id: 1}))
    send_due_refunds(tenant_id=tenant.id)
    with inside():
        assert Order.objects.get(id=order.id).payment_state == "refunded"
        assert [each.amount for each in money_of(order.id).refunds] == [Decimal("10.00"), Decimal("14.00")]
        names = FactRow.objects.filter(aggregate_id=order.id, name__startswith="order.refund").values_list("name")
        assert [name for (name,) in names.order_by("sequence")] == ["order.refund_requested", "order.refunded"] * 2
        said = AuditEntry.objects.filter(subject_id=order.id, sentence__contains="(other)").order_by("id")
        assert [each.sentence for each in said] == ["10.00 EUR refunded (other)", "14.00 EUR refunded (other)"]


def test_what_is_too_much_is_refused_and_named(inside, catalog):
    order = paid_order(inside, line("TEA", 2, "10.00"))
    with inside():
        (line_id,) = units_of(order)
        with pytest.raises(RefundTooLarge) as refused:
            refund_order(draft=RefundDraft(order.id, {line_id: 3}))
        assert (refused.value.fields[0].field, refused.value.data["left"]) == (f"lines.{line_id}", "2")
        with pytest.raises(RefundTooLarge, match="left of what was paid"):
            refund_order(draft=RefundDraft(order.id, goodwill=Decimal("20.01")))
        (placed,) = place_orders(drafts=[draft(line("TEA"))])
        with pytest.raises(NothingPaid):
            refund_order(draft=RefundDraft(placed.order_id, goodwill=Decimal(1)))
        first, second = refund_orders(
            drafts=[RefundDraft(order.id, {line_id: 2}), RefundDraft(uuid4(), goodwill=Decimal(1))]
        )
        assert isinstance(first, Refund)
        assert second.code == "not_found"


def test_a_gateway_that_does_not_know_is_asked_again_under_the_same_key(tenant, inside, catalog, terminal):
    asked = terminal(Unknown("Timed out."), "re_77")
    order = paid_order(
        inside, line("TEA", 1, "10.00"), payments=(PaymentDraft(Decimal("10.00"), "card", gateway="terminal"),)
    )
    with inside():
        refund_order(draft=RefundDraft(order.id, units_of(order)))
    send_due_refunds(tenant_id=tenant.id)
    with inside():
        part = RefundPart.objects.get()
        assert (part.state, part.error) == ("unknown", "Timed out.")
        RefundPart.objects.update(due_at=part.refund.created_at)
    send_due_refunds(tenant_id=tenant.id)
    with inside():
        part.refresh_from_db()
        assert (part.state, part.reference) == ("done", "re_77")
    assert asked.keys == [part.key, part.key]


def test_what_a_gateway_declines_did_not_go_back(tenant, inside, catalog, terminal):
    terminal(Declined("The card was closed. Pay it back by bank transfer."))
    order = paid_order(
        inside, line("TEA", 1, "10.00"), payments=(PaymentDraft(Decimal("10.00"), "card", gateway="terminal"),)
    )
    with inside():
        refund_order(draft=RefundDraft(order.id, units_of(order)))
    send_due_refunds(tenant_id=tenant.id)
    with inside():
        money = money_of(order.id)
        assert (money.refunds[0].state, money.left, money.lines[0].units_left) == ("failed", Decimal("10.00"), 1)
        assert Order.objects.get(id=order.id).payment_state == "paid"
        fact = FactRow.objects.get(name="order.refund_failed")
        assert "card was closed" in fact.payload["sentence"]


def failed_refund(tenant, inside, terminal, *answers: object) -> tuple[Terminal, Refund]:
    """Ten euros of a card that was closed, and what its gateway will answer next."""
    asked = terminal(Declined("The card was closed."), *answers)
    order = paid_order(
        inside, line("TEA", 2, "5.00"), payments=(PaymentDraft(Decimal("10.00"), "card", gateway="terminal"),)
    )
    with inside():
        refund = refund_order(draft=RefundDraft(order.id, units_of(order)))
    send_due_refunds(tenant_id=tenant.id)
    return asked, refund


def test_a_refund_that_failed_is_tried_again_as_a_new_question(tenant, inside, catalog, terminal):
    asked, refund = failed_refund(tenant, inside, terminal, "re_2")
    with inside():
        assert [each.id for each in failed_refunds()] == [refund.id]
        again = retry_refund(order_id=refund.order_id, refund_id=refund.id)
        assert (again.state, again.settled_at, list(failed_refunds())) == ("requested", None, [])
        with pytest.raises(NotAllowed, match="on its way already"):
            retry_refund(order_id=refund.order_id, refund_id=refund.id)
    send_due_refunds(tenant_id=tenant.id)
    with inside():
        assert (money_of(refund.order_id).refunded, RefundPart.objects.get().reference) == (Decimal("10.00"), "re_2")
        assert len(set(asked.keys)) == 2
        with pytest.raises(NotAllowed, match="gone back already"):
            retry_refund(order_id=refund.order_id, refund_id=refund.id)
        said = AuditEntry.objects.filter(subject_id=refund.order_id, verb="orders.refund").order_by("id")
        assert [each.sentence for each in said] == [
            "Refund of 10.00 EUR asked for", "Refund of 10.00 EUR failed: The card was closed.",
            "Refund of 10.00 EUR tried again", "10.00 EUR refunded (card)",
        ]  # fmt: skip


def test_what_went_back_some_other_way_since_is_not_tried_again(tenant, inside, catalog, terminal):
    _, refund = failed_refund(tenant, inside, terminal)
    with inside():
        refund_order(draft=RefundDraft(refund.order_id, dict.fromkeys(units_of(Order(id=refund.order_id)), 1)))
        assert list(failed_refunds()) == []
        with pytest.raises(RefundTooLarge, match="some other way since"):
            retry_refund(order_id=refund.order_id, refund_id=refund.id)
        with pytest.raises(NotFound):
            retry_refund(order_id=refund.order_id, refund_id=uuid4())


def test_only_the_part_that_failed_is_tried_again(tenant, inside, catalog, terminal):
    terminal(Declined("The card was closed."), "re_2")
    payments = (PaymentDraft(Decimal("4.00"), "gift_card"), PaymentDraft(Decimal("16.00"), "card", gateway="terminal"))
    order = paid_order(inside, line("TEA", 2, "10.00"), payments=payments)
    with inside():
        refund = refund_order(draft=RefundDraft(order.id, units_of(order)))
    send_due_refunds(tenant_id=tenant.id)
    with inside():
        retry_refund(order_id=order.id, refund_id=refund.id)
        assert [part.state for part in RefundPart.objects.order_by("amount")] == ["done", "due"]
    send_due_refunds(tenant_id=tenant.id)
    with inside():
        assert (money_of(order.id).refunded, Refund.objects.get().state) == (Decimal("20.00"), "refunded")


def test_above_the_limit_a_second_person_decides(tenant, membership, owner, inside, catalog):
    order = paid_order(inside, line("TEA", 4, "100.00"))
    with inside():
        units = units_of(order)
    with unit_of_work(tenant.id, actor_of_membership(membership(role="support"))):
        with pytest.raises(RefundNeedsApproval):
            refund_order(draft=RefundDraft(order.id, units))
        approval = refund_or_ask(draft=RefundDraft(order.id, units, reason="Never arrived", tell_customer=False))
        assert isinstance(approval, Approval)
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        decide(approval_id=approval.id, approve=True)
        made = Refund.objects.get()
        assert (made.amount, made.tell_customer) == (Decimal("400.00"), False)


def test_money_that_comes_in_later_is_written_down(inside, catalog):
    with inside():
        (placed,) = place_orders(drafts=[draft(line("TEA", 1, "10.00"))])
        assert money_of(placed.order_id).owed_by_customer == Decimal("10.00")
        capture_payment(order_id=placed.order_id, draft=PaymentDraft(Decimal("4.00"), "cash"))
        assert Order.objects.get(id=placed.order_id).payment_state == "part_paid"
        capture_payment(order_id=placed.order_id, draft=PaymentDraft(Decimal("6.00"), "cash"))
        assert Order.objects.get(id=placed.order_id).payment_state == "paid"
        with pytest.raises(Invalid, match="fields need attention"):
            capture_payment(order_id=placed.order_id, draft=PaymentDraft(Decimal("0.001"), "cowries"))


def test_a_canceled_order_owes_what_was_paid(tenant, inside, catalog):
    order = paid_order(inside, line("TEA", 2, "10.00"), shipping=Decimal("4.00"))
    with inside():
        cancel_order(order_id=order.id, reason="Changed their mind")
        assert money_of(order.id).owed_to_customer == Decimal("24.00")
        refund_order(draft=RefundDraft(order.id, units_of(order)))
        assert money_of(order.id).owed_to_customer == 0
        capture_payment(order_id=order.id, draft=PaymentDraft(Decimal(1)))
        assert money_of(order.id).owed_to_customer == Decimal("1.00")
    drain(tenant.id)


def test_an_authorisation_is_no_money_until_it_is_captured(inside, catalog):
    with inside():
        payments = (PaymentDraft(Decimal("10.00"), "card", authorised_only=True),)
        (placed,) = place_orders(drafts=[draft(line("TEA", 1, "10.00"), payments=payments)])
        assert Order.objects.get(id=placed.order_id).payment_state == "authorised"
        before = money_of(placed.order_id)
        assert (before.paid, before.authorised, before.owed_by_customer) == (0, Decimal("10.00"), Decimal("10.00"))
        (card,) = before.payments
        with pytest.raises(Invalid) as refused:
            capture_payment(order_id=placed.order_id, draft=PaymentDraft(Decimal("10.01")), authorisation_id=card.id)
        assert [(each.field, each.code) for each in refused.value.fields] == [("amount", "more_than_authorised")]
        capture_payment(order_id=placed.order_id, draft=PaymentDraft(Decimal("10.00")), authorisation_id=card.id)
        after = money_of(placed.order_id)
        assert (after.paid, after.authorised, after.owed_by_customer) == (Decimal("10.00"), 0, 0)
        with pytest.raises(Invalid, match="no such authorization"):
            capture_payment(order_id=placed.order_id, draft=PaymentDraft(Decimal(1)), authorisation_id=card.id)


def test_where_the_channel_named_no_sums_none_are_invented(inside, catalog):
    with inside():
        (placed,) = place_orders(drafts=[draft(line("TEA", 1, "10.00"), payment_state="part_refunded")])
        money = money_of(placed.order_id)
        assert (money.known, money.owed_by_customer, money.owed_to_customer) == (False, 0, 0)


def test_what_half_went_back_is_not_given_back_twice(tenant, inside, catalog, terminal):
    terminal(Declined("The card was closed."))
    payments = (PaymentDraft(Decimal("4.00"), "gift_card"), PaymentDraft(Decimal("16.00"), "card", gateway="terminal"))
    order = paid_order(inside, line("TEA", 2, "10.00"), payments=payments)
    with inside():
        (line_id,) = units_of(order)
        refund_order(draft=RefundDraft(order.id, {line_id: 1}))
    send_due_refunds(tenant_id=tenant.id)
    with inside():
        money = money_of(order.id)
        assert (money.refunds[0].state, money.refunded, money.lines[0].units_left) == ("failed", Decimal("4.00"), 1)
        assert money.owed_to_customer == Decimal("6.00")


def test_preview_and_refund_are_one_path(inside, catalog):
    order = paid_order(inside, line("TEA", 3, "10.00"), shipping=Decimal("4.00"))
    with inside():
        (line_id,) = units_of(order)
        asked = RefundDraft(order.id, {line_id: 2}, shipping=True, goodwill=Decimal("1.50"))
        plan = preview_refund(draft=asked)
        assert refund_order(draft=asked).amount == plan.amount == Decimal("24.17")
        with pytest.raises(RefundTooLarge):
            preview_refund(draft=asked)
