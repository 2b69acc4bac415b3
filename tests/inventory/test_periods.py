"""Two times of every entry, and days that are closed."""

from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.adjust import adjust_stock
from inventory.actions.close_period import NotTheLatest, close_period, reopen_period
from inventory.actions.receive import Receipt, receive_stock
from inventory.models import Movement, StockPeriod
from inventory.stock.dates import CLOCK_TOLERANCE, in_effect, why_not_then
from oms.accounts.actions import approvals
from oms.accounts.queries import actor_of_membership
from oms.core.actors import system
from oms.core.errors import Invalid, NotFound
from oms.core.models import AuditEntry
from oms.core.tenancy import unit, unit_of_work
from tests.inventory.stock import assert_book_adds_up

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = ZoneInfo("America/New_York")


@pytest.fixture
def here(tenant, owner, catalog):
    """A unit of work of the owner of a merchant in New York, at `NOW`."""
    tenant.timezone = "America/New_York"
    tenant.save()
    with unit_of_work(tenant.id, actor_of_membership(owner), now=NOW):
        yield catalog


def newest() -> Movement:
    return Movement.objects.latest("id")


def lose_one(catalog, **more):
    adjust_stock(item_id=catalog.id("TEA"), location_id=catalog.leeds.id, change=-1, reason="loss", **more)
    return newest()


@given(st.integers(-20, 0), st.one_of(st.none(), st.integers(-20, -1)))
def test_nothing_takes_effect_in_closed_days(happened: int, closed: int | None):
    at = NOW + happened * DAY
    open_from = None if closed is None else NOW + closed * DAY
    effective, true_at = in_effect(at, now=NOW, open_from=open_from)
    assert effective <= NOW
    assert open_from is None or effective >= open_from
    assert (true_at or effective) == at


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (None, None), (NOW, None), (NOW + CLOCK_TOLERANCE, None), (NOW + CLOCK_TOLERANCE * 2, "in_the_future"),
        (NOW - 300 * DAY, None), (datetime(26, 11, 24, tzinfo=UTC), "too_long_ago"),
    ],
)  # fmt: skip
def test_only_what_can_have_happened_then(at, code):
    refusal = why_not_then(at, NOW)
    assert (refusal and refusal[0]) == code


def test_found_today_happened_last_week(here):
    entry = lose_one(here, happened_at=NOW - 7 * DAY)
    assert (entry.recorded_at, entry.happened_at, entry.true_at) == (NOW, NOW - 7 * DAY, None)
    slightly_fast = lose_one(here, happened_at=NOW + CLOCK_TOLERANCE / 2)
    assert slightly_fast.happened_at == NOW
    for at in (NOW + DAY, datetime(1, 1, 1, tzinfo=UTC)):
        with pytest.raises(Invalid) as refusal:
            lose_one(here, happened_at=at)
        assert refusal.value.fields[0].field == "happened_at"


def test_an_entry_of_a_closed_day_goes_to_the_first_open_one(here):
    close_period(until=date(2026, 10, 31), note="October")
    first_open = datetime(2026, 11, 1, tzinfo=ZONE)
    truly = datetime(2026, 10, 31, 23, 59, tzinfo=ZONE)
    entry = lose_one(here, happened_at=truly)
    assert (entry.happened_at, entry.true_at, entry.recorded_at) == (first_open, truly, NOW)
    on_time = lose_one(here, happened_at=first_open)
    assert (on_time.happened_at, on_time.true_at) == (first_open, None)
    receive_stock(receipts=[Receipt(here.id("TEA"), here.leeds.id, 2)], happened_at=truly)
    assert newest().true_at == truly
    assert lose_one(here).true_at is None
    assert_book_adds_up()


def test_what_a_second_person_approves_keeps_its_date(here, tenant, membership):
    clerk = actor_of_membership(membership(role="warehouse", limits={"stock.adjust": "1"}))
    with unit_of_work(tenant.id, clerk, now=NOW):
        asked = adjust_stock(
            item_id=here.id("TEA"), location_id=here.leeds.id, change=-2, reason="loss", happened_at=NOW - 3 * DAY
        )  # fmt: skip
    approvals.decide(approval_id=asked.id, approve=True)
    assert newest().happened_at == NOW - 3 * DAY


