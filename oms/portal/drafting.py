"""A return being written: what was chosen so far, with its pictures, until it is sent."""

from collections.abc import Mapping
from uuid import UUID

from django.core.files.storage import default_storage

from oms.core.db.keys import uuid7
from oms.core.files import keep, tenant_path
from oms.core.pictures import Picture
from oms.core.tenancy import unit
from oms.portal.locks import lock_draft
from oms.portal.models import ReturnDraft
from returns.actions.request import ReturnLineDraft, request_return
from returns.models import Return
from returns.photos import cleaned_photos

PHOTOS_MAX = 5


def draft_of(order_id: UUID) -> dict:
    """``lines`` is line id → its units, reason, comment and pictures; empty when nothing was begun."""
    found = ReturnDraft.objects.filter(order_id=order_id).first()
    return found.data if found else {}


def save_draft(*, order_id: UUID, data: Mapping) -> None:
    """In place of what was there."""
    found = lock_draft(order_id)
    if found is None:
        ReturnDraft.objects.create(id=uuid7(), order_id=order_id, data=dict(data), updated_at=unit().now)
        return
    found.data, found.updated_at = dict(data), unit().now
    found.save(update_fields=["data", "updated_at"])


def keep_pictures(files: list) -> list[dict]:
    """Clean and keep uploaded pictures; returns what the draft remembers. Raises `NotAnImage`."""
    photos = cleaned_photos([Picture(each.name, each.read()) for each in files])
    return [
        {
            "name": photo.name,
            "path": keep(tenant_path(unit().tenant_id, f"returns/drafts/{uuid7()}.jpg"), photo.content),
        }
        for photo in photos
    ]


def send_draft(*, order_id: UUID) -> Return | None:
    """Make the return. Sent twice it is made once: the second time there is no draft, and the answer is None.

    Raises what `request_return` raises.
    """
    found = lock_draft(order_id)
    if found is None or not found.data.get("lines"):
        return None
    lines = [_line(UUID(key), each) for key, each in found.data["lines"].items()]
    made = request_return(
        order_id=order_id, lines=lines, outcome=found.data.get("outcome", "refund"),
        note=found.data.get("note", ""), asked_by="customer",
    )  # fmt: skip
    found.delete()
    return made


def _line(line_id: UUID, chosen: Mapping) -> ReturnLineDraft:
    return ReturnLineDraft(
        line_id, chosen["units"], chosen.get("reason", "other"), chosen.get("comment", ""),
        photos=[Picture(each["name"], _read(each["path"])) for each in chosen.get("photos", ())],
    )  # fmt: skip


def _read(path: str) -> bytes:
    with default_storage.open(path) as file:
        return file.read()
