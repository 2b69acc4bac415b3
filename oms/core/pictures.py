"""Pictures from outside: checked to be pictures, made small, without what a camera writes beside them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from oms.core.errors import Invalid

BYTES_MAX, SIDE_MAX = 8 * 1024 * 1024, 1_600
# A file of a few kilobytes can claim to be a picture of gigabytes.
PIXELS_MAX = 60_000_000


class NotAnImage(Invalid):
    """A file that is no picture, or one too large."""

    code = "not_an_image"
    title = "This is not a picture we can read"


@dataclass(frozen=True)
class Picture:
    """A file as it was sent, or a JPEG as it is kept."""

    name: str
    content: bytes


def cleaned_pictures(pictures: Sequence[Picture], *, field: str) -> list[Picture]:
    """Upright, at most 1,600 pixels a side, as JPEG. Raises `NotAnImage` naming ``field`` and the file."""
    return [Picture(each.name, _as_jpeg(each, field)) for each in pictures]


def thumbnail(picture: bytes, side: int) -> bytes:
    """A cleaned picture, made to fit a square of ``side`` pixels."""
    from PIL import Image

    with Image.open(io.BytesIO(picture), formats=["JPEG"]) as opened:
        return _encoded(opened, side)


def _as_jpeg(picture: Picture, field: str) -> bytes:
    from PIL import Image, ImageOps, UnidentifiedImageError

    name = picture.name[:80]
    if len(picture.content) > BYTES_MAX:
        raise NotAnImage.field(field, f"“{name}” is larger than 8 MB. Send a smaller picture.", "too_large")
    try:
        with Image.open(io.BytesIO(picture.content), formats=["JPEG", "PNG", "WEBP", "GIF"]) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise NotAnImage.field(field, f"“{name}” is too large a picture. Send a smaller one.", "too_large")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        message = f"“{name}” is not a picture we can read. Send a JPEG, PNG or WebP file."
        raise NotAnImage.field(field, message, "not_an_image") from None
    return _encoded(upright, SIDE_MAX)


def _encoded(image, side: int) -> bytes:
    image.thumbnail((side, side))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
