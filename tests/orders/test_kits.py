"""Kits in orders: exploded when placed, money exact to the cent, canceled and refunded in proportion."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.carts import Want, give_cart_back, hold_cart
from inventory.actions.items import Alias, ItemDraft, create_item, update_item
from inventory.actions.kits.contents import Contents, set_contents
from inventory.models import Reservation
from inventory.queries import ItemRef, orderable
from inventory.stock.kits import Kit
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid
from oms.core.tenancy import unit
from orders.actions.cancel import cancel_order
from orders.actions.match import match_line
from orders.actions.place import place_order, place_orders
from orders.actions.refund import refund_order
from orders.cancelling import CannotCancel
from orders.errors import InsufficientStock
from orders.kit_lines import bought
from orders.models import Order, OrderLine
from orders.placing.kits import KitRef, shares_of
from orders.placing.pricing import price_line
from orders.queries import lines_of
from orders.queries.cancelling import preview_money_back
from orders.queries.money import money_of
from orders.refunding import RefundDraft
from tests.inventory.kits import gift_box, kit_of
from tests.inventory.stock import assert_book_adds_up
from tests.orders.trade import draft, line, lines_by_sku

AMOUNTS = st.decimals(0, 500, places=2)
PRICES = st.one_of(st.none(), st.decimals(0, 50, places=2))


@given(
    parts=st.lists(st.tuples(PRICES, st.integers(1, 5)), min_size=1, max_size=5), kits=st.integers(1, 7),
    unit_price=AMOUNTS, off=st.decimals(0, 1, places=2), tax=AMOUNTS, included=st.booleans(),
)  # fmt: skip
def test_the_components_share_the_kits_amounts_to_the_cent(parts, kits, unit_price, off, tax, included):
    items = [(ItemRef(uuid7(), f"P{n}", "", None, price), units) for n, (price, units) in enumerate(parts)]
    given_line = line(quantity=kits, unit_price=str(unit_price), discount=round(unit_price * off, 2), tax=tax)
    priced = price_line(given_line, unit_price, currency="EUR", tax_included=included)
    ref = KitRef(Kit(uuid7(), {item.id: units for item, units in items}), items)
    shares = shares_of(priced, ref, kits, currency="EUR", tax_included=included)
    for name in ("gross", "discount", "tax", "total"):
        assert sum(getattr(each, name) for each in shares) == getattr(priced, name)
    assert all(each.total == each.gross - each.discount + (0 if included else each.tax) for each in shares)


@pytest.fixture
def box(catalog, uow):
    """One blue mug (12.50) and two teas (9.80), sold for 30.00: 7 of them, 5 in Leeds and 2 in London."""
    return gift_box(catalog)


def paid(quantity: int = 2, **fields):
    return draft(line("BOX", quantity, "30.00"), payment_state="paid", **fields)


def held() -> int:
    return sum(Reservation.objects.values_list("open", flat=True))


pytestmark = pytest.mark.django_db


def test_a_kit_is_placed_as_what_was_bought_and_what_is_sent(box, catalog):
    placed = place_order(draft=draft(line("BOX", 2, "30.00"), line("TEA", 1), shipping=Decimal("4.90")))
    order = Order.objects.get(id=placed.order_id)
    assert (order.total, order.goods_total, order.units, order.line_count) == (Decimal("77.40"), Decimal("72.50"), 7, 2)
    assert order.first_item == "Box kit"
    kit, mug, tea, alone = OrderLine.objects.filter(order=order).order_by("position")
    assert (kit.kind, kit.sku, kit.quantity, kit.total, kit.kit_line_id) == ("kit", "BOX", 2, Decimal("60.00"), None)
    assert [(each.kind, each.quantity, each.per_kit, each.kit_line_id) for each in (mug, tea)] == [
        ("goods", 2, 1, kit.id), ("goods", 4, 2, kit.id),
    ]  # fmt: skip
    # 12.50 of 32.10, and 19.60.
    assert (mug.total, tea.total, alone.total) == (Decimal("23.36"), Decimal("36.64"), Decimal("12.50"))
    assert not Reservation.objects.filter(demand_id=kit.id).exists()
    assert held() == 7
    (first, second) = bought(lines_of([order.id])[order.id])
    assert (first.contents, second.contents) == ("2 × Stoneware mug, blue, 4 × Loose leaf tea", "")
    money = money_of(order.id)
    assert sum(each.worth for each in money.lines) == order.total
    assert_book_adds_up()


def test_a_kit_is_short_when_any_component_is(box, catalog):
    with pytest.raises(InsufficientStock) as refused:
        place_order(draft=draft(line("TEA", 1), line("BOX", 8, "30.00"), on_shortage="refuse"))
    (problem,) = refused.value.fields
    assert (problem.field, problem.message) == ("lines.1.quantity", "8 × BOX wanted, 7 available.")
    placed = place_order(draft=draft(line("BOX", 8, "30.00")))
    assert placed.short == 3
    lines = lines_by_sku(placed.order_id)
    by_line = {each.id: sum(r.open for r in Reservation.objects.filter(demand_id=each.id)) for each in lines.values()}
    assert (by_line[lines["MUG-BLU"].id], by_line[lines["TEA"].id]) == (7, 14)
    assert orderable(item_ids=[box.id, catalog.id("TEA")]) == {box.id: 0, catalog.id("TEA"): 1}


def test_a_hundred_orders_of_kits_cost_as_many_statements_as_one(box):
    with CaptureQueriesContext(connection) as one:
        place_order(draft=paid(1))
    with CaptureQueriesContext(connection) as many:
        answers = place_orders(drafts=[draft(line("BOX", 1, "30.00"), line("MUG-RED", 1)) for _ in range(100)])
    assert sum(each.short for each in answers) == 94 * 3 + 85
    assert len(many) <= len(one) + 1


def test_open_orders_keep_what_they_were_exploded_to(box, catalog):
    order_id = place_order(draft=paid()).order_id
    set_contents(item_id=box.id, contents=Contents(components={catalog.id("MUG-RED"): 1}))
    assert set(lines_by_sku(order_id)) == {"BOX", "MUG-BLU", "TEA"}
    assert set(lines_by_sku(place_order(draft=paid()).order_id)) == {"BOX", "MUG-RED"}


def test_canceling_kits_takes_their_components_along(box):
    order_id = place_order(draft=paid(3)).order_id
    lines = lines_by_sku(order_id)
    with pytest.raises(Invalid, match="belongs to a kit"):
        cancel_order(order_id=order_id, reason="no", lines={lines["TEA"].id: 1})
    with pytest.raises(Invalid, match="Only 3 units"):
        cancel_order(order_id=order_id, reason="no", lines={lines["BOX"].id: 4})
    done = cancel_order(order_id=order_id, reason="no", lines={lines["BOX"].id: 1})
    assert (done.whole, done.units, done.given_back) == (False, 3, 3)
    lines = lines_by_sku(order_id)
    assert {sku: each.cancelled for sku, each in lines.items()} == {"BOX": 1, "MUG-BLU": 1, "TEA": 2}
    assert held() == 6
    OrderLine.objects.filter(id=lines["TEA"].id).update(in_work=1)
    with pytest.raises(CannotCancel, match="1 unit is being picked"):
        cancel_order(order_id=order_id, reason="no", lines={lines["BOX"].id: 2})
    cancel_order(order_id=order_id, reason="no", lines={lines["BOX"].id: 1})
    OrderLine.objects.filter(id=lines["TEA"].id).update(in_work=0)
    assert cancel_order(order_id=order_id, reason="no").whole
    assert {each.cancelled for each in lines_by_sku(order_id).values()} == {3, 6}
    assert held() == 0
    assert_book_adds_up()


def test_what_goes_back_for_kits_and_components_is_exact(box):
    order = Order.objects.get(id=place_order(draft=paid(3, shipping=Decimal("5.00"))).order_id)
    lines = lines_by_sku(order.id)
    back = preview_money_back(order, {lines["BOX"].id: 1, lines["MUG-BLU"].id: 1, lines["TEA"].id: 2}, whole=False)
    assert back.amount == Decimal("30.00")
    one = refund_order(draft=RefundDraft(order.id, {lines["MUG-BLU"].id: 1}, reason="broken"))
    assert one.amount == Decimal("11.68")  # a third of 35.05
    with pytest.raises(Invalid):
        refund_order(draft=RefundDraft(order.id, {lines["BOX"].id: 1}, reason="a kit is refunded by its components"))
    rest = refund_order(draft=RefundDraft(order.id, {lines["MUG-BLU"].id: 2, lines["TEA"].id: 6}, reason="all"))
    assert one.amount + rest.amount == order.total == Decimal("95.00")


def test_a_line_can_be_matched_to_a_kit(box):
    order_id = place_order(draft=draft(line("WHAT", 2, "30.00"), on_unknown_sku="hold")).order_id
    found = match_line(order_id=order_id, line_id=lines_by_sku(order_id)["WHAT"].id, item_id=box.id)
    assert (found.kind, found.sku) == ("kit", "BOX")
    lines = lines_by_sku(order_id)
    assert {sku: (each.quantity, each.total) for sku, each in lines.items()} == {
        "BOX": (2, Decimal("60.00")), "MUG-BLU": (2, Decimal("23.36")), "TEA": (4, Decimal("36.64")),
    }  # fmt: skip
    assert held() == 6
    assert [each.line.sku for each in bought(lines_of([order_id])[order_id])] == ["BOX"]


def test_a_cart_holds_the_components_of_kits(box, catalog):
    later = unit().now + timedelta(minutes=15)
    cart = hold_cart(wants=[Want(box.id, 2), Want(catalog.id("TEA"), 1)], expires_at=later)
    assert [(each.item.sku, cart.units(each)) for each in cart.lines] == [("BOX", 2), ("TEA", 1)]
    assert cart.complete
    assert held() == 7
    more = hold_cart(wants=[Want(box.id, 9)], expires_at=later, best_effort=True)
    assert (more.units(more.lines[0]), more.complete) == (4, False)
    give_cart_back(cart_id=more.cart.id)
    placed = place_order(draft=paid(2, cart_id=cart.cart.id))
    assert (placed.short, held()) == (0, 6)
    assert_book_adds_up()


def test_a_channels_own_code_may_name_a_kit(box, catalog):
    hamper = kit_of("HAMPER", {box.id: 1, catalog.id("MUG-RED"): 1}, ships_in_parts=True)
    create_item(draft=ItemDraft(sku="CARD"))
    update_item(item_id=hamper.id, changes={"aliases": (Alias("SHOP-1", catalog.channel.id),)})
    order_id = place_order(draft=replace(paid(), lines=(line("shop-1", 1, None),))).order_id
    lines = lines_by_sku(order_id)
    assert {sku: each.quantity for sku, each in lines.items()} == {"HAMPER": 1, "MUG-BLU": 1, "TEA": 2, "MUG-RED": 1}
    assert {each.ships_in_parts for each in lines.values() if each.kit_line_id} == {True}


def test_over_http(api, catalog, tenant, box):
    sent = {
        "channel": "web", "currency": "EUR", "ship_to": {"line1": "1", "city": "Berlin", "country": "DE"},
        "lines": [{"sku": "BOX", "quantity": 2, "tax": "9.58"}], "tax_included": True,
    }  # fmt: skip
    made = api.post("/api/v1/orders", sent, format="json")
    assert made.status_code == 201, made.json()
    kit, mug, tea = made.json()["lines"]
    assert (kit["kind"], kit["total"], kit["to_ship"], kit["kit_line_id"]) == ("kit", "60.00", 0, None)
    assert (mug["kit_line_id"], mug["per_kit"], tea["per_kit"]) == (kit["id"], 1, 2)
    assert Decimal(mug["total"]) + Decimal(tea["total"]) == 60
    assert Decimal(mug["tax"]) + Decimal(tea["tax"]) == Decimal("9.58")
    read = api.get(f"/api/v1/orders/{made.json()['id']}").json()
    assert [each["sku"] for each in read["lines"]] == ["BOX", "MUG-BLU", "TEA"]
