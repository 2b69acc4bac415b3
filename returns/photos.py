"""Pictures that customers send of what they send back."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from oms.core.db.keys import uuid7
from oms.core.files import keep, note_file, tenant_path
from oms.core.pictures import NotAnImage, Picture, cleaned_pictures
from oms.core.tenancy import unit
from returns.models import ReturnPhoto

PER_LINE = 5


def keep_photos(photos: Mapping[UUID, Sequence[Picture]]) -> None:
    """Return line → its pictures, cleaned."""
    rows = [_kept(line_id, photo) for line_id, each in photos.items() for photo in each]
    ReturnPhoto.objects.bulk_create(rows)


def cleaned_photos(photos: Sequence[Picture]) -> list[Picture]:
    """Re-encoded as JPEG. Raises `NotAnImage` naming the file and what to do."""
    if len(photos) > PER_LINE:
        raise NotAnImage.field("photos", f"Send at most {PER_LINE} pictures of one item.", "too_many")
    return cleaned_pictures(photos, field="photos")


def _kept(line_id: UUID, photo: Picture) -> ReturnPhoto:
    photo_id = uuid7()
    path = keep(tenant_path(unit().tenant_id, f"returns/{photo_id}.jpg"), photo.content)
    stored = note_file(path=path, name=f"{photo_id}.jpg", content=photo.content, content_type="image/jpeg")
    return ReturnPhoto(id=photo_id, line_id=line_id, file_id=stored.id, name=photo.name[:120], created_at=unit().now)
