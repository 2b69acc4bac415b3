"""What the demo's items are beside their numbers: codes, cases, customs data, variants, and pictures drawn here."""

import hashlib
import io
from collections.abc import Sequence
from uuid import UUID

from inventory.actions.catalogue.custom_fields import add_custom_field
from inventory.actions.catalogue.images import add_images
from inventory.actions.catalogue.products import create_product
from inventory.actions.items import ItemDraft, Pack, update_items
from inventory.details import CHOICE
from inventory.models import Item
from inventory.packing import check_digit
from oms.core.pictures import Picture
from oms.demo.catalogue import Article

# A prefix that no company has: numbers beginning with 2 are for use within a shop.
PREFIX = "2000000"
# Kind → HS code, country of origin, material, tags, units in an inner and in a case.
_KINDS = {
    "MUG": ("691200", "PT", "Stoneware", ("kitchen", "ceramic"), 6, 24),
    "TEA": ("090240", "IN", "Tea", ("food", "gift"), 0, 40),
    "KET": ("732394", "CN", "Steel", ("kitchen",), 0, 4),
    "BLK": ("630120", "GB", "Wool", ("home", "gift"), 0, 6),
    "CND": ("340600", "NL", "Beeswax", ("home", "gift"), 6, 36),
    "NTB": ("482010", "PT", "Linen", ("desk",), 10, 50),
    "CUP": ("691110", "PT", "Stoneware", ("kitchen", "ceramic"), 0, 12),
    "SOP": ("340111", "GR", "Olive oil", ("bath", "gift"), 12, 72),
    "TWL": ("630260", "TR", "Cotton", ("bath",), 0, 20),
}
_COLOURS = {
    "blue": "#3b6ea5", "red": "#b4443c", "moss": "#6b7a3a", "sand": "#d2b48c", "cream": "#efe6cf", "black": "#2b2b2b",
    "grey": "#8a8d91", "ochre": "#c58b2a", "pine": "#2f5d50", "white": "#f4f4f2", "slate": "#56616b", "rose": "#c98a93",
}  # fmt: skip
SIDE, PICTURED = 480, ("MUG", "TEA", "KET", "BLK", "CND", "TWL")


def drafts_of(articles: Sequence[Article], final_sale: Sequence[str]) -> list[ItemDraft]:
    """The items to make, each a variant of the product of its kind."""
    materials = sorted({material for _hs, _from, material, *_rest in _KINDS.values()})
    field = add_custom_field(name="Material", kind=CHOICE, choices=materials)
    products = {
        kind: create_product(name=kind, options=["Design"]).id for kind in dict.fromkeys(each.kind for each in articles)
    }
    return [
        _draft(each, number, products[each.kind], field.key, final_sale=each.sku in final_sale)
        for number, each in enumerate(articles, start=1)
    ]


def dress(items: Sequence[Item]) -> None:
    """Pictures for some, and for each what stands in for it: its siblings."""
    siblings: dict[UUID, list[UUID]] = {}
    for item in items:
        siblings.setdefault(item.product_id, []).append(item.id)
    update_items(
        changes={
            item.id: {"substitutes": tuple(other for other in siblings[item.product_id] if other != item.id)[:3]}
            for item in items
        }
    )
    for item in items:
        if item.sku.startswith(PICTURED):
            add_images(item_id=item.id, pictures=[Picture(f"{item.sku}.png", drawn(item.sku, item.option_values[0]))])


def drawn(sku: str, design: str) -> bytes:
    """A vessel in the colour of its design before a pale wall: the same for the same item."""
    from PIL import Image, ImageDraw

    seed = hashlib.sha256(sku.encode()).digest()
    wall = tuple(225 + byte % 25 for byte in seed[:3])
    colour = _COLOURS.get(design, f"#{seed[3] // 2 + 60:02x}{seed[4] // 2 + 60:02x}{seed[5] // 2 + 60:02x}")
    image = Image.new("RGB", (SIDE, SIDE), wall)
    draw = ImageDraw.Draw(image)
    width, height = 130 + seed[6] % 110, 150 + seed[7] % 140
    left, top = (SIDE - width) // 2, 400 - height
    draw.rectangle((0, 380, SIDE, SIDE), fill=tuple(value - 35 for value in wall))
    draw.ellipse((left - 20, 385, left + width + 20, 425), fill=tuple(value - 60 for value in wall))
    draw.rounded_rectangle((left, top, left + width, 405), radius=20 + seed[8] % 40, fill=colour)
    draw.ellipse((left, top - 14, left + width, top + 18), fill=tuple(value - 20 for value in wall))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _draft(article: Article, number: int, product_id: UUID, field: str, *, final_sale: bool) -> ItemDraft:
    hs_code, made_in, material, tags, inner, case = _KINDS.get(article.sku[:3], ("", "", "", (), 0, 0))
    return ItemDraft(
        sku=article.sku, name=article.name, price=article.price, cost=article.cost, weight_g=article.weight_g,
        final_sale=final_sale, gtin=_gtin("", number), hs_code=hs_code, country_of_origin=made_in, tags=tags,
        packs=tuple(
            Pack(name, units, _gtin(digit, number), weight_g=units * article.weight_g + 40 * int(digit) * units // 6)
            for name, units, digit in (("Inner", inner, "1"), ("Case", case, "2")) if units
        ),
        custom={field: material} if material else {}, product_id=product_id, option_values=(article.variant,),
    )  # fmt: skip


def _gtin(level: str, number: int) -> str:
    """Thirteen digits for one, fourteen beginning with the packing level for a pack."""
    body = f"{level}{PREFIX}{number:05}"
    return body + check_digit(body)
