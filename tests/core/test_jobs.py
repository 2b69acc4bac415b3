"""Long work: progress per chunk, per-row results, cancel, resume, failure."""

from datetime import UTC, datetime, timedelta

import pytest

from oms.accounts.models import SalesChannel
from oms.core.actors import Actor, system
from oms.core.errors import NotAllowed, NotFound
from oms.core.jobs import Row, Step, cancel_job, job_kind, kinds, resume_job, running, start_job
from oms.core.jobs.running import run_chunk, run_due_jobs
from oms.core.models import AuditEntry, Job, JobRow
from oms.core.tenancy import unit, unit_of_work
from tests.concurrency.counting import count_to_five

PROCESS = system("tests")


@pytest.fixture
def kind(monkeypatch):
    """Register the chunk of a job kind that is gone after the test."""
    monkeypatch.setattr(kinds, "_kinds", {})
    return lambda chunk, **more: job_kind("tests.count", **more)(chunk)


def start(tenant, actor=PROCESS, **params) -> Job:
    with unit_of_work(tenant.id, actor):
        return start_job(kind="tests.count", title="Count", params=params, total=5)


def reread(tenant, job) -> Job:
    with unit_of_work(tenant.id, PROCESS):
        return Job.objects.get(id=job.id)


def codes(tenant) -> list[str]:
    with unit_of_work(tenant.id, PROCESS):
        return sorted(SalesChannel.objects.values_list("code", flat=True))


def test_a_job_runs_chunk_by_chunk_to_its_end(tenant, kind):
    kind(count_to_five)
    job = start(tenant)
    assert run_chunk(tenant.id, job.id)
    assert (reread(tenant, job).done, codes(tenant)) == (1, ["c1"])
    while run_chunk(tenant.id, job.id):
        assert reread(tenant, job).due_at > reread(tenant, job).created_at
    job = reread(tenant, job)
    assert (job.state, job.done, job.failed, job.total, job.result) == ("done", 5, 0, 5, {"last": 5})
    assert job.finished_at is not None
    assert codes(tenant) == ["c1", "c2", "c3", "c4", "c5"]


def test_it_acts_as_who_started_it_and_says_so(tenant, kind):
    seen = []

    def chunk(job: Job) -> Step:
        seen.append((unit().actor, unit().cause))
        return Step(finished=True)

    kind(chunk)
    starter = Actor("user", "7", "Olive", frozenset({"jobs.view"}))
    job = start(tenant, starter)
    run_due_jobs(tenant.id)
    assert seen == [(starter, f"job:{job.id}")]


def test_rows_that_failed_are_kept_and_the_job_says_so(tenant, kind):
    kind(lambda job: Step(done=1, failed=1, finished=True, rows=(Row(7, "failed", "No.", {"a": "b"}, field="sku"),)))
    job = start(tenant)
    run_due_jobs(tenant.id)
    assert reread(tenant, job).state == "part_failed"
    with unit_of_work(tenant.id, PROCESS):
        row = JobRow.objects.get(job_id=job.id)
    assert (row.row, row.outcome, row.field, row.message, row.data) == (7, "failed", "sku", "No.", {"a": "b"})


def test_cancel_stops_after_the_current_chunk_and_keeps_what_is_done(tenant, kind):
    kind(count_to_five)
    job = start(tenant)
    run_chunk(tenant.id, job.id)
    with unit_of_work(tenant.id, PROCESS):
        cancel_job(job_id=job.id)
        assert AuditEntry.objects.filter(subject_id=job.id, verb="jobs.cancel").exists()
    run_due_jobs(tenant.id)
    job = reread(tenant, job)
    assert (job.state, job.done, codes(tenant)) == ("cancelled", 1, ["c1"])
    with unit_of_work(tenant.id, PROCESS):
        with pytest.raises(NotAllowed):
            cancel_job(job_id=job.id)
        with pytest.raises(NotFound):
            cancel_job(job_id=tenant.public_id)


