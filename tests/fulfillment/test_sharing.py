"""Kept policies: saved, used by hand, and used when stock arrives."""

import pytest

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.repromise import repromise
from fulfillment.actions.sharing import remove_sharing_policy, save_sharing_policy
from fulfillment.models import SharingPolicy
from fulfillment.sourcing.repromising import GAIN, LOSE, PRESETS, WIN, Policy, Segment
from inventory.queries import orderable
from oms.core.errors import Conflict, Invalid, NotFound, Stale
from orders.actions.edit import edit_order
from tests.dashboard.orders import client_of, inside
from tests.fulfillment.trade import held, place, receive
from tests.inventory.kits import gift_box
from tests.inventory.stock import assert_book_adds_up

pytestmark = pytest.mark.django_db
PAGE = "/m/acme/fulfilment/share-out/"
VIP = Policy(segments=(Segment(WIN, tags=frozenset({"vip"})),))


def form(**more) -> dict:
    """A policy as its page posts it, with one segment."""
    return {
        "name": "VIP first", "otherwise": "redistribute", "sort": "oldest", "ageing_days": "30", "frozen_hours": "0",
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-kind": "win", "form-0-tags": "vip, friend",
        "form-0-due_within_days": "", "form-0-older_than_days": "", **more,
    }  # fmt: skip


@pytest.fixture
def waiting(tenant, catalog):
    """The first order holds all fifteen mugs, and two wait for four each; the newest is a VIP's."""
    with inside(tenant):
        ids = place({"MUG-BLU": 15}, {"MUG-BLU": 4}, {"MUG-BLU": 4})
        allocate_orders(order_ids=ids, trigger="cleared")
        edit_order(order_id=ids[2], tags=["vip"])
    return ids


def holdings(tenant, ids) -> list[int]:
    with inside(tenant):
        return [sum(held(order_id).values()) for order_id in ids]


def test_a_policy_reads_back_as_it_was(tenant, catalog):
    segment = Segment(GAIN, frozenset({catalog.channel.id}), frozenset({"b", "a"}), 3, None)
    policy = Policy((segment,), LOSE, "due", None)
    assert Policy.from_json(policy.to_json()) == policy
    with inside(tenant):
        assert save_sharing_policy(name=" Mine ", policy=policy).policy == policy
        assert SharingPolicy.objects.get().name == "Mine"


def test_stock_that_arrives_goes_to_the_oldest_unless_a_policy_says_otherwise(tenant, catalog, waiting, drain):
    with inside(tenant):
        save_sharing_policy(name="By hand", policy=VIP)
        receive(catalog.id("MUG-BLU"), catalog.leeds.id, 4)
    drain()
    assert holdings(tenant, waiting) == [15, 4, 0]


def test_by_the_policy_for_arriving_stock_the_vip_is_served_first(tenant, catalog, waiting, drain):
    with inside(tenant):
        save_sharing_policy(name="VIP first", policy=VIP, on_arrival=True)
        receive(catalog.id("MUG-BLU"), catalog.leeds.id, 4)
    drain()
    assert holdings(tenant, waiting)[2] == 4
    assert sum(holdings(tenant, waiting)) == 19


def test_one_policy_at_most_is_used_on_arrival(tenant, catalog):
    with inside(tenant):
        first = save_sharing_policy(name="A", policy=PRESETS["oldest_first"], on_arrival=True)
        save_sharing_policy(name="B", policy=VIP, on_arrival=True)
        assert list(SharingPolicy.objects.filter(on_arrival=True).values_list("name", flat=True)) == ["B"]
        with pytest.raises(Conflict, match="Another policy is called"):
            save_sharing_policy(name="B", policy=VIP)
        first.refresh_from_db()
        with pytest.raises(Stale):
            save_sharing_policy(name="A", policy=VIP, policy_id=first.id, expected_version=first.version - 1)
        remove_sharing_policy(policy_id=first.id)
        with pytest.raises(NotFound):
            remove_sharing_policy(policy_id=first.id)


