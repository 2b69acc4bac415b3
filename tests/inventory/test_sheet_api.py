"""Files of items and stock over HTTP."""

import io

import pytest
from rest_framework.test import APIClient

from inventory.models import Item, SheetImport
from oms.core.actors import system
from oms.core.jobs.running import run_due_jobs
from oms.core.tenancy import unit_of_work
from tests.inventory.sheets import ITEMS_HEADER, STOCK_HEADER
from tests.inventory.test_sheets import files  # noqa: F401 - a fixture

CUP = "CUP,Paper cup,,12,0.40,yes"


def upload(api: APIClient, kind: str, *lines: str, raw: bytes = b"", **fields):
    file = io.BytesIO(raw or ("\n".join(lines) + "\n").encode())
    file.name = "file.csv"
    return api.post("/api/v1/sheet-imports", {"kind": kind, "file": file, **fields}, format="multipart")


def test_items_come_in_over_http(api, tenant, catalog):
    made = upload(api, "items", ITEMS_HEADER, CUP, "BAD,,,lots,,")
    assert made.status_code == 201, made.json()
    url = made["Location"]
    assert made.json()["columns"]["weight_g"] == "Weight (g)"
    assert made.json()["allowed_actions"] == ["check", "map"]
    early = api.post(f"{url}/apply")
    assert (early.status_code, early.json()["code"]) == (409, "not_allowed")
    bad = api.patch(url, {"columns": {"sku": "Nope"}}, format="json")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "columns.sku")
    assert api.post(f"{url}/check").status_code == 202
    run_due_jobs(tenant.id)
    report = api.get(url).json()["report"]
    assert (report["file"]["rows"], report["balanced"]) == (2, True)
    assert [(each["outcome"], each["rows"]) for each in report["outcomes"]] == [("new", 1), ("bad", 1)]
    (row,) = api.get(f"{url}/rows").json()["results"]
    assert (row["row"], row["column"], row["values"]["SKU"]) == (3, "Weight (g)", "BAD")
    assert "lots" in b"".join(api.get(f"{url}/rows.csv").streaming_content).decode()
    assert api.post(f"{url}/apply").status_code == 202
    run_due_jobs(tenant.id)
    assert api.get(url).json()["state"] == "done"
    (listed,) = api.get("/api/v1/sheet-imports", {"kind": "items"}).json()["results"]
    assert (listed["state"], listed["report"]["balanced"]) == ("done", True)
    with unit_of_work(tenant.id, system("tests")):
        assert Item.objects.get(sku="CUP").name == "Paper cup"
    assert api.get("/api/v1/sheet-imports", {"kind": "stock"}).json()["results"] == []


@pytest.mark.parametrize(
    ("fields", "raw", "field"),
    [
        ({}, b"", "file"),
        ({}, b"\x89PNG\r\n" + b"\0" * 400, "file"),
        ({}, b"one column\n1\n", "file"),
        ({}, b"SKU,Name\n1,\x81\x8d\n", "file"),
        ({"encoding": "utf-8"}, b"SKU,Name\n1,Caf\xe9\n", "file"),
        ({"encoding": "klingon"}, b"SKU,Name\n1,2\n", "encoding"),
        ({"mode": "guess"}, b"SKU,Location,Quantity\n", "mode"),
    ],
)
def test_what_cannot_be_read_is_a_problem_that_names_the_field(api, tenant, fields, raw, field):
    file = io.BytesIO(raw)
    file.name = "file.csv"
    answer = api.post("/api/v1/sheet-imports", {"kind": "stock", "file": file, **fields}, format="multipart")
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    with unit_of_work(tenant.id, system("tests")):
        assert not SheetImport.objects.exists()


def test_a_mode_takes_its_own_permission(api_of, tenant, catalog):
    clerk = api_of(tenant, scopes=["stock.view", "stock.receive"])
    refused = upload(clerk, "stock", STOCK_HEADER, "TEA,LEEDS,1")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    made = upload(clerk, "stock", STOCK_HEADER, "TEA,LEEDS,1", mode="add")
    assert made.status_code == 201
    assert clerk.patch(made["Location"], {"mode": "counted"}, format="json").status_code == 403
    assert upload(clerk, "items", ITEMS_HEADER, CUP).status_code == 403


def test_a_strangers_file_is_not_there(api, api_of, other_tenant):
    made = upload(api_of(other_tenant), "items", ITEMS_HEADER, CUP)
    url = f"/api/v1/sheet-imports/{made.json()['id']}"
    assert [api.get(url).status_code, api.post(f"{url}/check").status_code] == [404, 404]


def test_an_export_is_written_and_read_by_its_link(api, tenant, catalog):
    made = api.post("/api/v1/sheet-exports", {"what": "stock", "format": "csv"}, format="json")
    assert (made.status_code, made.json()["url"]) == (202, "")
    run_due_jobs(tenant.id)
    done = api.get(made["Location"]).json()
    assert (done["state"], done["done"]) == ("done", 6)
    text = b"".join(api.get(done["url"]).streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0] == "SKU,Name,Location,State,Quantity,Reserved"
    assert "TEA,Loose leaf tea,LONDON,sellable,5,0" in text
    bad = api.post("/api/v1/sheet-exports", {"what": "items", "format": "pdf"}, format="json")
    assert bad.json()["errors"][0]["field"] == "format"
