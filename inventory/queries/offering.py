"""What channels are offered, by the one definition of `inventory.stock.offering`."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet

from inventory.models import SELLABLE, ChannelShare, SellBuffer
from inventory.queries.kits import kits_among, leaves_of
from inventory.queries.lookup import shipping_location_ids
from inventory.stock.kits import Kit, made_up, offer_kit
from inventory.stock.offering import Buffer, Offer, Rules, Share, Shelves, offers
from oms.core.db.reading import read_rows
from oms.core.tenancy import current_tenant_id, unit

# One row per item, locations by their place in the list: 500 items at 20 locations are 10,000 shelves, and
# reading as many ids would take longer than the statement.
_SHELVES = f"""
SELECT b.item_id, array_agg(l.place), array_agg(b.on_hand - b.reserved)
FROM inventory_balance b JOIN unnest(%s::uuid[]) WITH ORDINALITY AS l(id, place) ON l.id = b.location_id
WHERE b.tenant_id = %s AND b.item_id = ANY(%s) AND b.state = '{SELLABLE}'
GROUP BY b.item_id
"""


def offered(*, item_ids: Collection[UUID], channel_id: UUID) -> dict[UUID, Offer]:
    """What this channel may show of each of these items, of all locations that ship; five statements."""
    (found,) = offered_to(item_ids=item_ids, channel_ids=[channel_id]).values()
    return found


def offered_to(*, item_ids: Collection[UUID], channel_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Offer]]:
    """Channel → item → what it may show; five statements for any number of channels. Kits by their components."""
    kits = kits_among(item_ids)
    shelves = _shelves({*item_ids, *leaves_of(kits)})
    concerned = Q(item=None) | Q(item__in=list(shelves))
    buffers = [
        Buffer(*row)
        for row in SellBuffer.objects.filter(concerned).values_list("item_id", "location_id", "channel_id", "units")
    ]
    shares = [
        Share(*row)
        for row in ChannelShare.objects.filter(concerned).values_list("channel_id", "item_id", "kind", "amount")
    ]
    rules = {channel: Rules.of(channel, buffers, shares) for channel in channel_ids}
    return {channel: _offers(item_ids, kits, shelves, its) for channel, its in rules.items()}


def _offers(
    item_ids: Collection[UUID], kits: Mapping[UUID, Kit], shelves: Mapping[UUID, Shelves], rules: Rules
) -> dict[UUID, Offer]:
    found = offers({item_id: shelves[item_id] for item_id in item_ids if item_id not in kits}, rules)
    return found | {kit_id: offer_kit(kit, shelves, rules) for kit_id, kit in kits.items()}


def orderable(*, item_ids: Collection[UUID]) -> dict[UUID, int]:
    """What an order may take of each of these items, kits by their components: three statements.

    Of all locations that ship.
    """
    kits = kits_among(item_ids)
    shelves = _shelves({*item_ids, *leaves_of(kits)})
    found = {item_id: sum(free for _, free in shelves[item_id]) for item_id in item_ids}
    at = {item_id: dict(shelf) for item_id, shelf in shelves.items()} if kits else {}
    return found | {kit_id: made_up(kit, at) for kit_id, kit in kits.items()}


def _shelves(item_ids: Collection[UUID]) -> dict[UUID, list[tuple[UUID, int]]]:
    shelves: dict[UUID, list[tuple[UUID, int]]] = {item_id: [] for item_id in item_ids}
    shipping = shipping_location_ids()
    for item_id, places, units in read_rows(_SHELVES, [shipping, current_tenant_id(), list(shelves)]):
        shelves[item_id] = [(shipping[place - 1], free) for place, free in zip(places, units, strict=True)]
    return shelves


def sell_buffers() -> QuerySet[SellBuffer]:
    """To page through by ``("-created_at", "-id")``; of one's own channels and locations, and those of all."""
    rows, actor = SellBuffer.objects.select_related("item", "location", "channel"), unit().actor
    if actor.channels is not None:
        rows = rows.filter(Q(channel=None) | Q(channel__in=actor.channels))
    if actor.locations is not None:
        rows = rows.filter(Q(location=None) | Q(location__in=actor.locations))
    return rows


def channel_shares() -> QuerySet[ChannelShare]:
    """To page through by ``("-created_at", "-id")``; of one's own channels."""
    rows, limited_to = ChannelShare.objects.select_related("item", "channel"), unit().actor.channels
    return rows if limited_to is None else rows.filter(channel__in=limited_to)
