"""The API's grammar, and the kernel's own resources."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from oms.core.actors import system
from oms.core.api.views import TenantView
from oms.core.audit import Change, record
from oms.core.db.keys import uuid7
from oms.core.jobs import start_job
from oms.core.models import Delivery, JobRow
from oms.core.tenancy import unit_of_work

PROCESS = system("tests")
TEN_MEGABYTES = 10 * 1024 * 1024


@pytest.fixture
def jobs(tenant) -> list:
    with unit_of_work(tenant.id, PROCESS) as opened:
        made = [start_job(kind="tests.none", title=f"Job {n}", params={}) for n in range(5)]
        for n, job in enumerate(made):
            job.created_at = opened.now - timedelta(minutes=n)
            job.save()
    return made


def test_a_wrong_address_of_the_api_is_a_problem_not_a_page(client):
    answer = client.get("/api/v1/ordres")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "no_such_address"


def test_pages_go_forward_and_back_by_their_links(api, jobs):
    first = api.get("/api/v1/jobs", {"page_size": 2}).json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()
    titles = [[each["title"] for each in page["results"]] for page in (first, second, third)]
    assert titles == [["Job 0", "Job 1"], ["Job 2", "Job 3"], ["Job 4"]]
    assert (first["previous"], third["next"]) == (None, None)
    assert api.get(third["previous"]).json()["results"] == second["results"]
    assert api.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "9" * 5000}, "page_size"),
        ({"page_size": "x"}, "page_size"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "W3RydWUsIDEsIDJd"}, "cursor"),
        ({"cursor": "W2ZhbHNlLG51bGwsbnVsbF0"}, "cursor"),
        ({"cursor": "W2ZhbHNlLCJ4IiwieSJd"}, "cursor"),
        ({"cursor": "W10"}, "cursor"),
    ],
)
def test_bad_paging_is_refused_by_name(api, jobs, query, field):
    answer = api.get("/api/v1/jobs", query)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_one_job_its_rows_and_cancel(api, jobs, tenant):
    with unit_of_work(tenant.id, PROCESS):
        JobRow.objects.create(job_id=jobs[0].id, row=3, outcome="failed", message="No such SKU.")
    address = f"/api/v1/jobs/{jobs[0].id}"
    assert api.get(address).json()["started_by"] == "tests"
    assert [row["message"] for row in api.get(f"{address}/rows").json()["results"]] == ["No such SKU."]
    assert api.post(f"{address}/cancel").json()["cancel_requested"] is True
    missing = api.get(f"/api/v1/jobs/{uuid7()}")
    assert (missing.status_code, missing["Content-Type"], missing.json()["code"]) == (
        404, "application/problem+json", "not_found",
    )  # fmt: skip


def test_parked_events_are_listed_and_replayed(api, tenant):
    with unit_of_work(tenant.id, PROCESS) as opened:
        parked = Delivery.objects.create(
            subscriber="webhooks", shard=0, aggregate_id=uuid7(), fact_id=uuid7(), fact_at=opened.now,
            state="parked", due_at=opened.now, attempts=8, error="RuntimeError: no", parked_at=opened.now,
        )  # fmt: skip
    [shown] = api.get("/api/v1/parked-events").json()["results"]
    assert (shown["id"], shown["error"]) == (parked.id, "RuntimeError: no")
    body = {"ids": [parked.id, parked.id + 1000]}
    assert api.post("/api/v1/parked-events/replay", body, format="json").json() == {"replayed": 1}
    assert api.get("/api/v1/parked-events").json()["results"] == []


def test_the_activity_log_is_filtered(api, tenant):
    lamp, other = uuid7(), uuid7()
    with unit_of_work(tenant.id, PROCESS, cause="job:1"):
        record([
            Change("lamps.light", "Lamp lit", (("lamp", lamp), ("room", other)), {"on": False}, {"on": True}),
            Change("lamps.break", "Lamp broken", (("lamp", lamp),)),
        ])  # fmt: skip
    newest = api.get("/api/v1/audit", {"subject_id": str(lamp)}).json()["results"]
    assert [each["sentence"] for each in newest] == ["Lamp broken", "Lamp lit"]
    [one] = api.get("/api/v1/audit", {"subject_id": str(other)}).json()["results"]
    assert (one["before"], one["after"], one["actor_label"], one["cause"]) == (
        {"on": False}, {"on": True}, "tests", "job:1",
    )  # fmt: skip
    assert len(api.get("/api/v1/audit", {"verb": "lamps.break"}).json()["results"]) == 1
    assert api.get("/api/v1/audit", {"subject_id": "x"}).json()["errors"][0]["field"] == "subject_id"


def test_what_a_view_does_not_name_is_refused(tenant, owner, rf):
    """A forgotten verb is a closed door, also for somebody who may do everything that has a name."""
    from oms.accounts.api.authentication import Credential
    from oms.accounts.queries import actor_of_membership

    class Forgetful(TenantView):
        throttle_classes = ()
        permission_classes = ()

        def perform_authentication(self, request):
            request.auth = Credential(tenant.id, actor_of_membership(owner))

        def get(self, request):
            raise AssertionError("reached")

    assert Forgetful.as_view()(rf.get("/")).status_code == 403


def test_an_error_answer_rolls_back(api, tenant):
    from oms.accounts.models import SalesChannel

    good, bad = {"code": "one", "name": "One"}, {"code": "one", "name": "Again"}
    assert api.post("/api/v1/channels", good, format="json").status_code == 201
    assert api.post("/api/v1/channels", bad, format="json").status_code == 409
    with unit_of_work(tenant.id, PROCESS):
        assert SalesChannel.objects.count() == 1


@pytest.mark.parametrize("key", [None, "a-key"])
def test_ten_megabytes_of_json_are_refused(api, key):
    body = json.dumps({"code": "x" * TEN_MEGABYTES, "name": "x"})
    headers = {"idempotency-key": key} if key else {}
    answer = api.post("/api/v1/channels", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "malformed_body"),
        ("[" * 100_000, "application/json", 400, "malformed_body"),
        ('{"code": NaN}', "application/json", 400, "malformed_body"),
        ("[]", "application/json", 422, "invalid"),
        ("code=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ('{"code": "a\\u0000b", "name": "x"}', "application/json", 422, "invalid"),
        ('{"code": "a", "name": "\\ud800"}', "application/json", 422, "invalid"),
    ],
)
def test_bad_bodies_are_problems(api, body, content_type, status, code):
    answer = api.post("/api/v1/channels", body, content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_value_that_cannot_be_stored_is_a_problem_too(api):
    answer = api.get("/api/v1/audit", {"verb": "a\x00b"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unstorable")


def test_the_description_has_no_warnings(capsys):
    from django.core.management import call_command

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")
    assert "rror" not in capsys.readouterr().err


def test_the_description_and_the_reference_are_public(database):
    described = Client().get("/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    assert described.status_code == 200
    assert described.json()["openapi"].startswith("3.1")
    assert Client().get("/api/docs/").status_code == 200


def test_health(database):
    assert Client().get("/healthz").json() == {"status": "ok"}
    assert Client().get("/readyz").json() == {"status": "ok", "database": "ok", "valkey": "ok"}