def test_what_is_wrong_is_named(tenant, catalog):
    segment = Segment("eat", frozenset({catalog.leeds.id}), due_within_days=-1)
    with inside(tenant), pytest.raises(Invalid) as refused:
        save_sharing_policy(name=" ", policy=Policy((segment,), "x", "y", -1), frozen_hours=-1)
    assert {each.field for each in refused.value.fields} == {
        "segments.0.kind", "segments.0.due_within_days", "otherwise", "sort", "ageing_days", "name", "frozen_hours",
        "segments.0.channels",
    }  # fmt: skip


def test_on_its_pages(browser_client, membership, tenant, catalog, waiting):
    assert browser_client.post(f"{PAGE}policies/new/", form()).status_code == 303
    refused = browser_client.post(f"{PAGE}policies/new/", form(frozen_hours="-1"))
    assert refused.status_code == 422
    with inside(tenant):
        kept = SharingPolicy.objects.get()
        assert kept.policy.segments[0].tags == {"vip", "friend"}
    address = f"{PAGE}policies/{kept.id}/"
    assert 'value="friend, vip"' in browser_client.get(address).text
    assert browser_client.post(address, form(on_arrival="on", version=kept.version)).status_code == 303
    assert "when stock arrives" in browser_client.get(f"{PAGE}policies/").text
    assert browser_client.post(address, form(version=kept.version)).status_code == 422
    shown = browser_client.get(PAGE, {"skus": "MUG-BLU", "preset": str(kept.id), "frozen_hours": "0"}).text
    assert "would change" in shown
    assert "wins" in shown
    assert client_of(membership(role="warehouse")).get(f"{PAGE}policies/").status_code == 403
    assert browser_client.post(f"{address}remove/").status_code == 303
    assert "Keep a policy" in browser_client.get(f"{PAGE}policies/").text


def test_over_http(api, tenant, catalog, waiting):
    body = {"name": "VIP", "segments": [{"kind": "win", "tags": ["vip"]}], "on_arrival": True}
    made = api.post("/api/v1/sharing-policies", body, format="json")
    assert made.status_code == 201
    where = f"/api/v1/sharing-policies/{made.json()['id']}"
    assert api.get(where).json()["segments"][0]["tags"] == ["vip"]
    asked = {"skus": ["MUG-BLU"], "policy_id": made.json()["id"]}
    effects = api.post("/api/v1/repromise", asked, format="json").json()["effects"]
    assert {each["kind"] for each in effects} == {"win", "redistribute"}
    assert api.put(where, {**body, "name": "V"}, format="json", headers={"If-Match": '"9"'}).status_code == 412
    assert api.put(where, {**body, "name": "V"}, format="json").json()["name"] == "V"
    assert [each["name"] for each in api.get("/api/v1/sharing-policies").json()["results"]] == ["V"]
    assert api.delete(where).status_code == 204
    assert api.get(where).status_code == 404


def test_a_kit_that_loses_a_part_lets_the_whole_of_it_go(tenant, catalog):
    """The mugs go to the VIP; the teas that lay beside them are free again, and the box waits as a box."""
    mug, tea = catalog.id("MUG-BLU"), catalog.id("TEA")
    with inside(tenant):
        gift_box(catalog)
        boxes, vip = place({"BOX": 7}, {"MUG-BLU": 4})
        everything = orderable(item_ids=[mug])[mug]
        (rest,) = place({"MUG-BLU": everything}) if everything else (vip,)
        allocate_orders(order_ids=[boxes, vip, rest], trigger="cleared")
        edit_order(order_id=vip, tags=["vip"])
        before = orderable(item_ids=[tea])[tea]
        repromise(item_ids=[mug], policy=VIP, apply=True)
        assert sum(held(vip).values()) == 4
        kits = sum(held(boxes).values()) // 3
        assert sum(held(boxes).values()) == 3 * kits
        assert orderable(item_ids=[tea])[tea] == before + 2 * (7 - kits)
        assert_book_adds_up()
