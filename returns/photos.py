"""Pictures that customers send: checked to be pictures, made small, without what a camera writes beside them."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from oms.core.db.keys import uuid7
from oms.core.files import keep, note_file, tenant_path
from oms.core.tenancy import unit
from returns.errors import NotAnImage
from returns.models import ReturnPhoto

PER_LINE, BYTES_MAX, SIDE_MAX = 5, 8 * 1024 * 1024, 1_600
# A file of a few kilobytes can claim to be a picture of gigabytes.
PIXELS_MAX = 60_000_000


@dataclass(frozen=True)
class Photo:
    """A file as it was sent."""

    name: str
    content: bytes


def keep_photos(photos: Mapping[UUID, Sequence[Photo]]) -> None:
    """Return line → its pictures, cleaned."""
    rows = [_kept(line_id, photo) for line_id, each in photos.items() for photo in each]
    ReturnPhoto.objects.bulk_create(rows)


def cleaned_photos(photos: Sequence[Photo]) -> list[Photo]:
    """Re-encoded as JPEG. Raises `NotAnImage` naming the file and what to do."""
    if len(photos) > PER_LINE:
        raise NotAnImage.field("photos", f"Send at most {PER_LINE} pictures of one item.", "too_many")
    return [Photo(each.name, _as_jpeg(each)) for each in photos]


def _as_jpeg(photo: Photo) -> bytes:
    from PIL import Image, ImageOps, UnidentifiedImageError

    name = photo.name[:80]
    if len(photo.content) > BYTES_MAX:
        raise NotAnImage.field("photos", f"“{name}” is larger than 8 MB. Send a smaller picture.", "too_large")
    try:
        with Image.open(io.BytesIO(photo.content), formats=["JPEG", "PNG", "WEBP", "GIF"]) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise NotAnImage.field("photos", f"“{name}” is too large a picture. Send a smaller one.", "too_large")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        message = f"“{name}” is not a picture we can read. Send a JPEG, PNG or WebP file."
        raise NotAnImage.field("photos", message, "not_an_image") from None
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=82)
    return out.getvalue()


def _kept(line_id: UUID, photo: Photo) -> ReturnPhoto:
    photo_id = uuid7()
    path = keep(tenant_path(unit().tenant_id, f"returns/{photo_id}.jpg"), photo.content)
    stored = note_file(path=path, name=f"{photo_id}.jpg", content=photo.content, content_type="image/jpeg")
    return ReturnPhoto(id=photo_id, line_id=line_id, file_id=stored.id, name=photo.name[:120], created_at=unit().now)
