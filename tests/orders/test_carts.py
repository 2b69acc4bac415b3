"""Stock held for carts: held, extended, given back, run out, and taken over by an order."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from inventory.actions.carts import CartEnded, NotEnoughStock, Want, extend_cart, give_cart_back, held_cart, hold_cart
from inventory.actions.reserve import expire_reservations, reserve_stock
from inventory.models import Cart, Reservation
from oms.core.actors import system
from oms.core.errors import Invalid
from oms.core.tenancy import unit_of_work
from orders.actions.place import place_order, place_orders
from orders.errors import InsufficientStock
from tests.inventory.stock import assert_book_adds_up, facts, shelf, wants
from tests.orders.trade import draft, line

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def mug(catalog, uow):
    return catalog.id("MUG-BLU")


def cart_of(mug, quantity: int, **more):
    return hold_cart(wants=[Want(mug, quantity)], expires_at=timezone.now() + HOUR, **more)


def reserved_in_all(catalog, mug) -> int:
    return sum(shelf(mug, place.id)[1] for place in (catalog.leeds, catalog.london))


def test_holds_all_or_nothing_or_what_there_is(catalog, mug):
    with pytest.raises(NotEnoughStock) as refused:
        cart_of(mug, 16)
    assert [(each.field, each.message) for each in refused.value.fields] == [
        ("lines.0.quantity", "16 × MUG-BLU wanted, 15 available.")
    ]
    assert not Cart.objects.exists()
    held = cart_of(mug, 16, best_effort=True)
    assert (sum(held.held.values()), held.complete) == (15, False)
    assert_book_adds_up()


def test_the_order_takes_over_what_its_cart_held(catalog, mug):
    cart = cart_of(mug, 12)
    reserve_stock(demands=[wants(mug, 3)])
    with pytest.raises(InsufficientStock):
        place_order(draft=draft(line(quantity=12), on_shortage="refuse"))
    placed = place_order(draft=draft(line(quantity=12), on_shortage="refuse", cart_id=cart.cart.id))
    assert placed.short == 0
    assert reserved_in_all(catalog, mug) == 15
    now = held_cart(cart.cart.id)
    assert (now.cart.ended_as, now.held) == ("converted", {})
    with pytest.raises(Invalid) as refused:
        place_order(draft=draft(line(), cart_id=cart.cart.id))
    assert [each.field for each in refused.value.fields] == ["cart_id"]
    assert_book_adds_up()


def test_what_the_order_does_not_want_goes_back_to_the_shelf(catalog, mug):
    cart = cart_of(mug, 12)
    place_order(draft=draft(line(quantity=2), cart_id=cart.cart.id))
    assert reserved_in_all(catalog, mug) == 2
    assert facts("stock.rose")
    assert_book_adds_up()


def test_a_refused_order_leaves_its_cart_what_it_holds(catalog, mug):
    cart, other = cart_of(mug, 10), cart_of(mug, 5)
    too_much = draft(line(quantity=11), on_shortage="refuse", cart_id=cart.cart.id)
    covered = draft(line(quantity=5), on_shortage="refuse", cart_id=other.cart.id)
    twice = draft(line(), cart_id=other.cart.id)
    refused, placed, second = place_orders(drafts=[too_much, covered, twice])
    assert isinstance(refused, InsufficientStock)
    assert placed.short == 0
    assert [each.field for each in second.fields] == ["cart_id"]
    assert sum(held_cart(cart.cart.id).held.values()) == 10
    assert_book_adds_up()


def test_held_for_longer_then_given_back(catalog, mug):
    cart = cart_of(mug, 4)
    until = timezone.now() + 5 * HOUR
    assert extend_cart(cart_id=cart.cart.id, expires_at=until).cart.expires_at == until
    assert set(Reservation.objects.values_list("expires_at", flat=True)) == {until}
    assert give_cart_back(cart_id=cart.cart.id).cart.ended_as == "given_back"
    assert reserved_in_all(catalog, mug) == 0
    with pytest.raises(CartEnded):
        give_cart_back(cart_id=cart.cart.id)
    assert_book_adds_up()


def test_when_its_time_runs_out_others_may_buy(catalog, mug, tenant):
    cart = cart_of(mug, 15)
    with unit_of_work(tenant.id, system("tests"), now=timezone.now() + 2 * HOUR):
        assert expire_reservations() == 2
        assert held_cart(cart.cart.id).held == {}
        with pytest.raises(CartEnded):
            extend_cart(cart_id=cart.cart.id, expires_at=timezone.now() + 3 * HOUR)
        assert place_order(draft=draft(line(quantity=15), cart_id=cart.cart.id)).short == 0
        assert_book_adds_up()
        (ended,) = Reservation.objects.filter(expired__gt=0).values_list("expired", flat=True)[:1]
        assert ended > 0


def test_over_http(api, catalog):
    def post(path: str, body: dict | None = None):
        return api.post(f"/api/v1/{path}", body or {}, format="json")

    made = post("carts", {"lines": [{"sku": "mug-blu", "quantity": 3}, {"sku": "TEA", "quantity": 1}]})
    assert made.status_code == 201, made.json()
    cart = made.json()
    assert [(each["sku"], each["held"]) for each in cart["lines"]] == [("MUG-BLU", 3), ("TEA", 1)]
    assert post(f"carts/{cart['id']}/extend", {"hold_seconds": 3600}).json()["complete"] is True
    order = {
        "channel": "web", "currency": "EUR", "lines": [{"sku": "MUG-BLU", "quantity": 3, "unit_price": "1.00"}],
        "cart_id": cart["id"],
    }  # fmt: skip
    assert post("orders", order).status_code == 201
    assert api.get(f"/api/v1/carts/{cart['id']}").json()["ended_as"] == "converted"
    again = post(f"carts/{cart['id']}/give-back")
    assert (again.status_code, again.json()["code"]) == (409, "cart_ended")
    short = post("carts", {"lines": [{"sku": "TEA", "quantity": 400}]})
    assert (short.status_code, short.json()["code"]) == (409, "insufficient_stock")
    bad = post("carts", {"lines": [{"sku": "NOPE", "quantity": 1}], "hold_seconds": 0})
    assert bad.status_code == 422
    assert api.get(f"/api/v1/carts/{uuid4()}").status_code == 404
    assert post("orders", {**order, "cart_id": "not an id"}).status_code == 422
