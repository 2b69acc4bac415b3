"""A slice of real trade goes to the door, and stock, money and messages add up."""

import csv
import gzip
import io
import itertools

import pytest
from django.core.management import call_command

from channels.actions.importing import set_mapping, start_check, start_placing
from channels.actions.uploading import start_import
from channels.models import Import
from inventory.actions.locations import create_location
from oms.accounts.actions.channels import create_channel
from oms.core.actors import system
from oms.core.addresses import Address
from oms.core.events.delivery import drain
from oms.core.jobs.running import run_chunk
from oms.core.tenancy import unit_of_work
from oms.demo.carrying import carry_orders
from orders.actions.place import place_orders
from orders.models import Order
from orders.placing.drafts import LineDraft, OrderDraft
from tests.channels.files import REAL_FILE, as_file, generated_rows

PROCESS = system("tests")
ROWS = 6_000


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


def real_or_generated() -> tuple[io.BytesIO, str]:
    """Real trade where it lies beside the repository, else rows with all its quirks."""
    if not REAL_FILE.exists():
        return as_file(generated_rows(ROWS)), "generated"
    with gzip.open(REAL_FILE, "rt", encoding="utf-8", newline="") as file:
        rows = list(itertools.islice(csv.reader(file), ROWS + 1))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return io.BytesIO(text.getvalue().encode()), "real"


def imported(tenant, file) -> Import:
    with unit_of_work(tenant.id, PROCESS):
        create_channel(code="wholesale", name="Wholesale", kind="file", told_by="us")
        place = create_location(
            code="MAIN",
            name="Main",
            address={"line1": "1 Dock", "city": "Hull", "postcode": "HU1 1UU", "country": "GB"},
        )
        made = start_import(file=file, name="trade.csv", limit=None)
        options = {"create_missing_items": True, "opening_stock_location": str(place.id)}
        set_mapping(import_id=made.id, options=options)
    for start in (start_check, start_placing):
        with unit_of_work(tenant.id, PROCESS):
            job_id = start(import_id=made.id).job_id
        while True:
            while run_chunk(tenant.id, job_id):
                pass
            with unit_of_work(tenant.id, PROCESS):
                following = Import.objects.get(id=made.id).job_id
            if following == job_id:
                break
            job_id = following
    return made


def test_real_trade_goes_to_the_door_and_everything_adds_up(tenant, capsys):
    file, kind = real_or_generated()
    imported(tenant, file)
    reckoning = carry_orders(tenant.id, limit=250)
    print(f"{kind} trade:", *reckoning.lines(), sep="\n")
    assert reckoning.balanced, "\n".join(reckoning.lines())
    assert reckoning.orders >= 200
    assert reckoning.after.shipped > reckoning.before.shipped
    with unit_of_work(tenant.id, PROCESS):
        assert Order.objects.filter(fulfillment_state="shipped").count() >= 200


def test_with_addresses_there_are_labels_deliveries_and_mails(tenant, catalog):
    address = Address(name="Hal Hull", line1="2 Queen Street", city="Hull", postcode="HU1 1UU", country="GB")
    with unit_of_work(tenant.id, PROCESS):
        create_channel(code="shop", name="Shop", kind="shop", told_by="us")
        drafts = [
            OrderDraft(
                channel="shop", currency="EUR", email=f"hal{n}@example.com", customer_name="Hal", ship_to=address,
                lines=(LineDraft(sku="TEA", quantity=1),), payment_state="paid",
            )
            for n in range(6)
        ]  # fmt: skip
        place_orders(drafts=drafts)
    drain(tenant.id)
    call_command("carry_orders", tenant=tenant.slug, limit=6)
    with unit_of_work(tenant.id, PROCESS):
        assert set(Order.objects.values_list("fulfillment_state", flat=True)) == {"delivered"}
    assert carry_orders(tenant.id, limit=6).orders == 0
