"""Pictures of items: put there, put in order, taken away."""

from collections.abc import Sequence
from uuid import UUID

from inventory.locks import lock_item
from inventory.models import Item, ItemImage
from inventory.queries.catalogue import image_by_id
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotFound
from oms.core.files import drop_files, keep, note_file, tenant_path
from oms.core.pictures import Picture, cleaned_pictures, thumbnail
from oms.core.tenancy import unit

VERB = "items.edit"
IMAGES_MAX, THUMB = 12, 160


def add_images(*, item_id: UUID, pictures: Sequence[Picture]) -> list[ItemImage]:
    """Behind those there are, in the order given. Raises `NotFound`, `NotAnImage`, or `Invalid` for too many."""
    require(unit().actor, VERB)
    if not pictures:
        raise Invalid.field("images", "Choose at least one picture.", "required")
    item = _locked(item_id)
    positions = list(item.images.values_list("position", flat=True))
    if len(positions) + len(pictures) > IMAGES_MAX:
        raise Invalid.field("images", f"An item has at most {IMAGES_MAX} pictures.", "too_many")
    begin = max(positions, default=-1) + 1
    cleaned = cleaned_pictures(pictures, field="images")
    made = [_kept(item, each, begin + at) for at, each in enumerate(cleaned)]
    ItemImage.objects.bulk_create(made)
    _tell(item, f"{len(made)} pictures added" if len(made) > 1 else "Picture added")
    return made


def order_images(*, item_id: UUID, image_ids: Sequence[UUID]) -> list[ItemImage]:
    """These first, in this order; those left out follow as they were. Raises `NotFound`, `Invalid`."""
    require(unit().actor, VERB)
    item = _locked(item_id)
    images = {each.id: each for each in item.images.all()}
    if set(image_ids) - images.keys():
        raise Invalid.field("image_ids", "One of these is no picture of this item.", "unknown_image")
    ordered = list(dict.fromkeys([*image_ids, *images]))
    for position, key in enumerate(ordered):
        images[key].position = position
    ItemImage.objects.bulk_update(images.values(), ["position"])
    _tell(item, "Pictures put in another order")
    return [images[key] for key in ordered]


def remove_image(*, image_id: UUID) -> None:
    """Raises `NotFound`."""
    require(unit().actor, VERB)
    image = image_by_id(image_id)
    item = _locked(image.item_id)
    image.delete()
    drop_files([image.file_id, image.thumb_id])
    _tell(item, "Picture taken away")


def _locked(item_id: UUID) -> Item:
    item = lock_item(item_id)
    if item is None:
        raise NotFound("There is no such item.")
    return item


def _kept(item: Item, picture: Picture, position: int) -> ItemImage:
    image_id = uuid7()
    large = _file(f"{image_id}.jpg", picture.content)
    small = _file(f"{image_id}-small.jpg", thumbnail(picture.content, THUMB))
    return ItemImage(
        id=image_id, item_id=item.id, position=position, file_id=large, thumb_id=small, name=picture.name[:120],
        created_at=unit().now,
    )  # fmt: skip


def _file(name: str, content: bytes) -> UUID:
    path = keep(tenant_path(unit().tenant_id, f"items/{name}"), content)
    return note_file(path=path, name=name, content=content, content_type="image/jpeg").id


def _tell(item: Item, words: str) -> None:
    record([Change("items.update", f"Item {item.sku}: {words}", (("item", item.id),))])
