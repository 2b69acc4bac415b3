"""What has already happened elsewhere is booked, once, whatever the book shows; what nobody can explain is counted."""

from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.happened import Booked, Happened, book_happened
from inventory.actions.items import ItemDraft, create_items
from inventory.actions.kits.contents import Contents, set_contents
from inventory.actions.reserve import reserve_stock
from inventory.models import Movement, OutsideFact, StockCount
from inventory.proof import prove_stock
from inventory.queries import orderable
from inventory.stock.outside import happen
from oms.core.actors import Actor
from oms.core.errors import Forbidden, Invalid
from oms.core.tenancy import unit, unit_of_work
from tests.dashboard.orders import inside
from tests.inventory.stock import assert_book_adds_up, shelf, wants

NOBODY = UUID(int=7)
WHERE = "/api/v1/stock/happened"


@given(
    on_hand=st.integers(0, 40), reserved=st.integers(0, 40),
    moves=st.lists(st.integers(-20, 20).filter(bool), max_size=12),
)  # fmt: skip
def test_a_shelf_never_falls_below_what_is_promised_and_every_unit_is_told(on_hand, reserved, moves):
    reserved = min(reserved, on_hand)
    after = happen(on_hand=on_hand, reserved=reserved, moves=moves)
    assert on_hand + after.change >= reserved
    assert after.change == sum(moves) + sum(after.unexplained)
    left = on_hand
    for units, missing in zip(moves, after.unexplained, strict=True):
        left += units
        assert missing == max(0, reserved - left)
        left += missing


database = pytest.mark.django_db


def sold(catalog, number, units=1, sku="MUG-BLU", what="sold", **more) -> Happened:
    return Happened(f"T-{number}", what, catalog.id(sku), catalog.leeds.id, units, **more)


def tell(*facts: Happened) -> list[tuple[bool, int]]:
    return [(each.known, each.unexplained) for each in book_happened(source="till 1", facts=facts)]


@database
def test_it_is_booked_once_however_often_it_is_told(catalog, uow):
    mug = catalog.id("MUG-BLU")
    before = shelf(mug, catalog.leeds.id)[0]
    assert tell(sold(catalog, 1, 2), sold(catalog, 2)) == [(False, 0), (False, 0)]
    assert tell(sold(catalog, 2), sold(catalog, 3, 4, what="returned")) == [(True, 0), (False, 0)]
    assert shelf(mug, catalog.leeds.id)[0] == before + 1
    assert book_happened(source="till 2", facts=[sold(catalog, 1)]) == [Booked("T-1", False, 0)]
    assert OutsideFact.objects.count() == 4
    assert_book_adds_up()


@database
def test_what_the_book_does_not_have_is_booked_all_the_same_and_calls_for_a_count(tenant, catalog, drain, api):
    mug = catalog.id("MUG-BLU")
    with inside(tenant):
        on_hand = shelf(mug, catalog.leeds.id)[0]
        reserve_stock(demands=[wants(mug, 3, location_id=catalog.leeds.id)])
        assert tell(sold(catalog, 1, on_hand)) == [(False, 3)]
        assert tell(sold(catalog, 1, on_hand)) == [(True, 3)]
        assert shelf(mug, catalog.leeds.id)[:2] == (3, 3)
        unexplained = Movement.objects.get(from_state="unexplained")
        assert (unexplained.quantity, unexplained.cause_kind, unexplained.reason) == (3, "outside", "till 1")
        assert prove_stock().holds
    drain()
    with inside(tenant):
        task = StockCount.objects.get()
        assert (task.why, task.state, task.location_id) == ("unexplained", "draft", catalog.leeds.id)
    said = StringIO()
    call_command("audit_stock", tenant="acme", stdout=said)
    assert "1 shelves with units nobody can explain" in said.getvalue()


@database
def test_the_audit_page_lists_what_nobody_can_explain(tenant, catalog, drain, browser_client):
    with inside(tenant):
        tell(sold(catalog, 1, 500))
    drain()
    page = browser_client.get("/m/acme/inventory/audit/")
    assert "Units nobody can explain" in page.text


@database
def test_it_took_effect_when_it_happened(catalog, uow):
    yesterday = unit().now - timedelta(days=1)
    tell(sold(catalog, 1, happened_at=yesterday), sold(catalog, 2))
    assert set(Movement.objects.filter(cause_kind="outside").values_list("happened_at", flat=True)) == {
        yesterday, unit().now,
    }  # fmt: skip


@database
def test_a_kit_is_booked_as_what_it_is_made_of(catalog, uow):
    mug, tea = catalog.id("MUG-BLU"), catalog.id("TEA")
    (box,) = create_items(items=[ItemDraft(sku="BOX")])
    set_contents(item_id=box.id, contents=Contents(components={mug: 1, tea: 2}))
    before = orderable(item_ids=[mug, tea])
    tell(Happened("T-1", "sold", box.id, catalog.leeds.id, 3))
    after = orderable(item_ids=[mug, tea])
    assert (before[mug] - after[mug], before[tea] - after[tea]) == (3, 6)


@database
def test_what_says_nothing_that_can_be_booked_is_refused_line_by_line(catalog, uow):
    bad = [
        sold(catalog, 1, 0), sold(catalog, 1, what="eaten"), Happened(" ", "sold", NOBODY, NOBODY, 1),
        sold(catalog, 3, state="broken", happened_at=unit().now + timedelta(days=1)),
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        book_happened(source="", facts=bad)
    assert [each.field for each in refused.value.fields] == [
        "source", "facts.0.external_id", "facts.0.quantity", "facts.1.external_id", "facts.1.what",
        "facts.2.external_id", "facts.2.item_id", "facts.2.location_id", "facts.3.state", "facts.3.happened_at",
    ]  # fmt: skip
    assert not OutsideFact.objects.exists()


@database
def test_only_of_a_location_of_ones_own(tenant, catalog):
    verbs = frozenset({"stock.report"})
    with unit_of_work(tenant.id, Actor("key", "1", "London", verbs, locations=frozenset({catalog.london.id}))):
        with pytest.raises(Invalid, match="some lines") as refused:
            tell(sold(catalog, 1))
        assert refused.value.fields[0].field == "facts.0.location_id"
    with unit_of_work(tenant.id, Actor("key", "1", "Reader", frozenset({"stock.view"}))), pytest.raises(Forbidden):
        tell(sold(catalog, 1))


@database
def test_over_http(api, catalog):
    facts = [{"external_id": "S-1", "what": "sold", "sku": "mug-blu", "location": "LEEDS", "quantity": 2}]
    answer = api.post(WHERE, {"source": "pos", "facts": facts}, format="json")
    assert answer.json() == {"results": [{"external_id": "S-1", "known": False, "unexplained": 0}]}
    again = api.post(WHERE, {"source": "pos", "facts": facts}, format="json").json()
    assert again["results"][0]["known"]
    bad = api.post(WHERE, {"source": "pos", "facts": [{**facts[0], "sku": "NOPE", "quantity": 2}]}, format="json")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "facts.0.sku")
    many = [{**facts[0], "external_id": str(number)} for number in range(501)]
    assert api.post(WHERE, {"source": "pos", "facts": many}, format="json").status_code == 422
