"""A file of orders through the pages: upload, columns, check, report, import, and what became of each row."""

import csv
import io
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from channels.models import Import
from inventory.models import Item, Movement
from oms.accounts import roles
from oms.accounts.models import Membership
from oms.core.jobs import running
from oms.core.jobs.running import run_due_jobs
from oms.core.models import Job, Tenant
from orders.models import Order
from tests.dashboard.orders import ORDERS, client_of, inside
from tests.fixtures import Catalog

pytestmark = pytest.mark.django_db
IMPORTS = f"{ORDERS}import/"
FILE = """Order,Date,SKU,Description,Qty,Price,Email
A-1,2026-11-20 10:00,MUG-BLU,Stoneware mug,2,12.50,ada@example.com
A-1,2026-11-20 10:00,CUP,Paper cup,5,0.40,ada@example.com
A-2,2026-11-20 11:00,TEA,Tea,1,9.80,bo@example.com
A-3,2026-11-20 12:00,TEA,Tea,many,9.80,=cmd
"""


def upload(client: Client, catalog: Catalog, text: str | bytes = FILE, **fields: object):
    content = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("autumn.csv", content, content_type="text/csv")
    return client.post(IMPORTS, {"file": file, "channel_id": str(catalog.channel.id), "encoding": "", **fields})


def mapped(client: Client, url: str, **changes: object) -> dict:
    """The form of the columns as it stands, with some answers changed."""
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values["option-kind_rules"] = "POST = shipping"
    return {name: value for name, value in (values | changes).items() if value not in (None, False)}


def work(tenant: Tenant) -> None:
    run_due_jobs(tenant.id)


def checked(client: Client, tenant: Tenant, catalog: Catalog, **changes: object) -> str:
    url = upload(client, catalog)["Location"]
    assert client.post(f"{url}columns/", mapped(client, url, **changes)).status_code == 303
    work(tenant)
    return url


