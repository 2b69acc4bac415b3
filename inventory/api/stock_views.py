"""Stock: what there is, what comes in, what is corrected, and the ledger behind it."""

from dataclasses import replace

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.adjust import adjust_stock
from inventory.actions.move_state import move_state
from inventory.actions.receive import Receipt, receive_stock
from inventory.api.naming import lot_of, named
from inventory.api.pages import page_of
from inventory.api.stock_serializers import (
    AdjustedSerializer,
    AdjustSerializer,
    AvailabilityListSerializer,
    AvailabilityRequestSerializer,
    AwaitedSerializer,
    MovementQuery,
    MovementSerializer,
    MoveStateSerializer,
    ReceivedListSerializer,
    ReceivedSerializer,
    ReceiveSerializer,
    ReservationQuery,
    ReservationSerializer,
    StockQuery,
    StockSerializer,
)
from inventory.queries.ledger import ORDER
from inventory.stock.offering import Offer
from oms.accounts.models import Approval
from oms.core.api.paging import page_body, requested_page
from oms.core.api.views import TenantView

PAGING = ("cursor", "page_size")
NOTHING = Offer(0, 0, 0)


def _checked(serializer_class: type, data: object) -> dict:
    sent = serializer_class(data=data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def _asked(serializer_class: type, request: Request) -> dict:
    asked = _checked(serializer_class, request.query_params)
    return {name: value for name, value in asked.items() if name not in PAGING}


class Stock(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="stock_list", summary="List stock by SKU, per location", tags=["stock"], parameters=[StockQuery],
        responses=page_of(StockSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = _asked(StockQuery, request)
        items = queries.find_items(text=asked.get("q", ""), location_id=asked.get("location_id"))
        if "item_id" in asked:
            items = items.filter(id=asked["item_id"])
        if "sku" in asked:
            items = items.filter(id__in=[each.id for each in queries.resolve_skus([asked["sku"]]).values()])
        page = requested_page(items, request, order=("sku_key", "id"))
        rows = queries.with_stock(page.items)
        if "location_id" in asked:
            rows = [_only_at(row, asked["location_id"]) for row in rows]
        return Response(page_body(page, StockSerializer(rows, many=True).data, request))


class ReceiveStock(TenantView):
    verbs = {"POST": "stock.receive"}

    @extend_schema(
        operation_id="stock_receive", summary="Receive up to 1,000 lines, all or nothing", tags=["stock"],
        request=ReceiveSerializer, responses={201: ReceivedListSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = _checked(ReceiveSerializer, request.data)
        lines = sent["lines"]
        receipts = [
            Receipt(
                item_id, location_id, line["quantity"], line["from_account"], line["state"], lot_of(line),
                tuple(line["serials"]),
            )
            for line, (item_id, location_id) in zip(lines, named(lines), strict=True)
        ]  # fmt: skip
        received = receive_stock(receipts=receipts, reason=sent["reason"], happened_at=sent["happened_at"])
        return Response({"results": ReceivedSerializer(received, many=True).data}, status=201)


class AdjustStock(TenantView):
    verbs = {"POST": "stock.adjust"}

    @extend_schema(
        operation_id="stock_adjust", summary="Correct a shelf: a count, a loss, a find", tags=["stock"],
        request=AdjustSerializer, responses={200: AdjustedSerializer, 202: AwaitedSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = _checked(AdjustSerializer, request.data)
        ((item_id, location_id),) = named([sent], path="")
        outcome = adjust_stock(
            item_id=item_id, location_id=location_id, counted=sent.get("counted"), change=sent.get("change"),
            reason=sent["reason"], note=sent["note"], state=sent["state"], happened_at=sent["happened_at"],
            lot_id=sent["lot_id"],
        )  # fmt: skip
        if isinstance(outcome, Approval):
            return Response(AwaitedSerializer(outcome).data, status=202)
        return Response(AdjustedSerializer(outcome).data)


class MoveState(TenantView):
    verbs = {"POST": "stock.adjust"}

    @extend_schema(
        operation_id="stock_move_state", summary="Set units aside, or put them back on sale", tags=["stock"],
        request=MoveStateSerializer, responses=StockSerializer,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = _checked(MoveStateSerializer, request.data)
        ((item_id, location_id),) = named([sent], path="")
        move_state(
            item_id=item_id, location_id=location_id, from_state=sent["from_state"], to_state=sent["to_state"],
            quantity=sent["quantity"], reason=sent["reason"], lot_id=sent["lot_id"],
        )  # fmt: skip
        row = queries.with_stock(queries.find_items().filter(id=item_id))[0]
        return Response(StockSerializer(row).data)


class Available(TenantView):
    verbs = {"POST": "stock.view"}

    @extend_schema(
        operation_id="availability", summary="What up to 500 SKUs have available, per location", tags=["stock"],
        request=AvailabilityRequestSerializer, responses=AvailabilityListSerializer,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = _checked(AvailabilityRequestSerializer, request.data)
        items = queries.resolve_skus(sent["skus"], channel_id=sent["channel_id"])
        ids, channel_id = {item.id for item in items.values()}, sent["channel_id"]
        shelves = queries.available_by_item(ids) if sent["locations"] else {}
        offers = queries.offered(item_ids=ids, channel_id=channel_id) if channel_id else {}
        available = {} if offers else queries.orderable(item_ids=ids)
        results = []
        for sku in sent["skus"]:
            key = items[sku].id if sku in items else None
            offer = offers.get(key, NOTHING if channel_id else None)
            there = shelves.get(key, queries.Availability()).by_location.values()
            results.append(
                {
                    "sku": sku, "item_id": key, "available": offer.available if offer else available.get(key, 0),
                    "offered": offer and offer.offered, "locations": [_shelf(each) for each in there],
                }
            )  # fmt: skip
        return Response({"results": results})


class Movements(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="movements_list", summary="Read the ledger, newest first", tags=["stock"],
        parameters=[MovementQuery], responses=page_of(MovementSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.ledger(**_asked(MovementQuery, request)), MovementSerializer, order=ORDER)


class Reservations(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="reservations_list", summary="List what an item's stock is promised to, newest first",
        tags=["stock"], parameters=[ReservationQuery], responses=page_of(ReservationSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = queries.open_reservations(**_asked(ReservationQuery, request))
        return self.page(rows, ReservationSerializer, order=("-created_at", "-id"))


def _shelf(each: queries.OnShelf) -> dict[str, object]:
    """As `OnShelfSerializer` writes it: 500 SKUs may lie on 10,000 shelves, and a serializer takes 20 µs for each."""
    return {
        "location_id": each.location_id, "location": each.location_name, "on_hand": each.on_hand,
        "reserved": each.reserved, "unsellable": each.unsellable, "available": each.available,
        "in_transit": each.in_transit,
    }  # fmt: skip


def _only_at(row: queries.StockRow, location_id) -> queries.StockRow:
    """The row with the numbers of one location alone."""
    there = {key: shelf for key, shelf in row.stock.by_location.items() if key == location_id}
    return replace(row, stock=queries.Availability(there))
