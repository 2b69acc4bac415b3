"""Locks on what the portal keeps."""

from datetime import datetime
from uuid import UUID

from oms.portal.models import OrdersWish, ReturnDraft, Verification


def lock_newest_code(order_id: UUID) -> Verification | None:
    return Verification.objects.select_for_update(no_key=True).filter(order_id=order_id).order_by("-id").first()


def lock_draft(order_id: UUID) -> ReturnDraft | None:
    return ReturnDraft.objects.select_for_update(no_key=True).filter(order_id=order_id).first()


def lock_due_wishes(now: datetime, limit: int) -> list[OrdersWish]:
    """Wishes that nobody answers right now, the oldest first."""
    due = OrdersWish.objects.select_for_update(no_key=True, skip_locked=True).filter(due_at__lte=now)
    return list(due.order_by("due_at", "id")[:limit])
