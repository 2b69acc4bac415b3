"""What is said of items beside their numbers: own fields, pictures, products and their variants, substitutes."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from inventory.details import Wanted
from inventory.models import CustomField, Item, ItemImage, Product, Substitute
from inventory.queries.stock import available_by_item
from oms.core.errors import NotFound
from oms.core.files import signed_links

VARIANTS_MAX = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture with the addresses that show it for an hour."""

    image: ItemImage
    url: str
    thumb_url: str


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


def products() -> QuerySet[Product]:
    """With ``size``, the number of variants of each."""
    return Product.objects.annotate(size=Count("variants"))


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
    rows = list(Substitute.objects.filter(item_id__in=item_ids).select_related("other"))
    stock = available_by_item([row.other_id for row in rows]) if rows else {}
    found: dict[UUID, list[Standin]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(Standin(row.other, stock[row.other_id].available))
    return found
