"""The import through its doors: HTTP and the command line."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from channels.models import Import
from oms.core.actors import system
from oms.core.jobs.running import run_due_jobs
from oms.core.tenancy import unit_of_work
from orders.models import Order
from tests.channels.files import as_file, generated_rows, wholesale
from tests.channels.test_importing import MORE, SALE
from tests.fixtures import make_catalog

IMPORTS = "/api/v1/imports"
BAD = "540002,TEA,TEA,six,2011-03-01 10:00:00,9.80,17850,United Kingdom"


def upload(api, file, name="orders.csv", **fields):
    sent = SimpleUploadedFile(name, file.getvalue(), "text/csv")
    return api.post(IMPORTS, {"file": sent, **fields}, format="multipart")


def test_a_file_over_http(api, catalog, tenant):
    made = upload(api, wholesale(SALE, MORE, BAD), channel_id=str(catalog.channel.id))
    assert made.status_code == 201
    body = made.json()
    assert made["Location"].endswith(body["id"])
    assert (body["state"], body["columns"]["sku"], body["options"]["currency"]) == ("uploaded", "StockCode", "GBP")
    assert body["allowed_actions"] == ["cancel", "check", "map"]
    one = f"{IMPORTS}/{body['id']}"
    assert api.post(f"{one}/place").json()["code"] == "not_allowed"
    assert api.patch(one, {"options": {"create_missing_items": True}}, format="json").status_code == 200
    assert api.post(f"{one}/check").status_code == 202
    run_due_jobs(tenant.id)
    report = api.get(one).json()["report"]
    assert report["balanced"]
    assert {each["outcome"]: each["rows"] for each in report["outcomes"]} == {"order": 2, "error": 1}
    assert api.post(f"{one}/place").status_code == 202
    run_due_jobs(tenant.id)
    done = api.get(one).json()
    assert (done["state"], done["report"]["orders"], done["allowed_actions"]) == ("done", 1, [])
    (row,) = api.get(f"{one}/rows?outcome=error").json()["results"]
    assert (row["row"], row["document"], row["field"]) == (4, "540002", "quantity")
    text = b"".join(api.get(f"{one}/rows.csv?outcome=error,conflict").streaming_content).decode()
    assert next(csv.DictReader(io.StringIO(text)))["StockCode"] == "TEA"
    assert [each["id"] for each in api.get(IMPORTS).json()["results"]] == [body["id"]]


def test_rows_are_paged(api, catalog, tenant):
    made = upload(api, as_file(generated_rows(30)))
    one = f"{IMPORTS}/{made.json()['id']}"
    api.post(f"{one}/check")
    run_due_jobs(tenant.id)
    seen, address = [], f"{one}/rows?page_size=7"
    while address:
        page = api.get(address).json()
        seen += [row["row"] for row in page["results"]]
        address = page["next"]
    assert seen == list(range(2, 32))


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"", "file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "file"),
        (b"1,2,3\n4,5,6\n", "file"),
        (b"Order,SKU\n1,\x81\x8d\n", "file"),
    ],
)
def test_bad_files_are_refused_by_name(api, catalog, raw, field):
    answer = upload(api, io.BytesIO(raw))
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    with unit_of_work(catalog.channel.tenant_id, system("tests")):
        assert not Import.objects.exists()


def test_an_upload_that_is_too_large_is_refused_before_it_is_read(api, catalog):
    answer = api.post(
        IMPORTS, {"file": SimpleUploadedFile("a.csv", b"x")}, format="multipart", CONTENT_LENGTH=2 * 1024**3
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert "import_orders" in answer.json()["detail"]


def test_the_same_upload_twice_is_one_import(api, catalog):
    sent = {"file": SimpleUploadedFile("a.csv", wholesale(SALE).getvalue())}
    first = api.post(IMPORTS, sent, format="multipart", headers={"Idempotency-Key": "upload-1"})
    sent = {"file": SimpleUploadedFile("a.csv", wholesale(SALE).getvalue())}
    second = api.post(IMPORTS, sent, format="multipart", headers={"Idempotency-Key": "upload-1"})
    assert first.json()["id"] == second.json()["id"]
    assert second["Idempotency-Replayed"] == "true"


def test_another_merchant_s_import_is_not_there(api, catalog, api_of, other_tenant):
    made = upload(api, wholesale(SALE)).json()["id"]
    stranger = api_of(other_tenant)
    for method, path in (("get", ""), ("post", "/check"), ("post", "/place"), ("post", "/cancel"), ("get", "/rows")):
        assert getattr(stranger, method)(f"{IMPORTS}/{made}{path}").status_code == 404
    assert upload(stranger, wholesale(SALE), channel_id=str(catalog.channel.id)).status_code == 422


def test_importing_needs_its_scope(api_of, tenant, catalog):
    assert upload(api_of(tenant, scopes=["orders.view"]), wholesale(SALE)).status_code == 403


def test_a_key_of_another_channel_cannot_import_here(api_of, api, tenant, catalog):
    made = upload(api, wholesale(SALE)).json()["id"]
    other = make_channel(tenant)
    limited = api_of(tenant, channels=[other])
    assert limited.get(f"{IMPORTS}/{made}").status_code == 404
    assert upload(limited, wholesale(SALE), channel_id=str(catalog.channel.id)).status_code == 422


def make_channel(tenant):
    from oms.accounts.actions.channels import create_channel

    with unit_of_work(tenant.id, system("tests")):
        return create_channel(code="market", name="Market", kind="shop").id


def command(path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("import_orders", str(path), "--tenant", "acme", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_imports_and_reports(tenant, catalog, tmp_path):
    path, problems = tmp_path / "trade.csv", tmp_path / "problems.csv"
    path.write_bytes(wholesale(SALE, MORE, BAD, "540003,NEW,NEW,1,2011-03-01 10:00:00,1,,EIRE").getvalue())
    dry = command(path, "--dry-run")
    assert "The sums agree to the cent." in dry
    assert "Placed" not in dry
    told = command(path, "--create-missing-items", "--opening-stock", "LEEDS", "--problems", str(problems))
    assert "Placed 2 orders" in told
    assert "opening stock generated 9 units" in told
    assert problems.read_text("utf-8-sig").splitlines()[1].startswith("4,error,quantity,")
    with unit_of_work(tenant.id, system("tests")):
        assert Order.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--channel", "nowhere"], "no sales channel"),
        (["--mapping", "nothing"], "no saved mapping"),
        (["--opening-stock", "nowhere"], "no location"),
        (["--option", "timezone=Mars"], "options.timezone"),
    ],
)
def test_the_command_says_what_is_wrong(tenant, catalog, tmp_path, arguments, told):
    path = tmp_path / "trade.csv"
    path.write_bytes(wholesale(SALE).getvalue())
    with pytest.raises(CommandError, match=told):
        command(path, *arguments)


def test_the_command_needs_a_merchant_and_a_file(tenant, tmp_path):
    make_catalog(tenant)
    with pytest.raises(CommandError, match="There is no file"):
        command(tmp_path / "missing.csv")
    with pytest.raises(CommandError, match="There is no merchant"):
        call_command("import_orders", str(tmp_path), "--tenant", "nobody")
