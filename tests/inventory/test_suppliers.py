"""Suppliers and their catalogues: the rules by themselves, on the database, over HTTP."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.purchasing.suppliers import (
    DuplicateSupplier,
    create_supplier,
    remove_supplier_item,
    set_supplier_item,
    update_supplier,
)
from inventory.models import Supplier, SupplierItem
from inventory.queries import sources_of
from inventory.replenishing.buying import (
    Break,
    Tolerance,
    as_breaks,
    break_problems,
    orderable,
    price_at,
    read_breaks,
)
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotFound, Stale

BREAKS = [Break(10, Decimal("4.10")), Break(100, Decimal("3.80"))]


@pytest.mark.parametrize(("units", "price"), [(1, "4.10"), (10, "4.10"), (99, "4.10"), (100, "3.80"), (5000, "3.80")])
def test_the_price_is_that_of_the_highest_break_reached(units, price):
    assert price_at(BREAKS, units) == Decimal(price)
    assert price_at([], units) is None


@given(units=st.integers(0, 10_000), minimum=st.integers(1, 500), pack=st.integers(1, 500))
def test_orders_are_whole_packs_and_no_fewer_than_the_minimum(units, minimum, pack):
    ordered = orderable(units, minimum=minimum, pack_size=pack)
    assert ordered % pack == 0
    assert ordered >= max(units, minimum)
    assert ordered - pack < max(units, minimum)


@given(ordered=st.integers(1, 10_000), over=st.integers(0, 100), under=st.integers(0, 100))
def test_tolerances_never_turn_round(ordered, over, under):
    allowed = Tolerance(over, under)
    assert allowed.most(ordered) >= ordered
    assert allowed.enough(ordered, ordered)
    assert Tolerance().enough(ordered, ordered - 1) is False
    assert Tolerance().most(ordered) == ordered


def test_prices_are_read_as_people_write_them():
    assert read_breaks("10: 4.10\n\n 100:3.80 ") == BREAKS
    assert as_breaks([[10, "4.10"], [100, "3.80"]]) == BREAKS
    with pytest.raises(ValueError, match="ten"):
        read_breaks("ten: 4")
    wrong = [Break(10, Decimal(4)), Break(10, Decimal("NaN")), Break(0, Decimal(-1))]
    assert [each.field for each in break_problems(wrong)] == [
        "prices.1.units", "prices.1.price", "prices.2.units", "prices.2.price",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_supplier_s_life(catalog, uow):
    made = create_supplier(code="pottery", name="Potteries Ltd", currency="gbp", email="sales@pottery.example")
    assert (made.code, made.currency) == ("POTTERY", "GBP")
    with pytest.raises(DuplicateSupplier):
        create_supplier(code="Pottery", name="Other", currency="EUR")
    changed = update_supplier(supplier_id=made.id, changes={"lead_time_days": 30}, expected_version=1)
    assert (changed.lead_time_days, changed.version) == (30, 2)
    with pytest.raises(Stale):
        update_supplier(supplier_id=made.id, changes={"name": "Late"}, expected_version=1)
    with pytest.raises(Invalid) as refused:
        create_supplier(code="", name="x" * 121, email="no address", currency="XXQ", lead_time_days=-1)
    assert {each.field for each in refused.value.fields} == {"code", "name", "email", "currency", "lead_time_days"}
    assert Supplier.objects.count() == 1


@pytest.mark.django_db
def test_the_lowest_rank_is_asked_first(catalog, uow):
    mug = catalog.id("MUG-BLU")
    near, far = (create_supplier(code=code, name=code, currency="EUR") for code in ("NEAR", "FAR"))
    set_supplier_item(supplier_id=near.id, item_id=mug, rank=2)
    listed = set_supplier_item(supplier_id=far.id, item_id=mug, prices=BREAKS, rank=9)
    assert sources_of([mug])[mug].supplier == near
    again = set_supplier_item(supplier_id=far.id, item_id=mug, rank=1)
    assert (again.id, again.prices) == (listed.id, [])
    assert sources_of([mug])[mug].supplier == far
    update_supplier(supplier_id=far.id, changes={"active": False})
    assert sources_of([mug])[mug].supplier == near
    remove_supplier_item(supplieritem_id=listed.id)
    with pytest.raises(NotFound):
        remove_supplier_item(supplieritem_id=listed.id)
    with pytest.raises(Invalid) as refused:
        set_supplier_item(supplier_id=near.id, item_id=uuid7(), minimum=0, pack_size=0, lead_time_days=-1, rank=-1)
    assert {each.field for each in refused.value.fields} == {
        "item_id", "minimum", "pack_size", "lead_time_days", "rank",
    }  # fmt: skip
    assert SupplierItem.objects.count() == 1


@pytest.mark.django_db
def test_over_http(api, api_of, tenant, catalog):
    made = api.post("/api/v1/suppliers", {"code": "pot", "name": "Potteries", "currency": "EUR"}, format="json")
    assert made.status_code == 201, made.json()
    where = made["Location"]
    assert api.patch(where, {"email": "a@b.example"}, format="json").json()["email"] == "a@b.example"
    item = {"sku": "mug-blu", "prices": [{"units": 1, "price": "4.10"}], "pack_size": 6}
    listed = api.put(f"{where}/items", item, format="json")
    assert listed.status_code == 200, listed.json()
    assert api.get(f"{where}/items").json()["results"][0]["prices"] == [{"units": 1, "price": "4.1000"}]
    bad = api.put(f"{where}/items", {"sku": "NOPE"}, format="json")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "sku")
    assert api.delete(f"/api/v1/supplier-items/{listed.json()['id']}").status_code == 204
    assert [each["code"] for each in api.get("/api/v1/suppliers").json()["results"]] == ["POT"]
    assert api_of(tenant, scopes=["stock.view"]).get("/api/v1/suppliers").status_code == 403
