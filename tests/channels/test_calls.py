"""Files and calls of the API leave a row in the log as well: what came, what became of it, and again after mending."""

import pytest

from channels.actions.importing import cancel_import, start_check, start_placing
from channels.actions.messages import replay_message
from channels.actions.uploading import start_import
from channels.models import ChannelMessage
from channels.tasks import read_messages
from inventory.actions.items import ItemDraft, create_items
from oms.core.errors import NotAllowed
from oms.core.tenancy import unit_of_work
from tests.channels.files import wholesale
from tests.channels.hooks import PROCESS, kept, newest, orders
from tests.channels.test_importing import run
from tests.desk.bodies import body

ORDERS, BATCH = "/api/v1/orders", "/api/v1/orders/batch"
NEW = {"sku": "NEW", "quantity": 1, "unit_price": "5"}
pytestmark = pytest.mark.usefixtures("catalog")


@pytest.fixture
def replay(tenant):
    def again(message: ChannelMessage) -> ChannelMessage:
        with unit_of_work(tenant.id, PROCESS):
            replay_message(message_id=message.id)
        read_messages(tenant_id=tenant.id)
        return newest(tenant)

    return again


def test_a_placed_order_leaves_one_row_with_what_was_sent(api, tenant):
    sent = body()
    answer = api.post(ORDERS, sent, format="json", headers={"Idempotency-Key": "k-1"})
    api.post(ORDERS, sent, format="json", headers={"Idempotency-Key": "k-1"})
    [message] = kept(tenant)
    number = answer.json()["number"]
    assert (message.kind, message.subject, message.state, message.outcome) == (
        "api.order", sent["external_id"], "done", f"Order #{number} placed.",
    )  # fmt: skip
    assert str(message.order_id) == answer.json()["id"]
    assert '"MUG-BLU"' in message.body
    assert message.headers["idempotency-key"] == "k-1"
    assert "authorization" not in message.headers
    with unit_of_work(tenant.id, PROCESS):
        connection = ChannelMessage.objects.get().connection
        assert (connection.kind, connection.channel.code) == ("api", "web")


def test_a_refused_order_leaves_one_too_and_can_be_placed_from_it(api, tenant, replay):
    assert api.post(ORDERS, body(NEW), format="json").status_code == 422
    [message] = kept(tenant)
    assert (message.state, message.outcome, orders(tenant)) == ("failed", "", [])
    assert message.error.startswith("Line 1, sku: No item has the SKU “NEW”.")
    with unit_of_work(tenant.id, PROCESS):
        create_items(items=[ItemDraft(sku="NEW", name="New")])
    done = replay(message)
    assert (done.state, done.outcome) == ("done", "1 placed, 0 here already, 0 refused.")
    assert [each.source for each in orders(tenant)] == ["api"]


@pytest.mark.parametrize(
    ("sent", "content_type", "words"),
    [
        ('{"channel": "web", ', "application/json", "JSON parse error"),
        ('{"channel": "nowhere\\u0000", "lines": []}', "application/json", "lines: An order needs at least one line."),
        ('["a\\u0000"]', "application/json", "Send one order as a JSON object."),
    ],
)
def test_whatever_was_sent_is_kept(api, tenant, sent, content_type, words):
    assert api.post(ORDERS, sent, content_type=content_type).status_code in (400, 422)
    [message] = kept(tenant)
    assert (message.state, message.body) == ("failed", sent)
    assert words in message.error


def test_who_may_not_place_leaves_nothing(api_of, tenant):
    assert api_of(tenant, scopes=["orders.view"]).post(ORDERS, body(), format="json").status_code == 403
    assert api_of(tenant, scopes=["orders.view"]).post(ORDERS, "{", content_type="application/json").status_code == 400
    assert kept(tenant) == []


def test_a_batch_leaves_one_row_and_its_refused_orders_can_be_placed_from_it(api, tenant, replay):
    sent = {"orders": [body(), body(NEW), body({"sku": "TEA", "quantity": 0})]}
    assert api.post(BATCH, sent, format="json").json()["placed"] == 1
    [message] = kept(tenant)
    assert (message.kind, message.state, message.outcome) == ("api.batch", "done", "1 placed, 2 refused.")
    assert "orders.1: Line 1, sku: No item has the SKU “NEW”" in message.error
    with unit_of_work(tenant.id, PROCESS):
        create_items(items=[ItemDraft(sku="NEW", name="New")])
    again = replay(message)
    assert again.state == "failed"
    assert again.error.startswith("1 placed, 1 here already, 1 refused. Order 3: Line 1, quantity:")
    assert len(orders(tenant)) == 2


def test_an_order_without_a_number_is_not_placed_from_the_log(api, tenant, replay):
    api.post(ORDERS, body(NEW, external_id=None), format="json")
    with unit_of_work(tenant.id, PROCESS):
        create_items(items=[ItemDraft(sku="NEW", name="New")])
    assert "so that it is not placed twice" in replay(newest(tenant)).error
    assert orders(tenant) == []


SALE = "540001,MUG-BLU,BLUE MUG,6,2011-03-01 10:00:00,2.55,17850,United Kingdom"


def test_a_file_leaves_a_row_that_leads_to_its_import(tenant, owner):
    with unit_of_work(tenant.id, PROCESS):
        found = start_import(file=wholesale(SALE), name="orders.csv")
    [message] = kept(tenant)
    assert (message.kind, message.subject, message.state, message.import_id) == (
        "import", "orders.csv", "due", found.id,
    )  # fmt: skip
    with unit_of_work(tenant.id, PROCESS):
        run(start_placing(import_id=run(start_check(import_id=found.id)).id))
    assert (newest(tenant).state, newest(tenant).outcome) == ("done", "1 order placed.")
    with unit_of_work(tenant.id, PROCESS), pytest.raises(NotAllowed, match="This is a file"):
        replay_message(message_id=message.id)


def test_a_file_that_was_stopped_says_so(tenant):
    with unit_of_work(tenant.id, PROCESS):
        found = start_import(file=wholesale(SALE), name="orders.csv")
        cancel_import(import_id=found.id)
    assert newest(tenant).state == "skipped"
