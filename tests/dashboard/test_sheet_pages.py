"""Files of items and stock through the pages: upload, columns, what would change, apply, and exports."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.models import Item, SheetImport
from inventory.queries import exports
from oms.accounts import roles
from oms.core.jobs.running import run_due_jobs
from oms.core.models import Tenant
from tests.dashboard.orders import client_of, inside, reads_and_writes
from tests.fixtures import Catalog

pytestmark = pytest.mark.django_db
FILES = "/m/acme/inventory/files/"
ITEMS = "SKU,Name,Weight,Price\nCUP,Paper cup,12,0.40\nTEA,Green tea,130,9.80\nBAD,=cmd,lots,1\n"
STOCK = "SKU,Location,Quantity\nTEA,LEEDS,7\nTEA,PARIS,1\n"


def upload(client: Client, text: str, content: str = "items.counted"):
    file = SimpleUploadedFile("autumn.csv", text.encode(), content_type="text/csv")
    return client.post(FILES, {"file": file, "content": content, "encoding": ""})


def columns_of(client: Client, url: str, **changes: str) -> dict:
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields} | changes
    return {name: value for name, value in values.items() if value not in (None, False)}


def checked(client: Client, tenant: Tenant, text: str, content: str = "items.counted") -> str:
    url = upload(client, text, content)["Location"]
    assert client.post(f"{url}columns/", columns_of(client, url)).status_code == 303
    run_due_jobs(tenant.id)
    return url


def test_a_file_of_items_from_upload_to_result(browser_client: Client, tenant: Tenant, catalog: Catalog):
    answer = upload(browser_client, ITEMS)
    assert answer.status_code == 303
    url = answer["Location"]
    page = browser_client.get(url)
    assert page.context["form"]["column-weight_g"].value() == "Weight"
    for words in (
        "autumn.csv",
        "Paper cup",
        "An empty cell leaves the item as it is",
        "Nothing is changed by the check",
    ):
        assert words in page.text
    browser_client.post(f"{url}columns/", columns_of(browser_client, url))
    running = browser_client.get(url)
    assert 'hx-trigger="poll"' in running.text
    assert browser_client.get(f"{url}progress/", {"seen": running.context["standing"].seen}).status_code == 204
    assert "Checking autumn.csv" in browser_client.get(f"{url}progress/").text
    run_due_jobs(tenant.id)
    assert browser_client.get(f"{url}progress/")["HX-Refresh"] == "true"
    report = browser_client.get(url).text
    for words in (
        "What the file would do", "name Loose leaf tea → Green tea", "not a whole number", "Apply 2 changes",
        "Download 1 row to correct",
    ):  # fmt: skip
        assert words in report
    with inside(tenant):
        assert not Item.objects.filter(sku="CUP").exists()
    rows = browser_client.get(f"{url}rows.csv")
    header, row = csv.reader(io.StringIO(b"".join(rows.streaming_content).decode("utf-8-sig")))
    assert (header[:4], row[:2], row[4]) == (["Line", "Column", "What to do", "SKU"], ["4", "Weight"], "'=cmd")
    assert browser_client.post(f"{url}apply/").status_code == 303
    run_due_jobs(tenant.id)
    assert "2 rows applied" in browser_client.get(url).text
    with inside(tenant):
        assert Item.objects.get(sku="TEA").name == "Green tea"
    late = browser_client.post(f"{url}apply/")
    assert (late.status_code, "This file is applied" in late.text) == (409, True)
    assert "autumn.csv" in browser_client.get(FILES).text


@pytest.mark.parametrize(
    ("text", "words"), [("", "empty"), ("just one column\n1\n", "two columns"), ("\0\1\2\3" * 99, "not a text file")]
)
def test_what_is_no_table_is_refused_beside_the_file(browser_client: Client, tenant: Tenant, text: str, words: str):
    answer = upload(browser_client, text)
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["file"][0]
    with inside(tenant):
        assert not SheetImport.objects.exists()


def test_a_needed_column_is_asked_for_beside_its_field(browser_client: Client, tenant: Tenant):
    url = upload(browser_client, "Foo,Bar\n1,2\n")["Location"]
    answer = browser_client.post(f"{url}columns/", columns_of(browser_client, url))
    assert answer.status_code == 422
    assert answer.context["form"].errors["column-sku"] == ["Say which column holds the SKU."]


def test_a_count_above_the_limit_is_for_somebody_else(
    browser_client: Client, tenant: Tenant, catalog: Catalog, membership
):
    limited = client_of(membership(role=roles.WAREHOUSE, limits={"stock.adjust": "5"}))
    url = checked(limited, tenant, STOCK, "stock.counted")
    page = limited.get(url).text
    assert "Somebody else has to apply this" in page
    assert f"{url}apply/" not in page
    assert limited.post(f"{url}apply/").status_code == 403
    assert browser_client.post(f"{url}apply/").status_code == 303
    run_due_jobs(tenant.id)
    page = browser_client.get(url)
    why = {"item": str(catalog.id("TEA")), "location": str(catalog.leeds.id)}
    assert f'href="{url}">autumn.csv</a>' in browser_client.get("/m/acme/inventory/ledger/why/", why).text
    assert "the ledger says the same" in page.text
    assert page.context["report"].amount == Decimal("9.90")


def test_a_file_of_counts_leads_to_the_count_it_opened(browser_client: Client, tenant: Tenant, catalog: Catalog):
    url = checked(browser_client, tenant, STOCK, "counts.counted")
    assert "TEA at LEEDS: 7 counted" in browser_client.get(url).text
    browser_client.post(f"{url}apply/")
    run_due_jobs(tenant.id)
    page = browser_client.get(url).text
    assert "Count 1001 at Leeds" in page
    lines = browser_client.get("/m/acme/inventory/counts/1001/lines.csv")
    assert "LEEDS,TEA,7,sellable" in b"".join(lines.streaming_content).decode("utf-8-sig")


def test_a_file_of_suppliers_is_for_who_buys(browser_client: Client, tenant: Tenant, catalog: Catalog, membership):
    url = checked(browser_client, tenant, "Supplier,SKU,Price\nPOTTERS,TEA,4.10\n", "suppliers.counted")
    browser_client.post(f"{url}apply/")
    run_due_jobs(tenant.id)
    assert "1 row applied" in browser_client.get(url).text
    export = browser_client.get(f"{FILES}export/", {"what": "suppliers", "format": "csv"})
    assert "POTTERS,POTTERS,,EUR,TEA,,4.10" in b"".join(export.streaming_content).decode("utf-8-sig")
    support = client_of(membership(role=roles.SUPPORT))
    assert support.get(url).status_code == 404
    assert "autumn.csv" not in support.get(FILES).text
    assert support.get(f"{FILES}export/", {"what": "suppliers", "format": "csv"}).status_code == 403


def test_only_what_one_may_change_is_offered(tenant: Tenant, catalog: Catalog, membership):
    clerk = client_of(membership(role=roles.WAREHOUSE))
    offered = [content for content, _ in clerk.get(FILES).context["form"].fields["content"].choices]
    assert offered == ["stock.counted", "stock.opening", "stock.add", "counts.counted"]
    assert upload(clerk, ITEMS).status_code == 422
    reader = client_of(membership(role=roles.READ_ONLY))
    page = reader.get(FILES).text
    assert ("Upload file" in page, "Stock per location" in page) == (False, True)


def test_small_exports_are_downloads_and_large_ones_jobs(
    browser_client: Client, tenant: Tenant, catalog: Catalog, monkeypatch
):
    address = f"{FILES}export/"
    text = b"".join(browser_client.get(address, {"what": "items"}).streaming_content).decode("utf-8-sig")
    assert "TEA,Loose leaf tea,,,130,,,,9.8,3.3,yes,no,each,,,,,,,," in text.splitlines()
    book = browser_client.get(address, {"what": "stock", "format": "xlsx"})
    assert b"".join(book.streaming_content).startswith(b"PK")
    assert browser_client.get(address, {"what": "secrets"}).status_code == 422
    monkeypatch.setattr(exports, "AT_ONCE_MAX", 2)
    assert browser_client.get(address, {"what": "items"}).status_code == 409
    assert browser_client.post(address, {"what": "items", "format": "csv"}).status_code == 303
    run_due_jobs(tenant.id)
    assert 'href="/files/' in browser_client.get(FILES).text


def test_the_pages_ask_a_fixed_number_of_questions(browser_client: Client, tenant: Tenant, catalog: Catalog):
    urls = [checked(browser_client, tenant, ITEMS) for _ in range(3)]
    for address, most in ((FILES, 12), (urls[0], 25)):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser_client.get(address).status_code == 200
        assert len(reads_and_writes(captured)) <= most
