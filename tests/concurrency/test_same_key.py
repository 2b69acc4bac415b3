"""Real processes send the same request at once: one does it, the others get its answer. And without the claim."""

import pytest

from oms.core.actors import system
from oms.core.models import AuditEntry
from oms.core.tenancy import unit_of_work
from tests.concurrency import again
from tests.concurrency.callers import PROCESSES, send_at_once

PROCESS = system("tests")
pytestmark = pytest.mark.usefixtures("committed_db")


def effects(tenant) -> int:
    with unit_of_work(tenant.id, PROCESS):
        return AuditEntry.objects.filter(verb="tests.effect").count()


@again
def test_one_does_it_and_the_others_get_its_answer(tenant, round_number):
    assert send_at_once(tenant.id, claimed=True) == {("produced", "done"): 1, ("replayed", "done"): PROCESSES - 1}
    assert effects(tenant) == 1


def test_control_without_the_claim_everybody_does_it(tenant):
    assert send_at_once(tenant.id, claimed=False) == {("produced", "done"): PROCESSES}
    assert effects(tenant) == PROCESSES
