"""Out of stock, low and back: noticed by what happens, and said once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail

from fulfillment.actions.overpromised import note_over_reserved
from inventory import tasks
from inventory.actions.adjust import adjust_stock
from inventory.actions.alerts import note_low_stock, note_pace, set_alert_policy
from inventory.actions.commit import Commit, commit_stock
from inventory.actions.purchasing.send import send_purchase_order
from inventory.actions.purchasing.suppliers import create_supplier
from inventory.actions.purchasing.write import PurchaseDraft, PurchaseLineDraft, create_purchase_order
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock, unreserve_stock
from inventory.models import Item, ItemPace, ReorderRule, SellBuffer, StockAlert
from inventory.queries import orderable, stock_alerts
from inventory.stock.alerting import (
    DEAD,
    LOW,
    OUT,
    OVER_RESERVED,
    OVERSELL_RISK,
    AlertPolicy,
    Signals,
    alerts_of,
    policy_problems,
)
from oms.core.actors import Actor, system
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit, unit_of_work
from tests.dashboard.orders import client_of, inside, place
from tests.inventory.stock import facts, wants
from tests.orders.trade import line


@pytest.mark.parametrize(
    ("signals", "kinds"),
    [
        (Signals(0), {OUT}),
        (Signals(-1, 5), {OUT}),
        (Signals(0, 0, daily_units=9), {OUT}),
        (Signals(1), set()),
        (Signals(1, 0), set()),
        (Signals(5, 5), {LOW}),
        (Signals(6, 5), set()),
        (Signals(5, 5, daily_units=5.5), {LOW, OVERSELL_RISK}),
        (Signals(6, 5, daily_units=6.0), set()),
        (Signals(3, daily_units=6.0, buffered=True), set()),
    ],
)
def test_what_is_wrong_with_a_shelf(signals, kinds):
    assert alerts_of(signals) == kinds


def test_a_policy_is_checked_and_kept_as_it_is():
    policy = AlertPolicy(("a@b.example",), (OUT, DEAD), 30)
    assert AlertPolicy.from_json(policy.to_json()) == policy
    assert policy.mails(OUT)
    assert not policy.mails(LOW)
    assert not AlertPolicy().mails(OUT)
    bad = policy_problems(AlertPolicy(("nobody",), ("warm",), 1))
    assert [each.field for each in bad] == ["mail_to", "mail_kinds", "dead_days"]


pytest_database = pytest.mark.django_db


def alerts(tenant) -> dict[str, str]:
    with inside(tenant):
        return dict(StockAlert.objects.values_list("item__sku", "kind"))


def told(tenant) -> list[tuple[str, str, int]]:
    """Every alert's fact, oldest first: raised or ended, kind, units."""
    with inside(tenant):
        raised = [("raised", each["kind"], each["available"]) for each in facts("stock.alert_raised")]
        return raised + [("ended", each["kind"], each["available"]) for each in facts("stock.alert_ended")]


@pytest_database
def test_the_last_unit_promised_is_told_once_and_so_is_what_comes_back(tenant, catalog, drain):
    mug = catalog.id("MUG-BLU")
    with inside(tenant):
        demand = wants(mug, 14)
        reserve_stock(demands=[demand])
    drain()
    assert alerts(tenant) == {}
    with inside(tenant):
        last = wants(mug, 3)
        reserve_stock(demands=[last])
        reserve_stock(demands=[wants(mug, 1)])
        assert len(facts("stock.ran_out")) == 1
    drain()
    with inside(tenant):
        adjust_stock(item_id=mug, location_id=catalog.leeds.id, change=-1, reason="loss")
    drain()
    assert alerts(tenant) == {"MUG-BLU": "out"}
    assert told(tenant) == [("raised", "out", 0)]
    with inside(tenant):
        unreserve_stock(demands={demand.demand_id: None})
    drain()
    assert alerts(tenant) == {}
    assert told(tenant)[-1][:2] == ("ended", "out")


