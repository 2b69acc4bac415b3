"""What a figure leaves out, who may see it, and the orders behind it."""

from datetime import date, timedelta
from itertools import permutations
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from analytics.behind import FIGURES, orders_behind
from analytics.figures import Span, figures_of, sales_of, stages_of
from analytics.models import OrderJourney
from analytics.projecting import Known, project
from fulfillment.actions.short import short_pick
from fulfillment.floor.queries import lines_of_work
from oms.accounts.actions.channels import create_channel
from oms.core.actors import Actor
from oms.core.db.keys import uuid7
from oms.core.events import Envelope
from oms.core.events.delivery import drain
from oms.core.jobs.running import run_due_jobs
from oms.core.models import Job
from oms.core.tenancy import unit_of_work
from orders.events import OrderCleared
from returns.actions.request import approve_return, cancel_return, decline_return
from returns.events import ReturnDeclined, ReturnReceived, ReturnRequested
from shipping.events import ShipmentDelivered, ShipmentHandedOver
from tests.dashboard.orders import client_of, inside, place
from tests.fulfillment.floor import scan, started
from tests.orders.trade import line
from tests.returns.goods import asked, inspect, received, shipped

pytestmark = pytest.mark.django_db
PAGE = "/m/acme/analytics/"
AT = timezone.now()
ORDER, RETURN, FIRST, SECOND = (UUID(int=number) for number in range(1, 5))
DAY = timedelta(days=1)
LIFE = (
    OrderCleared(ORDER),
    ShipmentHandedOver(FIRST, "order", ORDER, "T1", AT, "scan"),
    ShipmentDelivered(FIRST, "order", ORDER, "T1", AT + DAY, AT + 2 * DAY),
    ReturnRequested(RETURN, ORDER, 1001, "customer", 1, ("damaged", "too_big")),
    ReturnDeclined(RETURN, ORDER, 1001, "It was worn."),
    ReturnReceived(RETURN, ORDER, 1001, 1, True),
)
KNOWN = Known({FIRST: AT + 2 * DAY, SECOND: AT + 3 * DAY}, frozenset({RETURN}))


def journey_of(*facts) -> dict:
    envelopes = [Envelope(uuid7(), 1, 1, AT, {}, "", fact) for fact in facts]
    return project(envelopes, ZoneInfo("Europe/London"), KNOWN).journeys[ORDER]


def test_facts_come_to_the_same_in_any_order():
    told = journey_of(*LIFE)
    assert (told["claims"], told["parcels_left"], told["parcels_arrived"]) == (0, 1, 1)
    assert (told["delivered_at"], told["promised_at"]) == (AT + DAY, AT + 2 * DAY)
    assert all(journey_of(*facts) == told for facts in permutations(LIFE))


def test_a_return_of_other_reasons_claims_nothing_and_takes_nothing_away():
    plain = Known()
    facts = (ReturnRequested(RETURN, ORDER, 1001, "customer", 1, ("too_big",)), ReturnDeclined(RETURN, ORDER, 1001, ""))
    found = project([Envelope(uuid7(), 1, 1, AT, {}, "", each) for each in facts], ZoneInfo("UTC"), plain)
    assert found.journeys == {}


@pytest.fixture
def span(tenant) -> Span:
    """Until tomorrow, so that no zone's midnight matters; the floor's tests place orders in November."""
    return Span(date(2026, 11, 1), timezone.now().date() + DAY, zone=ZoneInfo("Europe/London"))


def test_a_claim_that_is_dropped_or_refuted_does_not_count(tenant, catalog, span):
    with inside(tenant):
        ids = [shipped(TEA=1) for _order in range(4)]
        decline_return(return_id=asked(ids[0], reason="wrong_item").id, reason="We sent what you ordered.")
        cancel_return(return_id=approve_return(return_id=asked(ids[1], reason="damaged").id).id)
        inspect(received(ids[2], reason="damaged"), 1, "as_new", "restock")
        inspect(received(ids[3], reason="damaged"), 1, "damaged", "scrap")
    drain(tenant.id)
    with inside(tenant):
        assert (figures_of(span).accuracy.good, figures_of(span).accuracy.all) == (3, 4)
        assert [each.order_id for each in orders_behind("accuracy", span)] == [ids[3].id]


def left(order_id: UUID, **columns: int) -> None:
    """A journey as facts would leave it after days: moments as days from now, and counts."""
    now = timezone.now()
    values = {name: now + timedelta(days=days) for name, days in columns.items() if name.endswith("_at")}
    counts = {name: count for name, count in columns.items() if not name.endswith("_at")}
    OrderJourney.objects.filter(order_id=order_id).update(**values, **counts)


def test_what_never_came_is_late_and_what_may_still_come_is_not(tenant, catalog, span):
    in_time, late, lost, half, early = place(tenant, line("TEA"), count=5)
    with inside(tenant):
        left(in_time.id, promised_at=-1, delivered_at=-2, parcels_left=1, parcels_arrived=1)
        left(late.id, promised_at=-3, delivered_at=-1, parcels_left=1, parcels_arrived=1)
        left(lost.id, promised_at=-2, parcels_left=1)
        left(half.id, promised_at=-2, delivered_at=-3, parcels_left=2, parcels_arrived=1)
        left(early.id, promised_at=1, parcels_left=1)
        found = figures_of(span).on_time
        assert (found.good, found.all) == (1, 4)
        assert {each.order_id for each in orders_behind("on_time", span)} == {late.id, lost.id, half.id}


