"""The unit of work: one tenant, one actor, one transaction, and nothing left of it afterwards."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from oms.accounts.models import SalesChannel
from oms.core.actors import system
from oms.core.tenancy import OutsideUnitOfWork, in_unit, unit, unit_of_work

PROCESS = system("tests")


def setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.tenant_id', true)")
        return cursor.fetchone()[0] or ""


def codes_without_filter() -> set[str]:
    """What row-level security alone lets through."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM accounts_saleschannel")
        return {code for (code,) in cursor.fetchall()}


def channel(tenant, code: str) -> None:
    with unit_of_work(tenant.id, PROCESS):
        SalesChannel.objects.create(code=code, name=code)


def test_outside_a_unit_nothing_is_reached(tenant):
    channel(tenant, "ours")
    for touch in (
        unit,
        SalesChannel.objects.all,
        lambda: SalesChannel.objects.create(code="x", name="x"),
        lambda: SalesChannel._base_manager.all(),
    ):
        with pytest.raises(OutsideUnitOfWork):
            touch()
    assert codes_without_filter() == set()
    assert not in_unit()


def test_a_unit_inside_another_gives_it_its_tenant_back(tenant, other_tenant):
    channel(tenant, "ours")
    channel(other_tenant, "theirs")
    with unit_of_work(tenant.id, PROCESS):
        with unit_of_work(other_tenant.id, PROCESS):
            assert codes_without_filter() == {"theirs"}
        assert unit().tenant_id == tenant.id
        assert codes_without_filter() == {"ours"}
    assert setting() == ""


def test_an_error_inside_gives_it_back_too_and_stays_itself(tenant, other_tenant):
    channel(tenant, "ours")
    with unit_of_work(tenant.id, PROCESS):
        channel(other_tenant, "twice")
        with pytest.raises(IntegrityError, match="accounts_channel_code"):
            channel(other_tenant, "twice")
        assert codes_without_filter() == {"ours"}
    assert setting() == ""


def test_a_unit_marked_for_rollback_leaves_the_outer_one_whole(tenant, other_tenant):
    with unit_of_work(tenant.id, PROCESS):
        with unit_of_work(other_tenant.id, PROCESS):
            SalesChannel.objects.create(code="gone", name="gone")
            transaction.set_rollback(True)
        SalesChannel.objects.create(code="kept", name="kept")
    with unit_of_work(other_tenant.id, PROCESS):
        assert codes_without_filter() == set()
    with unit_of_work(tenant.id, PROCESS):
        assert codes_without_filter() == {"kept"}


@pytest.mark.usefixtures("committed_db")
def test_nothing_of_a_tenant_stays_on_the_connection(tenant):
    channel(tenant, "ours")
    assert setting() == ""
    assert codes_without_filter() == set()
    with pytest.raises(ZeroDivisionError), unit_of_work(tenant.id, PROCESS):
        raise ZeroDivisionError
    assert setting() == ""


@pytest.mark.usefixtures("committed_db")
def test_begin_and_the_tenant_travel_together(tenant):
    connection.ensure_connection()
    with unit_of_work(tenant.id, PROCESS):
        # A transaction is open although no statement of Django's own has run yet.
        assert connection.connection.info.transaction_status.name == "INTRANS"
        assert setting() == str(tenant.id)


def test_another_tenants_id_cannot_be_written(tenant, other_tenant):
    with pytest.raises(ProgrammingError, match="row-level security"), unit_of_work(tenant.id, PROCESS):
        SalesChannel.objects.create(tenant_id=other_tenant.id, code="x", name="x")


def test_a_row_cannot_be_moved_to_another_tenant(tenant, other_tenant):
    channel(tenant, "ours")
    with pytest.raises(ProgrammingError, match="row-level security"), unit_of_work(tenant.id, PROCESS):
        SalesChannel.objects.update(tenant_id=other_tenant.id)


def test_a_queryset_carried_into_another_unit_finds_nothing(tenant, other_tenant):
    channel(tenant, "ours")
    with unit_of_work(tenant.id, PROCESS):
        carried = SalesChannel.objects.all()
    with unit_of_work(other_tenant.id, PROCESS):
        assert list(carried) == []


def test_the_time_of_a_unit_stands_still(tenant):
    with unit_of_work(tenant.id, PROCESS) as opened:
        assert unit().now == opened.now
