"""The proof finds what it must: each kind of planted corruption, by name."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from structlog.testing import capture_logs

from inventory.actions.reserve import reserve_stock
from inventory.models import Balance, Movement, Reservation
from inventory.proof import prove_stock
from inventory.tasks import audit_stock_of_all, expire_reservations_of_all
from oms.core.actors import system
from oms.core.tenancy import unit, unit_of_work
from tests.fixtures import make_catalog
from tests.inventory.stock import assert_book_adds_up, wants


@pytest.fixture
def mug(catalog, uow):
    reserve_stock(demands=[wants(catalog.id("MUG-BLU"), 3)])
    assert_book_adds_up()
    return catalog.id("MUG-BLU")


def broken() -> list[tuple[str, str]]:
    return [(each.check, each.sentence) for each in prove_stock().breaks]


def test_a_changed_balance(catalog, mug):
    Balance.objects.filter(item_id=mug, location_id=catalog.leeds.id).update(on_hand=11)
    assert broken() == [
        (
            "movements",
            "MUG-BLU at LEEDS (sellable): the balance says 11 on hand, its movements add up to 10.",
        )
    ]


def test_a_deleted_movement(catalog, mug):
    Movement.objects.filter(item_id=mug, to_location=catalog.london.id).delete()
    assert broken() == [
        ("movements", "MUG-BLU at LONDON (sellable): the balance says 5 on hand, its movements add up to 0.")
    ]


def test_a_movement_without_a_balance(catalog, mug):
    Balance.objects.filter(item_id=mug, location_id=catalog.london.id).delete()
    assert broken() == [
        ("movements", "MUG-BLU at LONDON (sellable): the balance says 0 on hand, its movements add up to 5.")
    ]


def test_an_altered_reservation(catalog, mug):
    Reservation.objects.filter(item_id=mug).update(open=2, given_back=1)
    assert broken() == [
        ("reserved", "MUG-BLU at LEEDS: the balance says 3 reserved, its open reservations add up to 2.")
    ]


def test_reserved_that_drifted(catalog, mug):
    Balance.objects.filter(item_id=mug, location_id=catalog.leeds.id).update(reserved=5)
    assert broken() == [
        ("reserved", "MUG-BLU at LEEDS: the balance says 5 reserved, its open reservations add up to 3.")
    ]


@pytest.fixture
def without_constraints(committed_db):
    """The owner takes the last walls down, so that what they keep out can be planted."""
    walls = [
        ("inventory_reservation", "inventory_reservation_adds_up"),
        ("inventory_balance", "inventory_balance_never_oversold"),
    ]
    with connections["owner"].cursor() as cursor:
        definitions = []
        for table, name in walls:
            cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
            definitions.append(cursor.fetchone()[0])
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    connection.close()
    with connections["owner"].cursor() as cursor:
        # What was planted is the tests' own, and goes before the walls come back.
        cursor.execute("TRUNCATE inventory_reservation, inventory_balance CASCADE")
        for (table, name), definition in zip(walls, definitions, strict=True):
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def test_what_the_constraints_keep_out_is_found_without_them(without_constraints, tenant):
    with unit_of_work(tenant.id, system("tests")):
        catalog = make_catalog(tenant)
        reserve_stock(demands=[wants(catalog.id("TEA"), 3)])
        reservation = Reservation.objects.get()
        Reservation.objects.update(committed=1)
        Balance.objects.filter(item_id=catalog.id("MUG-RED"), location_id=catalog.london.id).update(reserved=6)
        found = broken()
    assert ("oversold", "MUG-RED at LONDON (sellable): 6 reserved of 5 on hand.") in found
    assert (
        "reservation",
        f"TEA at LEEDS: reservation {reservation.id} of 3 does not add up: "
        "3 open, 1 committed, 0 given back, 0 expired.",
    ) in found


def test_the_command_says_all_is_well(catalog, capsys):
    call_command("audit_stock")
    assert "acme: 6 balances, 6 movements, 0 reservations: all add up" in capsys.readouterr().out


def test_the_command_fails_and_names_the_row(tenant, other_tenant, catalog, capsys):
    with unit_of_work(tenant.id, system("tests")):
        Balance.objects.filter(item_id=catalog.id("TEA"), location_id=catalog.leeds.id).update(on_hand=9)
    with pytest.raises(CommandError) as failure:
        call_command("audit_stock")
    assert failure.value.returncode == 1
    assert "TEA at LEEDS (sellable): the balance says 9 on hand" in capsys.readouterr().out
    call_command("audit_stock", tenant="rival")
    with pytest.raises(CommandError, match="no merchant"):
        call_command("audit_stock", tenant="nobody")


def test_the_clock_ends_overdue_reservations_of_every_tenant(tenant, other_tenant, catalog):
    theirs = make_catalog(other_tenant)
    for merchant, stock in ((tenant, catalog), (other_tenant, theirs)):
        with unit_of_work(merchant.id, system("tests")):
            reserve_stock(demands=[wants(stock.id("TEA"), 2)], expires_at=unit().now)
    expire_reservations_of_all()
    for merchant in (tenant, other_tenant):
        with unit_of_work(merchant.id, system("tests")):
            assert Reservation.objects.get().expired == 2


def test_the_clock_s_audit_is_loud_about_what_it_finds(tenant, other_tenant, catalog):
    make_catalog(other_tenant)
    with unit_of_work(tenant.id, system("tests")):
        Balance.objects.filter(item_id=catalog.id("TEA"), location_id=catalog.leeds.id).update(on_hand=9)
    with capture_logs() as said:
        audit_stock_of_all()
    (line,) = said
    assert (line["log_level"], line["tenant"], line["check"]) == ("error", "acme", "movements")
