"""Placing on the real database: one path for one and for a hundred."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Item, ItemCode, Reservation
from oms.accounts.actions.channels import create_channel
from oms.core.actors import Actor
from oms.core.errors import Forbidden, Invalid
from oms.core.models import AuditEntry, Fact
from oms.core.tenancy import unit_of_work
from orders.actions import place
from orders.actions.place import Placed, place_order, place_orders
from orders.errors import DuplicateOrder, InsufficientStock, UnknownSku
from orders.models import Customer, Order, OrderLine, OrderTag
from tests.orders.trade import draft, line, lines_by_sku

pytestmark = pytest.mark.usefixtures("uow", "catalog")
ONE_ORDER, HUNDRED, RAN_OUT = 20, 22, 3


def test_an_order_is_placed_with_its_stock_reserved(catalog, reserved) -> None:
    done = place_order(draft=draft(line(quantity=3), line("tea", 2, None), tags=("VIP",), shipping=Decimal("4.90")))

    order = Order.objects.get(id=done.order_id)
    assert (done.number, done.short) == (order.number, 0)
    assert (order.state, order.fulfillment_state, order.next_step) == ("checking", "not_allocated", "Being checked")
    assert (order.total, order.goods_total, order.shipping_total) == (Decimal("62"), Decimal("57.10"), Decimal("4.90"))
    assert (order.units, order.line_count, order.first_item) == (5, 2, "Stoneware mug, blue")
    assert (order.country, order.customer.email) == ("DE", "ada@example.com")
    tea = lines_by_sku(order.id)["TEA"]
    assert (tea.item_id, tea.unit_price, tea.title) == (catalog.id("TEA"), Decimal("9.80"), "Loose leaf tea")
    assert list(OrderTag.objects.values_list("tag", flat=True)) == ["vip"]
    assert reserved() == 5
    assert set(Reservation.objects.values_list("location_id", flat=True)) == {catalog.leeds.id}
    (fact,) = Fact.objects.filter(name="order.placed")
    assert fact.payload["number"] == done.number
    assert AuditEntry.objects.get(subject_id=order.id).verb == "orders.place"


def test_numbers_follow_each_other() -> None:
    numbers = [place_order(draft=draft()).number for _ in range(3)]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_shortage_waits_or_is_refused_as_the_order_says(reserved) -> None:
    with pytest.raises(InsufficientStock) as refused:
        place_order(draft=draft(line(quantity=16), line("TEA"), on_shortage="refuse"))
    assert [(each.field, each.code) for each in refused.value.fields] == [("lines.0.quantity", "insufficient_stock")]
    assert refused.value.data["shortages"] == [{"sku": "MUG-BLU", "wanted": 16, "available": 15}]
    assert (reserved(), Order.objects.count()) == (0, 0)

    assert place_order(draft=draft(line(quantity=16), on_shortage="backorder")).short == 1
    assert reserved() == 15


def test_what_is_not_goods_never_reserves(reserved) -> None:
    kinds = ["shipping", "discount", "fee", "adjustment", "voucher", "sample"]
    place_order(draft=draft(*(line("MUG-BLU", kind=kind) for kind in kinds), line("TEA")))
    assert reserved() == 1


@pytest.mark.parametrize("sku", ["mug-blu", " MUG-BLU ", "4006381333931", "SHOP-7"])
def test_an_item_is_known_by_sku_barcode_and_the_channels_own_code(sku: str, catalog) -> None:
    mug = catalog.item("MUG-BLU")
    ItemCode.objects.create(item=mug, kind="barcode", code_key="4006381333931")
    ItemCode.objects.create(item=mug, kind="alias", channel_id=catalog.channel.id, code_key="SHOP-7")
    done = place_order(draft=draft(line(sku)))
    (placed,) = OrderLine.objects.filter(order_id=done.order_id)
    assert (placed.item_id, placed.sku) == (mug.id, "MUG-BLU")


def test_an_unknown_sku_is_refused_by_name_or_held_for_a_person(reserved) -> None:
    with pytest.raises(UnknownSku) as refused:
        place_order(draft=draft(line(), line("NOPE"), line("NADA")))
    assert [each.field for each in refused.value.fields] == ["lines.1.sku", "lines.2.sku"]

    done = place_order(draft=draft(line(), line(" NOPE "), on_unknown_sku="hold"))
    assert lines_by_sku(done.order_id)["NOPE"].item_id is None
    assert reserved() == 1


def test_a_line_without_a_price_takes_the_items_or_is_refused() -> None:
    Item.objects.create(sku="FREE", sku_key="FREE")
    with pytest.raises(Invalid) as refused:
        place_order(draft=draft(line("FREE", unit_price=None), line("NOPE", unit_price=None), on_unknown_sku="hold"))
    assert [(each.field, each.code) for each in refused.value.fields] == [
        ("lines.0.unit_price", "required"), ("lines.1.unit_price", "required"),
    ]  # fmt: skip


def test_discounts_may_not_leave_less_than_nothing() -> None:
    with pytest.raises(Invalid) as refused:
        place_order(draft=draft(line(), discount=Decimal("12.51")))
    assert refused.value.fields[0].field == "discount"


def test_a_channels_number_is_taken_once(catalog, reserved) -> None:
    first = place_order(draft=draft(external_id="A-1"))
    with pytest.raises(DuplicateOrder) as refused:
        place_order(draft=draft(external_id=" A-1 "))
    assert refused.value.data == {"order_id": str(first.order_id), "number": first.number}
    create_channel(code="other", name="Other", kind="shop")
    place_order(draft=draft(external_id="A-1", channel="other"))
    assert (reserved(), Order.objects.count()) == (2, 2)


def test_twice_in_one_batch_is_taken_once(reserved) -> None:
    first, second, third = place_orders(drafts=[draft(external_id="A-1"), draft(external_id="A-1"), draft()])
    assert isinstance(first, Placed)
    assert isinstance(third, Placed)
    assert isinstance(second, DuplicateOrder)
    assert second.data == {"first": 0}
    assert reserved() == 2


def test_who_loses_the_race_for_a_number_gives_its_stock_back(monkeypatch, reserved) -> None:
    """The look before the insert finds nothing, as it would while the other has not committed yet."""
    first = place_order(draft=draft(external_id="A-1"))
    real, looks = place.taken_external_ids, []

    def too_early(keys):
        looks.append(keys)
        return {} if len(looks) == 1 else real(keys)

    monkeypatch.setattr(place, "taken_external_ids", too_early)
    lost, won = place_orders(drafts=[draft(line(quantity=4), external_id="A-1"), draft(line(quantity=2))])
    assert isinstance(lost, DuplicateOrder)
    assert lost.data["order_id"] == str(first.order_id)
    assert isinstance(won, Placed)
    assert (reserved(), Order.objects.count()) == (3, 2)


def test_one_refusal_does_not_touch_the_others(reserved) -> None:
    answers = place_orders(
        drafts=[
            draft(),
            draft(line("NOPE")),
            draft(line(quantity=0)),
            draft(line(quantity=99), on_shortage="refuse"),
            draft(currency="XXQ"),
            draft(),
        ]
    )
    assert [type(each).__name__ for each in answers] == [
        "Placed", "UnknownSku", "Invalid", "InsufficientStock", "Invalid", "Placed",
    ]  # fmt: skip
    assert (reserved(), Order.objects.count()) == (2, 2)


def test_the_channel_may_be_left_out_while_there_is_only_one(catalog) -> None:
    assert place_order(draft=draft(channel="")).number
    create_channel(code="phone", name="Phone", kind="manual")
    with pytest.raises(Invalid) as refused:
        place_order(draft=draft(channel=""))
    assert "phone, web" in refused.value.fields[0].message
    with pytest.raises(Invalid) as unknown:
        place_order(draft=draft(channel="wep"))
    assert (unknown.value.fields[0].field, unknown.value.fields[0].code) == ("channel", "unknown_channel")


def test_an_actor_places_only_on_its_own_channels(tenant, catalog) -> None:
    other = create_channel(code="phone", name="Phone", kind="manual")
    limited = Actor("key", "k", "A key", frozenset({"orders.place"}), channels=frozenset({other.id}))
    with unit_of_work(tenant.id, limited):
        place_order(draft=draft(channel="phone"))
        with pytest.raises(Forbidden):
            place_order(draft=draft(channel="web"))


def test_customers_are_found_again_by_email_or_number() -> None:
    place_orders(
        drafts=[
            draft(email="ada@example.com", customer_external_id=""),
            draft(email="ADA@example.com", customer_external_id="C-1"),
            draft(email="", customer_external_id="C-2"),
            draft(email="", customer_external_id="C-2", customer_name="Other name"),
            draft(email="", customer_external_id=""),
        ]
    )
    place_order(draft=draft(email="new@example.com", customer_external_id="C-2"))
    assert sorted(Customer.objects.values_list("email", "external_id")) == [("", "C-2"), ("ada@example.com", "")]
    assert Order.objects.filter(customer=None).count() == 1
    assert Order.objects.filter(customer__external_id="C-2").count() == 3


def test_a_customer_another_request_makes_meanwhile_is_used(monkeypatch) -> None:
    from orders.actions import customers

    real, looks = customers._known, []

    def too_early(drafts):
        looks.append(drafts)
        if len(looks) == 1:
            Customer.objects.create(email="ada@example.com")
            return {}
        return real(drafts)

    monkeypatch.setattr(customers, "_known", too_early)
    done = place_order(draft=draft(customer_external_id="C-1"))
    assert Order.objects.get(id=done.order_id).customer == Customer.objects.get()


def test_a_document_from_elsewhere_keeps_its_cents() -> None:
    done = place_order(draft=draft(line(quantity=3, unit_price="0.3333"), imported_total=Decimal("1.01")))
    order = Order.objects.get(id=done.order_id)
    assert (order.total, order.goods_total) == (Decimal("1.01"), Decimal("1.00"))
    assert OrderLine.objects.get(order=order).unit_price == Decimal("0.3333")


def test_one_order_keeps_its_budget_of_statements(django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(ONE_ORDER):
        done = place_order(draft=draft(line(), line("MUG-RED"), line("TEA"), tags=("a", "b")))
    assert OrderLine.objects.filter(order_id=done.order_id).count() == 3


def test_a_hundred_orders_cost_as_many_statements_as_one() -> None:
    def statements(count: int) -> int:
        drafts = [draft(line(), line("TEA"), email=f"u{count}.{n}@example.com", tags=("a",)) for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert all(isinstance(each, Placed) for each in place_orders(drafts=drafts))
        return len(captured)

    one, hundred = statements(1), statements(100)
    # A hundred take the last unit, which is a fact of its own, once for all of them.
    assert hundred <= one + RAN_OUT
    assert one <= HUNDRED


def test_sql_and_html_in_every_text_are_only_text() -> None:
    nasty = "'; DROP TABLE orders_order; -- <script>alert(1)</script> %s {{ x }}"
    done = place_order(
        draft=draft(
            line(title=nasty, attributes={nasty: [nasty]}), external_id=nasty, customer_name=nasty, phone=nasty[:50],
            customer_note=nasty, customer_external_id=nasty, tags=(nasty[:60],), attributes={"x": nasty},
            ship_to=replace(draft().ship_to, name=nasty, line1=nasty),
        )
    )  # fmt: skip
    order = Order.objects.get(id=done.order_id)
    assert (order.external_id, order.customer_name, order.customer_note) == (nasty, nasty, nasty)
    assert order.ship_to["line1"] == nasty
    assert lines_by_sku(order.id)["MUG-BLU"].attributes == {nasty: [nasty]}
