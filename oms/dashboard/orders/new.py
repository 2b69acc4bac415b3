"""A new order by phone, or a draft of one: a head, some lines, and what is available beside each."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.queries import Availability, available_by_item, resolve_skus
from oms.core.actors import require
from oms.core.addresses import Address
from oms.core.models import Tenant
from oms.core.money import ZERO
from oms.core.tenancy import current_tenant_id
from oms.dashboard.forms import attempt, page_of_form, settled
from oms.dashboard.orders.forms import LineForms, NewOrderForm
from orders.actions.drafts import discard_draft, place_draft, save_draft, update_draft
from orders.actions.place import place_order
from orders.models import Order
from orders.placing.drafts import LineDraft, OrderDraft
from orders.queries import lines_of, tags_of, visible_orders

ADDRESS = ("line1", "line2", "city", "region", "postcode", "country")


def new_order(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.actor, "orders.place")
    return _order_form(request, slug, None)


def draft(request: HttpRequest, slug: str, draft_id: UUID) -> HttpResponse:
    require(request.actor, "orders.place")
    order = get_object_or_404(visible_orders(), id=draft_id)
    if order.number is not None:
        return redirect("dashboard:order", slug=slug, number=order.number)
    return _order_form(request, slug, order)


@require_POST
def discard(request: HttpRequest, slug: str, draft_id: UUID) -> HttpResponse:
    require(request.actor, "orders.place")
    discard_draft(order_id=draft_id)
    return settled(request, f"/m/{slug}/orders/?view=drafts", _("Draft discarded."))


def _order_form(request: HttpRequest, slug: str, saved: Order | None) -> HttpResponse:
    """``place`` places, ``save`` keeps a draft, ``check`` only shows what is available."""
    posted, verb = request.method == "POST", request.POST.get("verb", "")
    form = NewOrderForm(request.POST) if posted else NewOrderForm(initial=_initial(saved))
    lines = LineForms(request.POST, prefix="lines") if posted else LineForms(prefix="lines", initial=_lines(saved))
    sound = posted and form.is_valid() and lines.is_valid()
    if sound and verb in ("place", "save"):
        drafted = _draft(form, lines, saved)
        done = attempt(form, lambda: _carry_out(verb, drafted, saved), names=_field_names(lines))
        if done:
            path, message = done.value
            return settled(request, f"/m/{slug}/orders/{path}", message)
    context = {
        "form": form,
        "lines": lines,
        "saved": saved,
        "stock": _stock(lines) if sound else [],
        "has_errors": posted and (bool(form.errors) or not sound),
    }
    return page_of_form(request, "dashboard/orders/new.html", context)


def _carry_out(verb: str, drafted: OrderDraft, saved: Order | None) -> tuple[str, str]:
    """Where to go next, and what to say there."""
    if verb == "save":
        order = update_draft(order_id=saved.id, draft=drafted) if saved else save_draft(draft=drafted)
        return f"drafts/{order.id}/", _("Draft saved.")
    if saved:
        update_draft(order_id=saved.id, draft=drafted)
    placed = place_draft(order_id=saved.id) if saved else place_order(draft=drafted)
    if placed.short:
        return f"{placed.number}/", _("Order placed; %(units)s units wait for stock.") % {"units": placed.short}
    return f"{placed.number}/", _("Order placed. Its stock is reserved.")


def _draft(form: NewOrderForm, lines: LineForms, saved: Order | None) -> OrderDraft:
    given = form.cleaned_data
    address = Address(name=given["customer_name"], **{name: given[name].strip() for name in ADDRESS})
    return OrderDraft(
        channel_id=UUID(given["channel"]),
        currency=unit_currency(saved),
        email=given["email"].strip(),
        phone=given["phone"].strip(),
        customer_name=given["customer_name"].strip(),
        ship_to=replace(address, country=address.country.upper()),
        lines=tuple(_line(each.cleaned_data) for each in lines if not each.is_empty),
        shipping=given["shipping"] or ZERO,
        discount=given["discount"] or ZERO,
        payment_state=given["payment_state"],
        tags=tuple(tag.strip() for tag in given["tags"].split(",") if tag.strip()),
        customer_note=given["customer_note"],
        on_shortage=given["on_shortage"],
        source="dashboard",
        order_id=saved.id if saved else None,
    )


def unit_currency(saved: Order | None) -> str:
    """A draft keeps its currency; a new order has the merchant's."""
    return saved.currency if saved else Tenant.objects.values_list("currency", flat=True).get(id=current_tenant_id())


def _line(given: dict) -> LineDraft:
    return LineDraft(
        sku=given["sku"].strip(),
        quantity=given["quantity"] or 1,
        unit_price=given["unit_price"],
        discount=given["discount"] or ZERO,
        tax=given["tax"] or ZERO,
    )


def _field_names(lines: LineForms) -> dict[str, str]:
    """A refused line is shown above the form, with its number; the head's fields beside themselves."""
    return {"channel_id": "channel", "ship_to.country": "country", "ship_to.postcode": "postcode"}


def _stock(lines: LineForms) -> list[tuple[str, str, Availability | None]]:
    """What was typed, the item's name, and what is available of it, in the order of the lines."""
    typed = [each.cleaned_data["sku"].strip() for each in lines if not each.is_empty]
    items = resolve_skus(typed)
    available = available_by_item([item.id for item in items.values()])
    return [
        (text, items[text].name if text in items else "", available.get(items[text].id) if text in items else None)
        for text in typed
    ]


def _initial(saved: Order | None) -> dict:
    if saved is None:
        return {"on_shortage": "backorder"}
    address = {name: saved.ship_to.get(name, "") for name in ADDRESS}
    return address | {
        "channel": str(saved.channel_id),
        "customer_name": saved.customer_name,
        "email": saved.email,
        "phone": saved.phone,
        "shipping": saved.shipping_total,
        "discount": saved.discount_total,
        "payment_state": saved.payment_state,
        "customer_note": saved.customer_note,
        "tags": ", ".join(tags_of([saved.id]).get(saved.id, [])),
    }


def _lines(saved: Order | None) -> Sequence[dict]:
    if saved is None:
        return []
    names = ("sku", "quantity", "unit_price", "discount", "tax")
    return [{name: getattr(line, name) for name in names} for line in lines_of([saved.id]).get(saved.id, [])]
