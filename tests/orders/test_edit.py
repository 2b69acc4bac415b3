"""Editing, notes, matching and drafts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from oms.core.models import AuditEntry, Fact
from orders.actions.cancel import cancel_order
from orders.actions.drafts import discard_draft, draft_of, place_draft, save_draft, update_draft
from orders.actions.edit import BeingPicked, add_note, edit_order, tag_order
from orders.actions.match import match_line
from orders.errors import InsufficientStock, UnknownSku
from orders.models import Note, Order, OrderLine
from orders.placing.codec import draft_from_json, draft_to_json
from orders.queries import tags_of
from tests.orders.trade import BERLIN, draft, line, lines_by_sku, open_holds


def test_what_is_given_is_replaced_and_the_rest_stays(opened) -> None:
    order = opened(tags=("old", "vip"), customer_note="please ring")
    edited = edit_order(order_id=order.id, tags=["VIP", "gift "])
    assert tags_of([order.id])[order.id] == ["gift", "vip"]
    assert (edited.version, edited.customer_note, edited.ship_to) == (2, "please ring", BERLIN.to_json())
    entry = AuditEntry.objects.get(subject_id=order.id, verb="orders.edit.tags")
    assert (entry.before, entry.after) == ({"tags": ["old", "vip"]}, {"tags": ["gift", "vip"]})
    assert Fact.objects.get(name="order.edited").payload["fields"] == ["tags"]

    edit_order(order_id=order.id, note="", ship_to=replace(BERLIN, line1="Torstraße 2", country="de"))
    order.refresh_from_db()
    assert (order.version, order.customer_note, order.country) == (3, "", "DE")
    assert order.ship_to["line1"] == "Torstraße 2"


def test_no_change_leaves_no_trace(opened) -> None:
    order = opened(tags=("vip",))
    assert edit_order(order_id=order.id, tags=["vip"], note="", ship_to=BERLIN).version == 1
    assert not Fact.objects.filter(name="order.edited").exists()


def test_a_corrected_address_lifts_its_hold(opened) -> None:
    order = opened(ship_to=replace(BERLIN, postcode="1"))
    edit_order(order_id=order.id, ship_to=replace(BERLIN, postcode="2"))
    assert open_holds(order.id) == ["address"]
    edit_order(order_id=order.id, ship_to=BERLIN)
    order.refresh_from_db()
    assert (open_holds(order.id), order.state) == ([], "open")


def test_an_address_comes_too_late_once_it_is_picked(opened) -> None:
    order = opened()
    OrderLine.objects.filter(order=order).update(in_work=1)
    with pytest.raises(BeingPicked):
        edit_order(order_id=order.id, ship_to=replace(BERLIN, line1="Elsewhere 1"))
    assert edit_order(order_id=order.id, tags=["late"]).version == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"tags": ["x" * 61]}, "tags.0"),
        ({"tags": [f"t{n}" for n in range(51)]}, "tags"),
        ({"note": "a\x00"}, "note"),
        ({"ship_to": replace(BERLIN, city="a\x00")}, "ship_to.city"),
    ],
)
def test_bad_edits_are_named(opened, wrong: dict, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        edit_order(order_id=opened().id, **wrong)
    assert refused.value.fields[0].field == field


def test_one_tag_is_added(opened) -> None:
    order = opened(tags=("a",))
    tag_order(order_id=order.id, tag="B")
    assert tags_of([order.id])[order.id] == ["a", "b"]


def test_notes_are_kept_with_their_author(opened) -> None:
    order = opened()
    add_note(order_id=order.id, text=" Called. ")
    note = Note.objects.get()
    assert (note.text, note.author) == ("Called.", "Olive Owner")
    for empty in ("", "  ", "a\x00", "x" * 5_001):
        with pytest.raises(Invalid):
            add_note(order_id=order.id, text=empty)
    cancel_order(order_id=order.id, reason="no")
    add_note(order_id=order.id, text="Still possible")
    with pytest.raises(NotAllowed):
        edit_order(order_id=order.id, tags=["no"])


def test_a_matched_line_reserves_and_lifts_its_hold(opened, catalog, reserved) -> None:
    order = opened(line(), line("NOPE", 2), on_unknown_sku="hold")
    unknown = lines_by_sku(order.id)["NOPE"]
    matched = match_line(order_id=order.id, line_id=unknown.id, item_id=catalog.id("TEA"))
    assert (matched.sku, matched.title) == ("TEA", "Loose leaf tea")
    order.refresh_from_db()
    assert (order.state, order.open_holds, reserved()) == ("open", 0, 3)
    names = Fact.objects.filter(aggregate_id=order.id).order_by("sequence").values_list("name", flat=True)
    assert list(names)[-3:] == ["order.line_matched", "order.hold_lifted", "order.cleared"]
    with pytest.raises(Conflict):
        match_line(order_id=order.id, line_id=unknown.id, item_id=catalog.id("TEA"))


def test_matching_needs_this_orders_line_and_an_item(opened, catalog) -> None:
    order = opened(line("NOPE"), on_unknown_sku="hold")
    unknown = lines_by_sku(order.id)["NOPE"]
    with pytest.raises(NotFound):
        match_line(order_id=order.id, line_id=uuid7(), item_id=catalog.id("TEA"))
    with pytest.raises(NotFound):
        match_line(order_id=opened().id, line_id=unknown.id, item_id=catalog.id("TEA"))
    with pytest.raises(Invalid):
        match_line(order_id=order.id, line_id=unknown.id, item_id=uuid7())


def test_a_draft_is_kept_as_typed_and_placed_under_its_own_id(uow, catalog, reserved) -> None:
    saved = save_draft(draft=draft(lines=(), email="ada@", external_id=""))
    assert (saved.state, saved.number, saved.next_step) == ("draft", None, "Finish and place it")
    assert draft_of(saved).email == "ada@"

    update_draft(order_id=saved.id, draft=draft(line(quantity=2), external_id="P-1"), version=1)
    saved.refresh_from_db()
    assert (saved.total, saved.units, saved.version) == (Decimal("25.00"), 2, 2)
    assert reserved() == 0

    done = place_draft(order_id=saved.id)
    order = Order.objects.get()
    assert (done.order_id, order.id, order.state, order.external_id) == (saved.id, saved.id, "checking", "P-1")
    assert "draft" not in order.attributes
    assert reserved() == 2


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (draft(line("NOPE")), UnknownSku),
        (draft(line(quantity=0)), Invalid),
        (draft(line(quantity=99), on_shortage="refuse"), InsufficientStock),
    ],
)
def test_a_draft_that_cannot_be_placed_says_why(uow, catalog, bad, error) -> None:
    with pytest.raises(error):
        place_draft(order_id=save_draft(draft=bad).id)


def test_two_people_do_not_overwrite_each_others_draft(uow, catalog) -> None:
    saved = save_draft(draft=draft())
    update_draft(order_id=saved.id, draft=draft(), version=1)
    with pytest.raises(Stale):
        update_draft(order_id=saved.id, draft=draft(), version=1)


def test_a_draft_is_discarded_and_an_order_is_not(uow, catalog, placed) -> None:
    saved = save_draft(draft=draft())
    discard_draft(order_id=saved.id)
    assert not Order.objects.exists()
    order = placed()
    with pytest.raises(NotAllowed):
        discard_draft(order_id=order.id)
    with pytest.raises(NotAllowed):
        place_draft(order_id=order.id)


def test_only_what_cannot_be_stored_is_refused_of_a_draft(uow, catalog) -> None:
    save_draft(draft=draft(line(quantity=-1, unit_price="1e30"), currency="??"))
    with pytest.raises(Invalid):
        save_draft(draft=draft(customer_name="a\x00"))


def test_a_draft_survives_as_json() -> None:
    full = draft(line(discount="1.5", tax="0.1", attributes={"a": [1]}), tags=("x",), imported_total=Decimal("1.23"))
    assert draft_from_json(draft_to_json(full)) == full
