"""Every kind of corruption, planted by the owner with the walls down: the audit finds it and says where it began."""

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connection

from inventory.actions.adjust import adjust_stock
from inventory.actions.audit import audit_stock
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.actions.reverse import reverse_movement
from inventory.models import AuditRun, Movement
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from tests.inventory.stock import wants

CONSTRAINTS = {
    "inventory_reservation_adds_up": "inventory_reservation",
    "inventory_balance_never_oversold": "inventory_balance",
    "inventory_movement_positive": "inventory_movement",
}
INDEX = "inventory_movement_reversed_once"
Plant = Callable[..., None]


def inside(tenant):
    return unit_of_work(tenant.id, system("Wim"))


@pytest.fixture
def plant(committed_db, tenant) -> Iterator[Plant]:
    """Run SQL as the owner, who is not held back by the walls that stand in everybody else's way."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as db:
        defined = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s"
        walls = {name: db.execute(defined, [name]).fetchone()[0] for name in CONSTRAINTS}
        index = db.execute("SELECT pg_get_indexdef(%s::regclass)", [INDEX]).fetchone()[0]
        db.execute(f"SET app.tenant_id = '{tenant.id}'")
        for name, table in CONSTRAINTS.items():
            db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        db.execute(f"DROP INDEX {INDEX}")
        yield lambda sql, *given: db.execute(sql, given)
        connection.close()
        # What was planted is the tests' own, and goes before the walls come back.
        db.execute("TRUNCATE inventory_reservation, inventory_balance, inventory_movement CASCADE")
        for name, table in CONSTRAINTS.items():
            db.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {walls[name]}")
        db.execute(index)


@pytest.fixture
def tea(catalog, tenant, plant) -> dict[str, int]:
    """TEA in Leeds: 10 opened, then proved; then 4 came, 12 left and 3 came. The ids of these entries by name."""
    entries = {"opening": _entry(tenant, catalog)}
    assert audit(tenant).holds
    for name, units in (("came", 4), ("left", -12), ("last", 3)):
        with inside(tenant):
            if units > 0:
                receive_stock(receipts=[Receipt(catalog.id("TEA"), catalog.leeds.id, units)])
            else:
                adjust_stock(item_id=catalog.id("TEA"), location_id=catalog.leeds.id, change=units, reason="loss")
        entries[name] = _entry(tenant, catalog)
    return entries


def _entry(tenant, catalog) -> int:
    with inside(tenant):
        touched = Movement.objects.filter(item_id=catalog.id("TEA"))
        return touched.exclude(to_location=catalog.london.id).latest("id").id


def audit(tenant, *, full: bool = False) -> AuditRun:
    with inside(tenant):
        return audit_stock(full=full)


def found(tenant, *, full: bool = False) -> list[tuple[str, str, str, int | None]]:
    return [(b["check"], b["sentence"], b["first"], b["movement_id"]) for b in audit(tenant, full=full).breaks]


def test_control_nothing_planted_nothing_found(tenant, tea):
    assert found(tenant) == found(tenant, full=True) == []


def test_a_balance_that_was_changed_by_itself(tenant, catalog, plant, tea):
    assert audit(tenant).holds
    plant("UPDATE inventory_balance SET on_hand = on_hand + 1 WHERE item_id = %s AND location_id = %s",
          catalog.id("TEA"), catalog.leeds.id)  # fmt: skip
    ((check, sentence, first, entry),) = found(tenant)
    assert (check, entry) == ("movements", None)
    assert sentence == "TEA at LEEDS (sellable): the balance says 6 on hand, its movements add up to 5."
    assert f"right up to entry {tea['last']}" in first
    assert "the balance was changed by itself" in first
    assert found(tenant, full=True)[0][0] == "movements"


def test_a_balance_that_was_changed_while_entries_came(tenant, catalog, plant, tea):
    plant("UPDATE inventory_balance SET on_hand = on_hand + 1 WHERE item_id = %s AND location_id = %s",
          catalog.id("TEA"), catalog.leeds.id)  # fmt: skip
    ((_, _, first, entry),) = found(tenant)
    assert entry == tea["came"]
    assert f"the first after that is entry {tea['came']} (receipt by Wim" in first


def test_a_deleted_entry_is_known_by_the_one_that_took_more_than_there_was(tenant, plant, tea):
    plant("DELETE FROM inventory_movement WHERE id = %s", tea["came"])
    ((check, sentence, first, entry),) = found(tenant)
    assert (check, entry) == ("movements", tea["left"])
    assert "the balance says 5 on hand, its movements add up to 1" in sentence
    assert first.startswith(f"It broke at entry {tea['left']} (adjustment by Wim")


def test_an_entry_whose_quantity_was_edited(tenant, plant, tea):
    plant("UPDATE inventory_movement SET quantity = 30 WHERE id = %s", tea["left"])
    ((check, sentence, _, entry),) = found(tenant)
    assert (check, entry) == ("movements", tea["left"])
    assert "add up to -13" in sentence


def test_an_entry_that_was_edited_after_it_was_proved(tenant, plant, tea):
    """Only a full audit reads it again; it says which, since its row is younger than the checkpoint."""
    assert audit(tenant).holds
    plant("UPDATE inventory_movement SET quantity = 5 WHERE id = %s", tea["came"])
    assert found(tenant) == []
    checks = found(tenant, full=True)
    assert [each[0] for each in checks] == ["movements", "rewritten"]
    assert checks[1][1].endswith(f"up to entry {tea['last']} the movements added up to 5, and now to 6.")
    assert checks[1][2].startswith(f"It broke at entry {tea['came']} (receipt by Wim")
    assert [each[3] for each in checks] == [tea["came"]] * 2


def test_an_entry_that_was_deleted_after_it_was_proved(tenant, plant, tea):
    assert audit(tenant).holds
    plant("DELETE FROM inventory_movement WHERE id = %s", tea["last"])
    assert found(tenant) == []
    checks = found(tenant, full=True)
    assert [each[0] for each in checks] == ["movements", "rewritten", "rewritten"]
    assert "one up to there is gone" in checks[1][2]
    assert checks[2][1] == f"There were 9 entries up to entry {tea['last']}, and now there are 8."


def test_a_lost_reservation_and_one_too_high(tenant, catalog, plant, tea):
    with inside(tenant):
        reserve_stock(demands=[wants(catalog.id("MUG-BLU"), 3), wants(catalog.id("MUG-RED"), 2)])
    plant("DELETE FROM inventory_reservation WHERE item_id = %s", catalog.id("MUG-BLU"))
    plant("UPDATE inventory_balance SET reserved = 4 WHERE item_id = %s AND reserved = 2", catalog.id("MUG-RED"))
    assert [each[:2] for each in found(tenant)] == [
        ("reserved", "MUG-BLU at LEEDS: the balance says 3 reserved, its open reservations add up to 0."),
        ("reserved", "MUG-RED at LEEDS: the balance says 4 reserved, its open reservations add up to 2."),
    ]


def test_a_reservation_that_does_not_add_up_and_a_shelf_that_is_oversold(tenant, catalog, plant, tea):
    with inside(tenant):
        reserve_stock(demands=[wants(catalog.id("MUG-BLU"), 3)])
    plant("UPDATE inventory_reservation SET open = 12, quantity = 4")
    plant("UPDATE inventory_balance SET reserved = 12 WHERE reserved = 3")
    checks = found(tenant)
    assert [each[0] for each in checks] == ["reservation", "oversold"]
    assert "of 4 does not add up: 12 open" in checks[0][1]
    assert checks[1][1] == "MUG-BLU at LEEDS (sellable): 12 reserved of 10 on hand."


def test_a_reservation_that_ended_is_proved_in_full(tenant, catalog, plant, tea):
    with inside(tenant):
        reserve_stock(demands=[wants(catalog.id("MUG-BLU"), 3)])
    assert audit(tenant).holds
    plant("UPDATE inventory_reservation SET open = 0, given_back = 4")
    plant("UPDATE inventory_balance SET reserved = 0 WHERE reserved = 3")
    assert found(tenant) == []
    assert [each[0] for each in found(tenant, full=True)] == ["reservation"]


def test_a_reversal_that_was_doubled(tenant, catalog, plant, tea):
    with inside(tenant):
        reverse_movement(movement_id=tea["last"], reason="A mistake")
    names = (
        "tenant_id, item_id, quantity, from_location_id, from_state, to_location_id, to_state, cause_kind, reason, "
        "happened_at, recorded_at, reverses_id"
    )
    plant(f"INSERT INTO inventory_movement ({names}, actor_label) SELECT {names}, 'Mallory' FROM inventory_movement "
          "WHERE reverses_id IS NOT NULL")  # fmt: skip
    checks = {each[0]: each for each in found(tenant)}
    assert set(checks) == {"movements", "reversed_twice"}
    assert checks["reversed_twice"][1].endswith(f"takes back entry {tea['last']} a second time.")
    assert "(reversal by Mallory" in checks["reversed_twice"][2]


@pytest.mark.parametrize("edit", ["quantity = 1", "to_state = 'customer'", "reverses_id = {came}", "reverses_id = id"])
def test_a_reversal_that_is_no_mirror_of_its_original(tenant, plant, tea, edit):
    with inside(tenant):
        reverse_movement(movement_id=tea["last"], reason="A mistake")
    plant(f"UPDATE inventory_movement SET {edit.format(**tea)} WHERE reverses_id IS NOT NULL")
    checks = {each[0]: each for each in found(tenant)}
    assert "is not the same the other way round" in checks["reversal"][1]
    assert "(reversal by Wim" in checks["reversal"][2]


@pytest.mark.parametrize(
    "edit",
    [
        "quantity = 0", "quantity = -4", "from_state = 'sellable'", "from_state = 'thin air'", "to_state = 'supplier'",
        "to_location_id = NULL", "to_state = 'somewhere'", "from_location_id = to_location_id, from_state = to_state",
        "true_at = happened_at",
    ],
)  # fmt: skip
def test_an_entry_between_accounts_that_do_not_exist(tenant, plant, tea, edit):
    plant(f"UPDATE inventory_movement SET {edit} WHERE id = %s", tea["last"])
    checks = {each[0]: each for each in found(tenant)}
    assert checks["form"][3] == tea["last"]
    assert f"entry {tea['last']} (receipt by Wim" in checks["form"][2]


def test_a_checkpoint_that_was_tampered_with(tenant, catalog, plant, tea):
    plant("UPDATE inventory_checkpointtotal SET units = array_replace(units, 10, 11) WHERE item_id = %s",
          catalog.id("TEA"))  # fmt: skip
    checks = found(tenant)
    assert [each[0] for each in checks] == ["movements", "nought"]
    assert checks[1][1].endswith("have 1 units instead of none.")
    assert [each[0] for each in found(tenant, full=True)] == ["rewritten"]


def test_between_two_checkpoints_the_span_is_known(tenant, catalog, plant, tea):
    """What was right at the first and no longer at the second was broken between them."""
    assert audit(tenant).holds
    plant("UPDATE inventory_stockcheckpoint SET made_at = made_at - interval '40 days' WHERE last_movement < %s",
          tea["last"])  # fmt: skip
    with inside(tenant):
        receive_stock(receipts=[Receipt(catalog.id("TEA"), catalog.leeds.id, 1)])
    assert audit(tenant).holds
    plant("DELETE FROM inventory_movement WHERE id = %s", tea["opening"])
    first = {each[0]: each for each in found(tenant, full=True)}["movements"]
    assert first[3] == tea["left"]
