"""The dashboard's door: ``/m/<slug>/…`` opens one unit of work for the merchant the person belongs to.

It is a middleware because template responses are rendered after the view returns: only around the
whole of that does the page read inside its transaction. Any error answer rolls the unit back. A form
that carries ``idempotency_key`` is answered once.
"""

import re
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.defaults import page_not_found

from oms.accounts.models import Membership
from oms.accounts.queries import actor_of_membership, membership_at
from oms.core.errors import OmsError
from oms.core.idempotency import Answer, answer_once, form_digest, request_hash
from oms.core.tenancy import unit_of_work

MERCHANT_PATH = re.compile(r"^/m/(?P<slug>[-\w]+)/")
SEEN_EVERY = timedelta(minutes=5)
KEPT_HEADERS = ("Location", "Content-Type", "HX-Redirect")


class MerchantDoor:
    """Sets ``request.merchant`` (the tenant), ``request.membership`` and ``request.actor``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = MERCHANT_PATH.match(request.path_info)
        if match is None:
            return self.get_response(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        membership = membership_at(user_id=request.user.id, slug=match["slug"])
        if membership is None:
            return self._stranger(request)
        request.merchant, request.membership = membership.tenant, membership
        request.actor = actor_of_membership(membership)
        _note_visit(membership)
        try:
            with unit_of_work(membership.tenant_id, request.actor):
                response = self._answer(request)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
                return response
        except OmsError as refusal:
            return self.process_exception(request, refusal)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that the page did not catch itself becomes a page that says why; nothing was changed."""
        if not isinstance(error, OmsError):
            return None
        return render(request, "errors/refusal.html", {"error": error}, status=error.status)

    def _stranger(self, request: HttpRequest) -> HttpResponse:
        """The same answer whether or not the merchant exists."""
        return page_not_found(request, Http404("This merchant is not one of yours."), template_name="errors/404.html")

    def _answer(self, request: HttpRequest) -> HttpResponse:
        key = request.POST.get("idempotency_key", "") if request.method == "POST" else ""
        if not key:
            return self.get_response(request)
        return self._once(request, key)

    def _once(self, request: HttpRequest, key: str) -> HttpResponse:
        produced: list[HttpResponse] = []

        def produce() -> Answer:
            response = self.get_response(request)
            produced.append(response)
            headers = {name: response[name] for name in KEPT_HEADERS if name in response}
            return Answer(response.status_code, "" if response.streaming else response.content.decode(), headers)

        digest = request_hash("POST", request.get_full_path(), form_digest(request))
        answer, _ = answer_once(principal=f"user:{request.user.id}", key=key, digest=digest, produce=produce)
        if produced:
            return produced[0]
        response = HttpResponse(answer.body, status=answer.status)
        for name, value in answer.headers.items():
            response[name] = value
        return response


def _note_visit(membership: Membership) -> None:
    now = timezone.now()
    if membership.last_seen_at is None or now - membership.last_seen_at > SEEN_EVERY:
        Membership.objects.filter(id=membership.id).update(last_seen_at=now)
