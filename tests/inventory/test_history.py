"""Looking back: every number as it was, checked against sums made by hand."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from inventory.actions.adjust import adjust_stock
from inventory.actions.move_state import move_state
from inventory.actions.receive import Receipt, receive_stock
from inventory.checkpoints import DAYS_KEPT, Horizon, last_drawn, make_checkpoint, worth_keeping
from inventory.models import Balance, CheckpointTotal, Movement, StockCheckpoint
from inventory.queries import explain_balance, items_changed, stock_as_of, stock_diff
from oms.accounts.queries import actor_of_membership
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.errors import NotFound
from oms.core.tenancy import unit_of_work

START = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
HOUR = timedelta(hours=1)


def trade(tenant, catalog, hours: int, seed: int, *, checkpoints: int = 4) -> None:
    """An hour of trade after another, some of it found late and some recorded out of turn, with checkpoints between."""
    rng = random.Random(seed)
    marks = set(rng.sample(range(hours), checkpoints))
    for hour in range(hours):
        # A unit of work that began earlier may write later.
        late = rng.choice([timedelta(), timedelta(), -2 * HOUR])
        with unit_of_work(tenant.id, system("tests"), now=START + hour * HOUR + late) as opened:
            happened = rng.choice([None, None, opened.now - rng.randint(1, 12) * HOUR])
            item, place = rng.choice(catalog.items).id, rng.choice([catalog.leeds, catalog.london]).id
            if rng.random() < 0.4:
                receive_stock(receipts=[Receipt(item, place, rng.randint(1, 9))], happened_at=happened)
            elif rng.random() < 0.7:
                adjust_stock(
                    item_id=item, location_id=place, change=-rng.randint(1, 8), reason="loss", happened_at=happened
                )  # fmt: skip
            elif Balance.objects.get(item_id=item, location_id=place, state="sellable").on_hand:
                move_state(item_id=item, location_id=place, from_state="sellable", to_state="damaged", quantity=1)
            if hour in marks:
                make_checkpoint(Horizon(last_drawn(), 1))


def by_hand(at: datetime, column: str) -> dict:
    """The same from every row of the ledger, one at a time."""
    found: dict = defaultdict(int)
    for row in Movement.objects.filter(**{f"{column}__lte": at}):
        for location, state, units in (
            (row.to_location_id, row.to_state, row.quantity), (row.from_location_id, row.from_state, -row.quantity),
        ):  # fmt: skip
            if location:
                found[row.item_id, location, state] += units
    return {key: units for key, units in found.items() if units}


def as_of(at: datetime, by: str, **more) -> dict:
    return {(each.item_id, each.location_id, each.state): each.units for each in stock_as_of(at=at, by=by, **more)}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("by", "column"), [("recorded", "recorded_at"), ("effective", "happened_at")])
def test_any_moment_is_what_the_ledger_adds_up_to(tenant, catalog, seed, by, column):
    trade(tenant, catalog, 30, seed)
    with unit_of_work(tenant.id, system("tests"), now=START + 40 * HOUR):
        assert StockCheckpoint.objects.exists()
        for hour in range(-14, 32, 3):
            at = START + hour * HOUR
            assert as_of(at, by) == by_hand(at, column)
        assert as_of(START + 40 * HOUR, by) == {
            (each.item_id, each.location_id, each.state): each.on_hand for each in Balance.objects.exclude(on_hand=0)
        }


@pytest.mark.parametrize("by", ["recorded", "effective"])
def test_checkpoints_of_many_days_all_lead_to_the_same_numbers(tenant, catalog, by):
    trade(tenant, catalog, 24 * 4, seed=4, checkpoints=40)
    column = "recorded_at" if by == "recorded" else "happened_at"
    with unit_of_work(tenant.id, system("tests"), now=START + 200 * HOUR):
        assert StockCheckpoint.objects.count() >= 3
        for hour in range(-14, 100, 5):
            at = START + hour * HOUR
            assert as_of(at, by) == by_hand(at, column)


@pytest.mark.parametrize(("by", "column"), [("recorded", "recorded_at"), ("effective", "happened_at")])
def test_a_difference_leads_from_one_moment_to_the_other(tenant, catalog, by, column):
    trade(tenant, catalog, 30, seed=5)
    since, until = START + 7 * HOUR, START + 21 * HOUR
    with unit_of_work(tenant.id, system("tests"), now=START + 40 * HOUR):
        changes = stock_diff(since=since, until=until, by=by)
        before, after = by_hand(since, column), by_hand(until, column)
        keys = {(each.item_id, each.location_id, each.state) for each in changes}
        for each in changes:
            key = (each.item_id, each.location_id, each.state)
            assert (each.before, each.after) == (before.get(key, 0), after.get(key, 0))
        assert all(before.get(key, 0) == after.get(key, 0) for key in (before.keys() | after.keys()) - keys)
        assert {each.item_id for each in changes} == set(
            items_changed(since=since, until=until, by=by).values_list("id", flat=True)
        )


def test_a_checkpoint_sums_to_nought_over_all_accounts(tenant, catalog, uow):
    made = make_checkpoint(Horizon(last_drawn(), 1))
    totals = CheckpointTotal.objects.filter(checkpoint=made)
    assert [sum(each.units) for each in totals] == [0, 0, 0]
    assert {(each.states[each.locations.index(None)], min(each.units)) for each in totals} == {("opening", -15)}
    assert (made.movements, make_checkpoint(Horizon(last_drawn(), 1))) == (6, None)


def test_the_newest_of_each_of_the_last_days_and_of_each_month_is_kept():
    days = [date(2026, 11, 24) - timedelta(days=n // 2) for n in range(140)]
    kept = [day for day, keep in zip(days, worth_keeping(days), strict=True) if keep]
    assert kept[:DAYS_KEPT] == days[: DAYS_KEPT * 2 : 2]
    assert kept[DAYS_KEPT:] == [date(2026, 10, 31), date(2026, 9, 30)]


def test_why_a_number_is_what_it_is(tenant, catalog):
    trade(tenant, catalog, 40, seed=6)
    account = {"item_id": catalog.id("TEA"), "location_id": catalog.leeds.id, "state": "sellable"}
    with unit_of_work(tenant.id, system("tests")):
        whole = explain_balance(**account)
        assert whole.on_hand == whole.entered == whole.page.items[0].running
        assert whole.page.items[-1].running == whole.page.items[-1].change == 10
        first = explain_balance(**account, size=3)
        second = explain_balance(**account, size=3, cursor=first.page.next)
        assert second.entered == whole.entered
        pairs = [(each.id, each.running) for each in (*first.page.items, *second.page.items)]
        assert pairs == [(each.id, each.running) for each in whole.page.items[:6]]
        then = whole.page.items[4]
        assert explain_balance(**account, until=then.recorded_at).entered == then.running


def test_one_looks_back_only_at_ones_own_locations(tenant, catalog, membership):
    worker = actor_of_membership(membership(role="warehouse", locations=[catalog.london.id]))
    with unit_of_work(tenant.id, worker) as opened:
        assert {each.location_id for each in stock_as_of(at=opened.now)} == {catalog.london.id}
        assert stock_as_of(at=opened.now, location_id=catalog.leeds.id) == []
        changes = stock_diff(since=opened.now - HOUR, until=opened.now)
        assert {each.location_id for each in changes} == {catalog.london.id}
        for stranger in (catalog.leeds.id, uuid7()):
            with pytest.raises(NotFound):
                explain_balance(item_id=catalog.id("TEA"), location_id=stranger, state="sellable")


def test_over_http(api, api_of, tenant, catalog):
    then = datetime.now(UTC)
    with unit_of_work(tenant.id, system("tests")):
        adjust_stock(item_id=catalog.id("TEA"), location_id=catalog.leeds.id, change=-3, reason="loss")
    base, tea = "/api/v1/stock", {"sku": "TEA"}
    before = api.get(f"{base}/as-of", {**tea, "at": then.isoformat()}).json()["results"]
    assert [(each["location"], each["units"]) for each in before[0]["accounts"]] == [("Leeds", 10), ("London", 5)]
    now = api.get(f"{base}/as-of", {**tea, "location_id": str(catalog.leeds.id), "by": "effective"}).json()["results"]
    assert [each["units"] for each in now[0]["accounts"]] == [7]
    (changed,) = api.get(f"{base}/diff", {"since": then.isoformat()}).json()["results"]
    (account,) = changed["accounts"]
    assert (account["before"], account["came"], account["left"], account["after"]) == (10, 0, 3, 7)
    where = {**tea, "location_id": str(catalog.leeds.id)}
    why = api.get(f"{base}/why", {**where, "page_size": 1}).json()
    assert (why["on_hand"], why["entered"], why["results"][0]["running"], why["results"][0]["change"]) == (7, 7, 7, -3)
    assert api.get(why["next"]).json()["results"][0]["running"] == 10
    turned = api.get(f"{base}/diff", {"since": "2031-01-01T00:00:00Z"})
    assert (turned.status_code, turned.json()["errors"][0]["code"]) == (422, "turned_round")
    assert api.get(f"{base}/as-of", {"at": "yesterday", "by": "x"}).status_code == 422
    assert api.get(f"{base}/why", {"sku": "NOPE", "location_id": str(catalog.leeds.id)}).status_code == 404
    assert api.get(f"{base}/why", {"location_id": str(catalog.leeds.id)}).status_code == 422
    assert api_of(tenant, scopes=["orders.view"]).get(f"{base}/as-of").status_code == 403
