"""The floor's pages by Django's client: each button, each refusal, and that no script is needed."""

import pytest

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.release import release_orders
from fulfillment.floor.queries import lines_of_work
from fulfillment.models import FulfillmentOrder, Parcel, ShortPick
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit_of_work
from orders.models import Order
from tests.fulfillment.trade import place


@pytest.fixture
def at(tenant):
    """A unit of work to look with."""
    return lambda: unit_of_work(tenant.id, system("tests"))


@pytest.fixture
def base(at, catalog) -> str:
    """The address of two teas to pick in Leeds."""
    with at():
        (order_id,) = place({"TEA": 2})
        allocate_orders(order_ids=[order_id], trigger="cleared")
        release_orders(order_ids=[order_id])
    return "/m/acme/fulfilment/1001/"


def scan(client, base: str, code: str, scan_id=None):
    return client.post(f"{base}scan/", {"scan_id": scan_id or uuid7(), "code": code, "typed": "1"})


def text(response) -> str:
    return response.content.decode()


def work(at) -> FulfillmentOrder:
    with at():
        return FulfillmentOrder.objects.get()


def test_the_queue_shows_what_is_to_do(browser_client, base, catalog):
    page = text(browser_client.get("/m/acme/fulfilment/"))
    assert "F1001" in page
    assert "F1001" not in text(browser_client.get("/m/acme/fulfilment/?stage=packed"))
    assert "F1001" not in text(browser_client.get(f"/m/acme/fulfilment/?location={catalog.london.id}"))
    assert "All caught up at London" in text(browser_client.get("/m/acme/fulfilment/"))
    assert "F1001" in text(browser_client.get("/m/acme/fulfilment/?location="))


def test_from_pick_to_door_without_a_script(browser_client, base, at):
    assert browser_client.get(base)["location"] == f"{base}pick/"
    assert "Start picking" in text(browser_client.get(f"{base}pick/"))
    browser_client.post(f"{base}start/")
    wrong = text(scan(browser_client, base, "MUG-RED"))
    assert "Not this one. You scanned MUG-RED. Need TEA." in wrong
    assert 'data-verdict="wrong_item"' in wrong
    first = uuid7()
    assert "1 of 2" in text(scan(browser_client, base, "TEA", first))
    assert "1 of 2" in text(scan(browser_client, base, "TEA", first))
    assert "That was the last one" in text(scan(browser_client, base, "TEA"))
    assert browser_client.get(f"{base}pick/").status_code == 302
    for _ in range(2):
        scan(browser_client, base, "TEA")
    assert "Everything is scanned. Close the box." in text(browser_client.get(f"{base}pack/"))
    off = browser_client.post(f"{base}box/", {"weight_g": "5000"})
    assert off.status_code == 422
    assert "its items weigh 260 g" in text(off)
    assert browser_client.post(f"{base}box/", {"weight_g": "300", "box": "S"}).status_code == 303
    assert "This parcel has no label" in text(browser_client.post(f"{base}hand-over/"))
    assert browser_client.post(f"{base}labels/").status_code == 303
    assert "The carrier is being asked" in text(browser_client.get(f"{base}pack/"))
    assert "data-poll" in text(browser_client.get(f"{base}parcels/"))
    with at():
        Parcel.objects.update(shipment=None)
    assert browser_client.post(f"{base}hand-over/", {"without_label": "1"}).status_code == 303
    assert work(at).state == "dispatched"


def test_the_script_gets_only_the_station(browser_client, base):
    browser_client.post(f"{base}start/")
    answer = browser_client.post(f"{base}scan/", {"scan_id": uuid7(), "code": "TEA"}, headers={"X-Station": "1"})
    assert text(answer).lstrip().startswith('<div id="station"')


def test_a_short_pick_in_two_taps(browser_client, base, at):
    browser_client.post(f"{base}start/")
    with at():
        line = lines_of_work([FulfillmentOrder.objects.get().id])
        [[line]] = line.values()
    path = f"{base}short/?line={line.id}"
    assert text(browser_client.get(path)).count('type="radio"') == 2
    assert browser_client.post(path, {"reason": "damaged"}).status_code == 422
    assert browser_client.post(path, {"found": "1", "reason": "damaged"}).status_code == 303
    with at():
        assert ShortPick.objects.get().sentence == "London will ship this one. Go on."
    assert "London will ship this one" in text(browser_client.get("/m/acme/fulfilment/shorts/"))
    assert browser_client.get(f"{base}short/?line=x").status_code == 404


