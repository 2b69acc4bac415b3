"""What is exported can be imported again and is the same; whoever sees some locations exports only those."""

import csv
import io

import pytest
from django.core.files.storage import default_storage

from inventory import queries
from inventory.actions.items import ItemDraft, create_items
from inventory.actions.move_state import move_state
from inventory.actions.sheets.exporting import start_export
from inventory.queries import exports
from oms.core.actors import Actor
from oms.core.errors import Invalid, NotFound
from oms.core.jobs.running import run_chunk
from oms.core.models import Job, StoredFile
from oms.core.tenancy import unit_of_work
from tests.inventory.sheets import checked, rows_by_outcome
from tests.inventory.test_sheets import files  # noqa: F401 - a fixture

WILD = [
    ItemDraft("=cmd|x", name="=HYPERLINK(1)", barcodes=("+1", "-2-3")),
    ItemDraft("007", name="'=quoted", barcodes=("A;B",), final_sale=True),
    ItemDraft("-5", name='Says "hi", and more', active=False),
]


def exported(what: str, format: str) -> bytes:
    job = start_export(what=what, format=format)
    while run_chunk(job.tenant_id, job.id):
        pass
    job = queries.export_by_id(job.id)
    assert job.state == Job.DONE
    assert queries.export_link(job).startswith("/files/")
    with default_storage.open(StoredFile.objects.get(id=job.result["file_id"]).path) as file:
        return file.read()


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_exported_items_are_the_same_when_imported(uow, catalog, format, monkeypatch):
    monkeypatch.setattr(exports, "ITEMS_AT_ONCE", 2)
    create_items(items=WILD)
    standing = checked("items", io.BytesIO(exported("items", format)))
    assert rows_by_outcome(standing) == {"same": 6}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_exported_stock_is_the_same_when_imported(uow, catalog, format):
    move_state(
        item_id=catalog.id("TEA"), location_id=catalog.leeds.id, from_state="sellable", to_state="damaged", quantity=3
    )
    standing = checked("stock", io.BytesIO(exported("stock", format)))
    assert (rows_by_outcome(standing), standing.report.file.units) == ({"same": 7}, 45)


def test_no_exported_cell_is_a_formula(uow, catalog):
    create_items(items=WILD)
    rows = list(csv.reader(io.StringIO(exported("items", "csv").decode("utf-8-sig"))))
    assert ["'=cmd|x", "'=HYPERLINK(1)"] in [row[:2] for row in rows]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+c", "@"))]


def test_only_what_one_may_see_and_only_ones_own(uow, tenant, catalog):
    foreign = start_export(what="items", format="csv")
    limited = Actor("user", "7", "Wim", frozenset({"stock.view"}), locations=frozenset({catalog.london.id}))
    with unit_of_work(tenant.id, limited):
        rows = list(csv.DictReader(io.StringIO(exported("stock", "csv").decode("utf-8-sig"))))
        assert {row["Location"] for row in rows} == {"LONDON"}
        assert len(queries.own_exports()) == 1
        with pytest.raises(NotFound):
            queries.export_by_id(foreign.id)


def test_what_is_no_export_is_named(uow):
    with pytest.raises(Invalid) as refused:
        start_export(what="secrets", format="pdf")
    assert [each.field for each in refused.value.fields] == ["what", "format"]
