"""The customer's door: find the shop by the address, open one unit of work, and let nothing be kept or framed."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from oms.core.actors import Actor
from oms.core.errors import NotFound, OmsError
from oms.core.idempotency import Answer, answer_once, form_digest, request_hash
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from oms.portal.session import visit_of
from orders.models import Order
from orders.queries import order_by_id

# Acts on what belongs to one order; every page checks which.
CUSTOMER = Actor(kind="customer", id="customer", label="The customer", verbs=frozenset({"*"}))
View = Callable[..., HttpResponse]


def shop_page(view: View) -> View:
    """A page of one shop: ``request.merchant`` is set, and the answer is private. An error answer rolls back."""

    @wraps(view)
    def inside(request: HttpRequest, slug: str, **kwargs: object) -> HttpResponse:
        tenant = Tenant.objects.filter(slug=slug).first()
        if tenant is None:
            return _private(render(request, "portal/nothing.html", status=404))
        request.merchant, request.visit = tenant, visit_of(request, tenant.public_id)
        try:
            with unit_of_work(tenant.id, CUSTOMER):
                response = view(request, slug, **kwargs)
                if response.status_code >= 400 and not getattr(response, "keeps", False):
                    transaction.set_rollback(True)
        except OmsError as refusal:
            response = render(request, "portal/refused.html", {"error": refusal}, status=refusal.status)
        return _private(response)

    return inside


def order_page(view: View) -> View:
    """A page of the order that this browser has been let in to; else the look-up."""

    @wraps(view)
    def inside(request: HttpRequest, slug: str, **kwargs: object) -> HttpResponse:
        order = order_of_visit(request)
        if order is None:
            return redirect("portal:lookup", slug=slug)
        return view(request, slug, order=order, **kwargs)

    return shop_page(inside)


def proved_page(view: View) -> View:
    """The same for who has proved to read the order's mail; else the code, and then back here."""

    @wraps(view)
    def inside(request: HttpRequest, slug: str, **kwargs: object) -> HttpResponse:
        order = order_of_visit(request)
        if order is None:
            return redirect("portal:lookup", slug=slug)
        if not request.visit.proved:
            response = redirect("portal:verify", slug=slug)
            response["Location"] += "?" + urlencode({"next": request.get_full_path()}, safe="/")
            return response
        return view(request, slug, order=order, **kwargs)

    return shop_page(inside)


def answered_once(request: HttpRequest, produce: Callable[[], HttpResponse]) -> HttpResponse:
    """A form that carries ``idempotency_key``, sent twice, has one effect and leads to the same page."""
    key, made = request.POST.get("idempotency_key", ""), []
    if not key:
        return produce()

    def answer() -> Answer:
        made.append(produce())
        return Answer(made[0].status_code, headers={"Location": made[0].get("Location", "")})

    digest = request_hash("POST", request.get_full_path(), form_digest(request))
    principal = f"customer:{request.visit.order_id}"
    kept, _again = answer_once(principal=principal, key=key, digest=digest, produce=answer)
    return made[0] if made else redirect(kept.headers["Location"])


def order_of_visit(request: HttpRequest) -> Order | None:
    if request.visit is None:
        return None
    try:
        return order_by_id(request.visit.order_id)
    except NotFound:
        return None


def refused_words(error: OmsError) -> str:
    return error.fields[0].message if error.fields else error.message or _("That did not work. Please try again.")


def _private(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response["Cache-Control"] = "private, no-store"
    # The address may hold a token: other sites are told nothing. (Without any referrer a browser's own
    # form posts would come from nowhere, and be refused as forged.)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