@pytest_database
def test_low_is_at_the_reorder_point_of_all_locations(tenant, catalog, drain):
    tea = catalog.id("TEA")
    with inside(tenant):
        for place, units in ((catalog.leeds, 4), (catalog.london, 3)):
            ReorderRule.objects.create(item_id=tea, location=place, minimum=units, maximum=20)
        assert note_low_stock() == 0
        reserve_stock(demands=[wants(tea, 8)])
        assert (note_low_stock(), note_low_stock()) == (1, 0)
    assert alerts(tenant) == {"TEA": "low"}
    with inside(tenant):
        receive_stock(receipts=[Receipt(tea, catalog.leeds.id, 1)])
    drain()
    assert alerts(tenant) == {}
    assert told(tenant) == [("raised", "low", 7), ("ended", "low", 8)]


@pytest_database
def test_home_list_and_api_show_it_and_who_sees_a_part_does_not(tenant, catalog, drain, browser_client, api):
    place(tenant, line("MUG-BLU", 15))
    drain()
    assert "item is out of stock" in browser_client.get("/m/acme/").text
    page = browser_client.get("/m/acme/inventory/alerts/?kind=out").text
    assert "MUG-BLU" in page
    assert "MUG-BLU" not in browser_client.get("/m/acme/inventory/alerts/?kind=low").text
    (found,) = api.get("/api/v1/stock/alerts", {"kind": "out"}).json()["results"]
    assert (found["sku"], found["kind"]) == ("MUG-BLU", "out")
    limited = Actor("user", "1", "Fay", frozenset({"stock.view"}), locations=frozenset({catalog.leeds.id}))
    with unit_of_work(tenant.id, limited):
        assert not stock_alerts().exists()


def sell(item, units: int, location) -> None:
    """They leave for a customer now."""
    commit_stock(commits=[Commit(uuid7(), item, location.id, units, uuid7())], cause_kind="parcel")


@pytest_database
def test_less_than_a_day_s_sales_and_nothing_kept_back_is_a_risk(tenant, catalog, drain):
    tea = catalog.id("TEA")
    with inside(tenant):
        ItemPace.objects.create(item_id=tea, daily_units=9.5)
        assert note_low_stock() == 0
        reserve_stock(demands=[wants(tea, catalog_units(tea) - 9)])
        assert note_low_stock() == 1
    assert alerts(tenant) == {"TEA": OVERSELL_RISK}
    with inside(tenant):
        SellBuffer.objects.create(units=2)
        assert note_low_stock() == 1
    assert alerts(tenant) == {}


def catalog_units(item) -> int:
    return orderable(item_ids=[item])[item]


@pytest_database
def test_the_pace_is_what_left_and_what_does_not_leave_is_dead(tenant, catalog):
    mug, tea = catalog.id("MUG-BLU"), catalog.id("TEA")
    with inside(tenant):
        Item.objects.update(created_at=unit().now - timedelta(days=400))
        sell(mug, 7, catalog.leeds)
        assert note_pace() > 0
        assert ItemPace.objects.get(item_id=mug).daily_units == 0.25
        assert not ItemPace.objects.filter(item_id=tea).exists()
        assert "TEA" in alerts_inside()
        assert alerts_inside()["TEA"] == DEAD
        assert "MUG-BLU" not in alerts_inside()
        sell(tea, 1, catalog.leeds)
        assert note_pace() == 1
        assert "TEA" not in alerts_inside()
    with unit_of_work(tenant.id, system("tests"), now=in_days(tenant, 181)):
        note_pace()
        assert set(alerts_inside().values()) == {DEAD}
        assert not ItemPace.objects.exists()


def alerts_inside() -> dict[str, str]:
    return dict(StockAlert.objects.values_list("item__sku", "kind"))


def in_days(tenant, days: int):
    with inside(tenant):
        return unit().now + timedelta(days=days)


