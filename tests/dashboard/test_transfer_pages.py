"""Transfers on their pages: drafted, sent, received by scanner, closed."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Balance, Transfer, TransferLine
from tests.dashboard.orders import client_of, inside

pytestmark = pytest.mark.django_db
PAGE = "/m/acme/inventory/transfers/"


def sheet(*lines: tuple[str, object], **form: object) -> dict:
    """A posted sheet of lines: (code, units)."""
    given = {"form-TOTAL_FORMS": str(len(lines)), "form-INITIAL_FORMS": str(len(lines)), **form}
    for number, (code, units) in enumerate(lines):
        given |= {f"form-{number}-code": code, f"form-{number}-quantity": str(units), f"form-{number}-state": ""}
    return given


def receipt_of(page: str) -> str:
    return re.search(r'name="receipt" value="([^"]+)"', page)[1]


def test_the_whole_way(browser_client, tenant, catalog):
    ends = {"origin": catalog.leeds.id, "destination": catalog.london.id}
    made = browser_client.post(f"{PAGE}new/", sheet(("mug-blu", 3), ("TEA", 1), **ends))
    assert made.status_code == 303, made.text
    where = made["location"]
    assert browser_client.post(f"{where}send/").status_code == 303
    page = browser_client.get(f"{where}receive/").text
    form = sheet(("MUG-BLU", 2), receipt=receipt_of(page))
    for _ in range(2):
        assert browser_client.post(f"{where}receive/", form).status_code == 303
    with inside(tenant):
        assert dict(TransferLine.objects.values_list("item__sku", "received")) == {"MUG-BLU": 2, "TEA": 0}
        missing = list(TransferLine.objects.values_list("id", flat=True))
    unsaid = browser_client.post(f"{where}close/", {str(missing[0]): "lost"})
    assert unsaid.status_code == 422
    assert "Say what became of them." in unsaid.text
    assert browser_client.post(f"{where}close/", {str(each): "lost" for each in missing}).status_code == 303
    with inside(tenant):
        assert Transfer.objects.get().state == "closed"
        assert not Balance.objects.filter(state="in_transit", on_hand__gt=0).exists()
    with CaptureQueriesContext(connection) as queries:
        assert "Transfer T1001 closed: 2 lost" in browser_client.get(where).text
    assert len(queries) <= 25
    with CaptureQueriesContext(connection) as queries:
        assert "T1001" in browser_client.get(PAGE).text
    assert len(queries) <= 12
    assert "Transferred" in browser_client.get("/m/acme/inventory/ledger/?cause=transfer").text
    # The chart of the item knows that what left Leeds is on no shelf before London books it.
    assert ">14<" in browser_client.get(f"/m/acme/inventory/items/{catalog.id('MUG-BLU')}/").text


def test_what_is_wrong_stands_beside_it(browser_client, catalog):
    same = {"origin": catalog.leeds.id, "destination": catalog.leeds.id}
    refused = browser_client.post(f"{PAGE}new/", sheet(("MUG-BLU", 1), **same))
    assert refused.status_code == 422
    assert "Choose another location than the one the goods come from." in refused.text
    ends = {"origin": catalog.leeds.id, "destination": catalog.london.id}
    refused = browser_client.post(f"{PAGE}new/", sheet(("4006381333931", 1), **ends))
    assert refused.status_code == 422
    assert "No item has this SKU or barcode." in refused.text
    where = browser_client.post(f"{PAGE}new/", sheet(("MUG-BLU", 11), **ends))["location"]
    refused = browser_client.post(f"{where}send/")
    assert refused.status_code == 409
    assert "Only 10 of MUG-BLU are free at Leeds." in refused.text
    assert browser_client.post(f"{where}edit/", sheet(("MUG-BLU", 1), **ends)).status_code == 303
    assert browser_client.post(f"{where}send/").status_code == 303
    page = browser_client.get(f"{where}receive/").text
    refused = browser_client.post(f"{where}receive/", sheet(("TEA", 1), receipt=receipt_of(page)))
    assert refused.status_code == 422
    assert "This item is not on the transfer." in refused.text


def test_who_may_only_look_gets_no_buttons(browser_client, membership, catalog):
    ends = {"origin": catalog.leeds.id, "destination": catalog.london.id}
    where = browser_client.post(f"{PAGE}new/", sheet(("MUG-BLU", 1), **ends))["location"]
    reader = client_of(membership(role="read_only"))
    assert 'data-verb="send"' not in reader.get(where).text
    assert reader.post(f"{where}send/").status_code == 403
    assert reader.get(f"{PAGE}new/").status_code == 403
