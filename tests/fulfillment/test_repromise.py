"""Scarce stock shared out anew: the rule by itself, the preview, the apply, over HTTP, and against real races."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from fulfillment.actions.repromise import Repromise, repromise
from fulfillment.models import Backorder, Decision
from fulfillment.sourcing.repromising import (
    CLASSES,
    FILL,
    GAIN,
    IMPROVE,
    KEEP,
    LOSE,
    PRESETS,
    REDISTRIBUTE,
    WIN,
    Claim,
    OrderFacts,
    Policy,
    Segment,
    share_out,
)
from oms.core.actors import Actor
from oms.core.errors import Forbidden, Invalid, Stale
from oms.core.tenancy import unit_of_work
from orders.actions.edit import edit_order
from orders.models import Order
from tests.fulfillment.trade import held, place, receive
from tests.inventory.stock import assert_book_adds_up, facts

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ITEM = uuid4()
FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))


def shared(units: int, *claims: tuple[str, int, int]) -> list[int]:
    """Of ``units`` in all, what each (class, wanted, held) gets; they come first in the order given."""
    made = [Claim(UUID(int=at), ITEM, wanted, held, kind, (at,)) for at, (kind, wanted, held) in enumerate(claims)]
    given = share_out(made, {ITEM: units})
    return [given[each.order_id, ITEM] for each in made]


@pytest.mark.parametrize(
    ("units", "claims", "expected"),
    [
        (5, [(REDISTRIBUTE, 3, 0), (REDISTRIBUTE, 5, 5)], [3, 2]),
        (5, [(REDISTRIBUTE, 3, 0), (WIN, 5, 2), (REDISTRIBUTE, 3, 3)], [0, 5, 0]),
        (5, [(GAIN, 4, 1), (IMPROVE, 3, 3), (REDISTRIBUTE, 2, 1)], [2, 3, 0]),
        (6, [(IMPROVE, 4, 1), (REDISTRIBUTE, 4, 4)], [2, 4]),
        (5, [(FILL, 5, 3), (REDISTRIBUTE, 2, 2)], [3, 2]),
        (3, [(FILL, 3, 3), (REDISTRIBUTE, 2, 0)], [1, 2]),
        (5, [(LOSE, 5, 5), (REDISTRIBUTE, 2, 0), (FILL, 9, 0)], [3, 2, 0]),
        (2, [(WIN, 5, 0), (WIN, 5, 2)], [0, 2]),
    ],
)
def test_each_class_gets_what_it_may(units, claims, expected):
    assert shared(units, *claims) == expected


CLAIMS = st.lists(st.tuples(st.sampled_from(CLASSES), st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=8)


@given(claims=CLAIMS, free=st.integers(0, 20))
def test_never_more_than_there_is_or_was_wanted_and_who_keeps_loses_nothing(claims, free):
    claims = [(kind, wanted, min(wanted, has)) for kind, wanted, has in claims]
    units = free + sum(has for _, _, has in claims)
    given_out = shared(units, *claims)
    assert sum(given_out) <= units
    for count, (kind, wanted, has) in zip(given_out, claims, strict=True):
        assert 0 <= count <= wanted
        assert count >= has or kind not in KEEP
        assert count <= has or kind != FILL
    if not {kind for kind, _, _ in claims} & {FILL, IMPROVE}:
        assert sum(given_out) == min(units, sum(wanted for _, wanted, _ in claims))


def order_facts(order_id: UUID = FIRST, *, days: int = 0, tags: tuple = (), due: int | None = None) -> OrderFacts:
    ship_by = None if due is None else NOW + timedelta(days=due)
    return OrderFacts(order_id, FIRST, frozenset(tags), NOW - timedelta(days=days), ship_by)


def test_segments_and_ageing():
    policy = Policy(segments=(Segment(WIN, tags=frozenset({"vip"})), Segment(LOSE, older_than_days=5)), ageing_days=30)
    assert policy.kind_of(order_facts(tags=("vip",)), NOW) == WIN
    assert policy.kind_of(order_facts(days=6), NOW) == LOSE
    assert policy.kind_of(order_facts(days=31), NOW) == GAIN
    assert policy.kind_of(order_facts(days=31, tags=("vip",)), NOW) == WIN
    assert policy.kind_of(order_facts(), NOW) == REDISTRIBUTE
    by_date = PRESETS["due_first"]
    ranked = sorted([order_facts(FIRST), order_facts(SECOND, due=3), order_facts(THIRD, due=1)], key=by_date.rank)
    assert [each.order_id for each in ranked] == [THIRD, SECOND, FIRST]


pytest_database = pytest.mark.django_db


@pytest.fixture
def scarce(catalog, uow):
    """Fifteen blue mugs: the first order holds 12, the second 3 of its 5, the third waits for 4."""
    ids = place({"MUG-BLU": 12}, {"MUG-BLU": 5}, {"MUG-BLU": 4})
    allocate_orders(order_ids=ids, trigger="cleared")
    return ids


def mugs(ids) -> list[int]:
    return [sum(held(order_id).values()) for order_id in ids]


def vip(catalog, **more) -> Repromise:
    policy = Policy(segments=(Segment(WIN, tags=frozenset({"vip"})),))
    return repromise(item_ids={catalog.id("MUG-BLU")}, policy=policy, **more)


@pytest_database
def test_the_preview_changes_nothing_and_the_apply_is_just_that(catalog, scarce):
    edit_order(order_id=scarce[2], tags=["VIP"])
    decisions = Decision.objects.count()
    preview = vip(catalog)
    assert [(each.kind, each.before, each.after) for each in preview.effects] == [
        ("redistribute", 12, 11), ("redistribute", 3, 0), ("win", 0, 4),
    ]  # fmt: skip
    assert mugs(scarce) == [12, 3, 0]
    assert (Decision.objects.count(), facts("order.promise_worsened")) == (decisions, [])
    done = vip(catalog, apply=True, seen=preview.seen)
    assert (done.effects, done.applied) == (preview.effects, True)
    assert mugs(scarce) == [11, 0, 4]
    waiting = dict(Backorder.objects.values_list("order_id", "waiting"))
    assert [waiting.get(order_id, 0) for order_id in scarce] == [1, 5, 0]
    assert [(each["order_id"], each["units"]) for each in facts("order.promise_worsened")] == [
        (str(scarce[0]), 1), (str(scarce[1]), 3),
    ]  # fmt: skip
    newest = Decision.objects.filter(order_id=scarce[0]).latest("id")
    assert "1 unit waits for stock: 1 × MUG-BLU" in newest.sentence
    assert_book_adds_up()


@pytest_database
def test_an_apply_that_would_come_out_otherwise_does_not_happen(catalog, scarce):
    edit_order(order_id=scarce[2], tags=["vip"])
    seen = vip(catalog).seen
    receive(catalog.id("MUG-BLU"), catalog.leeds.id, 3)
    with pytest.raises(Stale):
        vip(catalog, apply=True, seen=seen)
    assert mugs(scarce) == [12, 3, 0]
    assert_book_adds_up()


@pytest_database
def test_what_the_floor_has_begun_on_or_must_leave_soon_is_left_alone(catalog, scarce):
    edit_order(order_id=scarce[2], tags=["vip"])
    (work_id,) = release_orders(order_ids=[scarce[0]])[scarce[0]][:1]
    start_picking(fulfillment_order_id=work_id)
    assert [each.order_id for each in vip(catalog).effects] == scarce[1:]
    Order.objects.filter(id=scarce[1]).update(ship_by=datetime.now(UTC) + timedelta(hours=3))
    assert [each.order_id for each in vip(catalog, frozen_hours=4).effects] == [scarce[2]]


@pytest_database
def test_bad_input_and_who_sees_only_a_part(catalog, scarce, tenant):
    with pytest.raises(Invalid) as refused:
        repromise(item_ids={uuid4()}, policy=Policy())
    assert [each.field for each in refused.value.fields] == ["item_ids"]
    limited = Actor("user", "1", "Fay", frozenset({"orders.allocate"}), channels=frozenset({catalog.channel.id}))
    with unit_of_work(tenant.id, limited), pytest.raises(Forbidden):
        vip(catalog)


@pytest_database
def test_over_http(api, catalog, scarce):
    def post(**body):
        return api.post("/api/v1/repromise", body, format="json")

    preview = post(skus=["MUG-BLU"], segments=[{"kind": "lose", "older_than_days": 0}], ageing_days=None).json()
    assert (preview["applied"], len(preview["effects"])) == (False, 3)
    done = post(skus=["mug-blu"], preset="oldest_first", apply=True)
    assert (done.status_code, done.json()["applied"]) == (200, True)
    unknown = post(skus=["NOPE"], preset="oldest_first")
    assert [each["field"] for each in unknown.json()["errors"]] == ["skus.0"]
    assert post(skus=["MUG-BLU"], segments=[{"kind": "best"}]).status_code == 422
