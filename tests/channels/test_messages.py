"""What becomes of a channel's messages, in sentences; what failed is replayed, what is early waits."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from channels.actions import carrying_out
from channels.actions.carrying_out import WAITS
from channels.actions.messages import replay_message
from channels.models import ChannelMessage
from inventory.actions.items import ItemDraft, create_items, update_item
from inventory.items import Alias
from oms.core.errors import NotAllowed, NotFound
from oms.core.models import Fact
from oms.core.tenancy import unit_of_work
from tests.channels.hooks import PROCESS, connected, counters, kept, newest, order, orders, told

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def shop(tenant, catalog):
    return connected(tenant, catalog.channel)


@pytest.fixture
def replay(tenant, shop):
    def again(message: ChannelMessage) -> ChannelMessage:
        with unit_of_work(tenant.id, PROCESS):
            replay_message(message_id=message.id)
        shop.read()
        with unit_of_work(tenant.id, PROCESS):
            return ChannelMessage.objects.get(id=message.id)

    return again


def failures(tenant) -> list[dict]:
    with unit_of_work(tenant.id, PROCESS):
        found = Fact.objects.filter(tenant_id=tenant.id, name="channel_message.failed").order_by("occurred_at")
        return list(found.values_list("payload", flat=True))


def test_an_order_that_comes_under_another_message_is_not_placed_twice(shop, tenant):
    shop.say("order.placed", order())
    again = shop.say("order.placed", order())
    [placed] = orders(tenant)
    assert (again.state, again.order_id) == ("skipped", placed.id)
    assert f"is here already, as #{placed.number}" in again.outcome


def test_what_waits_for_stock_is_said(shop):
    placed = shop.say("order.placed", order({"sku": "TEA", "quantity": 40, "unit_price": "9.80"}))
    assert placed.outcome.endswith("placed. 25 units wait for stock.")


MUG = {"sku": "MUG-BLU", "quantity": 1}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (order(MUG, {"sku": "NOPE", "quantity": 1, "unit_price": 1}), "Line 2, sku: No item has the SKU “NOPE”."),
        (order({"sku": "MUG-BLU", "quantity": "2"}), "Line 1, quantity: Send a whole number, without quotation marks."),
        (order({"sku": "MUG-BLU"}), "Line 1, quantity: Say how many units."),
        (order(external_id=None), "external_id: Name the order by your own number, so that it is not placed twice."),
        (order(channel="other"), "channel: This connection belongs to Web shop (web). Leave the channel out."),
        (order(curency="EUR"), "curency: There is no such field. Did you mean currency?"),
        (order(customer={"email": "nobody"}), "customer.email: “nobody” is not an e-mail address."),
        (order(external_id="a\u0000b"), "external_id: Remove the control characters from this text."),
        (order(on_shortage="refuse", lines=[{"sku": "TEA", "quantity": 99}]), "99 × TEA wanted, 15 available."),
        ("an order", "data: Send the order as a JSON object"),
        (None, "data: Send the order as a JSON object"),
    ],
)
def test_a_bad_order_names_its_field_in_one_sentence(shop, tenant, data, sentence):
    message = shop.say("order.placed", data)
    assert message.state == "failed"
    assert sentence in message.error
    assert orders(tenant) == []
    assert [each["sentence"] for each in failures(tenant)] == [message.error]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{", "body: This is not JSON: line 1, column 2"),
        ("[]", "type:"),
        ('{"data": {}}', "type:"),
        ('{"type": 5}', "type:"),
        ("[" * 5000 + "]" * 5000, "body: This is not JSON"),
        ('{"type": "order.placed", "data": {"external_id": "\\ud800"}}', "body: This is not JSON"),
    ],
)
def test_a_body_that_says_nothing(shop, tenant, body, sentence):
    assert shop.post(body).status_code == 200, "it is kept first, and judged afterwards"
    shop.read()
    assert newest(tenant).state == "failed"
    assert newest(tenant).error.startswith(sentence)


def test_a_type_nobody_knows_is_no_failure(shop, tenant):
    message = shop.say("customer.updated\u0000", {"id": 5})
    assert message.state == "skipped"
    assert message.outcome.startswith("Messages of the type “customer.updated\ufffd” mean nothing here. Known: order.")
    assert failures(tenant) == []


def test_what_failed_is_replayed_after_mending(shop, tenant, replay):
    failed = shop.say("order.placed", order({"sku": "NEW", "quantity": 1, "unit_price": "5"}))
    assert failed.state == "failed"
    with unit_of_work(tenant.id, PROCESS):
        create_items(items=[ItemDraft(sku="NEW", name="New")])
    done = replay(failed)
    assert (done.state, done.error) == ("done", "")
    assert done.outcome.startswith(f"Order #{orders(tenant)[0].number} placed.")


def test_what_has_had_its_effect_is_not_done_twice(shop, tenant, replay):
    shop.say("order.placed", order())
    once = shop.say("order.cancelled", {"external_id": "WEB-1", "lines": [MUG], "reason": "Too many"})
    assert once.outcome == f"1 unit of order #{orders(tenant)[0].number} canceled."
    again = replay(once)
    assert (again.state, again.outcome) == ("done", "Its effect is here already; nothing was done twice.")
    assert counters(tenant) == [("MUG-BLU", 2, 1, 0, 0)]


def test_a_cancellation_may_come_before_its_order(shop, tenant):
    early = shop.say("order.cancelled", {"external_id": "WEB-1", "reason": "Changed my mind"})
    assert (early.state, early.due_at) == ("due", NOON + WAITS[0])
    assert early.error == "Web shop has no order “WEB-1” here yet. This waits for it, and is tried again."
    shop.say("order.placed", order())
    shop.read()
    [placed] = orders(tenant)
    assert placed.state == "cancelled"
    assert [each.outcome for each in kept(tenant)] == [
        f"Order #{placed.number} canceled.", f"Order #{placed.number} placed.",
    ]  # fmt: skip


def test_a_cancellation_whose_order_never_comes_is_given_up_and_told(shop, tenant, time_machine):
    shop.say("order.cancelled", {"external_id": "WEB-1"})
    at = NOON
    for wait in WAITS:
        assert newest(tenant).state == "due"
        at += wait
        time_machine.move_to(at, tick=False)
        shop.read()
    assert newest(tenant).state == "failed"
    assert "Send the order first, then replay this." in newest(tenant).error
    assert at - NOON > timedelta(days=1)
    assert len(failures(tenant)) == 1


def test_a_mistake_of_ours_delays_one_message_and_stops_no_other(shop, tenant, monkeypatch):
    place = carrying_out.EFFECTS["order.placed"]

    def break_on_one(message, data):
        if message.subject == "WEB-1":
            raise RuntimeError("a bug")
        return place(message, data)

    monkeypatch.setitem(carrying_out.EFFECTS, "order.placed", break_on_one)
    shop.post(told("order.placed", order()))
    shop.post(told("order.placed", order(external_id="WEB-2")))
    shop.read()
    broken, fine = kept(tenant)
    assert (broken.state, broken.due_at, fine.state) == ("due", NOON + WAITS[0], "done")
    assert broken.error == carrying_out.OUR_FAULT


def test_a_message_that_kills_whoever_reads_it_is_given_up(shop, tenant):
    shop.post(told("order.placed", order()))
    with unit_of_work(tenant.id, PROCESS):
        ChannelMessage.objects.update(attempts=len(WAITS) + 1)
    shop.read()
    assert (newest(tenant).state, newest(tenant).error) == ("failed", carrying_out.WORKERS_DIED)
    assert len(failures(tenant)) == 1


def test_nobody_replays_what_is_not_theirs(shop, tenant, other_tenant, replay):
    message = shop.say("order.placed", order(external_id=None))
    with unit_of_work(other_tenant.id, PROCESS), pytest.raises(NotFound):
        replay_message(message_id=message.id)
    with unit_of_work(tenant.id, PROCESS):
        ChannelMessage.objects.update(body="")
    with pytest.raises(NotAllowed, match="deleted after 30 days"):
        replay(message)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "external_id: Name the order by your own number."),
        ({"external_id": "WEB-1", "lines": []}, "lines: Name at least one line"),
        ({"external_id": "WEB-1", "lines": [{"sku": "", "quantity": 0}]}, "Line 1, sku: Name the SKU"),
        ({"external_id": "WEB-1", "lines": [{"sku": "NOPE", "quantity": 1}]}, "no line with the SKU “NOPE”"),
        ({"external_id": "WEB-1", "lines": [{**MUG, "quantity": 3}]}, "Of MUG-BLU 2 units are left, not 3."),
        ({"external_id": "WEB-1", "reason": 5}, "reason: Send a text, in quotation marks."),
        ({"external_id": "WEB-1", "items": []}, "items: There is no such field."),
        ({"external_id": "W\u0000"}, "external_id: Remove the control characters"),
    ],
)
def test_a_bad_cancellation_names_its_field(shop, tenant, data, sentence):
    shop.say("order.placed", order())
    message = shop.say("order.cancelled", data)
    assert message.state == "failed"
    assert sentence in message.error
    assert counters(tenant) == [("MUG-BLU", 2, 0, 0, 0)]


def test_a_channels_own_code_names_our_item(shop, tenant, catalog):
    with unit_of_work(tenant.id, PROCESS):
        update_item(item_id=catalog.id("MUG-BLU"), changes={"aliases": (Alias("SHOP-77", catalog.channel.id),)})
    shop.say("order.placed", order({"sku": "SHOP-77", "quantity": 2}))
    shop.say("order.cancelled", {"external_id": "WEB-1", "lines": [{"sku": "shop-77", "quantity": 1}]})
    assert counters(tenant) == [("MUG-BLU", 2, 1, 0, 0)]
    assert json.loads(newest(tenant).body)["type"] == "order.cancelled"