@pytest.fixture
def floor(tenant, catalog):
    """An order of which a scan was refused and a unit was missing; and one that waits for stock."""
    with inside(tenant):
        work = started(MUG_BLU=2)
        scan(work, "MUG-RED")
        (row,) = lines_of_work([work.id])[work.id]
        short_pick(fulfillment_order_id=work.id, fulfillment_line_id=row.id, found=1, reason="cannot_find")
    drain(tenant.id)
    return work


def test_every_figure_opens_its_orders(tenant, floor, span, browser_client):
    with inside(tenant):
        number = floor.order.number
        for figure in ("caught", "inventory", "orders"):
            assert [each.order_id for each in orders_behind(figure, span)] == [floor.order_id], figure
    page = browser_client.get(PAGE).text
    assert "orders/?figure=caught" in page
    assert "What it means" in page
    assert f"#{number}" in browser_client.get(f"{PAGE}orders/?figure=caught").text
    for figure in FIGURES:
        assert browser_client.get(f"{PAGE}orders/?figure={figure}").status_code == 200


def test_a_person_of_one_channel_sees_the_figures_of_that_channel(tenant, catalog, membership, span):
    place(tenant, line("TEA", 1, "10.00"))
    with inside(tenant):
        other = create_channel(code="fair", name="Trade fair", kind="shop")
    limited = Actor("user", "1", "Fay", frozenset({"analytics.view"}), channels=frozenset({other.id}))
    with unit_of_work(tenant.id, limited):
        asked_for = Span(span.first, span.last, catalog.channel.id, span.zone)
        for each in (span, asked_for):
            assert (sales_of(each), stages_of(each), list(orders_behind("orders", each))) == ([], [], [])
            assert figures_of(each).accuracy.all == 0
    with inside(tenant):
        assert sum(each.orders for each in sales_of(asked_for)) == 1
    page = client_of(membership(role="manager", channels=[other.id])).get(PAGE).text
    assert "Trade fair" in page
    assert "Web shop" not in page


def test_another_merchant_sees_nothing(tenant, other_tenant, floor, span):
    with inside(other_tenant):
        assert (sales_of(span), stages_of(span), figures_of(span).caught) == ([], [], 0)
        assert not orders_behind("orders", span).exists()


def test_the_files_hold_what_the_page_shows(browser_client, tenant, floor):
    def rows(name: str) -> list[str]:
        content = b"".join(browser_client.get(f"{PAGE}{name}").streaming_content)
        return content.decode().removeprefix("\ufeff").splitlines()

    figures = dict(row.split(",", 1) for row in rows("figures.csv")[1:])
    assert figures["caught"].startswith("1,")
    assert figures["accuracy"] == ",,,,,"
    assert figures["inventory"].startswith("0,1,")
    assert rows("stages.csv")[0] == "until,orders,median_hours,p90_hours"


def test_orders_and_rebuild_over_http(api, api_of, tenant, floor, span):
    page = api.get("/api/v1/analytics/orders", {"figure": "caught"}).json()
    assert [(each["order_id"], each["claims"]) for each in page["results"]] == [(str(floor.order_id), 0)]
    assert api.get("/api/v1/analytics/orders", {"figure": "fun"}).status_code == 422
    reader = api_of(tenant, scopes=["analytics.view"])
    assert reader.get("/api/v1/analytics/orders", {"figure": "caught"}).status_code == 403
    assert reader.post("/api/v1/analytics/rebuild").status_code == 403
    first, again = (api.post("/api/v1/analytics/rebuild") for _time in range(2))
    assert first.status_code == 202
    assert first.json()["id"] == again.json()["id"]
    with inside(tenant):
        before = OrderJourney.objects.values_list("order_id", "caught_at", "short_at").get()
    run_due_jobs(tenant.id)
    with inside(tenant):
        job = Job.objects.get()
        assert (job.state, job.done > 3) == (Job.DONE, True)
        assert OrderJourney.objects.values_list("order_id", "caught_at", "short_at").get() == before


def test_the_page_starts_the_job(browser_client, membership, tenant):
    answer = browser_client.post(f"{PAGE}rebuild/")
    assert answer.status_code == 303
    assert "Count the figures again" in browser_client.get(answer["location"]).text
    assert client_of(membership(role="read_only")).post(f"{PAGE}rebuild/").status_code == 403


def test_small_numbers_are_grey_and_say_how_many(browser_client, tenant, catalog):
    with inside(tenant):
        shipped(TEA=1)
    drain(tenant.id)
    page = browser_client.get(PAGE).text
    assert '<p class="strong quiet" data-figure="accuracy">100.0 %</p>' in page
    assert "of 1: too few to say much" in page
