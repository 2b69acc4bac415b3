"""Goods go back to a supplier: off the shelf, a credit note awaited, asked for, recorded, or given up."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail

from inventory.actions.billing.drafts import BillDraft, GoodsLine
from inventory.actions.billing.enter import enter_bill
from inventory.actions.move_state import move_state
from inventory.actions.purchasing.suppliers import create_supplier
from inventory.actions.reserve import reserve_stock
from inventory.actions.reverse import NotReversible, reverse_movement
from inventory.actions.supplier_returns.credit import (
    CreditNote,
    DuplicateCredit,
    chase_credit,
    end_waiting,
    record_credit,
)
from inventory.actions.supplier_returns.send import NotThere, SentBack, cancel_supplier_return, send_back
from inventory.actions.valuing.rebuild import start_rebuild
from inventory.models import ReceivedNotBilled, SupplierReturn
from inventory.queries.billing import to_bill
from inventory.queries.supplier_returns import credit_awaited
from inventory.tasks import chase_credit_notes
from oms.accounts.queries import actor_of_membership
from oms.core.db.keys import uuid7
from oms.core.errors import Forbidden, Invalid, NotAllowed, NotFound
from oms.core.jobs.running import run_due_jobs
from oms.core.tenancy import unit, unit_of_work
from oms.dashboard.home.attention import attention_of
from tests.inventory.stock import assert_book_adds_up, shelf, wants
from tests.inventory.value import balances, everything, follow, inside, last_entry, mugs_bought, worth

PAGES = "/m/acme/inventory/supplier-returns/"
D = Decimal


@pytest.fixture
def bought(tenant, catalog):
    return mugs_bought(tenant, catalog)


@pytest.fixture
def sent(tenant, catalog, bought) -> SupplierReturn:
    """2 blue mugs, worth 4.10 each as the oldest there are, back to Potteries."""
    with inside(tenant):
        return back(catalog, bought, (catalog.id("MUG-BLU"), 2))


def back(catalog, order, *lines, **more) -> SupplierReturn:
    given = {"return_id": uuid7(), "supplier_id": order.supplier_id, "location_id": catalog.leeds.id,
             "purchase_order_id": order.id, **more}  # fmt: skip
    return send_back(lines=[SentBack(*each) for each in lines], **given)


def note(number: str = "CN 1", amount: str = "8.20", currency: str = "EUR", **more) -> CreditNote:
    return CreditNote(number, unit().now.date(), D(amount), currency, **more)


def test_it_leaves_the_shelf_and_its_credit_is_awaited(tenant, catalog, bought, sent):
    follow(tenant)
    with inside(tenant):
        assert shelf(catalog.id("MUG-BLU"), catalog.leeds.id) == (18, 0)
        assert credit_awaited([sent.id]) == {sent.id: D("8.20")}
        assert (sent.number, sent.state, balances()["credit_awaited"]) == (1001, "awaited", D("8.20"))
        with pytest.raises(NotReversible, match="Cancel that return"):
            reverse_movement(movement_id=last_entry(catalog.id("MUG-BLU")).id, reason="Oops")
        again = back(catalog, bought, (catalog.id("MUG-BLU"), 2), return_id=sent.id)
        assert (again.id, shelf(catalog.id("MUG-BLU"), catalog.leeds.id)) == (sent.id, (18, 0))
        assert_book_adds_up()


@pytest.mark.parametrize(("amount", "difference"), [("8.20", D(0)), ("10", D("-1.80")), ("5", D("3.20"))])
def test_a_credit_note_is_owed_less(tenant, catalog, sent, amount, difference):
    with inside(tenant):
        found = record_credit(return_id=sent.id, credit=note(amount=amount))
        assert (found.state, found.rate) == ("credited", 1)
        with pytest.raises(NotAllowed, match="credited"):
            record_credit(return_id=sent.id, credit=note())
    follow(tenant)
    with inside(tenant):
        found = balances()
        assert (found["credit_awaited"], found["payable"]) == (0, D(amount))
        assert found.get("price_difference", 0) == difference
        before = everything()
        start_rebuild()
    run_due_jobs(tenant.id)
    with inside(tenant):
        assert everything() == before


def test_a_credit_note_counts_once_and_may_be_in_another_currency(tenant, catalog, bought, sent):
    with inside(tenant):
        second = back(catalog, bought, (catalog.id("MUG-RED"), 1))
        with pytest.raises(Invalid):
            record_credit(return_id=sent.id, credit=note(currency="USD"))
        record_credit(return_id=sent.id, credit=note(currency="USD", rate=D("0.5"), amount="16.40"))
        with pytest.raises(DuplicateCredit, match="SR1001"):
            record_credit(return_id=second.id, credit=note("cn-1"))
    follow(tenant)
    with inside(tenant):
        assert balances()["payable"] == D("8.20")


def test_they_never_billed_it(tenant, catalog, bought, sent):
    """What waited to be billed waits no more for those two; they were received at 6.00, and left at 4.10."""
    with inside(tenant):
        end_waiting(return_id=sent.id, how="never_billed", note="Taken off before the bill")
    follow(tenant)
    with inside(tenant):
        waiting = ReceivedNotBilled.objects.get(item_id=catalog.id("MUG-BLU"))
        assert (waiting.open_units, waiting.open_value) == (8, D("48.00"))
        assert balances()["credit_awaited"] == 0
        assert balances()["price_difference"] == D("-3.80")
        assert [units for line, units in to_bill(bought) if line.item_id == waiting.item_id] == [8]
        lines = [GoodsLine(waiting.item_id, 9, D(6), bought.id)]
        bill = enter_bill(draft=BillDraft(bought.supplier_id, "1", unit().now.date(), "EUR", lines))
        assert [each.verdicts for each in bill.lines.all()] == [["more_than_received"]]


def test_they_will_not_credit_it(tenant, catalog, sent):
    with inside(tenant):
        with pytest.raises(Invalid):
            end_waiting(return_id=sent.id, how="forgotten", note="x")
        with pytest.raises(Invalid):
            end_waiting(return_id=sent.id, how="written_off", note=" ")
        assert end_waiting(return_id=sent.id, how="written_off", note="Too late").state == "written_off"
    follow(tenant)
    with inside(tenant):
        assert (balances()["credit_awaited"], balances()["loss"]) == (0, D("8.20"))


def test_canceled_they_lie_where_they_lay(tenant, catalog, sent):
    with inside(tenant):
        with pytest.raises(Invalid):
            cancel_supplier_return(return_id=sent.id, note="")
        assert cancel_supplier_return(return_id=sent.id, note="The lorry was full").state == "cancelled"
        assert shelf(catalog.id("MUG-BLU"), catalog.leeds.id) == (20, 0)
        assert_book_adds_up()
        with pytest.raises(NotAllowed):
            chase_credit(return_id=sent.id)
    follow(tenant)
    with inside(tenant):
        assert worth(catalog.id("MUG-BLU")) == (25, D("121.50"))
        assert balances()["credit_awaited"] == 0


def test_only_what_is_promised_to_nobody_goes_back_from_any_shelf(tenant, catalog, bought):
    tea = catalog.id("TEA")
    with inside(tenant):
        reserve_stock(demands=[wants(tea, 8, location_id=catalog.leeds.id)])
        move_state(item_id=tea, location_id=catalog.london.id, from_state="sellable", to_state="damaged", quantity=2)
        with pytest.raises(NotThere, match="Only 2 units"):
            back(catalog, bought, (tea, 3))
        assert not SupplierReturn.objects.exists()
    with inside(tenant):
        back(catalog, bought, (tea, 2, "damaged"), location_id=catalog.london.id)
        assert shelf(tea, catalog.london.id, "damaged") == (0, 0)


def test_the_supplier_is_asked_by_mail(tenant, catalog, bought, sent):
    with inside(tenant):
        assert chase_credit(return_id=sent.id).chases == 1
    chase_credit_notes(tenant_id=tenant.id)
    (letter,) = mail.outbox
    assert letter.subject == "Credit note for SR1001 of Acme"
    assert "2 × MUG-BLU" in letter.body
    assert f"PO{bought.number}" in letter.body
    with inside(tenant):
        found = SupplierReturn.objects.get()
        assert (found.mail_due_at, found.mailed_at is not None) == (None, True)
        silent = create_supplier(code="SILENT", name="Silent", currency="EUR")
        lone = back(catalog, bought, (catalog.id("TEA"), 1), supplier_id=silent.id, purchase_order_id=None)
        with pytest.raises(Invalid, match="e-mail"):
            chase_credit(return_id=lone.id)
        with pytest.raises(Invalid):
            end_waiting(return_id=lone.id, how="never_billed", note="No order")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"supplier_id": uuid7()}, "supplier_id"),
        ({"location_id": uuid7()}, "location_id"),
        ({"purchase_order_id": uuid7()}, "purchase_order_id"),
        ({"note": "x" * 501}, "note"),
        ({"lines": []}, "lines"),
        ({"lines": [(uuid7(), 1)]}, "lines.0.item_id"),
        ({"quantity": 0}, "lines.0.quantity"),
        ({"state": "lost"}, "lines.0.state"),
    ],
)
def test_what_cannot_go_back(tenant, catalog, bought, changed, field):
    line = (catalog.id("TEA"), changed.pop("quantity", 1), changed.pop("state", "sellable"))
    lines = changed.pop("lines", [line])
    with inside(tenant), pytest.raises(Invalid) as refused:
        back(catalog, bought, *lines, **changed)
    assert field in {each.field for each in refused.value.fields}


def test_who_sees_other_locations_sees_it_not(tenant, catalog, bought, sent, membership):
    limited = actor_of_membership(membership(role="manager", locations=[catalog.london.id]))
    with unit_of_work(tenant.id, limited):
        with pytest.raises(NotFound):
            chase_credit(return_id=sent.id)
        with pytest.raises(Forbidden):
            back(catalog, bought, (catalog.id("TEA"), 1))
        with pytest.raises(Forbidden):
            record_credit(return_id=sent.id, credit=note())


def test_on_its_pages(tenant, catalog, bought, browser_client, django_assert_max_num_queries: Callable):
    assert "Nothing was sent back" in browser_client.get(PAGES).text
    given = {
        "receipt": str(uuid7()), "supplier": str(bought.supplier_id), "location": str(catalog.leeds.id),
        "order": f"PO{bought.number}", "note": "Chipped", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0",
        "form-0-code": "MUG-BLU", "form-0-quantity": "2", "form-0-state": "sellable",
    }  # fmt: skip
    assert browser_client.get(f"{PAGES}new/?order=PO{bought.number}").status_code == 200
    for wrong in ({"form-0-quantity": "99"}, {"order": "PO7"}, {"order": "x"}, {"form-0-code": "NONE"}):
        assert browser_client.post(f"{PAGES}new/", given | wrong).status_code == 422
    assert browser_client.post(f"{PAGES}new/", given).status_code == 303
    assert browser_client.post(f"{PAGES}new/", given).status_code == 303
    follow(tenant)
    with django_assert_max_num_queries(12):
        assert "€8.20" in browser_client.get(PAGES).text
    url = f"{PAGES}1001/"
    with django_assert_max_num_queries(25):
        assert "Ask for the credit note" in browser_client.get(url).text
    assert browser_client.post(f"{url}chase/").status_code == 303
    assert browser_client.post(f"{url}end/", {"how": "written_off", "note": ""}).status_code == 422
    with inside(tenant):
        today = unit().now.date().isoformat()
    credit = {"number": "CN9", "credited_on": today, "amount": "8.20", "currency": "EUR"}
    assert browser_client.post(f"{url}credit/", credit | {"amount": "x"}).status_code == 422
    assert browser_client.post(f"{url}credit/", credit).status_code == 303
    assert "CN9" in browser_client.get(url).text
    assert browser_client.post(f"{url}cancel/", {"note": "No"}).status_code == 409
    ledger = browser_client.get(f"/m/acme/inventory/items/{catalog.id('MUG-BLU')}/").text
    assert "SR1001" in ledger


def test_over_http(tenant, catalog, bought, api, api_of):
    sent = {
        "return_id": str(uuid7()), "supplier_id": str(bought.supplier_id), "location": "LEEDS",
        "purchase_order_id": str(bought.id), "lines": [{"sku": "MUG-BLU", "quantity": 2}], "note": "Chipped",
    }  # fmt: skip
    made = api.post("/api/v1/supplier-returns", sent, format="json")
    assert (made.status_code, made.json()["lines"][0]["state"]) == (201, "sellable")
    one = f"/api/v1/supplier-returns/{made.json()['id']}"
    assert api.post("/api/v1/supplier-returns", sent, format="json").json()["number"] == made.json()["number"]
    assert api.post(f"{one}/chase").json()["chases"] == 1
    assert api.post(f"{one}/end", {"how": "x", "note": "y"}, format="json").status_code == 422
    credit = {"number": "CN1", "credited_on": "2026-11-01", "amount": "8", "currency": "eur"}
    assert api.post(f"{one}/credit", credit, format="json").json()["state"] == "credited"
    assert api.post(f"{one}/cancel", {"note": "z"}, format="json").status_code == 409
    assert len(api.get("/api/v1/supplier-returns?state=credited").json()["results"]) == 1
    assert api.get(one).json()["credit_number"] == "CN1"
    limited = api_of(tenant, locations=[catalog.london.id])
    assert (limited.get(one).status_code, limited.get("/api/v1/supplier-returns").json()["results"]) == (404, [])


def test_a_credit_note_that_takes_long_stands_on_home(tenant, catalog, sent, browser_client):
    assert "No return is in this state" in browser_client.get(f"{PAGES}?state=overdue").text
    with inside(tenant):
        SupplierReturn.objects.update(sent_at=unit().now - timedelta(days=20))
    assert 'tone-warning">20' in browser_client.get(f"{PAGES}?state=overdue").text
    with inside(tenant):
        (told,) = attention_of(lambda verb: verb == "purchasing.view", "acme")
        assert (told.count, told.words, told.url) == (
            1, "credit note is overdue", "inventory/supplier-returns/?state=overdue",
        )  # fmt: skip
