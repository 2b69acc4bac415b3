"""The money of an order as people see and change it: one truth in the panel, limits beside fields, one refund."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from oms.accounts import roles
from oms.accounts.models import Approval, SalesChannel
from oms.core.events.delivery import drain
from oms.notifications.models import CustomerMessage
from orders.models import OrderLine, Payment, Refund
from orders.placing.drafts import PaymentDraft
from orders.tasks import send_due_refunds
from tests.dashboard.orders import ORDERS, again, client_of, inside, place, reads_and_writes
from tests.orders.trade import line

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(tenant, catalog):
    """Three mugs for 34.00 with their shipping: 4.00 by gift card, the rest by card."""
    payments = (
        PaymentDraft(Decimal("4.00"), "gift_card"),
        PaymentDraft(Decimal("30.00"), "card", reference="ch_1", base_currency="GBP", base_rate=Decimal("0.8588")),
    )
    (made,) = place(tenant, line("MUG-BLU", 3, "10.00"), shipping=Decimal("4.00"), payments=payments)
    return made


def only_line(tenant, order) -> OrderLine:
    with inside(tenant):
        return OrderLine.objects.get(order_id=order.id)


def fields(tenant, order, units: int, **more: object) -> dict:
    return {f"line-{only_line(tenant, order).id}": units, "shipping": "last", "goodwill": "", "reason": ""} | more


def words_of(answer) -> str:
    """What a page says, without its markup."""
    return " ".join(strip_tags(answer.text).split())


def refunds(tenant) -> list[Decimal]:
    with inside(tenant):
        return list(Refund.objects.order_by("number").values_list("amount", flat=True))


def test_the_panel_tells_paid_left_and_owed(browser_client, tenant, order):
    page = browser_client.get(f"{ORDERS}{order.number}/").text
    for words in ("Gift card", "ch_1", "Received", "Left to refund", "Owed</dt>", "£25.76", "at 0.8588", "Per line"):
        assert words in page
    assert "Owed by customer" not in page


def test_an_unpaid_order_is_owed_and_offers_no_refund(browser_client, tenant, catalog):
    (order,) = place(tenant)
    page = browser_client.get(f"{ORDERS}{order.number}/").text
    assert "Owed by customer" in page
    assert "No payment is written down yet." in page
    assert 'data-verb="refund"' not in page
    assert "Money can only go back to a payment" in browser_client.get(f"{ORDERS}{order.number}/refund/").text


def test_what_a_channel_did_not_say_is_not_known(browser_client, tenant, catalog):
    (order,) = place(tenant, payment_state="part_refunded")
    page = browser_client.get(f"{ORDERS}{order.number}/").text
    assert "is not known here" in page
    assert "Owed" not in page


def test_the_page_costs_few_statements_with_money_that_came_and_went(browser_client, tenant, order):
    for _ in range(3):
        browser_client.post(
            f"{ORDERS}{order.number}/refund/", fields(tenant, order, 0, goodwill="1.00", verb="refund", amount_said="1")
        )
    assert refunds(tenant) == [1, 1, 1]
    browser_client.get(f"{ORDERS}{order.number}/")
    for path, most in (("?from=country:DE", 25), ("refund/", 16), ("payment/", 16)):
        with CaptureQueriesContext(connection) as captured:
            assert browser_client.get(f"{ORDERS}{order.number}/{path}").status_code == 200
        assert len(reads_and_writes(captured)) <= most


def test_the_button_says_the_sum_and_where_it_goes(browser_client, tenant, order):
    address = f"{ORDERS}{order.number}/refund/"
    first = browser_client.get(address)
    for words in ("Show what goes back", "€34.00 of what was paid", "€4.00 are left.", "Up to €34.00, for no unit"):
        assert words in words_of(first)
    assert 'max="3"' in first.text
    asked = fields(tenant, order, 1, shipping="share", goodwill="0.50")
    for answer in (
        browser_client.post(address, {**asked, "verb": "look"}),
        browser_client.get(f"{address}plan/", asked),
    ):
        assert answer.status_code == 200
        for words in ("Refund €11.83", "€4.00 → Gift card", "€7.83 (£6.72 GBP) → Card ch_1", "and €1.33 shipping"):
            assert words in words_of(answer)
        assert 'name="amount_said" value="11.83"' in answer.text
    assert refunds(tenant) == []


def test_a_refund_is_made_once_and_followed(browser_client, tenant, order):
    address = f"{ORDERS}{order.number}/refund/"
    form = fields(tenant, order, 3, reason="Late", verb="refund", amount_said="34.00", idempotency_key=str(uuid4()))
    assert [browser_client.post(address, form).status_code for _ in range(2)] == [303, 303]
    assert refunds(tenant) == [Decimal("34.00")]
    assert "On its way back" in browser_client.get(f"{ORDERS}{order.number}/").text
    send_due_refunds(tenant_id=tenant.id)
    page = browser_client.get(f"{ORDERS}{order.number}/").text
    for words in ("Given back", "by Olive Owner", "Late", "manual-", "34.00 EUR refunded (card, gift card)"):
        assert words in page
    assert again(tenant, order.id).payment_state == "refunded"
    assert 'data-verb="refund"' not in page


def test_a_refund_that_failed_is_told_on_home_and_tried_again(browser_client, membership, tenant, order):
    page, button = f"{ORDERS}{order.number}/", 'data-verb="retry_refund"'
    with inside(tenant):
        Payment.objects.update(gateway="gone")
    browser_client.post(f"{page}refund/", fields(tenant, order, 3, verb="refund", amount_said="34.00"))
    send_due_refunds(tenant_id=tenant.id)
    (told,) = [each for each in browser_client.get("/m/acme/").context["attention"] if "refund_failed" in each.url]
    assert told.count == len(browser_client.get(told.url).context["page"].rows) == 1
    shown = browser_client.get(page)
    for words in ("€34.00 of refund 1 did not go back", "There is no payment gateway “gone” here", button):
        assert words in shown.text
    picker = client_of(membership(role="warehouse"))
    assert button not in picker.get(page).text
    (failed,) = shown.context["panel"].failed
    retry = f"{page}refunds/{failed.refund.id}/retry/"
    assert picker.post(retry).status_code == 403
    assert browser_client.post(retry).status_code == 303
    second = browser_client.post(retry)
    assert second.status_code == 409
    assert "on its way already" in second.text
    assert button not in second.text
    assert "Refund of 34.00 EUR tried again" in browser_client.get(page).text


def test_what_the_button_did_not_say_does_not_go_back(browser_client, tenant, order):
    address = f"{ORDERS}{order.number}/refund/"
    answer = browser_client.post(address, fields(tenant, order, 2, verb="refund", amount_said="10.00"))
    assert answer.status_code == 409
    for words in ("This comes to €20.00 now", "Refund €20.00", 'value="2"'):
        assert words in answer.text
    assert refunds(tenant) == []


@pytest.mark.parametrize(
    ("units", "more", "words"),
    [
        (4, {}, "Only 3 are left to refund."),
        (0, {"goodwill": "34.01"}, "is more than the"),
        (-1, {}, "greater than or equal to 0"),
        (0, {"goodwill": "0.001"}, "no more than 2 decimal places"),
        (0, {}, "Nothing is left to give back"),
        (1, {"shipping": "all"}, "Select a valid choice"),
    ],
)
def test_a_refused_refund_keeps_what_was_typed(browser_client, tenant, order, units, more, words):
    form = fields(tenant, order, units, reason="By phone", verb="refund", amount_said="1") | more
    answer = browser_client.post(f"{ORDERS}{order.number}/refund/", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="By phone"' in answer.text
    assert refunds(tenant) == []
    assert words in browser_client.post(f"{ORDERS}{order.number}/refund/", form | {"verb": "look"}).text or units == 0


def test_above_the_limit_the_button_asks(membership, tenant, order):
    client = client_of(membership(role="support", limits={"orders.refund": "5.00"}))
    address = f"{ORDERS}{order.number}/refund/"
    form = fields(tenant, order, 1)
    assert "Ask to refund €10.00" in client.get(f"{address}plan/", form).text
    assert client.post(address, {**form, "verb": "refund", "amount_said": "10.00"}).status_code == 303
    assert refunds(tenant) == []
    with inside(tenant):
        assert Approval.objects.get().amount == Decimal("10.00")
    assert "a second person was asked" in client.get(f"{ORDERS}{order.number}/").text


def test_a_payment_is_written_down(browser_client, tenant, catalog):
    card = PaymentDraft(Decimal("12.50"), "card", authorised_only=True, reference="ch_9")
    (order,) = place(tenant, line("MUG-BLU"), payments=(card,))
    address = f"{ORDERS}{order.number}/payment/"
    page = browser_client.get(address)
    for words in ("The customer owes €12.50.", "Card, 12.50 EUR, ch_9"):
        assert words in words_of(page)
    assert 'value="12.50"' in page.text
    with inside(tenant):
        (authorised,) = Payment.objects.filter(order_id=order.id)
    wrong = {"authorisation": str(authorised.id), "amount": "99", "method": "cash", "reference": ""}
    refused = browser_client.post(address, wrong)
    assert refused.status_code == 422
    assert "Only 12.50 EUR are authorized." in refused.text
    assert browser_client.post(address, {**wrong, "amount": "12.50"}).status_code == 303
    now = again(tenant, order.id)
    assert now.payment_state == "paid"
    with inside(tenant):
        assert [(each.state, each.method) for each in Payment.objects.filter(order_id=order.id)] == [
            ("captured", "card")
        ]
    assert "12.50 EUR received (card)" in browser_client.get(f"{ORDERS}{order.number}/?show=money").text


@pytest.mark.parametrize(("wanted", "back"), [({"refund": "on"}, ["34.00"]), ({}, [])])
def test_canceling_refunds_when_asked_to(browser_client, tenant, order, wanted, back):
    address = f"{ORDERS}{order.number}/cancel/"
    assert "Refund what was paid for these units" in browser_client.get(address).text
    form = {"reason": "customer", "note": "", f"line-{only_line(tenant, order).id}": "3", **wanted}
    assert browser_client.post(address, form).status_code == 303
    assert refunds(tenant) == [Decimal(each) for each in back]


def mails(tenant) -> list[str]:
    drain(tenant.id)
    send_due_refunds(tenant_id=tenant.id)
    drain(tenant.id)
    with inside(tenant):
        return list(CustomerMessage.objects.exclude(kind="placed").order_by("id").values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("told_by", "words"),
    [("channel", "The channel tells the customer."), ("nobody", "Choose who tells for this channel")],
)
@pytest.mark.parametrize("path", ["refund/", "cancel/"])
def test_where_we_do_not_tell_the_page_says_who_does(browser_client, membership, tenant, order, told_by, words, path):
    with inside(tenant):
        SalesChannel.objects.update(told_by=told_by)
    page = browser_client.get(f"{ORDERS}{order.number}/{path}").text
    assert words in page
    assert 'name="tell_customer"' not in page
    assert "Choose who tells" not in client_of(membership(role="support")).get(f"{ORDERS}{order.number}/{path}").text


@pytest.mark.parametrize("tick", [{"tell_customer": "on"}, {}])
def test_the_customer_is_told_unless_the_box_is_unticked(browser_client, tenant, order, tick):
    with inside(tenant):
        SalesChannel.objects.update(told_by="us")
    refund, cancel = f"{ORDERS}{order.number}/refund/", f"{ORDERS}{order.number}/cancel/"
    assert f"… refunded for order #{order.number}" in browser_client.get(refund).text
    box = 'name="tell_customer" aria-describedby="id_tell_customer_helptext" id="id_tell_customer" checked'
    assert box in browser_client.get(cancel).text
    form = fields(tenant, order, 0, goodwill="1.00", verb="refund", amount_said="1.00", **tick)
    assert browser_client.post(refund, form).status_code == 303
    form = {"reason": "customer", "note": "", f"line-{only_line(tenant, order).id}": "3", **tick}
    assert browser_client.post(cancel, form).status_code == 303
    said = [f"Order #{order.number} was canceled", f"€1.00 refunded for order #{order.number}"]
    assert sorted(mails(tenant), reverse=True) == (sorted(said, reverse=True) if tick else [])


@pytest.mark.parametrize("path", ["refund/", "refund/plan/", "payment/"])
def test_strangers_and_roles_without_the_verb_are_refused(
    browser_client, membership, tenant, other_tenant, order, path
):
    client = client_of(membership(role="warehouse"))
    assert client.get(f"{ORDERS}{order.number}/{path}").status_code == 403
    assert browser_client.get(f"{ORDERS}{order.number + 1000}/{path}").status_code == 404
    if path != "refund/plan/":
        assert client.post(f"{ORDERS}{order.number}/{path}", {"amount": "1", "verb": "refund"}).status_code == 403


def test_a_cancel_form_without_the_right_offers_no_refund(membership, tenant, order, monkeypatch):
    monkeypatch.setitem(roles.ROLE_VERBS, "support", roles.ROLE_VERBS["support"] - {"orders.refund"})
    client = client_of(membership(role="support"))
    address = f"{ORDERS}{order.number}/cancel/"
    assert "Refund what was paid" not in client.get(address).text
    form = {"reason": "customer", "note": "", f"line-{only_line(tenant, order).id}": "3", "refund": "on"}
    assert client.post(address, form).status_code == 303
    assert refunds(tenant) == []
