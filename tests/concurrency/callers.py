"""Callers in real processes who send the same request at the same moment. Read before Django is set up there."""

from collections import Counter

from tests.concurrency.forking import forked

PROCESSES = 6
TIMEOUT_SECONDS = 60


def send_at_once(tenant_id: int, *, claimed: bool) -> Counter:
    """Every process answers the same request under the same key; returns how many produced and how many replayed."""
    context = forked()
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
    from oms.core.actors import system
    from oms.core.audit import Change, record
    from oms.core.db.keys import uuid7
    from oms.core.tenancy import unit_of_work

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
        with unit_of_work(tenant_id, system("caller")):
            answer, replayed = idempotency.answer_once(principal="p", key="k", digest="d", produce=produce)
        outcomes.put(("replayed" if replayed else "produced", answer.body))
    except Exception as error:
        outcomes.put(repr(error))