def test_the_columns_are_guessed_and_shown_with_their_first_rows(
    browser_client: Client, tenant: Tenant, catalog: Catalog
):
    answer = upload(browser_client, catalog)
    assert answer.status_code == 303
    page = browser_client.get(answer["Location"])
    form = page.context["form"]
    guessed = {name: form[f"column-{name}"].value() for name in ("order", "placed_at", "sku", "quantity", "unit_price")}
    assert guessed == {"order": "Order", "placed_at": "Date", "sku": "SKU", "quantity": "Qty", "unit_price": "Price"}
    for words in ("autumn.csv", "MUG-BLU", "Paper cup", "Columns", "Nothing is imported by the check"):
        assert words in page.text
    assert "autumn.csv" in browser_client.get(IMPORTS).text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 400, "not a text file"),
        (b"just one column\n1\n", "two columns"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_beside_the_file(
    browser_client: Client, tenant: Tenant, catalog: Catalog, content: bytes, words: str
):
    answer = upload(browser_client, catalog, content)
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["file"][0]
    assert "There is a problem" in answer.text
    with inside(tenant):
        assert not Import.objects.exists()


def test_columns_that_are_needed_and_rules_that_make_no_sense_are_named(
    browser_client: Client, tenant: Tenant, catalog: Catalog
):
    url = upload(browser_client, catalog)["Location"]
    answer = browser_client.post(
        f"{url}columns/", mapped(browser_client, url, **{"column-sku": "", "option-kind_rules": "POST = fun"})
    )
    assert answer.status_code == 422
    assert "Line 1: write a code" in answer.text
    fixed = mapped(browser_client, url, **{"column-sku": "", "save_as": "Autumn files"})
    answer = browser_client.post(f"{url}columns/", fixed)
    assert answer.status_code == 422
    assert 'href="#id_column-sku"' in answer.text
    assert 'value="Autumn files"' in answer.text


def test_the_report_adds_up_and_nothing_is_imported_by_it(browser_client: Client, tenant: Tenant, catalog: Catalog):
    url = checked(browser_client, tenant, catalog)
    page = browser_client.get(url)
    report = page.context["report"]
    assert report.balanced
    assert (report.file.rows, page.context["to_place"], page.context["problem_rows"]) == (4, 2, 1)
    for words in (
        "The sums agree with the file", "Import 2 orders", "1 code names no item",
        "Codes without an item hold their orders",
        "Download 1 row with its problem", "Create these items, and check again",
    ):  # fmt: skip
        assert words in page.text
    with inside(tenant):
        assert not Order.objects.exists()


def test_progress_is_watched_until_the_step_is_over(browser_client: Client, tenant: Tenant, catalog: Catalog):
    url = upload(browser_client, catalog)["Location"]
    browser_client.post(f"{url}columns/", mapped(browser_client, url))
    running = browser_client.get(url)
    assert 'hx-trigger="poll"' in running.text
    progress = f"{url}progress/"
    assert browser_client.get(progress, {"seen": running.context["standing"].seen}).status_code == 204
    assert "Reading autumn.csv" in browser_client.get(progress, {"seen": "before"}).text
    work(tenant)
    assert browser_client.get(progress)["HX-Refresh"] == "true"


def test_orders_are_imported_once_and_the_rest_can_be_downloaded(
    browser_client: Client, tenant: Tenant, catalog: Catalog
):
    url = checked(browser_client, tenant, catalog)
    assert browser_client.post(f"{url}check/", {"create_missing_items": "1"}).status_code == 303
    work(tenant)
    form = {"idempotency_key": "k-1"}
    answers = [browser_client.post(f"{url}place/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    work(tenant)
    page = browser_client.get(url)
    assert "2 orders imported" in page.text
    with inside(tenant):
        assert sorted(Order.objects.values_list("external_id", flat=True)) == ["A-1", "A-2"]
        assert Item.objects.get(sku="CUP").name == "Paper cup"
    late = browser_client.post(f"{url}place/")
    assert late.status_code == 409
    assert "This import is done" in late.text
    file = browser_client.get(f"{url}rows.csv", {"outcome": "error"})
    header, row = csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig")))
    assert header[:4] == ["Row", "Outcome", "Field", "Reason"]
    assert row[0] == "5"
    assert row[-1] == "'=cmd"
    rows = browser_client.get(f"{url}rows/", {"outcome": "error"})
    assert "is not a whole number" in rows.text
    assert len(browser_client.get(f"{url}rows/").context["shown"]) == 4
    assert "autumn.csv" in browser_client.get(IMPORTS).text


def test_opening_stock_is_a_visible_choice_and_labelled(browser_client: Client, tenant: Tenant, catalog: Catalog):
    choices = {"option-opening_stock_location": str(catalog.leeds.id), "option-opening_stock_factor": "2"}
    url = checked(browser_client, tenant, catalog, **choices)
    assert "Opening stock is generated at Leeds, 2 times" in browser_client.get(url).text
    browser_client.post(f"{url}place/")
    work(tenant)
    with inside(tenant):
        reasons = set(Movement.objects.filter(quantity__in=(2, 4)).values_list("reason", flat=True))
    assert "Generated opening stock for import autumn.csv" in reasons


def test_a_mapping_is_remembered_for_the_next_file(browser_client: Client, tenant: Tenant, catalog: Catalog):
    checked(browser_client, tenant, catalog, **{"column-title": "", "save_as": "Autumn files"})
    again = browser_client.get(upload(browser_client, catalog)["Location"])
    assert "mapped by: Autumn files" in again.text
    assert again.context["form"]["column-title"].value() == ""


def test_an_import_is_dropped_and_one_that_gave_up_can_be_checked_again(
    browser_client: Client, tenant: Tenant, catalog: Catalog
):
    url = upload(browser_client, catalog)["Location"]
    assert browser_client.post(f"{url}cancel/").status_code == 303
    assert "Stopped" in browser_client.get(url).text
    browser_client.post(f"{url}columns/", mapped(browser_client, url))
    with inside(tenant):
        Job.objects.update(attempts=running.MAX_ATTEMPTS)
        job_id = Job.objects.get().id
    running._after_failure(tenant.id, job_id, OSError("The disk was full."))
    log = browser_client.get("/m/acme/channels/failures/").text
    for words in ("File", "Failed", "The import gave up: OSError: The disk was full. Open it and check it again"):
        assert words in log
    page = browser_client.get(url)
    assert "The last run gave up" in page.text
    assert "The disk was full." in page.text
    browser_client.post(f"{url}columns/", mapped(browser_client, url))
    work(tenant)
    assert "Import 2 orders" in browser_client.get(url).text


def test_who_may_not_create_items_is_told_so_on_the_report(
    membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(roles.ROLE_VERBS, "support", roles.ROLE_VERBS["support"] | {"orders.import"})
    client = client_of(membership(role="support"))
    url = checked(client, tenant, catalog, **{"option-create_missing_items": "on"})
    refused = client.post(f"{url}place/")
    assert refused.status_code == 403
    assert "items.edit" in refused.text
    assert "Import 2 orders" in refused.text


def test_imports_are_for_those_who_may_and_of_this_merchant(
    browser_client: Client,
    membership: Callable[..., Membership],
    tenant: Tenant,
    catalog: Catalog,
    other_tenant: Tenant,
):
    url = upload(browser_client, catalog)["Location"]
    assert client_of(membership(role="support")).get(IMPORTS).status_code == 403
    stranger = client_of(membership(tenant=other_tenant))
    theirs = url.replace("/m/acme/", "/m/rival/")
    for path in ("", "rows/", "rows.csv", "progress/"):
        assert stranger.get(theirs + path).status_code == 404
    for path in ("columns/", "check/", "place/", "cancel/"):
        assert stranger.post(theirs + path).status_code == 404
    assert browser_client.get(f"{IMPORTS}{uuid4()}/").status_code == 404


def test_without_a_channel_the_page_says_what_comes_first(browser_client: Client, tenant: Tenant):
    assert "Name a sales channel first" in browser_client.get(IMPORTS).text
