"""What placing looks up, a constant number of statements however many orders."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.queries import ItemRef, kits_among, leaves_of, refs_of, resolve_skus
from inventory.stock.kits import KIT
from oms.accounts.models import SalesChannel
from oms.core.actors import Actor
from oms.core.db.reading import read_models, read_rows
from oms.core.errors import Forbidden, Invalid
from oms.core.tenancy import unit
from orders.placing.drafts import OrderDraft
from orders.placing.kits import KitRef


@dataclass(frozen=True)
class Channels:
    """The merchant's sales channels, and whose they are."""

    by_id: dict[UUID, SalesChannel]
    actor: Actor

    def id_of(self, draft: OrderDraft) -> UUID:
        """The draft's channel; the only one when it names none. Raises `Invalid` or `Forbidden` about ``channel``."""
        channel = self._named(draft)
        if not channel.active:
            raise Invalid.field(
                "channel",
                f"The sales channel {channel.name} is switched off. Switch it on, or use another.",
                "inactive",
            )
        if self.actor.channels is not None and channel.id not in self.actor.channels:
            raise Forbidden(
                f"{self.actor.label} may not place orders on {channel.name}. Ask an owner for that channel."
            )
        return channel.id

    def _named(self, draft: OrderDraft) -> SalesChannel:
        if draft.channel_id is not None:
            found = self.by_id.get(draft.channel_id)
        elif draft.channel:
            found = next((each for each in self.by_id.values() if each.code == draft.channel.strip()), None)
        else:
            active = [each for each in self.by_id.values() if each.active]
            if len(active) != 1:
                raise Invalid.field("channel", f"Name the sales channel: {self._codes()}.", "required")
            found = active[0]
        if found is None:
            raise Invalid.field(
                "channel", f"There is no such sales channel. Use one of: {self._codes()}.", "unknown_channel"
            )
        return found

    def _codes(self) -> str:
        return ", ".join(sorted(each.code for each in self.by_id.values() if each.active)) or "none exists yet"


def known_channels() -> Channels:
    channels = read_models(SalesChannel, "tenant_id = %s", [unit().tenant_id])
    return Channels({each.id: each for each in channels}, unit().actor)


def taken_external_ids(keys: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], tuple[UUID, int | None]]:
    """(channel, external id) → (order id, number), for those that have an order."""
    if not keys:
        return {}
    wanted = set(keys)
    # Not by channel as well: before statistics exist, the planner would read all orders of the channel.
    rows = read_rows(
        "SELECT channel_id, external_id, id, number FROM orders_order WHERE tenant_id = %s AND external_id = ANY(%s)",
        [unit().tenant_id, list({external_id for _, external_id in keys})],
    )
    return {
        (channel, external): (order_id, number)
        for channel, external, order_id, number in rows
        if (channel, external) in wanted
    }


def catalogue_of(drafts: Sequence[tuple[OrderDraft, UUID]]) -> dict[UUID, dict[str, ItemRef]]:
    """Channel → SKU as given → item: a channel may have codes of its own for our items."""
    skus: dict[UUID, set[str]] = defaultdict(set)
    for draft, channel_id in drafts:
        skus[channel_id].update(line.sku for line in draft.lines if line.sku)
    return {channel_id: resolve_skus(texts, channel_id=channel_id) for channel_id, texts in skus.items()}


def kits_of(items: Iterable[ItemRef]) -> dict[UUID, KitRef]:
    """Those of these items that are kits, with their components: two statements, and none where none is."""
    kits = {item.id for item in items if item.kind == KIT}
    if not kits:
        return {}
    found = kits_among(kits)
    leaves = refs_of(leaves_of(found))
    return {kit_id: KitRef.of(kit, leaves) for kit_id, kit in found.items()}