def test_undo_and_a_scan_without_an_id(browser_client, base, at):
    browser_client.post(f"{base}start/")
    scan(browser_client, base, "TEA")
    assert "The last scan was taken back" in text(browser_client.post(f"{base}undo/"))
    refused = browser_client.post(f"{base}undo/")
    assert (refused.status_code, "No scan of this work counts" in text(refused)) == (409, True)
    assert browser_client.post(f"{base}scan/", {"scan_id": "x", "code": "TEA"}).status_code == 422


def test_a_cancellation_is_answered(browser_client, base, at):
    browser_client.post(f"{base}start/")
    with at():
        number = Order.objects.get().number
    line = "line-" + str(work_line(at))
    form = {"reason": "customer", line: "2"}
    page = browser_client.get(f"/m/acme/orders/{number}/cancel/")
    assert line in text(page)
    reason = page.context["form"].fields["reason"].choices[0][0]
    assert browser_client.post(f"/m/acme/orders/{number}/cancel/", {**form, "reason": reason}).status_code == 303
    assert "This order is to be canceled" in text(browser_client.get(f"{base}pick/"))
    assert browser_client.post(f"{base}answer/", {"reason": ""}).status_code == 422
    assert browser_client.post(f"{base}answer/", {"accept": "1"}).status_code == 303
    with at():
        assert Order.objects.get().state == "cancelled"


def work_line(at):
    with at():
        return Order.objects.get().lines.get().id


def test_many_parcels_are_handed_over_at_once(browser_client, base, at):
    browser_client.post(f"{base}start/")
    for _ in range(4):
        scan(browser_client, base, "TEA")
    browser_client.post(f"{base}box/", {"weight_g": "300"})
    with at():
        parcel = Parcel.objects.get().id
    page = text(browser_client.get("/m/acme/fulfilment/ship/?location="))
    assert "F1001/1" in page
    told = browser_client.post("/m/acme/fulfilment/ship/", {"verb": "hand_over", "parcel": [parcel, "x"]}, follow=True)
    assert "This parcel has no label" in text(told)
    told = browser_client.post("/m/acme/fulfilment/ship/", {"verb": "labels", "parcel": parcel}, follow=True)
    assert "1 label is being bought" in text(told)
    listed = text(browser_client.get("/m/acme/shipping/"))
    assert "F1001/1" in listed
    with at():
        shipment = Parcel.objects.get().shipment_id
    assert "Give the label back" in text(browser_client.get(f"/m/acme/shipping/{shipment}/"))


def test_pick_lists_are_printed(browser_client, base):
    answer = browser_client.get("/m/acme/fulfilment/pick-lists/?work=1001")
    assert answer["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert browser_client.get("/m/acme/fulfilment/pick-lists/?work=7").status_code == 422


def test_what_a_role_may_not_do(client, membership, base, at):
    reader = membership(role="read_only")
    client.force_login(reader.user)
    assert "Start picking" not in text(client.get(f"{base}pick/"))
    assert client.post(f"{base}start/").status_code == 403
    assert work(at).state == "released"


def test_two_boxes_say_what_is_in_each(browser_client, base, at):
    browser_client.post(f"{base}start/")
    for _ in range(4):
        scan(browser_client, base, "TEA")
    page = browser_client.get(f"{base}boxes/")
    assert f"{base}boxes/" in text(browser_client.get(f"{base}pack/"))
    with at():
        (line,) = lines_of_work([work(at).id])[work(at).id]
    given = {"weight_0": "150", "box_0": "S", "weight_1": "150", f"units_0_{line.id}": "2", f"units_1_{line.id}": "1"}
    over = browser_client.post(f"{base}boxes/?boxes=2", given)
    assert (page.status_code, over.status_code) == (200, 422)
    assert "More TEA is in boxes than was picked" in text(over)
    assert 'value="S"' in text(over)
    empty = browser_client.post(f"{base}boxes/?boxes=2", given | {f"units_1_{line.id}": "0"})
    assert "Put at least one unit into each box." in text(empty)
    assert browser_client.post(f"{base}boxes/?boxes=2", given | {f"units_0_{line.id}": "1"}).status_code == 303
    with at():
        parcels = Parcel.objects.order_by("number")
        assert [(each.box, each.weight_g, each.verified) for each in parcels] == [("S", 150, True), ("", 150, True)]
    assert browser_client.get(f"{base}boxes/").status_code == 302
