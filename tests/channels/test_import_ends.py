"""An import whose job ends before its work does: it waits for nobody, and its log says what to do."""

from channels.actions.importing import start_check, start_placing
from channels.actions.uploading import start_import
from channels.models import ChannelMessage, Import
from channels.queries.connections import failing_messages
from oms.core.jobs import cancel_job, running
from oms.core.jobs.running import run_chunk
from oms.core.models import Job
from tests.channels.files import wholesale
from tests.channels.test_importing import SALE, run


def log_of(made: Import) -> ChannelMessage:
    return ChannelMessage.objects.get(import_id=made.id)


def test_an_import_that_gave_up_waits_for_nobody_and_is_checked_again(uow, catalog):
    made = start_check(import_id=start_import(file=wholesale(SALE), name="orders.csv").id)
    assert log_of(made).state == "due"
    Job.objects.filter(id=made.job_id).update(attempts=running.MAX_ATTEMPTS)
    running._after_failure(made.tenant_id, made.job_id, RuntimeError("The disk was full."))
    told = log_of(made)
    assert (Import.objects.get(id=made.id).state, told.state) == ("failed", "failed")
    assert told.error.startswith("The import gave up: RuntimeError: The disk was full. Open it and check it again")
    assert list(failing_messages()) == [told]
    made = start_check(import_id=made.id)
    assert (log_of(made).state, log_of(made).error) == ("due", "")
    made = run(start_placing(import_id=run(made).id))
    assert (log_of(made).state, log_of(made).outcome) == ("done", "1 order placed.")


def test_an_import_whose_job_was_stopped_is_stopped(uow, catalog):
    made = start_check(import_id=start_import(file=wholesale(SALE), name="orders.csv").id)
    cancel_job(job_id=made.job_id)
    assert not run_chunk(made.tenant_id, made.job_id)
    assert (Import.objects.get(id=made.id).state, log_of(made).state) == ("cancelled", "skipped")
    assert log_of(made).outcome == "The import was stopped; what is placed stays."
