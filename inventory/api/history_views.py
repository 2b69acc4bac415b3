"""Looking back: stock as it was, what changed, and why a number is what it is."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.api.ledger_serializers import (
    AsOfQuery,
    DiffQuery,
    ExplainedEntrySerializer,
    ExplainedSerializer,
    ItemDiffSerializer,
    ItemThenSerializer,
    WhyQuery,
)
from inventory.api.pages import page_of
from oms.core.api.paging import page_body, page_size, requested_page
from oms.core.api.views import TenantView
from oms.core.errors import Invalid, NotFound
from oms.core.tenancy import unit

BY_SKU = ("sku_key", "id")


def _asked(serializer_class: type, request: Request) -> dict:
    asked = serializer_class(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _only(items, asked: dict):
    """The items, narrowed to the one that was named."""
    if "item_id" in asked:
        items = items.filter(id=asked["item_id"])
    if "sku" in asked:
        items = items.filter(id__in=[each.id for each in queries.resolve_skus([asked["sku"]]).values()])
    return items


class StockAsOf(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="stock_as_of", summary="Stock as it was at a moment, by SKU", tags=["stock"],
        parameters=[AsOfQuery], responses=page_of(ItemThenSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = _asked(AsOfQuery, request)
        page = requested_page(_only(queries.find_items(text=asked.get("q", "")), asked), request, order=BY_SKU)
        accounts = queries.stock_as_of(
            at=asked.get("at", unit().now), by=asked["by"], item_ids=[each.id for each in page.items],
            location_id=asked.get("location_id"),
        )  # fmt: skip
        rows = queries.by_item(page.items, accounts)
        return Response(page_body(page, ItemThenSerializer(rows, many=True).data, request))


class StockDiff(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="stock_diff", summary="What changed between two moments, by SKU", tags=["stock"],
        parameters=[DiffQuery], responses=page_of(ItemDiffSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = _asked(DiffQuery, request)
        span = {"since": asked["since"], "until": asked.get("until", unit().now), "by": asked["by"]}
        if span["since"] > span["until"]:
            raise Invalid.field("since", "The first moment comes after the second. Turn them round.", "turned_round")
        page = requested_page(_only(queries.items_changed(**span), asked), request, order=BY_SKU)
        accounts = queries.stock_diff(
            **span, item_ids=[each.id for each in page.items], location_id=asked.get("location_id")
        )
        rows = queries.by_item(page.items, accounts)
        return Response(page_body(page, ItemDiffSerializer(rows, many=True).data, request))


class StockWhy(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="stock_why", summary="From a balance to its entries, with a running total", tags=["stock"],
        parameters=[WhyQuery], responses=ExplainedSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = _asked(WhyQuery, request)
        told = queries.explain_balance(
            item_id=_item_id(asked), location_id=asked["location_id"], state=asked["state"],
            until=asked.get("until"), size=page_size(request), cursor=asked.get("cursor", ""),
        )  # fmt: skip
        body = page_body(told.page, ExplainedEntrySerializer(told.page.items, many=True).data, request)
        return Response({"on_hand": told.on_hand, "entered": told.entered, **body})


def _item_id(asked: dict) -> UUID:
    if ("item_id" in asked) == ("sku" in asked):
        raise Invalid.field("sku", "Name the item by sku or by item_id: one of the two.", "required")
    found = _only(queries.find_items(), asked).values_list("id", flat=True).first()
    if found is None:
        raise NotFound("There is no such item.")
    return found
