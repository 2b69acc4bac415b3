"""Saved views of the order list."""

from uuid import UUID

from oms.core.errors import Forbidden, Invalid, NotFound
from oms.core.tenancy import unit
from orders.filtering import apply_query
from orders.models import SavedView

NAME_MAX, QUERY_MAX, VIEWS_MAX = 60, 1_000, 20


def save_saved_view(*, name: str, query: str, owner_id: UUID | None) -> SavedView:
    """Make or replace the view of this name; ``owner_id`` None shares it with everybody.

    Raises `Invalid` naming ``name`` or ``query``.
    """
    name, query = name.strip(), query.strip()
    if not name or len(name) > NAME_MAX:
        raise Invalid.field("name", f"Give the view a name of up to {NAME_MAX} characters.", "required")
    if len(query) > QUERY_MAX:
        raise Invalid.field("query", f"Shorten the filter to {QUERY_MAX} characters.", "too_long")
    apply_query(query)
    if SavedView.objects.filter(owner_id=owner_id).exclude(name=name).count() >= VIEWS_MAX:
        raise Invalid.field("name", f"There are {VIEWS_MAX} views already. Remove one first.", "too_many")
    view = SavedView.objects.filter(owner_id=owner_id, name=name).first() or SavedView(
        owner_id=owner_id, name=name, created_at=unit().now
    )
    view.query = query
    view.save()
    return view


def remove_saved_view(*, view_id: UUID, owner_id: UUID) -> None:
    """Remove one's own view, or a shared one. Raises `NotFound` or `Forbidden`."""
    view = SavedView.objects.filter(id=view_id).first()
    if view is None:
        raise NotFound("There is no such view.")
    if view.owner_id not in (None, owner_id):
        raise Forbidden("This view belongs to a colleague.")
    view.delete()
