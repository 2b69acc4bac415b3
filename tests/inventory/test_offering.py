"""What a channel is offered: the rule by itself, on the database, over HTTP."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.locations import update_location
from inventory.actions.offering import lift_sell_buffer, set_channel_share, set_sell_buffer
from inventory.actions.reserve import reserve_stock
from inventory.models import ChannelShare, SellBuffer
from inventory.queries import channel_shares, offered, sell_buffers
from inventory.stock.offering import AT_MOST, KEPT, PERCENT, Buffer, Offer, Rules, Share, offer
from oms.accounts.actions.channels import create_channel
from oms.core.actors import Actor
from oms.core.db.keys import uuid7
from oms.core.errors import Forbidden, Invalid
from oms.core.models import AuditEntry
from oms.core.tenancy import unit_of_work
from tests.inventory.stock import facts, wants

ITEM, LEEDS, LONDON, WEB, FAIR = (uuid7() for _ in range(5))
SHELVES = [(LEEDS, 10), (LONDON, 5)]


@pytest.mark.parametrize(
    ("buffers", "shares", "expected"),
    [
        ([], [], Offer(15, 0, 0)),
        ([Buffer(None, None, None, 4)], [], Offer(15, 4, 0)),
        ([Buffer(None, LEEDS, None, 12), Buffer(None, None, None, 1)], [], Offer(15, 11, 0)),
        ([Buffer(None, None, None, 9), Buffer(ITEM, None, None, 2)], [], Offer(15, 2, 0)),
        ([Buffer(ITEM, None, None, 9), Buffer(ITEM, None, WEB, 0)], [], Offer(15, 0, 0)),
        ([Buffer(ITEM, None, FAIR, 9)], [], Offer(15, 0, 0)),
        ([], [Share(WEB, None, PERCENT, 50)], Offer(15, 0, 8)),
        ([Buffer(None, None, None, 5)], [Share(WEB, ITEM, AT_MOST, 3), Share(WEB, None, AT_MOST, 9)], Offer(15, 5, 7)),
        ([], [Share(FAIR, ITEM, KEPT, 6)], Offer(15, 0, 6)),
        ([], [Share(WEB, ITEM, KEPT, 6)], Offer(15, 0, 0)),
        ([], [Share(FAIR, None, KEPT, 60)], Offer(15, 0, 15)),
        ([], [Share(FAIR, None, KEPT, 6), Share(FAIR, ITEM, KEPT, 1)], Offer(15, 0, 1)),
    ],
)
def test_buffers_first_then_pools_then_the_share(buffers, shares, expected):
    assert offer(ITEM, SHELVES, Rules.of(WEB, buffers, shares)) == expected


RULES = st.lists(
    st.builds(
        Buffer, st.sampled_from([None, ITEM]), st.sampled_from([None, LEEDS, LONDON]),
        st.sampled_from([None, WEB, FAIR]), st.integers(0, 20),
    )
)  # fmt: skip
POOLS = st.lists(
    st.builds(Share, st.sampled_from([WEB, FAIR]), st.sampled_from([None, ITEM]), st.just(KEPT), st.integers(0, 20)),
    unique_by=lambda each: (each.channel_id, each.item_id),
)


@given(buffers=RULES, shares=POOLS, units=st.tuples(st.integers(0, 30), st.integers(0, 30)))
def test_never_more_than_there_is_and_never_less_than_nothing(buffers, shares, units):
    shelves = list(zip((LEEDS, LONDON), units, strict=True))
    found = offer(ITEM, shelves, Rules.of(WEB, buffers, shares))
    assert 0 <= found.offered <= found.available == sum(units)
    assert found.kept_back >= 0
    assert found.elsewhere >= 0


@pytest.fixture
def fair(catalog, uow):
    return create_channel(code="fair", name="Trade fair", kind="shop")


@pytest.fixture
def mug(catalog, uow):
    return catalog.id("MUG-BLU")


def shown(catalog, item_id, channel=None) -> int:
    return offered(item_ids=[item_id], channel_id=(channel or catalog.channel).id)[item_id].offered


@pytest.mark.django_db
def test_what_is_kept_back_is_not_offered_but_may_be_ordered(catalog, mug, fair):
    set_sell_buffer(units=14, item_id=mug, channel_id=catalog.channel.id)
    assert (shown(catalog, mug), shown(catalog, mug, fair)) == (1, 15)
    reserved = reserve_stock(demands=[wants(mug, 15, refuse=True)])
    assert not reserved.refused
    assert shown(catalog, mug, fair) == 0


@pytest.mark.django_db
def test_setting_again_replaces_and_lifting_ends_it(catalog, mug):
    first = set_sell_buffer(units=14, item_id=mug)
    assert set_sell_buffer(units=3, item_id=mug).id == first.id
    assert shown(catalog, mug) == 12
    lift_sell_buffer(buffer_id=first.id)
    assert shown(catalog, mug) == 15
    assert [each["item_id"] for each in facts("offer_rule.changed")] == [str(mug)] * 3
    sentences = AuditEntry.objects.filter(verb="stock.offer").order_by("id").values_list("sentence", flat=True)
    assert list(sentences) == [
        "14 units kept back: MUG-BLU, all locations, every channel",
        "3 units kept back: MUG-BLU, all locations, every channel",
        "Nothing kept back any more: MUG-BLU, all locations, every channel",
    ]


@pytest.mark.django_db
def test_a_location_that_does_not_ship_offers_nothing(catalog, mug):
    update_location(location_id=catalog.leeds.id, changes={"ships": False})
    assert shown(catalog, mug) == 5


@pytest.mark.django_db
def test_any_number_of_items_costs_five_statements(catalog, mug):
    with CaptureQueriesContext(connection) as queries:
        offered(item_ids=[mug, catalog.id("TEA"), uuid7()], channel_id=catalog.channel.id)
    assert len(queries) == 5


@pytest.mark.django_db
def test_names_each_bad_field(catalog, mug):
    with pytest.raises(Invalid) as refused:
        set_sell_buffer(units=-1, item_id=uuid7(), location_id=uuid7())
    assert {each.field for each in refused.value.fields} == {"units", "item_id", "location_id"}
    with pytest.raises(Invalid) as refused:
        set_channel_share(channel_id=catalog.channel.id, kind=PERCENT, amount=101)
    assert [each.field for each in refused.value.fields] == ["amount"]
    assert not ChannelShare.objects.exists()
    assert not SellBuffer.objects.exists()


@pytest.mark.django_db
def test_a_person_of_one_channel_sets_and_sees_its_rules_only(catalog, tenant):
    with unit_of_work(tenant.id, Actor("user", "9", "Ann", frozenset({"stock.offer"}))):
        other = create_channel(code="fair", name="Trade fair", kind="shop")
        set_sell_buffer(units=1, channel_id=other.id)
        set_channel_share(channel_id=other.id, kind=KEPT, amount=2)
    limited = Actor("user", "1", "Fay", frozenset({"stock.offer"}), channels=frozenset({catalog.channel.id}))
    with unit_of_work(tenant.id, limited):
        assert (list(sell_buffers()), list(channel_shares())) == ([], [])
        with pytest.raises(Forbidden):
            set_sell_buffer(units=1, channel_id=other.id)


@pytest.mark.django_db
def test_over_http(api, catalog):
    made = api.post("/api/v1/sell-buffers", {"sku": "MUG-BLU", "location": "leeds", "units": 8}, format="json")
    assert made.status_code == 201, made.json()
    half = {"channel_id": str(catalog.channel.id), "kind": "percent", "amount": 50}
    share = api.post("/api/v1/channel-shares", half, format="json")
    assert share.status_code == 201, share.json()
    asked = {"skus": ["mug-blu", "no such"], "channel_id": str(catalog.channel.id), "locations": False}
    mug, nothing = api.post("/api/v1/availability", asked, format="json").json()["results"]
    assert (mug["available"], mug["offered"], mug["locations"]) == (15, 3, [])
    assert (nothing["item_id"], nothing["offered"]) == (None, 0)
    listed = api.get("/api/v1/sell-buffers").json()["results"]
    assert [(each["sku"], each["location"], each["units"]) for each in listed] == [("MUG-BLU", "Leeds", 8)]
    assert api.delete(f"/api/v1/sell-buffers/{listed[0]['id']}").status_code == 204
    assert api.delete(f"/api/v1/channel-shares/{share.json()['id']}").status_code == 204
    bad = api.post("/api/v1/sell-buffers", {"sku": "NOPE", "units": -4}, format="json")
    assert bad.status_code == 422
