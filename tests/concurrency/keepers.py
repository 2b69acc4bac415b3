"""Storekeepers in real processes who all send the same file of opening stock, each as an import of their own."""

import io

TIMEOUT_SECONDS = 60
FILE = b"SKU,Location,Quantity\nTEA,DEPOT,40\nMUG-RED,DEPOT,2\n"


def apply_opening(tenant_id: int, location_id, meet) -> str:
    """Check first, and then all begin to apply together."""
    found = _checked(tenant_id)
    meet.wait(TIMEOUT_SECONDS)
    return _applied(tenant_id, found)


def apply_without_the_lock(tenant_id: int, location_id, meet) -> str:
    """Everybody sees that nothing is booked before anybody books."""
    from inventory.actions.sheets import stock

    found = _checked(tenant_id)
    look = stock.queries.opening_stock_of
    stock.lock_accounts = lambda shelves: {}
    stock.queries.opening_stock_of = lambda items: (look(items), meet.wait(TIMEOUT_SECONDS))[0]
    return _applied(tenant_id, found)


def _checked(tenant_id: int):
    from inventory.actions.sheets.steps import start_sheet_check
    from inventory.actions.sheets.uploading import start_sheet_import
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    with unit_of_work(tenant_id, system("keeper")):
        made = start_sheet_import(kind="stock", file=io.BytesIO(FILE), name="opening.csv", mode="opening")
        made = start_sheet_check(import_id=made.id)
    _run(tenant_id, made.check_id)
    return made


def _applied(tenant_id: int, found) -> str:
    from inventory import queries
    from inventory.actions.sheets.steps import start_sheet_applying
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    with unit_of_work(tenant_id, system("keeper")):
        found = start_sheet_applying(import_id=found.id)
    _run(tenant_id, found.apply_id)
    with unit_of_work(tenant_id, system("keeper")):
        (outcome,) = queries.standing_of(found).report.outcomes
    return outcome


def _run(tenant_id: int, job_id) -> None:
    from oms.core.jobs.running import run_chunk

    while run_chunk(tenant_id, job_id):
        pass
