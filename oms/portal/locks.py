"""Locks on what the portal keeps."""

from uuid import UUID

from oms.portal.models import ReturnDraft, Verification


def lock_newest_code(order_id: UUID) -> Verification | None:
    return Verification.objects.select_for_update(no_key=True).filter(order_id=order_id).order_by("-id").first()


def lock_draft(order_id: UUID) -> ReturnDraft | None:
    return ReturnDraft.objects.select_for_update(no_key=True).filter(order_id=order_id).first()
