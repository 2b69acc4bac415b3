"""Saved views of the order list."""

from uuid import UUID

from oms.core.audit import Change, record
from oms.core.errors import Forbidden, Invalid, NotFound
from oms.core.tenancy import unit
from orders.filtering import apply_query
from orders.models import SavedView

NAME_MAX, VIEWS_MAX = 60, 20


def save_saved_view(*, name: str, query: str, owner_id: UUID | None) -> SavedView:
    """Make or replace the view of this name; ``owner_id`` None shares it with everybody.

    Raises `Invalid` naming ``name`` or ``q``.
    """
    name, query = " ".join(name.split()), query.strip()
    if not name or len(name) > NAME_MAX:
        raise Invalid.field("name", f"Give the view a name of up to {NAME_MAX} characters.", "required")
    apply_query(query)
    views = SavedView.objects.filter(owner_id=owner_id)
    view = views.filter(name=name).first()
    if view is None and views.count() >= VIEWS_MAX:
        raise Invalid.field("name", f"There are {VIEWS_MAX} views already. Remove one first.", "too_many")
    view = view or SavedView(owner_id=owner_id, name=name, created_at=unit().now)
    view.query = query
    view.save()
    _note(view, f"Saved the view “{name}” for everybody: {query or 'all orders'}")
    return view


def remove_saved_view(*, view_id: UUID, owner_id: UUID) -> None:
    """Remove one's own view, or a shared one. Raises `NotFound`, or `Forbidden` for a colleague's own."""
    view = SavedView.objects.filter(id=view_id).first()
    if view is None:
        raise NotFound("There is no such view.")
    if view.owner_id not in (None, owner_id):
        raise Forbidden("This view belongs to a colleague.")
    _note(view, f"Removed the view “{view.name}”, which everybody had")
    view.delete()


def _note(view: SavedView, sentence: str) -> None:
    """What others see change is on record; one's own views are one's own."""
    if view.owner_id is None:
        record([Change("orders.views", sentence, (("saved_view", view.id),))])
