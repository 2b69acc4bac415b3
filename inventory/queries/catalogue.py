"""What is said of items beside their numbers: own fields, pictures, products and their variants, substitutes."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from inventory.details import Wanted
from inventory.models import CustomField, Item, ItemCode, ItemImage, PackLevel, Product, Substitute
from inventory.packing import Pack
from inventory.queries.stock import available_by_item
from oms.core.errors import NotFound
from oms.core.files import signed_links

VARIANTS_MAX, SHOWN_MAX = 500, 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture with the addresses that show it for an hour."""

    image: ItemImage
    url: str
    thumb_url: str


@dataclass(frozen=True)
class Details:
    """What the page of an item shows of other tables, as plain rows; pictures have ``url`` and ``thumb_url``."""

    packs: list[dict]
    aliases: list[dict]
    images: list[dict]
    variants: list[dict]
    substitutes: list[dict]
    own: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Standin:
    """A substitute, and how many of it could be taken now."""

    item: Item
    available: int


def custom_fields() -> QuerySet[CustomField]:
    """Those in use, the oldest first."""
    return CustomField.objects.filter(active=True).order_by("created_at", "id")


def wanted_fields() -> dict[str, Wanted]:
    """Key → field, as values are judged by it."""
    return {
        each.key: Wanted(each.key, each.name, each.kind, tuple(each.choices), each.required) for each in custom_fields()
    }


def images_of(item_ids: Collection[UUID]) -> dict[UUID, list[Shown]]:
    """Item → its pictures in order; two statements."""
    rows = list(ItemImage.objects.filter(item_id__in=item_ids))
    links = signed_links([key for row in rows for key in (row.file_id, row.thumb_id)])
    found: dict[UUID, list[Shown]] = {item_id: [] for item_id in item_ids}
    for row in rows:
        found[row.item_id].append(Shown(row, links[row.file_id], links[row.thumb_id]))
    return found


def details_of(item: Item) -> Details:
    """One statement for what nearly every item lacks, and one each for addresses of pictures and own fields."""
    others = Item.objects.filter(product_id=item.product_id, product_id__isnull=False)
    found = Item.objects.filter(id=item.id).values_list(
        _rows(PackLevel.objects.filter(item=OuterRef("pk")).order_by("units"), *_PACK),
        _rows(
            ItemCode.objects.filter(item=OuterRef("pk"), kind="alias").order_by("code_key"), "code_key", "channel_id"
        ),
        _rows(ItemImage.objects.filter(item=OuterRef("pk")), "id", "file_id", "thumb_id"),
        _rows(others.order_by("option_values", "sku_key"), "id", "sku", "option_values"),
        _rows(Substitute.objects.filter(item=OuterRef("pk")), id="other_id", sku="other__sku", name="other__name"),
    )
    packs, aliases, images, variants, substitutes = found.get()
    fields = wanted_fields() if item.custom else {}
    own = [(field.name, item.custom[key]) for key, field in fields.items() if key in item.custom]
    return Details(packs, aliases, _linked(images), variants, substitutes, own)


_PACK = ("name", "units", "gtin", "barcodes", "weight_g")


def _rows(rows: QuerySet, *names: str, **named: str) -> ArraySubquery:
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in names}, **named))[:SHOWN_MAX])


def _linked(images: list[dict]) -> list[dict]:
    links = signed_links([UUID(each[name]) for each in images for name in ("file_id", "thumb_id")])
    return [each | {"url": links[UUID(each["file_id"])], "thumb_url": links[UUID(each["thumb_id"])]} for each in images]


def thumbnails_of(item_ids: Collection[UUID]) -> dict[UUID, str]:
    """Item → where its first picture is, small; without those that have none."""
    first = ItemImage.objects.filter(item_id__in=item_ids).order_by("item_id", "position", "id").distinct("item_id")
    rows = dict(first.values_list("item_id", "thumb_id"))
    links = signed_links(list(rows.values()))
    return {item_id: links[thumb] for item_id, thumb in rows.items()}


def image_by_id(image_id: UUID) -> ItemImage:
    """Raises `NotFound`."""
    found = ItemImage.objects.filter(id=image_id).first()
    if found is None:
        raise NotFound("There is no such picture. It may have been taken away already.")
    return found


def pack_of(level: PackLevel) -> Pack:
    """The level as a plain value."""
    names = ("name", "units", "gtin", "weight_g", "length_mm", "width_mm", "height_mm")
    return Pack(**{name: getattr(level, name) for name in names}, barcodes=tuple(level.barcodes))


def products() -> QuerySet[Product]:
    """With ``size``, the number of variants of each."""
    variants = Item.objects.filter(product=OuterRef("pk")).order_by().values("product")
    return Product.objects.annotate(size=Coalesce(Subquery(variants.annotate(n=Count("id")).values("n")), 0))


def product_by_id(product_id: UUID) -> Product:
    """Raises `NotFound`."""
    found = Product.objects.filter(id=product_id).first()
    if found is None:
        raise NotFound("There is no such product.")
    return found


def variants_of(product_id: UUID) -> list[Item]:
    """By their option values, as many as a page can show."""
    return list(Item.objects.filter(product_id=product_id).order_by("option_values", "sku_key")[:VARIANTS_MAX])


def substitutes_of(item_ids: Collection[UUID]) -> dict[UUID, list[Standin]]:
    """Item → what may be offered in its place, the best first, with what is available of each everywhere."""
    rows = list(Substitute.objects.filter(item_id__in=item_ids).select_related("other")) if item_ids else []
    stock = available_by_item([row.other_id for row in rows]) if rows else {}
    found: dict[UUID, list[Standin]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(Standin(row.other, stock[row.other_id].available))
    return found
