"""Changing one order: each page is one form and one action; the action decides, the page shows its answer."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.move import move_order
from fulfillment.actions.release import release_orders
from inventory.queries import resolve_skus, visible_locations
from oms.core.actors import require
from oms.core.addresses import Address
from oms.core.errors import Conflict, Invalid, OmsError, Stale
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.orders.forms import ADDRESS, CancelForm, EditForm, HoldForm, MoveForm, address_of, tag_list
from oms.dashboard.orders.page import render_order
from oms.dashboard.orders.telling import telling
from oms.desk.canceling import cancel_or_ask
from oms.desk.privacy import may_know_customers
from orders.actions.edit import add_note, edit_order
from orders.actions.hold import hold_order
from orders.actions.lift import lift_hold
from orders.actions.match import match_line
from orders.actions.refund import VERB
from orders.actions.retry_refund import retry_refund
from orders.lifecycle import next_state
from orders.locks import lock_order
from orders.models import Order
from orders.queries import lines_of, order_by_number, tags_of


def _url(request: HttpRequest, order: Order) -> str:
    return reverse("dashboard:order", args=[request.merchant.slug, order.number])


def _form_page(
    request: HttpRequest, order: Order, name: str, form, act: Callable[[], object], done: str, **more: object
) -> HttpResponse:
    """One form, one action. Where the order has moved on meanwhile, its page says so with fresh facts (409)."""
    form.moved_on = None

    def watched() -> object:
        try:
            return act()
        except (Conflict, Stale) as moved_on:
            form.moved_on = moved_on
            raise

    if request.method == "POST" and attempt(form, watched):
        return settled(request, _url(request, order), done)
    context = {"order": order, "form": form, "order_url": _url(request, order), **more}
    if form.moved_on is not None:
        context["problem"] = form.moved_on.message
        form.errors.clear()
    response = page_of_form(request, f"dashboard/orders/{name}.html", context)
    response.status_code = 409 if form.moved_on is not None else response.status_code
    return response


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Which units, and why; the stock goes back at once."""
    order = order_by_number(number)
    require(request.actor, "orders.cancel", channel_id=order.channel_id)
    told = telling(request, order, "canceled")
    form = CancelForm(
        posted(request), lines=lines_of([order.id]).get(order.id, []), refundable=_refundable(request, order),
        mail=_mail(order) if told["teller"] == "us" else "",
    )  # fmt: skip

    def act() -> object:
        return cancel_or_ask(
            order_id=order.id, reason=form.sentence(), lines=form.wanted(),
            refund=bool(form.cleaned_data.get("refund")), tell_customer=form.cleaned_data.get("tell_customer", True),
        )  # fmt: skip

    done = _("Canceled, or asked of the warehouse where it has begun.")
    return _form_page(request, order, "cancel", form, act, done, **told)


def _mail(order: Order) -> str:
    words = _("When all of it is canceled: “Order #%(number)s was canceled”. If money goes back, a mail about that.")
    return words % {"number": order.number}


