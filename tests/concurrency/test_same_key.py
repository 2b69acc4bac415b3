"""Real processes send the same request at once: one does it, the others get its answer. And without the claim."""

import multiprocessing
from collections import Counter

import pytest

from oms.core.actors import system
from oms.core.models import AuditEntry
from oms.core.tenancy import unit_of_work

PROCESSES = 6
TIMEOUT_SECONDS = 60
PROCESS = system("tests")
pytestmark = pytest.mark.usefixtures("committed_db")


def send_at_once(tenant_id: int, *, claimed: bool) -> Counter:
    """Every process answers the same request under the same key; returns how many produced and how many replayed."""
    context = multiprocessing.get_context("spawn")
    start, meet, outcomes = context.Barrier(PROCESSES), context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=_answer, args=(tenant_id, start, meet, outcomes, claimed)) for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    found = Counter(outcomes.get(timeout=TIMEOUT_SECONDS) for _ in processes)
    for process in processes:
        process.join(TIMEOUT_SECONDS)
    return found


def _answer(tenant_id, start, meet, outcomes, claimed) -> None:
    import django

    django.setup()
    from oms.core import idempotency
    from oms.core.audit import Change, record
    from oms.core.db.keys import uuid7

    def look_first(principal, key, digest) -> bool:
        """What looks right and is not: is the key there? No, so do the work, and write it down afterwards."""
        unseen = not idempotency.IdempotencyKey.objects.filter(
            tenant_id=tenant_id, principal=principal, key=key
        ).exists()
        meet.wait(TIMEOUT_SECONDS)
        return unseen

    def produce():
        record([Change("tests.effect", "Done", (("lamp", uuid7()),))])
        return idempotency.Answer(201, "done")

    if not claimed:
        idempotency._claim = look_first
    try:
        start.wait(TIMEOUT_SECONDS)
        with unit_of_work(tenant_id, PROCESS):
            answer, replayed = idempotency.answer_once(principal="p", key="k", digest="d", produce=produce)
        outcomes.put(("replayed" if replayed else "produced", answer.body))
    except Exception as error:
        outcomes.put(repr(error))


def effects(tenant) -> int:
    with unit_of_work(tenant.id, PROCESS):
        return AuditEntry.objects.filter(verb="tests.effect").count()


def test_one_does_it_and_the_others_get_its_answer(tenant):
    assert send_at_once(tenant.id, claimed=True) == {("produced", "done"): 1, ("replayed", "done"): PROCESSES - 1}
    assert effects(tenant) == 1


def test_control_without_the_claim_everybody_does_it(tenant):
    assert send_at_once(tenant.id, claimed=False) == {("produced", "done"): PROCESSES}
    assert effects(tenant) == PROCESSES
