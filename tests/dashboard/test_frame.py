"""The rail shows what one may open, and where one is."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from oms.core.actors import EVERY_VERB, Actor
from oms.dashboard.frame import Frame, frame


def framed(path: str, verbs: frozenset[str] = EVERY_VERB, cookies: dict[str, str] | None = None) -> Frame:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies or {})
    request.merchant = SimpleNamespace(slug="demo", name="Demo")
    request.actor = Actor(kind="user", id="1", label="Ada", verbs=verbs)
    return frame(request)["frame"]


def active(shown: Frame) -> list[str]:
    entries = [entry for item in shown.rail for entry in (item, *item.children)]
    return [str(entry.label) for entry in entries if entry.active]


def test_without_a_merchant_there_is_no_frame():
    assert frame(RequestFactory().get("/account/login/")) == {}


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/m/demo/", "Home"),
        ("/m/demo/orders/", "Orders"),
        ("/m/demo/orders/10482/", "Orders"),
        ("/m/demo/orders/import/7/", "Import"),
        ("/m/demo/inventory/locations/", "Locations"),
        ("/m/demo/settings/team/", "Settings"),
        ("/m/demo/settings/events/", "Parked events"),
    ],
)
def test_the_closest_item_is_active(path: str, label: str):
    assert active(framed(path)) == [label]


def test_a_page_off_the_rail_marks_nothing():
    assert active(framed("/m/demo/help/")) == []


def test_what_one_may_not_open_is_absent():
    shown = framed("/m/demo/", verbs=frozenset({"orders.view", "stock.view"}))
    assert [str(item.label) for item in shown.rail] == ["Home", "Orders", "Inventory"]
    assert [str(child.label) for child in shown.rail[1].children] == ["Exceptions"]
    assert shown.jobs_url == ""


def test_a_part_of_which_one_may_open_a_single_page_leads_there():
    shown = framed("/m/demo/", verbs=frozenset({"events.view"}))
    assert [item.url for item in shown.rail] == ["/m/demo/", "/m/demo/settings/events/"]


def test_shortcuts_can_be_switched_off():
    assert framed("/m/demo/").shortcuts
    assert not framed("/m/demo/", cookies={"shortcuts": "off"}).shortcuts
