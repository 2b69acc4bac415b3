"""Changing one order: each page is one form and one action; the action decides, the page shows its answer."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.move import move_order
from inventory.queries import resolve_skus, visible_locations
from oms.core.actors import require
from oms.core.addresses import Address
from oms.core.errors import Invalid, OmsError
from oms.dashboard.forms import attempt, page_of_form, settled
from oms.dashboard.orders.forms import CancelForm, EditForm, HoldForm, MoveForm
from oms.dashboard.orders.page import render_order
from orders.actions.cancel import cancel_order
from orders.actions.edit import add_note, edit_order
from orders.actions.hold import hold_order
from orders.actions.lift import lift_hold
from orders.actions.match import match_line
from orders.models import Order
from orders.queries import lines_of, order_by_number, tags_of


def _url(slug: str, order: Order) -> str:
    return f"/m/{slug}/orders/{order.number}/"


def cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Which units, and why; the stock goes back at once."""
    require(request.actor, "orders.cancel")
    order = order_by_number(number)
    form = CancelForm(request.POST or None, lines=lines_of([order.id]).get(order.id, []))
    done = attempt(
        form, lambda: cancel_order(order_id=order.id, reason=form.sentence(), lines=form.wanted())
    ) if request.method == "POST" else None  # fmt: skip
    if done:
        return settled(request, _url(slug, order), _("Canceled. The stock is free again."))
    return page_of_form(request, "dashboard/orders/cancel.html", {"order": order, "form": form})


def hold(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    require(request.actor, "orders.hold")
    order = order_by_number(number)
    form = HoldForm(request.POST or None)
    if request.method == "POST":
        done = attempt(form, lambda: hold_order(order_id=order.id, **form.cleaned_data))
        if done:
            return settled(request, _url(slug, order), _("Order on hold."))
    return page_of_form(request, "dashboard/orders/hold.html", {"order": order, "form": form})


@require_POST
def lift(request: HttpRequest, slug: str, number: int, hold_id: UUID) -> HttpResponse:
    require(request.actor, "orders.hold")
    order = order_by_number(number)
    return _one_step(
        request, slug, order, lambda: lift_hold(hold_id=hold_id, reason=request.POST.get("reason", "")),
        _("Hold released."),
    )  # fmt: skip


@require_POST
def allocate(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    require(request.actor, "orders.allocate")
    order = order_by_number(number)
    trigger = f"asked for by {request.actor.label}"
    return _one_step(
        request, slug, order, lambda: allocate_orders(order_ids=[order.id], trigger=trigger), _("Order allocated.")
    )


@require_POST
def note(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    require(request.actor, "orders.edit")
    order = order_by_number(number)
    text = request.POST.get("text", "")
    return _one_step(
        request, slug, order, lambda: add_note(order_id=order.id, text=text), _("Note added."), note_text=text
    )


@require_POST
def match(request: HttpRequest, slug: str, number: int, line_id: UUID) -> HttpResponse:
    """Say which item a line means; its stock is reserved at once."""
    require(request.actor, "orders.edit")
    order = order_by_number(number)
    text = request.POST.get("sku", "").strip()

    def act() -> None:
        item = resolve_skus([text], channel_id=order.channel_id).get(text) if text else None
        if item is None:
            raise Invalid.field("sku", f"No item has the SKU or barcode “{text}”. Check it, or create the item first.")
        match_line(order_id=order.id, line_id=line_id, item_id=item.id)

    return _one_step(request, slug, order, act, _("Line matched."))


def _one_step(request: HttpRequest, slug: str, order: Order, act, message: str, **kept: object) -> HttpResponse:
    """A button on the order page: done and back to it, or the page again with the reason why not."""
    try:
        with transaction.atomic():
            act()
    except OmsError as refusal:
        return render_order(request, order, status=refusal.status, problem=refusal.message, **kept)
    return settled(request, _url(slug, order), message)


def move(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Send the order from another location, whatever the routing thinks."""
    require(request.actor, "orders.allocate")
    order = order_by_number(number)
    locations = visible_locations().filter(active=True, ships=True).order_by("priority", "code")
    form = MoveForm(request.POST or None, locations=locations)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: move_order(
                order_id=order.id, location_id=UUID(form.cleaned_data["location"]), reason=form.cleaned_data["reason"]
            ),
        )
        if done:
            return settled(request, _url(slug, order), _("Order moved."))
    return page_of_form(request, "dashboard/orders/move.html", {"order": order, "form": form})


def edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Address, note and tags. The version travels with the form: a colleague's change meanwhile is not overwritten."""
    require(request.actor, "orders.edit")
    order = order_by_number(number)
    tags = tags_of([order.id]).get(order.id, [])
    initial = {name: order.ship_to.get(name, "") for name in EditForm.ADDRESS} | {
        "customer_note": order.customer_note, "tags": ", ".join(tags), "version": order.version,
    }  # fmt: skip
    form = EditForm(request.POST or None, initial=initial)
    if request.method == "POST":
        done = attempt(form, lambda: _edited(order, form))
        if done:
            return settled(request, _url(slug, order), _("Changes saved."), level=messages.SUCCESS)
    return page_of_form(request, "dashboard/orders/edit.html", {"order": order, "form": form})


def _edited(order: Order, form: EditForm) -> None:
    kept = Address.from_json(order.ship_to).to_json()
    address = Address.from_json({**kept, **{name: form.cleaned_data[name].strip() for name in EditForm.ADDRESS}})
    edit_order(
        order_id=order.id,
        version=form.cleaned_data["version"],
        ship_to=address,
        customer_note=form.cleaned_data["customer_note"],
        tags=form.tag_list(),
    )
