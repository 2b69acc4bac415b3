"""Counts over HTTP: what is due, open, record, finish, cancel. Each view is one action."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.counts.cancelling import cancel_count
from inventory.actions.counts.finishing import WAITING, finish_count
from inventory.actions.counts.opening import open_count
from inventory.actions.counts.plan import set_counting_policy
from inventory.actions.counts.recording import CountEntry, record_counts
from inventory.api import count_serializers as shapes
from inventory.api.pages import page_of
from inventory.models import StockCount
from inventory.places import location_code
from inventory.queries.counts import DUE, NEWEST, VERB, WALK
from inventory.queries.exports import count_header, count_rows
from oms.core.api.paging import page_body, requested_page
from oms.core.api.views import TenantView, etag, valid
from oms.core.db.keys import uuid7
from oms.core.errors import FieldError, Invalid
from oms.core.sheets.writing import csv_lines

TAG = ["counts"]


def _asked(serializer_class: type, request: Request) -> dict:
    asked = serializer_class(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return {name: value for name, value in asked.validated_data.items() if name not in ("cursor", "page_size")}


class CountView(TenantView):
    """Base of the views on one count."""

    verbs = {"POST": VERB}

    def answer(self, stock_count: StockCount, status: int = 200) -> Response:
        return Response(shapes.one_count(stock_count), status=status, headers={"ETag": etag(stock_count.version)})


class Counts(CountView):
    verbs = {"GET": "stock.view", "POST": VERB}

    @extend_schema(
        operation_id="counts_list", summary="List counts, the newest first", tags=TAG, parameters=[shapes.CountQuery],
        responses=page_of(shapes.OneCountSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        page = requested_page(queries.counts.counts(**_asked(shapes.CountQuery, request)), request, order=NEWEST)
        progress = queries.counts.progress_of([each.id for each in page.items])
        return Response(page_body(page, [shapes.one_count(each, progress[each.id]) for each in page.items], request))

    @extend_schema(
        operation_id="counts_open", summary="Open a count", tags=TAG,
        description="Refused (`being_counted`, naming the other count) while one of the items is counted there.",
        request=shapes.OpenCountSerializer, responses={201: shapes.OneCountSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = valid(shapes.OpenCountSerializer, request)
        location_id = _location(sent.pop("location", None), sent.pop("location_id", None))
        item_ids = [*sent.pop("item_ids", []), *_items(sent.pop("skus", []))]
        stock_count = open_count(location_id=location_id, item_ids=item_ids, **sent)
        response = self.answer(stock_count, status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}/{stock_count.id}")
        return response


class DueCounts(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="counts_due", summary="List what is due to be counted, the longest due first", tags=TAG,
        parameters=[shapes.DueQuery], responses=page_of(shapes.DueSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.counts.due_items(**_asked(shapes.DueQuery, request)), shapes.DueSerializer, order=DUE)


class CountingPolicies(TenantView):
    verbs = {"GET": "stock.view", "PATCH": "settings.edit"}

    @extend_schema(
        operation_id="counting_policy_read", summary="How counts are planned and judged", tags=TAG,
        responses=shapes.CountingPolicySerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response(queries.counts.policy().to_json())

    @extend_schema(
        operation_id="counting_policy_change", summary="Change how counts are planned and judged", tags=TAG,
        request=shapes.CountingPolicySerializer, responses=shapes.CountingPolicySerializer,
    )  # fmt: skip
    def patch(self, request: Request) -> Response:
        policy = replace(queries.counts.policy(), **valid(shapes.CountingPolicySerializer, request))
        set_counting_policy(policy=policy)
        return Response(policy.to_json())


class OneCount(CountView):
    verbs = {"GET": "stock.view"}

    @extend_schema(operation_id="counts_read", summary="Read a count", tags=TAG, responses=shapes.OneCountSerializer)
    def get(self, request: Request, stock_count_id: UUID) -> Response:
        return self.answer(queries.counts.count_by(id=stock_count_id))


class CountLines(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="counts_lines", summary="List a count's lines in the order of the walk", tags=TAG,
        parameters=[shapes.CountLineQuery], responses=page_of(shapes.CountLineSerializer),
    )  # fmt: skip
    def get(self, request: Request, stock_count_id: UUID) -> Response:
        stock_count = queries.counts.count_by(id=stock_count_id)
        lines = queries.counts.lines_of(stock_count, **_asked(shapes.CountLineQuery, request))
        page = requested_page(lines, request, order=WALK)
        return Response(page_body(page, shapes.count_lines(stock_count, page.items), request))


class CountFile(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="counts_lines_csv", summary="The lines as a file of counts, to fill in and import", tags=TAG,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )  # fmt: skip
    def get(self, request: Request, stock_count_id: UUID) -> HttpResponse:
        found = queries.counts.count_by(id=stock_count_id)
        rows = count_rows(found, open_book=queries.counts.sees_expected(found, request.auth.actor))
        return HttpResponse("".join(csv_lines(count_header(), rows)), content_type="text/csv; charset=utf-8")


class RecordCounts(CountView):
    @extend_schema(
        operation_id="counts_record", summary="Enter what was counted", tags=TAG,
        description=(
            "All entries or none. Each is held against the book of this moment, so trade may go on. An item that is "
            "not in the count is refused (`not_in_count`) unless `add_missing`; a recount by the same person is, too "
            "(`same_person`)."
        ),
        request=shapes.RecordSerializer, responses=shapes.RecordedSerializer,
    )  # fmt: skip
    def post(self, request: Request, stock_count_id: UUID) -> Response:
        queries.counts.count_by(id=stock_count_id)
        sent = valid(shapes.RecordSerializer, request)
        lines = record_counts(
            count_id=stock_count_id, entries=_entries(sent["entries"]), add_missing=sent["add_missing"]
        )
        stock_count = queries.counts.count_by(id=stock_count_id)
        body = {
            "lines": shapes.count_lines(stock_count, lines.values()), "count": shapes.one_count(stock_count),
        }  # fmt: skip
        return Response(body, headers={"ETag": etag(stock_count.version)})


class FinishCount(CountView):
    @extend_schema(
        operation_id="counts_finish", summary="Bring the book to what was counted", tags=TAG,
        description="Lines that nobody counted stay as they are, and the answer says how many.",
        request=None, responses={200: shapes.FinishSerializer, 202: shapes.FinishSerializer},
    )  # fmt: skip
    def post(self, request: Request, stock_count_id: UUID) -> Response:
        done = finish_count(count_id=stock_count_id)
        return Response(shapes.one_finish(done), status=202 if done.outcome == WAITING else 200)


class CancelCount(CountView):
    @extend_schema(
        operation_id="counts_cancel", summary="Cancel a count: nothing is booked", tags=TAG,
        request=shapes.CancelCountSerializer, responses=shapes.OneCountSerializer,
    )  # fmt: skip
    def post(self, request: Request, stock_count_id: UUID) -> Response:
        note = valid(shapes.CancelCountSerializer, request)["note"]
        return self.answer(cancel_count(count_id=stock_count_id, note=note))


def _location(code: str | None, location_id: UUID | None) -> UUID:
    if (code is None) == (location_id is None):
        message = "Name the location by location or by location_id: one of the two."
        raise Invalid.field("location", message, "required")
    if location_id is not None:
        return location_id
    found = queries.visible_locations().filter(code=location_code(code)).values_list("id", flat=True).first()
    if found is None:
        message = f"No location of yours is called “{code}”. Check it, or create the location first."
        raise Invalid.field("location", message, "unknown_location")
    return found


def _items(skus: Sequence[str]) -> list[UUID]:
    found = queries.resolve_skus(skus)
    problems = [_unknown(f"skus.{at}", sku) for at, sku in enumerate(skus) if sku not in found]
    if problems:
        raise Invalid("The count was not opened: some items are not known.", fields=problems)
    return [found[sku].id for sku in skus]


def _unknown(field: str, sku: str) -> FieldError:
    return FieldError(field, "unknown_item", f"No item of yours is called “{sku}”. Check it, or create the item first.")


def _entries(lines: Sequence[Mapping]) -> list[CountEntry]:
    found = queries.resolve_skus({each["sku"] for each in lines if "sku" in each})
    problems = []
    for at, each in enumerate(lines):
        if ("sku" in each) == ("item_id" in each):
            message = "Name the item by sku or by item_id: one of the two."
            problems.append(FieldError(f"entries.{at}.sku", "required", message))
        elif "sku" in each and each["sku"] not in found:
            problems.append(_unknown(f"entries.{at}.sku", each["sku"]))
    if problems:
        raise Invalid("Nothing was counted: some entries need attention.", fields=problems)
    return [
        CountEntry(
            each["item_id"] if "item_id" in each else found[each["sku"]].id, each.get("counted"), each.get("add"),
            each["state"], each.get("entry_id") or uuid7(),
        )
        for each in lines
    ]  # fmt: skip