def _refundable(request: HttpRequest, order: Order) -> bool:
    paid = order.payment_state in ("part_paid", "paid", "part_refunded")
    return paid and request.actor.permits("orders.refund", channel_id=order.channel_id)


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    order = order_by_number(number)
    require(request.actor, "orders.hold", channel_id=order.channel_id)
    form = HoldForm(posted(request), zone=request.merchant.timezone)

    def act() -> object:
        return hold_order(order_id=order.id, **form.cleaned_data)

    return _form_page(request, order, "hold", form, act, _("Order on hold."))


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Send the order from another location, whatever the routing thinks."""
    order = order_by_number(number)
    require(request.actor, "orders.allocate", channel_id=order.channel_id)
    form = MoveForm(
        posted(request), locations=visible_locations().filter(active=True, ships=True).order_by("priority", "code")
    )

    def act() -> object:
        chosen = UUID(form.cleaned_data["location"])
        return move_order(order_id=order.id, location_id=chosen, reason=form.cleaned_data["reason"])

    return _form_page(request, order, "move", form, act, _("Order moved."))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    order = order_by_number(number)
    require(request.actor, "orders.edit", channel_id=order.channel_id)
    initial = {name: order.ship_to.get(name, "") for name in ADDRESS} | {
        "customer_note": order.customer_note, "tags": ", ".join(tags_of([order.id]).get(order.id, [])),
        "version": order.version,
    }  # fmt: skip
    personal = may_know_customers(request.actor)
    form = EditForm(posted(request), initial=initial, personal=personal, country=order.country)
    return _form_page(request, order, "edit", form, lambda: _edited(order, form, personal), _("Changes saved."))


def _edited(order: Order, form: EditForm, personal: bool) -> Order:
    given = form.cleaned_data
    fresh = lock_order(order.id)
    if fresh.version != given["version"]:
        raise Stale("Someone changed this order while you were editing. Nothing was saved; compare, then save again.")
    if not personal:
        return edit_order(order_id=order.id, tags=tag_list(given["tags"]))
    address = address_of(given, Address.from_json(fresh.ship_to))
    return edit_order(order_id=order.id, tags=tag_list(given["tags"]), note=given["customer_note"], ship_to=address)


@require_POST
def lift(request: HttpRequest, slug: str, number: int, hold_id: UUID) -> HttpResponse:
    """Release one hold; the others stay."""
    order = order_by_number(number)
    require(request.actor, "orders.hold", channel_id=order.channel_id)
    reason = request.POST.get("reason", "")
    return _one_step(
        request, order, lambda: lift_hold(hold_id=hold_id, order_id=order.id, reason=reason), _("Hold released."),
        refused_hold=hold_id, hold_reason=reason,
    )  # fmt: skip


@require_POST
def allocate(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Decide afresh where it is sent from."""
    order = order_by_number(number)
    require(request.actor, "orders.allocate", channel_id=order.channel_id)

    def act() -> None:
        next_state(lock_order(order.id).state, "allocate")
        allocate_orders(order_ids=[order.id], trigger="asked")

    return _one_step(request, order, act, _("Routing has run again for this order."))


@require_POST
def release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Let the floor begin now, without waiting for the customer to change their mind."""
    order = order_by_number(number)
    require(request.actor, "fulfillment.release")

    def act() -> None:
        answer = release_orders(order_ids=[order.id])[order.id]
        if isinstance(answer, OmsError):
            raise answer

    return _one_step(request, order, act, _("Released to the floor."))


@require_POST
def retry(request: HttpRequest, slug: str, number: int, refund_id: UUID) -> HttpResponse:
    """Ask the gateways again that declined a refund."""
    order = order_by_number(number)
    require(request.actor, VERB, channel_id=order.channel_id)

    def act() -> object:
        return retry_refund(order_id=order.id, refund_id=refund_id)

    return _one_step(request, order, act, _("The refund is being tried again."))


@require_POST
def note(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    order = order_by_number(number)
    require(request.actor, "orders.edit", channel_id=order.channel_id)
    text = request.POST.get("text", "")
    return _one_step(request, order, lambda: add_note(order_id=order.id, text=text), _("Note added."), note_text=text)


@require_POST
def match(request: HttpRequest, slug: str, number: int, line_id: UUID) -> HttpResponse:
    """Say which item a line means; its stock is reserved at once."""
    order = order_by_number(number)
    require(request.actor, "orders.edit", channel_id=order.channel_id)
    text = request.POST.get("sku", "").strip()

    def act() -> None:
        item = resolve_skus([text], channel_id=order.channel_id).get(text) if text else None
        if item is None:
            shown = f"No item has the SKU or barcode “{text}”." if text else "No SKU was typed."
            raise Invalid.field("sku", f"{shown} Check it, or create the item first.", "unknown_item")
        match_line(order_id=order.id, line_id=line_id, item_id=item.id)

    return _one_step(request, order, act, _("Line matched."), refused_line=line_id, match_text=text)


def _one_step(request: HttpRequest, order: Order, act: Callable[[], object], done: str, **kept: object) -> HttpResponse:
    """A button on the order page: done and back to it, or the page again with the reason why not."""
    try:
        with transaction.atomic():
            act()
    except OmsError as refusal:
        fresh = order_by_number(order.number)
        return render_order(request, fresh, status=refusal.status, problem=refusal, **kept)
    return settled(request, _url(request, order), done, level=messages.SUCCESS)
