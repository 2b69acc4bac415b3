"""What a customer does with an order that has come: send it back with a picture, say how it was."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from oms.accounts.models import SalesChannel
from oms.core.events.delivery import drain
from orders.models import Order, OrderRating
from returns.models import Return, ReturnPhoto
from tests.dashboard.orders import inside, reads_and_writes
from tests.portal.conftest import SHOP
from tests.returns.goods import shipped

pytestmark = pytest.mark.django_db


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    return SimpleUploadedFile("lid.png", out.getvalue(), "image/png")


@pytest.fixture
def delivered(tenant, catalog, customer, let_in, prove) -> Order:
    with inside(tenant):
        order = shipped(TEA=2)
    let_in(order, order.email)
    prove(order)
    return order


def test_a_return_in_four_pages_with_a_picture(customer, tenant, delivered):
    with inside(tenant):
        tea = delivered.lines.get(sku="TEA")
    assert "Send something back" in customer.get(f"{SHOP}order/").text
    for units in ("0", "9", "many"):
        assert customer.post(f"{SHOP}return/", {f"units_{tea.id}": units}).status_code == 422
    assert customer.post(f"{SHOP}return/", {f"units_{tea.id}": "1"})["Location"] == f"{SHOP}return/why/"
    assert customer.post(f"{SHOP}return/why/", {}).status_code == 422
    text = SimpleUploadedFile("lid.png", b"not a picture", "image/png")
    given = {f"reason_{tea.id}": "damaged", f"comment_{tea.id}": "The lid is broken"}
    refused = customer.post(f"{SHOP}return/why/", given | {f"photos_{tea.id}": text})
    assert (refused.status_code, "not a picture we can read" in refused.text) == (422, True)
    assert customer.post(f"{SHOP}return/why/", given | {f"photos_{tea.id}": picture()}).status_code == 302
    assert "€9.80" in customer.get(f"{SHOP}return/how/").text
    assert customer.post(f"{SHOP}return/how/", {"outcome": "gold"}).status_code == 422
    assert customer.post(f"{SHOP}return/how/", {"outcome": "refund"}).status_code == 302
    assert "1 picture" in customer.get(f"{SHOP}return/check/").text
    sent = customer.post(f"{SHOP}return/check/")
    assert customer.post(f"{SHOP}return/check/")["Location"] == sent["Location"] == f"{SHOP}return/1001/"
    assert "We have your request" in customer.get(sent["Location"]).text
    with inside(tenant):
        made = Return.objects.get()
        assert (made.asked_by, made.lines.get().reason) == ("customer", "damaged")
        assert ReturnPhoto.objects.get().name == "lid.png"
    assert "We have your request and answer it soon." in customer.get(f"{SHOP}order/").text


def test_one_question_once(customer, tenant, delivered):
    with inside(tenant):
        SalesChannel.objects.update(told_by="us")
    for score in ("9", "", "five"):
        assert customer.post(f"{SHOP}rate/", {"score": score}).status_code == 422
    assert customer.post(f"{SHOP}rate/", {"score": "4", "comment": "Nice"}).status_code == 302
    assert customer.post(f"{SHOP}rate/", {"score": "1"}).status_code == 409
    assert "You gave 4 of 5" in customer.get(f"{SHOP}order/").text
    with inside(tenant):
        assert OrderRating.objects.get().score == 4


def test_the_page_is_light_and_costs_few_statements(customer, tenant, delivered):
    drain(tenant.id)
    customer.get(f"{SHOP}order/")
    with CaptureQueriesContext(connection) as captured:
        page = customer.get(f"{SHOP}order/")
    assert len(reads_and_writes(captured)) <= 25
    from django.conf import settings

    sheets = [settings.BASE_DIR / "oms/static/css" / name for name in ("reset.css", "tokens.css", "portal.css")]
    assert len(page.content) + sum(sheet.stat().st_size for sheet in sheets) <= 70_000
    assert "<script" not in page.text