def test_closing_goes_forward_and_back_one_at_a_time(here):
    october = close_period(until=date(2026, 10, 31))
    november = close_period(until=date(2026, 11, 23))
    assert AuditEntry.objects.filter(subject_id=november.id).get().sentence == "Stock closed up to 2026-11-23"
    for until, code in (
        (date(2026, 11, 23), "closed_already"), (date(2026, 11, 24), "not_over"), (date(26, 1, 1), "too_long_ago"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            close_period(until=until)
        assert refusal.value.fields[0].code == code
    with pytest.raises(NotTheLatest, match="2026-11-23"):
        reopen_period(period_id=october.id, reason="A late invoice")
    with pytest.raises(Invalid):
        reopen_period(period_id=november.id, reason=" ")
    reopen_period(period_id=november.id, reason="A late invoice")
    with pytest.raises(NotTheLatest):
        reopen_period(period_id=november.id, reason="Again")
    assert lose_one(here, happened_at=NOW - 2 * DAY).true_at is None
    assert lose_one(here, happened_at=NOW - 60 * DAY).true_at == NOW - 60 * DAY
    with pytest.raises(NotFound):
        reopen_period(period_id=here.id("TEA"), reason="No such closing")


def test_closing_waits_for_an_entry_that_is_being_dated(committed_db, tenant, catalog):
    """Else the entry, which saw the day open, would land in it after it was closed."""
    entered, closed = Event(), Event()
    yesterday = (datetime.now(UTC) - DAY).date()

    def close() -> None:
        entered.wait(10)
        with unit_of_work(tenant.id, system("tests")):
            close_period(until=yesterday)
        closed.set()
        connection.close()

    closer = Thread(target=close)
    closer.start()
    with unit_of_work(tenant.id, system("tests")) as opened:
        lose_one(catalog, happened_at=opened.now - 3 * DAY)
        entered.set()
        assert not closed.wait(0.3)
    closer.join(10)
    with unit_of_work(tenant.id, system("tests")):
        assert newest().true_at is None
        assert lose_one(catalog, happened_at=unit().now - 3 * DAY).true_at is not None


def test_over_http(api, api_of, tenant, catalog):
    path = "/api/v1/stock/periods"
    made = api.post(path, {"until": "2020-12-31", "note": "Before us"}, format="json")
    assert (made.status_code, made.json()["open_from"]) == (201, "2021-01-01T00:00:00Z")
    assert api.post(path, {"until": "2090-12-31"}, format="json").status_code == 422
    body = {"sku": "TEA", "location": "LEEDS", "change": -1, "reason": "loss"}
    then = (datetime.now(UTC) - 2 * DAY).isoformat()
    assert api.post("/api/v1/stock/adjust", {**body, "happened_at": then}, format="json").status_code == 200
    row = api.get("/api/v1/movements").json()["results"][0]
    assert row["happened_at"][:16] == then[:16]
    late = api.post("/api/v1/stock/adjust", {**body, "happened_at": "2090-01-01T00:00:00Z"}, format="json")
    assert (late.status_code, late.json()["errors"][0]["field"]) == (422, "happened_at")
    again = api.post(f"{path}/{made.json()['id']}/reopen", {"reason": "Too early"}, format="json")
    assert (again.status_code, again.json()["reopen_reason"]) == (200, "Too early")
    assert [each["reopen_reason"] for each in api.get(path).json()["results"]] == ["Too early"]
    reader = api_of(tenant, scopes=["stock.view"])
    assert reader.post(path, {"until": "2020-12-31"}, format="json").status_code == 403


def test_the_pages_close_and_open(browser_client, tenant, catalog):
    page = "/m/acme/inventory/periods/"
    assert browser_client.post(page, {"until": "2090-01-01"}).status_code == 422
    assert browser_client.post(page, {"until": "2020-12-31", "note": "Before us"}).status_code == 303
    assert "Before us" in browser_client.get(page).text
    with unit_of_work(tenant.id, system("tests")):
        period = StockPeriod.objects.get()
    assert browser_client.post(f"{page}{period.id}/reopen/", {"reason": ""}).status_code == 422
    assert browser_client.post(f"{page}{period.id}/reopen/", {"reason": "Too early"}).status_code == 303
    assert "Too early" in browser_client.get(page).text


def test_the_adjust_form_reads_the_merchants_clock(browser_client, tenant, catalog):
    tenant.timezone = "America/New_York"
    tenant.save()
    then = (datetime.now(ZONE) - DAY).replace(second=0, microsecond=0)
    sent = {
        "location": catalog.leeds.id, "how": "change", "quantity": "-1", "state": "sellable", "reason": "loss",
        "happened_at": then.strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    assert browser_client.post(f"/m/acme/inventory/items/{catalog.id('TEA')}/adjust/", sent).status_code == 303
    with unit_of_work(tenant.id, system("tests")):
        assert newest().happened_at == then
