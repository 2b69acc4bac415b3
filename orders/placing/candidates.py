"""An order on its way in: a checked draft with its lines matched to items and priced. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from inventory.queries import ItemRef
from inventory.stock.kits import GOODS, KIT
from inventory.stock.values import KitOf
from oms.core.db.keys import uuid7
from oms.core.errors import FieldError, Invalid, OmsError
from oms.core.money import ZERO
from orders.errors import UnknownSku
from orders.placing.checking import sum_problems
from orders.placing.drafts import HOLD, LineDraft, OrderDraft
from orders.placing.kits import KitRef, shares_of
from orders.placing.pricing import PricedLine, Totals, price_line, price_order


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """``item`` is None for a SKU nobody knows, and for what is not goods.

    ``position`` is that of the draft's line it stands for. ``of_kit`` says whose component it is, ``is_kit`` that
    its components are other lines.
    """

    id: UUID
    position: int
    draft: LineDraft
    item: ItemRef | None
    priced: PricedLine
    of_kit: KitOf | None = None
    is_kit: bool = False

    @property
    def kind(self) -> str:
        return KIT if self.is_kit else self.draft.kind

    @property
    def reserves(self) -> bool:
        return self.item is not None and self.kind == GOODS

    @property
    def title(self) -> str:
        return self.draft.title or (self.item.name if self.item else "")

    @property
    def sku(self) -> str:
        return self.item.sku if self.item else self.draft.sku


@dataclass(frozen=True, slots=True)
class Candidate:
    """``position`` is the draft's place in the batch it came in."""

    position: int
    id: UUID
    channel_id: UUID
    placed_at: datetime
    draft: OrderDraft
    lines: tuple[CandidateLine, ...]
    totals: Totals

    @property
    def units(self) -> int:
        return sum(line.draft.quantity for line in self.lines if line.kind == GOODS)

    @property
    def bought(self) -> list[CandidateLine]:
        """Without the components of kits: what the customer ordered, line by line."""
        return [line for line in self.lines if line.of_kit is None]

    @property
    def first_item(self) -> str:
        goods = [line for line in self.bought if line.draft.kind == GOODS] or self.lines
        return goods[0].title or goods[0].sku


def candidate(
    draft: OrderDraft, *, position: int, channel_id: UUID, items: Mapping[str, ItemRef], kits: Mapping[UUID, KitRef],
    now: datetime,
) -> Candidate | OmsError:  # fmt: skip
    """The draft as an order, or what the catalogue has against it. The draft itself is checked already."""
    problems = list(_catalogue_problems(draft, items))
    if problems:
        return refusal_of(problems)
    bought = [_line(line, at, draft, items, kits) for at, line in enumerate(draft.lines)]
    totals = price_order(draft, [line.priced for line in bought])
    if totals.total < 0 and draft.imported_total is None:
        return refusal_of(
            [
                FieldError(
                    "discount", "more_than_order", f"The discounts leave {totals.total} to pay. Make them smaller."
                )
            ]
        )
    lines = tuple(each for line in bought for each in (line, *_components(line, draft, kits)))
    return Candidate(position, draft.order_id or uuid7(), channel_id, draft.placed_at or now, draft, lines, totals)


def refusal_of(problems: list[FieldError]) -> OmsError:
    kind = UnknownSku if all(each.code == "unknown_sku" for each in problems) else Invalid
    detail = problems[0].message if len(problems) == 1 else f"{len(problems)} fields need attention."
    return kind(detail, fields=problems)


def _catalogue_problems(draft: OrderDraft, items: Mapping[str, ItemRef]) -> Iterator[FieldError]:
    for position, line in enumerate(draft.lines):
        path = f"lines.{position}"
        item = items.get(line.sku)
        if item is None and line.kind == GOODS and draft.on_unknown_sku != HOLD:
            yield FieldError(
                f"{path}.sku", "unknown_sku",
                f"No item has the SKU “{line.sku}”. Correct it, create the item, or send on_unknown_sku: hold.",
            )  # fmt: skip
        elif line.unit_price is None:
            price = item.price if item else None
            if price is None:
                yield FieldError(f"{path}.unit_price", "required", "Give a price; this item has none of its own.")
            else:
                yield from sum_problems(line, price, path, imported=draft.imported_total is not None)


def _line(
    line: LineDraft, at: int, draft: OrderDraft, items: Mapping[str, ItemRef], kits: Mapping[UUID, KitRef]
) -> CandidateLine:
    item = items.get(line.sku) if line.sku else None
    priced = price_line(line, _price(line, item), currency=draft.currency, tax_included=draft.tax_included)
    is_kit = item is not None and line.kind == GOODS and item.id in kits
    return CandidateLine(uuid7(), at, line, item, priced, is_kit=is_kit)


def _components(line: CandidateLine, draft: OrderDraft, kits: Mapping[UUID, KitRef]) -> list[CandidateLine]:
    """The goods that a kit's line stands for; none of any other."""
    if not line.is_kit:
        return []
    ref, count = kits[line.item.id], line.draft.quantity
    shares = shares_of(line.priced, ref, count, currency=draft.currency, tax_included=draft.tax_included)
    return [
        CandidateLine(
            uuid7(), line.position, LineDraft(item.sku, item.name, count * units, share.unit_price), item, share,
            KitOf(line.id, line.item.id, units, ref.kit.ships_in_parts),
        )
        for (item, units), share in zip(ref.components, shares, strict=True)
    ]  # fmt: skip


def _price(line: LineDraft, item: ItemRef | None) -> Decimal:
    if line.unit_price is not None:
        return line.unit_price
    return item.price if item is not None and item.price is not None else ZERO
