"""The API's door: authenticate, open one unit of work, check the verb, make one call, answer once."""

from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpResponse
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from oms.core.actors import require
from oms.core.api.paging import page_body, requested_page
from oms.core.errors import Stale
from oms.core.idempotency import Answer, answer_once, form_digest, request_hash
from oms.core.tenancy import unit, unit_of_work

# For what every credential of a merchant may do, like asking who it is.
ANYONE = None


class TenantView(APIView):
    """Base of every view that touches a tenant's rows.

    ``verbs`` names the permission each method needs; what it does not name is refused. ``request.auth``
    (set by the authenticators in `oms.accounts`) carries the tenant and the actor. A POST with an
    ``Idempotency-Key`` is answered once.
    """

    verbs: ClassVar[dict[str, str | None]] = {}

    def dispatch(self, request, *args: Any, **kwargs: Any):
        self.args, self.kwargs = args, kwargs
        self.request = request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            self.initial(request, *args, **kwargs)
            _read_body(request)
            response = self._in_unit(request, *args, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)
        self.response = self.finalize_response(request, response, *args, **kwargs)
        return self.response

    def _in_unit(self, request: Request, *args: Any, **kwargs: Any):
        method = request.method or ""
        handler = getattr(self, method.lower(), None)
        if handler is None or method.lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        if method == "OPTIONS":
            return handler(request, *args, **kwargs)
        with unit_of_work(request.auth.tenant_id, request.auth.actor):
            self._check_verb("GET" if method == "HEAD" else method)
            key = request.headers.get("Idempotency-Key", "")
            if method == "POST" and key:
                return self._once(key, request, handler, *args, **kwargs)
            return self._settled(handler(request, *args, **kwargs))

    def _check_verb(self, method: str) -> None:
        verb = self.verbs.get(method, self.verbs.get("*", f"unnamed.{method.lower()}"))
        if verb is not ANYONE:
            require(unit().actor, verb)

    def _settled(self, response):
        """An error answer that was returned, not raised, rolls back too."""
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response

    def _once(self, key: str, request: Request, handler, *args: Any, **kwargs: Any):
        def produce() -> Answer:
            response = handler(request, *args, **kwargs)
            body = request.accepted_renderer.render(response.data).decode() if response.data is not None else ""
            headers = {name: response[name] for name in ("Location", "ETag") if name in response}
            return Answer(response.status_code, body, headers)

        answer, replayed = answer_once(
            principal=f"{unit().actor.kind}:{unit().actor.id}",
            key=key,
            digest=request_hash(request.method, request.get_full_path(), _digested(request)),
            produce=produce,
        )
        response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
        for name, value in answer.headers.items():
            response[name] = value
        if replayed:
            response["Idempotency-Replayed"] = "true"
        return self._settled(response)

    def page(self, queryset, serializer_class, *, order: tuple[str, ...]) -> Response:
        """One keyset page of ``queryset`` (an index for ``order`` must exist)."""
        page = requested_page(queryset, self.request, order=order)
        results = serializer_class(page.items, many=True, context={"request": self.request}).data
        return Response(page_body(page, results, self.request))

    def check_version(self, version: int) -> None:
        """Raise `Stale` when ``If-Match`` names another version; without the header nothing is checked."""
        check_version(self.request.headers.get("If-Match", ""), version)


def _is_form(request: Request) -> bool:
    return (request.content_type or "").startswith("multipart/")


def _read_body(request: Request) -> None:
    """Read and parse before the unit of work opens, within Django's limit, which DRF's own parsers go round."""
    if not _is_form(request):
        request._request.body  # noqa: B018
    try:
        request.data  # noqa: B018
    except RecursionError:
        raise ParseError("This JSON is nested too deeply.") from None


def _digested(request: Request) -> bytes:
    return form_digest(request._request) if _is_form(request) else request._request.body


def valid(serializer: type[Serializer], request: Request) -> dict[str, Any]:
    """The body in this shape; raises a problem that names every bad field."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def etag(version: int) -> str:
    return f'"{version}"'


def check_version(if_match: str, version: int) -> None:
    if if_match and if_match.strip() not in ("*", etag(version), f"W/{etag(version)}"):
        raise Stale(
            "Someone changed this record after you read it. Read it again, and repeat your change with its new ETag.",
            current=etag(version),
        )