def test_a_chunk_that_fails_leaves_nothing_and_is_tried_again(tenant, kind, time_machine):
    """Its writes and its progress are one commit: a retry starts where the last good chunk ended."""
    failing = [True]

    def chunk(job: Job) -> Step:
        step = count_to_five(job)
        if step.result["last"] == 3 and failing:
            failing.pop()
            raise RuntimeError("a hiccup")
        return step

    kind(chunk)
    job = start(tenant)
    run_due_jobs(tenant.id)
    job = reread(tenant, job)
    assert (job.state, job.done, job.error) == ("running", 2, "RuntimeError: a hiccup")
    assert codes(tenant) == ["c1", "c2"]
    time_machine.move_to(job.due_at + timedelta(seconds=1))
    run_due_jobs(tenant.id)
    job = reread(tenant, job)
    assert (job.state, job.done, job.error) == ("done", 5, "")
    assert codes(tenant) == ["c1", "c2", "c3", "c4", "c5"]


def test_a_chunk_that_always_fails_ends_the_job(tenant, kind, time_machine):
    tries = []

    def chunk(job: Job) -> Step:
        tries.append(1)
        raise RuntimeError("never")

    kind(chunk)
    job = start(tenant)
    for hours in range(10):
        time_machine.move_to(datetime.now(UTC) + timedelta(hours=hours))
        run_due_jobs(tenant.id)
    job = reread(tenant, job)
    assert (job.state, job.error, len(tries)) == ("failed", "RuntimeError: never", running.MAX_ATTEMPTS)


@pytest.mark.parametrize("end", ["failed", "cancelled", "done"])
def test_whose_work_is_left_unfinished_hears_of_it(tenant, kind, end):
    heard = []

    def chunk(job: Job) -> Step:
        if end == "failed":
            raise RuntimeError("never")
        return Step(finished=end == "done")

    kind(chunk, unfinished=lambda job: heard.append((job.id, job.state, unit().tenant_id)))
    job = start(tenant)
    with unit_of_work(tenant.id, PROCESS):
        Job.objects.update(attempts=running.MAX_ATTEMPTS - 1)
        if end == "cancelled":
            cancel_job(job_id=job.id)
    run_due_jobs(tenant.id)
    assert reread(tenant, job).state == end
    assert heard == ([] if end == "done" else [(job.id, end, tenant.id)])


def test_a_chunk_that_kills_its_worker_does_not_kill_workers_for_ever(tenant, kind, time_machine):
    """A killed worker writes nothing down, so the attempt counts from when it was claimed."""
    kind(count_to_five)
    job = start(tenant)
    time_machine.move_to(datetime.now(UTC), tick=False)
    for _ in range(running.MAX_ATTEMPTS):
        assert running._claim(tenant.id) == job.id
        assert running._claim(tenant.id) is None
        time_machine.shift(running.LEASE + timedelta(seconds=1))
    run_due_jobs(tenant.id)
    job = reread(tenant, job)
    assert (job.state, job.error) == ("failed", "The worker died 5 times in the middle of this chunk.")


def test_a_job_gives_its_turn_to_others(tenant, kind, monkeypatch):
    kind(count_to_five)
    job = start(tenant)
    monkeypatch.setattr(running, "TURN_SECONDS", 0.0001)
    for _ in range(20):
        run_due_jobs(tenant.id)
    assert reread(tenant, job).state == "done"
    assert codes(tenant) == ["c1", "c2", "c3", "c4", "c5"]


def test_another_tenants_jobs_are_not_run(tenant, other_tenant, kind):
    kind(count_to_five)
    job = start(tenant)
    run_due_jobs(other_tenant.id)
    assert reread(tenant, job).state == "queued"


def test_a_stopped_job_goes_on_where_it_was_as_whoever_asks(tenant, kind):
    kind(count_to_five)
    job = start(tenant)
    assert run_chunk(tenant.id, job.id)
    with unit_of_work(tenant.id, PROCESS):
        cancel_job(job_id=job.id)
    assert not run_chunk(tenant.id, job.id)
    other = Actor("user", "8", "Otto", frozenset({"channels.edit"}))
    with unit_of_work(tenant.id, other):
        resumed = resume_job(job_id=job.id)
        assert (resumed.state, resumed.done, resumed.actor["label"]) == ("queued", 1, "Otto")
        with pytest.raises(NotAllowed, match="stopped or gave up"):
            resume_job(job_id=job.id)
    run_due_jobs(tenant.id)
    assert (reread(tenant, job).state, codes(tenant)) == ("done", ["c1", "c2", "c3", "c4", "c5"])
