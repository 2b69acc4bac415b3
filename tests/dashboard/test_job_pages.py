"""Jobs as people see them: the list, what moves, the rows with reasons, cancelling, and the file."""

from collections.abc import Callable

import pytest
from django.test import Client

from oms.accounts.models import Membership
from oms.accounts.queries import actor_of_membership
from oms.core.actors import system
from oms.core.jobs import start_job
from oms.core.models import Job, JobRow, Tenant
from oms.core.tenancy import unit_of_work
from tests.fixtures import Catalog

pytestmark = pytest.mark.django_db


def make_job(tenant: Tenant, **fields: object) -> Job:
    with unit_of_work(tenant.id, system("tests")):
        job = start_job(kind="tests.sample", title="Import orders.csv", params={}, total=10)
        Job.objects.filter(id=job.id).update(**fields)
        return Job.objects.get(id=job.id)


def add_rows(tenant: Tenant, job: Job, *rows: dict) -> None:
    with unit_of_work(tenant.id, system("tests")):
        for number, row in enumerate(rows, start=1):
            JobRow.objects.create(job_id=job.id, **{"row": number, "outcome": "failed", "message": "No.", **row})


@pytest.fixture
def job(tenant: Tenant) -> Job:
    return make_job(tenant, done=4, failed=1)


def test_an_empty_list_says_what_jobs_are(browser_client: Client, tenant: Tenant):
    assert "Nothing has run yet" in browser_client.get("/m/acme/jobs/").text


def test_the_list_shows_progress_and_narrows_to_what_failed(browser_client: Client, tenant: Tenant, job: Job):
    make_job(tenant, state=Job.DONE, title="Allocate 30 orders")
    make_job(tenant, state=Job.PART_FAILED, title="Import stock.csv")
    everything = browser_client.get("/m/acme/jobs/").text
    assert all(title in everything for title in ("Import orders.csv", "Allocate 30 orders", "Import stock.csv"))
    failed = browser_client.get("/m/acme/jobs/?view=failed").text
    assert "Import stock.csv" in failed
    assert "Allocate 30 orders" not in failed


def test_a_view_without_jobs_leads_back_to_all(browser_client: Client, tenant: Tenant, job: Job):
    assert "No jobs in this view" in browser_client.get("/m/acme/jobs/?view=failed").text


def test_a_long_list_costs_few_statements(
    browser_client: Client, tenant: Tenant, job: Job, django_assert_max_num_queries: Callable
):
    for _ in range(60):
        make_job(tenant)
    browser_client.get("/m/acme/jobs/")
    with django_assert_max_num_queries(12):
        page = browser_client.get("/m/acme/jobs/")
    assert page.text.count("row-link") == 50
    assert 'rel="next"' in page.text


def test_progress_is_told_only_when_it_moved(browser_client: Client, tenant: Tenant, job: Job):
    page = browser_client.get(f"/m/acme/jobs/{job.id}/")
    seen = page.context["seen"]
    address = f"/m/acme/jobs/{job.id}/progress/"
    assert browser_client.get(address, {"seen": seen}).status_code == 204
    with unit_of_work(tenant.id, system("tests")):
        Job.objects.filter(id=job.id).update(done=5)
    moved = browser_client.get(address, {"seen": seen}, headers={"HX-Request": "true"})
    assert "5 of 10" in moved.text
    assert "data-poll" in moved.text
    with unit_of_work(tenant.id, system("tests")):
        Job.objects.filter(id=job.id).update(state=Job.DONE, done=10)
    ended = browser_client.get(address, {"seen": seen}, headers={"HX-Request": "true"})
    assert "data-poll" not in ended.text
    assert "Show its result" in ended.text


def test_rows_are_listed_with_their_reason_and_by_outcome(browser_client: Client, tenant: Tenant, job: Job):
    add_rows(
        tenant,
        job,
        {"subject": "A-1", "field": "lines.0.sku", "message": "No item is called <b>X</b>."},
        {"subject": "A-2", "outcome": "skipped", "message": "Imported before."},
    )
    page = browser_client.get(f"/m/acme/jobs/{job.id}/").text
    assert "No item is called &lt;b&gt;X&lt;/b&gt;." in page
    assert "Imported before." in page
    skipped = browser_client.get(f"/m/acme/jobs/{job.id}/?outcome=skipped").text
    assert "Imported before." in skipped
    assert "No item is called" not in skipped


def test_rows_come_as_a_file_that_a_spreadsheet_may_open(
    browser_client: Client, tenant: Tenant, job: Job, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("oms.dashboard.jobs.queries.CHUNK", 2)
    add_rows(
        tenant,
        job,
        {"subject": "=HYPERLINK(1)", "data": {"Price": "-4", "Note": "ok"}},
        {"subject": "A-2", "data": {"Price": "3"}},
        {"subject": "A-3"},
    )
    answer = browser_client.get(f"/m/acme/jobs/{job.id}/rows.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "row,outcome,subject,field,reason,Note,Price"
    assert lines[1] == "1,failed,'=HYPERLINK(1),,No.,ok,-4"
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2", "3"]


def test_cancelling_asks_the_job_to_stop_once(browser_client: Client, tenant: Tenant, job: Job):
    form = {"idempotency_key": "one"}
    first = browser_client.post(f"/m/acme/jobs/{job.id}/cancel/", form)
    again = browser_client.post(f"/m/acme/jobs/{job.id}/cancel/", form)
    assert (first.status_code, again.status_code) == (303, 303)
    assert "Stopping" in browser_client.get(f"/m/acme/jobs/{job.id}/").text


def test_an_ended_job_cannot_be_cancelled(browser_client: Client, tenant: Tenant):
    job = make_job(tenant, state=Job.DONE)
    answer = browser_client.post(f"/m/acme/jobs/{job.id}/cancel/")
    assert answer.status_code == 409
    assert "already ended" in answer.text


def test_who_may_only_look_is_told_so(tenant: Tenant, membership: Callable[..., Membership], job: Job):
    client = Client()
    client.force_login(membership(role="read_only").user)
    assert "Your role may not cancel jobs" in client.get(f"/m/acme/jobs/{job.id}/").text
    assert client.post(f"/m/acme/jobs/{job.id}/cancel/").status_code == 403


def test_a_strangers_job_is_not_found(browser_client: Client, tenant: Tenant, other_tenant: Tenant):
    job = make_job(other_tenant)
    for path in ("", "progress/", "rows.csv"):
        assert browser_client.get(f"/m/acme/jobs/{job.id}/{path}").status_code == 404


def test_whoever_sees_some_locations_sees_only_jobs_of_their_own(
    tenant: Tenant, job: Job, catalog: Catalog, membership
):
    add_rows(tenant, job, {"data": {"SKU": "TEA", "Location": "LONDON"}})
    picker = membership(role="warehouse", locations=[catalog.leeds.id])
    client = Client()
    client.force_login(picker.user)
    assert "Import orders.csv" not in client.get("/m/acme/jobs/").text
    assert client.get(f"/m/acme/jobs/{job.id}/").status_code == 404
    assert client.get(f"/m/acme/jobs/{job.id}/rows.csv").status_code == 404
    with unit_of_work(tenant.id, actor_of_membership(picker)):
        own = start_job(kind="tests.sample", title="Count of Leeds", params={})
    assert "Count of Leeds" in client.get("/m/acme/jobs/").text
    assert client.get(f"/m/acme/jobs/{own.id}/").status_code == 200
