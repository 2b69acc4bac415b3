"""Cancel: what goes back is shown first, to the cent, and the button does just that, once."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from oms.core.models import AuditEntry
from orders.models import Order, Refund, RefundPart
from orders.placing.payments import PaymentDraft
from orders.tasks import send_due_refunds
from tests.dashboard.orders import inside, place, reads_and_writes
from tests.orders.trade import line
from tests.portal.conftest import SHOP

pytestmark = pytest.mark.django_db
CHECK = f"{SHOP}cancel/check/"


@pytest.fixture
def ordered(tenant, catalog, let_in, prove):
    def order(**fields: object) -> Order:
        (placed,) = place(tenant, line("TEA", 2, "10.00"), line("MUG-BLU"), **fields)
        let_in(placed, "ada@example.com")
        prove(placed)
        return placed

    return order


@pytest.fixture
def paid(ordered) -> Order:
    return ordered(payment_state="paid")


def some_tea(tenant, order: Order, units: object) -> str:
    with inside(tenant):
        return f"{CHECK}?what=some&units_{order.lines.get(sku='TEA').id}={units}"


def form_of(page) -> dict[str, str]:
    """The key that this rendering of the form carries."""
    return {"idempotency_key": page.text.partition('name="idempotency_key" value="')[2].partition('"')[0]}


def test_all_of_it_in_time_and_the_money_goes_back(customer, tenant, paid):
    assert "You can cancel it until" in customer.get(f"{SHOP}cancel/").text
    page = customer.get(f"{CHECK}?what=all")
    assert "2 × Loose leaf tea" in page.text
    assert "€32.50" in page.text
    with inside(tenant):
        assert Order.objects.get(id=paid.id).state == "open", "looking changes nothing"
    assert customer.post(CHECK, form_of(page) | {"reason": "Too late"}).status_code == 302
    send_due_refunds(tenant_id=tenant.id)
    assert "This order was canceled." in customer.get(f"{SHOP}order/").text
    with inside(tenant):
        assert Order.objects.get(id=paid.id).state == "cancelled"
        assert Refund.objects.get().amount == paid.total == Decimal("32.50")
        assert AuditEntry.objects.filter(subject_id=paid.id, actor_label="The customer").exists()
    for page in (customer.get(f"{SHOP}cancel/"), customer.get(CHECK), customer.post(CHECK)):
        assert "There is nothing to cancel" in page.text


def test_a_button_pressed_twice_cancels_once(customer, tenant, paid):
    address = some_tea(tenant, paid, 1)
    form = form_of(customer.get(address))
    first, second = customer.post(address, form), customer.post(address, form)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == f"{SHOP}order/"
    with inside(tenant):
        assert paid.lines.get(sku="TEA").cancelled == 1
        assert Refund.objects.get().amount == Decimal("10.00")
    assert "1 canceled" in customer.get(f"{SHOP}order/").text
    assert customer.post(address, form | {"reason": "And another"}).status_code == 422


def test_what_was_chosen_badly_is_named(customer, tenant, paid):
    for units in ("x", "-1", "3", "1.5", "²", "9" * 30):
        refused = customer.get(some_tea(tenant, paid, units))
        assert refused.status_code == customer.post(some_tea(tenant, paid, units)).status_code == 422
        assert "“Loose leaf tea”: enter a whole number, 2 at most." in refused.text
        assert 'aria-invalid="true"' in refused.text
    assert "Choose at least one thing" in customer.get(some_tea(tenant, paid, 0)).text
    with inside(tenant):
        assert not Refund.objects.exists()


BY_TWO = (PaymentDraft(Decimal("12.50"), "gift_card"), PaymentDraft(Decimal("20.00"), "card"))


@pytest.mark.parametrize(
    ("units", "fields"),
    [
        (1, {"payment_state": "paid"}),
        (2, {"payment_state": "paid"}),
        (None, {"payment_state": "paid"}),
        (None, {"payments": BY_TWO}),
        (2, {"payments": BY_TWO}),
        (2, {"payments": BY_TWO[:1]}),
        (1, {"payments": BY_TWO[1:]}),
        (1, {"payment_state": "paid", "shipping": Decimal("4.99"), "discount": Decimal("3.00")}),
        (None, {"payment_state": "paid", "shipping": Decimal("4.99"), "discount": Decimal("3.00")}),
        (1, {}),
    ],
)
def test_what_the_page_says_is_what_goes_back(customer, tenant, ordered, units, fields):
    order = ordered(**fields)
    address = CHECK if units is None else some_tea(tenant, order, units)
    page = customer.get(address)
    said = unescape(page.text.partition("<form")[0])
    assert customer.post(address, form_of(page)).status_code == 302
    with inside(tenant):
        parts = Counter(
            f"{part.amount:.2f}" for part in RefundPart.objects.filter(refund__order_id=order.id).select_related()
        )
    shown = Counter(each.partition("<")[0] for each in said.split(">€")[1:])
    total = f"{sum(Decimal(amount) * count for amount, count in parts.items()):.2f}"
    assert shown == (parts + Counter([total]) if parts.total() > 1 else parts)


def test_to_which_tender_is_said(customer, tenant, ordered):
    ordered(payments=BY_TWO)
    page = customer.get(CHECK).text
    assert page.index("To your gift card") < page.index("€12.50")
    assert page.index("To your card") < page.index("€20.00")


def test_nothing_paid_nothing_goes_back(customer, tenant, ordered):
    ordered()
    assert "no money goes back" in customer.get(CHECK).text


def test_when_the_time_ended_while_reading_it_can_be_sent_as_a_request(customer, tenant, paid):
    page = customer.get(CHECK)
    with inside(tenant):
        Order.objects.filter(id=paid.id).update(placed_at=timezone.now() - timedelta(hours=2))
    late = customer.post(CHECK, form_of(page) | {"reason": "Changed my mind"})
    assert late.status_code == 409
    assert "Send it as a request" in late.text
    assert 'value="Changed my mind"' in late.text
    assert customer.get(f"{SHOP}cancel/")["Location"] == CHECK
    assert customer.post(CHECK, form_of(late) | {"ask": "1"}).status_code == 302
    with inside(tenant):
        assert Order.objects.get(id=paid.id).state == "cancelled"


def test_the_check_costs_few_statements(customer, tenant, paid):
    with CaptureQueriesContext(connection) as captured:
        customer.get(CHECK)
    assert len(reads_and_writes(captured)) <= 25


def test_it_asks_for_the_code_first_and_comes_back(customer, tenant, catalog, let_in):
    (order,) = place(tenant, line("TEA", 2))
    let_in(order, "ada@example.com")
    for answer in (customer.get(f"{CHECK}?what=all"), customer.post(f"{CHECK}?what=all")):
        assert answer["Location"] == f"{SHOP}verify/?next={CHECK}%3Fwhat%3Dall"