@pytest_database
def test_more_promised_than_here_and_coming(tenant, catalog, drain):
    place(tenant, line("MUG-BLU", 18))
    drain()
    with inside(tenant):
        assert (note_over_reserved(), note_over_reserved()) == (1, 0)
        assert StockAlert.objects.get(kind=OVER_RESERVED).units == 3
        made = create_supplier(code="POT", name="Potteries", currency="GBP", lead_time_days=10)
        lines = [PurchaseLineDraft(catalog.id("MUG-BLU"), 3, Decimal(4))]
        order = create_purchase_order(draft=PurchaseDraft(made.id, catalog.leeds.id, lines))
        assert note_over_reserved() == 0
        send_purchase_order(purchase_order_id=order.id, mail=False)
        assert note_over_reserved() == 1
        assert not StockAlert.objects.filter(kind=OVER_RESERVED).exists()


@pytest_database
def test_alerts_of_ten_minutes_are_one_mail_sent_once(tenant, catalog, drain):
    with inside(tenant):
        set_alert_policy(policy=AlertPolicy(mail_to=("buyer@acme.example", "b@acme.example")))
    place(tenant, line("MUG-BLU", 15), line("TEA", catalog_units_of(tenant, "TEA")))
    drain()
    tasks.mail_alerts(tenant_id=tenant.id)
    assert mail.outbox == []
    with inside(tenant):
        StockAlert.objects.update(mail_due_at=unit().now)
    for _ in range(2):
        tasks.mail_alerts(tenant_id=tenant.id)
    (sent,) = mail.outbox
    assert sent.to == ["buyer@acme.example", "b@acme.example"]
    assert sent.subject == "2 stock alerts of Acme"
    assert "Out of stock\n  MUG-BLU" in sent.body
    assert "TEA" in sent.body
    assert "/m/acme/inventory/alerts/" in sent.body


def catalog_units_of(tenant, sku: str) -> int:
    with inside(tenant):
        return catalog_units(Item.objects.get(sku=sku).id)


@pytest_database
def test_over_before_the_mail_is_no_mail_and_nobody_wants_it_either(tenant, catalog, drain):
    place(tenant, line("MUG-BLU", 15))
    drain()
    with inside(tenant):
        assert StockAlert.objects.get().mail_due_at is None
        StockAlert.objects.update(mail_due_at=unit().now)
    tasks.mail_alerts(tenant_id=tenant.id)
    assert mail.outbox == []
    with inside(tenant):
        assert StockAlert.objects.get().mail_due_at is None


@pytest_database
def test_a_mail_that_fails_is_tried_again(tenant, catalog, drain, settings):
    with inside(tenant):
        set_alert_policy(policy=AlertPolicy(mail_to=("buyer@acme.example",)))
    place(tenant, line("MUG-BLU", 15))
    drain()
    with inside(tenant):
        StockAlert.objects.update(mail_due_at=unit().now)
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    tasks.mail_alerts(tenant_id=tenant.id)
    with inside(tenant):
        alert = StockAlert.objects.get()
        assert alert.mail_attempts == 1
        assert alert.mail_due_at > unit().now


@pytest_database
def test_settings_on_their_page_and_over_http(tenant, catalog, browser_client, api, membership):
    where = "/m/acme/inventory/alerts/settings/"
    wanted = {"mail_to": "buyer@acme.example\nb@acme.example", "mail_kinds": [OUT, DEAD], "dead_days": "90"}
    assert browser_client.post(where, wanted).status_code == 303
    refused = browser_client.post(where, {**wanted, "mail_to": "nobody"})
    assert refused.status_code == 422
    assert "is no e-mail address" in refused.text
    kept = api.get("/api/v1/alert-policy").json()
    assert kept == {"mail_to": ["buyer@acme.example", "b@acme.example"], "mail_kinds": [OUT, DEAD], "dead_days": 90}
    changed = api.patch("/api/v1/alert-policy", {"dead_days": 30}, format="json").json()
    assert (changed["dead_days"], changed["mail_kinds"]) == (30, [OUT, DEAD])
    assert api.patch("/api/v1/alert-policy", {"dead_days": 1}, format="json").status_code == 422
    assert client_of(membership(role="warehouse")).get(where).status_code == 403
