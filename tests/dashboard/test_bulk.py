"""The same verb for many orders: a check page first, then a job that tells each refusal."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from inventory.proof import prove_stock
from oms.accounts.models import Membership
from oms.core.jobs.running import run_due_jobs
from oms.core.models import Job, JobRow, Tenant
from oms.dashboard.orders import bulk
from orders.models import Hold, Order, OrderTag
from tests.dashboard.orders import NOWHERE, ORDERS, again, client_of, inside, place
from tests.fixtures import Catalog, make_catalog
from tests.orders.trade import line

pytestmark = pytest.mark.django_db
CHECK, RUN = f"{ORDERS}bulk/", f"{ORDERS}bulk/run/"


def ran(tenant: Tenant, answer) -> Job:
    """The job that a run has started, after all its chunks."""
    assert answer.status_code == 303
    run_due_jobs(tenant.id)
    with inside(tenant):
        return Job.objects.get(id=answer["Location"].rstrip("/").rpartition("/")[2])


def rows_of(tenant: Tenant, job: Job) -> list[tuple[str, str]]:
    with inside(tenant):
        return list(JobRow.objects.filter(job_id=job.id).values_list("subject", "message"))


def test_the_check_says_what_will_happen_and_changes_nothing(browser_client: Client, tenant: Tenant, catalog: Catalog):
    fine, gone = place(tenant, count=2)
    with inside(tenant):
        Order.objects.filter(id=gone.id).update(state="cancelled")
    page = browser_client.post(CHECK, {"verb": "hold", "orders": [fine.id, gone.id]})
    assert page.status_code == 200
    assert "It will work for 1 of 2" in page.text
    assert "This order is canceled" in page.text
    assert "Hold 2 orders" in page.text
    with inside(tenant):
        assert not Hold.objects.exists()
        assert not Job.objects.exists()


def test_orders_are_held_and_the_rest_is_told_why(browser_client: Client, tenant: Tenant, catalog: Catalog):
    fine, gone = place(tenant, count=2)
    with inside(tenant):
        Order.objects.filter(id=gone.id).update(state="cancelled")
    form = {"verb": "hold", "orders": [fine.id, gone.id, uuid4()], "reason": "Stocktaking", "idempotency_key": "k-1"}
    first, again_sent = browser_client.post(RUN, form), browser_client.post(RUN, form)
    assert first["Location"] == again_sent["Location"]
    job = ran(tenant, first)
    assert (job.state, job.done, job.failed, job.total) == (Job.PART_FAILED, 1, 2, 3)
    told = dict(rows_of(tenant, job))
    assert "This order is canceled" in told[f"#{gone.number}"]
    assert told[""] == "There is no such order any more."
    assert again(tenant, fine.id).open_holds == 1
    with inside(tenant):
        assert Job.objects.count() == 1
        assert Hold.objects.get().reason == "Stocktaking"


def test_orders_are_cancelled_tagged_and_allocated(browser_client: Client, tenant: Tenant, catalog: Catalog):
    orders = place(tenant, line("MUG-BLU"), count=3)
    ids = [order.id for order in orders]
    assert ran(tenant, browser_client.post(RUN, {"verb": "tag", "orders": ids, "tag": "VIP"})).state == Job.DONE
    with inside(tenant):
        assert set(OrderTag.objects.values_list("order_id", "tag")) == {(each, "vip") for each in ids}
    assert ran(tenant, browser_client.post(RUN, {"verb": "allocate", "orders": ids})).done == 3
    assert ran(tenant, browser_client.post(RUN, {"verb": "cancel", "orders": ids, "reason": "Flood"})).done == 3
    assert {again(tenant, each).state for each in ids} == {"cancelled"}


def test_canceling_many_asks_the_floor_for_those_it_has_begun_on(
    browser_client: Client, tenant: Tenant, catalog: Catalog
):
    ids = [order.id for order in place(tenant, line("MUG-BLU"), count=3)]
    assert ran(tenant, browser_client.post(RUN, {"verb": "allocate", "orders": ids})).done == 3
    begun, released, _reserved = ids
    with inside(tenant):
        works = release_orders(order_ids=[begun, released])
        start_picking(fulfillment_order_id=works[begun][0])
    job = ran(tenant, browser_client.post(RUN, {"verb": "cancel", "orders": ids, "reason": "Flood"}))
    assert (job.done, job.failed) == (3, 0)
    assert [again(tenant, each).state for each in ids] == ["cancel_requested", "cancelled", "cancelled"]
    with inside(tenant):
        assert prove_stock().holds


def test_all_that_match_are_those_of_the_moment(browser_client: Client, tenant: Tenant, catalog: Catalog):
    orders = place(tenant, line("TEA", 1), count=120, tags=("sale",))
    place(tenant)
    page = browser_client.post(CHECK, {"verb": "tag", "everything": "1", "query": "tag:sale"})
    assert "120 orders are chosen" in page.text
    hidden = {"verb": "tag", "everything": "1", "query": "tag:sale", "at": page.context["chosen"].at.isoformat()}
    (late,) = place(tenant, tags=("sale",))
    job = ran(tenant, browser_client.post(RUN, {**hidden, "tag": "seen"}))
    assert (job.state, job.done, job.total) == (Job.DONE, 120, 120)
    with inside(tenant):
        tagged = set(OrderTag.objects.filter(tag="seen").values_list("order_id", flat=True))
    assert tagged == {order.id for order in orders}
    assert late.id not in tagged


def test_a_query_whose_orders_leave_it_meanwhile_is_still_finished(
    browser_client: Client, tenant: Tenant, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("oms.desk.bulk.CHUNK", 2)
    place(tenant, count=5)
    job = ran(tenant, browser_client.post(RUN, {"verb": "hold", "everything": "1", "query": "-is:held", "reason": "x"}))
    assert (job.done, job.failed) == (5, 0)
    with inside(tenant):
        assert Order.objects.filter(open_holds=1).count() == 5


def test_very_many_are_confirmed_by_their_number(
    browser_client: Client, tenant: Tenant, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk, "CONFIRMED_ABOVE", 2)
    place(tenant, count=3)
    form = {"verb": "cancel", "everything": "1", "query": "", "reason": "Flood"}
    assert "Type the number of orders, 3, to confirm" in browser_client.post(CHECK, form).text
    for confirm in ("", "2"):
        refused = browser_client.post(RUN, {**form, "confirm": confirm})
        assert refused.status_code == 422
        assert 'value="Flood"' in refused.text
    assert ran(tenant, browser_client.post(RUN, {**form, "confirm": "3"})).done == 3


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"verb": "hold"}, 422),
        ({"verb": "explode", "everything": "1"}, 422),
        ({"verb": "hold", "orders": ["no-id"]}, 422),
        ({"verb": "hold", "orders": [str(uuid4())]}, 422),
        ({"verb": "hold", "everything": "1", "query": "no:sense"}, 422),
        ({"verb": "hold", "everything": "1", "query": "country:FR"}, 422),
    ],
)
def test_a_choice_of_nothing_is_refused(
    browser_client: Client, tenant: Tenant, catalog: Catalog, form: dict, status: int
):
    place(tenant)
    assert browser_client.post(CHECK, form).status_code == status


def test_a_reason_is_asked_for_and_what_was_chosen_is_kept(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant)
    page = browser_client.post(RUN, {"verb": "cancel", "orders": [order.id], "reason": ""})
    assert page.status_code == 422
    assert f'name="orders" value="{order.id}"' in page.text


def test_a_role_gets_only_its_verbs(membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant)
    support, reader = client_of(membership(role="support")), client_of(membership(role="read_only"))
    assert [verb for verb, _words in support.get(ORDERS).context["bulk"]] == ["hold", "tag", "cancel"]
    assert 'name="orders"' not in reader.get(ORDERS).text
    assert support.post(CHECK, {"verb": "allocate", "orders": [order.id]}).status_code == 403
    assert reader.post(RUN, {"verb": "hold", "orders": [order.id], "reason": "x"}).status_code == 403


def test_another_merchants_orders_are_not_there_to_choose(
    browser_client: Client, tenant: Tenant, catalog: Catalog, other_tenant: Tenant
):
    make_catalog(other_tenant)
    (theirs,), (ours,) = place(other_tenant, ship_to=NOWHERE), place(tenant)
    form = {"verb": "cancel", "orders": [ours.id, theirs.id], "reason": "x"}
    assert browser_client.post(CHECK, form).context["foreseen"].count == 1
    assert ran(tenant, browser_client.post(RUN, form)).done == 1
    assert again(other_tenant, theirs.id).state == "checking"
