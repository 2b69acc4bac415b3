"""One order as people see and change it: where it is, why, and exactly the buttons that are allowed."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oms.accounts import roles
from oms.accounts.models import Membership
from oms.accounts.queries import actor_of_membership
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from oms.desk.actions_allowed import allowed_actions
from orders.actions.edit import add_note, edit_order
from orders.models import Hold, Note, Order, OrderLine
from tests.dashboard.orders import NOWHERE, ORDERS, Verbs, again, client_of, inside, place, reads_and_writes
from tests.fixtures import Catalog, make_catalog
from tests.orders.trade import BERLIN, line

pytestmark = pytest.mark.django_db
SECRETS = ("Ada Byron", "ada@example.com", "Torstraße", "10119", "leave it at the door")


def page_of(client: Client, order: Order, status: int = 200, **query: str) -> str:
    answer = client.get(f"{ORDERS}{order.number}/", query)
    assert answer.status_code == status
    return answer.text


# What it says


def test_the_page_says_where_the_order_is_and_why(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant, line("MUG-BLU", 12), line("TEA", 2, tax="1.90", discount="0.60"))
    page = page_of(browser_client, order)
    for words in (
        f"#{order.number}", "Open", "Allocated", "Unpaid", "London", "reserved", "Why here?", "Ada Byron",
        "mailto:ada@example.com", "Torstraße 1", "Tax, added", order.next_step, "Every location that was considered",
    ):  # fmt: skip
        assert words in page
    assert '<dialog class="dialog drawer" id="why"' in page
    assert "data-open-modal" not in page
    assert "data-open-modal" in page_of(browser_client, order, why="1")


def test_what_waits_for_stock_is_told_per_line(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant, line("MUG-BLU", 20))
    page = page_of(browser_client, order)
    assert "5 × waiting for stock" in page
    assert "Part allocated" in page


def test_the_page_costs_few_statements_however_long_its_story(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(
        tenant, *[line(sku) for sku in ("MUG-BLU", "MUG-RED", "TEA")] * 5, line("NOPE"), on_unknown_sku="hold"
    )
    with inside(tenant):
        for number in range(60):
            add_note(order_id=order.id, text=f"Note {number}")
    page_of(browser_client, order)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = page_of(browser_client, order, **{"from": "country:DE"})
    assert len(reads_and_writes(captured)) <= 25
    assert "Note 59" in page
    assert "Note 9<" not in page
    assert "story=" in page


def test_another_merchants_order_is_not_found(browser_client: Client, tenant: Tenant, other_tenant: Tenant):
    make_catalog(other_tenant)
    (theirs,) = place(other_tenant)
    for path in ("", "cancel/", "hold/", "move/", "edit/", "fresh/"):
        assert browser_client.get(f"{ORDERS}{theirs.number}/{path}").status_code == 404
    for path in ("allocate/", "notes/", f"holds/{uuid4()}/lift/", f"lines/{uuid4()}/match/"):
        assert browser_client.post(f"{ORDERS}{theirs.number}/{path}", {"text": "x"}).status_code == 404


def test_text_from_outside_is_only_text(browser_client: Client, tenant: Tenant, catalog: Catalog):
    evil = "<script>alert(1)</script>"
    (order,) = place(tenant, line("MUG-BLU", title=evil), customer_name=evil, customer_note=evil, tags=(evil,))
    page = page_of(browser_client, order)
    assert evil not in page
    assert "&lt;script&gt;alert(1)" in page


def test_neighbours_are_those_of_the_list_it_was_opened_from(browser_client: Client, tenant: Tenant, catalog: Catalog):
    first, second, third = place(tenant, count=3)
    page = page_of(browser_client, second, **{"from": "country:DE"})
    assert f"{ORDERS}{first.number}/?from=country%3ADE" in page
    assert f"{ORDERS}{third.number}/?from=country%3ADE" in page
    assert f"{ORDERS}{first.number}/?" not in page_of(browser_client, second, **{"from": "country:FR"})
    assert page_of(browser_client, second, **{"from": "no:sense"})


def test_a_page_left_open_learns_that_the_order_moved_on(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant)
    seen = browser_client.get(f"{ORDERS}{order.number}/").context["seen"]
    fresh = f"{ORDERS}{order.number}/fresh/"
    assert browser_client.get(fresh, {"seen": seen}).status_code == 204
    with inside(tenant):
        edit_order(order_id=order.id, tags=["vip"])
    assert "moved on" in browser_client.get(fresh, {"seen": seen}).text


# Who sees and may do what


def test_a_role_without_customers_sees_no_one(membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant, customer_note="leave it at the door", ship_to=NOWHERE)
    with inside(tenant):
        edit_order(order_id=order.id, ship_to=BERLIN, note="leave it at the door!")
    client = client_of(membership(role="read_only"))
    pages = [f"{order.number}/", f"{order.number}/?show=all&why=1", "", "exceptions/", "?q=country:DE"]
    for path in pages:
        page = client.get(ORDERS + path)
        assert page.status_code == 200
        assert [secret for secret in (*SECRETS, "nowhere") if secret in page.text] == []
    assert "Address changed." in client.get(f"{ORDERS}{order.number}/").text


@pytest.mark.parametrize("role", sorted(roles.LABELS))
@pytest.mark.parametrize("shape", ["open", "held", "unmatched", "cancelled", "in_work"])
def test_buttons_are_the_allowed_actions(
    membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog, role: str, shape: str
):
    (order,) = place(
        tenant, line("NOPE" if shape == "unmatched" else "MUG-BLU"), on_unknown_sku="hold",
        ship_to=NOWHERE if shape == "held" else BERLIN,
    )  # fmt: skip
    with inside(tenant):
        if shape == "cancelled":
            Order.objects.filter(id=order.id).update(state="cancelled")
        if shape == "in_work":
            OrderLine.objects.filter(order_id=order.id).update(in_work=1)
    person = membership(role=role)
    shown = Verbs(page_of(client_of(person), order))
    actor = actor_of_membership(person)
    with unit_of_work(tenant.id, actor):
        actions = allowed_actions(Order.objects.get(id=order.id), actor)
    assert shown.offered == {each.verb for each in actions if each.permitted}
    refused = {each.verb for each in actions if not each.permitted}
    assert shown.refused <= refused
    assert shown.refused >= refused & {"cancel", "hold", "allocate", "edit"}


@pytest.mark.parametrize("path", ["cancel/", "hold/", "move/", "edit/"])
def test_a_role_that_may_not_is_refused_at_the_door(
    membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog, path: str
):
    (order,) = place(tenant)
    client = client_of(membership(role="read_only"))
    assert client.get(f"{ORDERS}{order.number}/{path}").status_code == 403
    assert client.post(f"{ORDERS}{order.number}/{path}", {"reason": "x"}).status_code == 403


def test_somebody_limited_to_a_channel_does_not_find_the_others(
    membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog
):
    (order,) = place(tenant, ship_to=NOWHERE)
    client = client_of(membership(role="manager", channels=[uuid4()]))
    assert client.get(f"{ORDERS}{order.number}/").status_code == 404
    assert client.get(ORDERS).context["page"].rows == []
    assert client.get(f"{ORDERS}exceptions/").context["total"] == 0


# Changing it


def test_an_order_is_cancelled_once_with_its_reason(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant, line("MUG-BLU", 3))
    address = f"{ORDERS}{order.number}/cancel/"
    field = next(name for name in browser_client.get(address).context["form"].fields if name.startswith("line-"))
    form = {"reason": "customer", "note": "by phone", field: "3", "idempotency_key": str(uuid4())}
    first, second = browser_client.post(address, form), browser_client.post(address, form)
    assert (first.status_code, second.status_code) == (303, 303)
    now = again(tenant, order.id)
    assert (now.state, now.version) == ("cancelled", order.version + 1)
    page = page_of(browser_client, order)
    assert "Customer changed their mind: by phone" in page
    with inside(tenant):
        assert [each.cancelled for each in OrderLine.objects.filter(order_id=order.id)] == [3]


def test_a_part_is_cancelled_and_the_rest_stays(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant, line("MUG-BLU", 3), line("TEA", 2))
    with inside(tenant):
        mug, tea = OrderLine.objects.filter(order_id=order.id).order_by("position")
    form = {"reason": "stock", "note": "", f"line-{mug.id}": "1", f"line-{tea.id}": "0"}
    assert browser_client.post(f"{ORDERS}{order.number}/cancel/", form).status_code == 303
    assert again(tenant, order.id).state == "open"
    with inside(tenant):
        assert OrderLine.objects.get(id=mug.id).cancelled == 1


def test_a_refused_cancel_keeps_what_was_typed(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant, line("MUG-BLU", 3))
    with inside(tenant):
        only = OrderLine.objects.get(order_id=order.id)
    answer = browser_client.post(
        f"{ORDERS}{order.number}/cancel/", {"reason": "other", "note": "half of it", f"line-{only.id}": "7"}
    )
    assert answer.status_code == 422
    assert "Only 3 can still be canceled" in answer.text
    assert 'value="half of it"' in answer.text
    assert 'role="alert"' in answer.text
    assert "<title>Error:" in answer.text


def test_what_the_floor_has_begun_on_answers_409_with_fresh_facts(
    browser_client: Client, tenant: Tenant, catalog: Catalog
):
    (order,) = place(tenant, line("MUG-BLU", 3))
    with inside(tenant):
        Order.objects.filter(id=order.id).update(state="cancelled", next_step="Canceled")
        only = OrderLine.objects.get(order_id=order.id)
    answers = [
        browser_client.post(f"{ORDERS}{order.number}/cancel/", {"reason": "stock", "note": "", f"line-{only.id}": "1"}),
        browser_client.post(f"{ORDERS}{order.number}/hold/", {"kind": "manual", "reason": "look"}),
        browser_client.post(f"{ORDERS}{order.number}/allocate/"),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409]
    for answer in answers:
        assert "Nothing was changed" in answer.text
    assert "Canceled" in answers[-1].text
    assert 'value="look"' in answers[1].text


def test_a_hold_is_placed_and_released_with_a_reason(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant)
    form = {"kind": "customer", "reason": "Wants to add a mug", "until": "2199-01-01T12:00"}
    assert browser_client.post(f"{ORDERS}{order.number}/hold/", form).status_code == 303
    with inside(tenant):
        hold = Hold.objects.get(order_id=order.id)
    assert hold.until.isoformat() == "2199-01-01T12:00:00+00:00"
    page = page_of(browser_client, order)
    assert "Wants to add a mug" in page
    lift = f"{ORDERS}{order.number}/holds/{hold.id}/lift/"
    empty = browser_client.post(lift, {"reason": " "})
    assert empty.status_code == 422
    assert "Say why, in a few words." in empty.text
    assert browser_client.post(lift, {"reason": "They called"}).status_code == 303
    late = browser_client.post(lift, {"reason": "Me too"})
    assert late.status_code == 409
    assert "has released this hold already" in late.text
    assert again(tenant, order.id).open_holds == 0


def test_a_corrected_address_releases_its_hold_and_a_stale_edit_is_refused(
    browser_client: Client, tenant: Tenant, catalog: Catalog
):
    (order,) = place(tenant, ship_to=NOWHERE)
    assert "Correct the address" in page_of(browser_client, order)
    address = f"{ORDERS}{order.number}/edit/"
    form = {name: value for name, value in browser_client.get(address).context["form"].initial.items() if value}
    assert browser_client.post(address, {**form, "postcode": "10119", "tags": "vip, gift"}).status_code == 303
    now = again(tenant, order.id)
    assert (now.open_holds, now.ship_to["postcode"]) == (0, "10119")
    stale = browser_client.post(address, {**form, "city": "Bonn"})
    assert stale.status_code == 409
    assert "Someone changed this order" in stale.text
    assert 'value="Bonn"' in stale.text
    assert again(tenant, order.id).ship_to["city"] == "Berlin"


def test_an_unknown_sku_is_matched_where_it_stopped_the_order(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant, line("CUP"), on_unknown_sku="hold")
    with inside(tenant):
        only = OrderLine.objects.get(order_id=order.id)
    match = f"{ORDERS}{order.number}/lines/{only.id}/match/"
    wrong = browser_client.post(match, {"sku": "KETTLE"})
    assert wrong.status_code == 422
    assert "No item has the SKU or barcode “KETTLE”" in wrong.text
    assert 'value="KETTLE"' in wrong.text
    assert browser_client.post(match, {"sku": "mug-blu"}).status_code == 303
    with inside(tenant):
        assert OrderLine.objects.get(id=only.id).sku == "MUG-BLU"


def test_an_order_is_moved_by_hand_and_says_so(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant, line("MUG-BLU", 3))
    move = f"{ORDERS}{order.number}/move/"
    refused = browser_client.post(move, {"location": str(uuid4()), "reason": "near"})
    assert refused.status_code == 422
    assert browser_client.post(move, {"location": str(catalog.leeds.id), "reason": "on the way"}).status_code == 303
    assert "Olive Owner moved this order to Leeds: on the way." in page_of(browser_client, order)


def test_a_note_counts_once_however_often_it_is_sent(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant)
    form = {"text": "Called <b>twice</b>", "idempotency_key": str(uuid4())}
    answers = [browser_client.post(f"{ORDERS}{order.number}/notes/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with inside(tenant):
        assert Note.objects.filter(order_id=order.id).count() == 1
    page = page_of(browser_client, order)
    assert "Called &lt;b&gt;twice" in page
    assert page_of(browser_client, order, show="people").count("Called") == 1
    assert browser_client.post(f"{ORDERS}{order.number}/notes/", {"text": " "}).status_code == 422
