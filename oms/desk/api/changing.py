"""Read one order, and change it: each view is one action."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment.actions.allocate import allocate_orders
from fulfillment.api.serializers import DecisionSerializer
from fulfillment.queries import decisions_of
from oms.core.actors import require
from oms.core.api.paging import page_body, requested_page
from oms.core.api.resources import AuditEntrySerializer
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView
from oms.core.errors import Invalid
from oms.core.models import AuditEntry
from oms.desk.api import shapes
from oms.desk.api.placing import one_order
from oms.desk.cancel_preview import cancel_preview
from oms.desk.canceling import cancel_or_ask
from oms.desk.privacy import discreet, may_know_customers
from orders.actions.edit import add_note, edit_order
from orders.actions.hold import hold_order
from orders.actions.lift import lift_hold
from orders.actions.match import match_line
from orders.lifecycle import next_state
from orders.locks import lock_order
from orders.placing.reading import read_address
from orders.queries import order_by_id

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag you read; 412 when the order has changed since."
)


class OrderView(TenantView):
    """Base of the views on one order: every change answers the whole order as it is then."""

    def only_if_fresh(self, order_id: UUID) -> None:
        """With ``If-Match``, lock the order and compare, so that nobody comes in between."""
        if "If-Match" in self.request.headers:
            self.check_version(lock_order(order_id).version)

    def sent(self, shape: type[serializers.Serializer]) -> dict:
        serializer = shape(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


class OneOrder(OrderView):
    verbs = {"GET": "orders.view", "PATCH": "orders.edit"}

    @extend_schema(operation_id="orders_read", summary="Read an order", tags=["orders"], responses=shapes.OrderShape)
    def get(self, request: Request, order_id: UUID) -> Response:
        return one_order(order_by_id(order_id))

    @extend_schema(
        operation_id="orders_edit", summary="Change tags, the customer's note or the address", tags=["orders"],
        parameters=[IF_MATCH], request=shapes.OrderChangeShape, responses=shapes.OrderShape,
    )  # fmt: skip
    def patch(self, request: Request, order_id: UUID) -> Response:
        sent = self.sent(shapes.OrderChangeShape)
        unknown = sorted(set(request.data) - set(shapes.OrderChangeShape().fields))
        if unknown:
            raise Invalid.field(unknown[0], "This cannot be changed here. Send tags, customer_note or ship_to.")
        self.only_if_fresh(order_id)
        edit_order(
            order_id=order_id, tags=sent.get("tags"), note=sent.get("customer_note"),
            ship_to=read_address(request.data["ship_to"], "ship_to") if "ship_to" in sent else None,
        )  # fmt: skip
        return one_order(order_by_id(order_id))


class CancelOrder(OrderView):
    verbs = {"GET": "orders.view", "POST": "orders.cancel"}

    @extend_schema(
        operation_id="orders_cancel_preview", summary="See what canceling all that is left would do", tags=["orders"],
        responses=shapes.CancelPreviewShape,
    )  # fmt: skip
    def get(self, request: Request, order_id: UUID) -> Response:
        preview = cancel_preview(order=order_by_id(order_id))
        lines = [
            {
                "line_id": str(line.line_id), "name": line.name, "quantity": line.quantity,
                "returns": [
                    {"location_id": str(held.location_id), "location": held.location_name, "quantity": held.quantity}
                    for held in line.returns
                ],
            }
            for line in preview.lines
        ]  # fmt: skip
        about = {"whole": preview.whole, "units": preview.units, "asks": list(preview.asks)}
        return Response({**about, "lines": lines})

    @extend_schema(
        operation_id="orders_cancel", summary="Cancel an order, or units of its lines", tags=["orders"],
        description=(
            "Stock is given back at once; the amounts stay as they were agreed. Once a location has begun to pick, "
            "canceling the whole order is a request: the order's state is then `cancel_requested` until the location "
            "answers. With `refund` what is owed for the canceled units goes back with it, or when the location has "
            "answered."
        ),
        parameters=[IF_MATCH], request=shapes.CancelShape, responses=shapes.OrderShape,
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        sent = self.sent(shapes.CancelShape)
        if sent["refund"]:
            require(request.auth.actor, "orders.refund")
        self.only_if_fresh(order_id)
        lines = sent.get("lines")
        asked = None if lines is None else {line["line_id"]: line["quantity"] for line in lines}
        if lines is not None and len(asked) < len(lines):
            raise Invalid.field("lines", "Name each line once, with all the units to cancel.", "twice")
        cancel_or_ask(
            order_id=order_id, reason=sent["reason"], lines=asked, refund=sent["refund"],
            tell_customer=sent["tell_customer"],
        )  # fmt: skip
        return one_order(order_by_id(order_id))


class HoldOrder(OrderView):
    verbs = {"POST": "orders.hold"}

    @extend_schema(
        operation_id="orders_hold", summary="Put an order, or one line, on hold", tags=["orders"],
        description="Its stock stays reserved.", request=shapes.PlaceHoldShape, responses={201: shapes.OrderShape},
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        hold_order(order_id=order_id, **self.sent(shapes.PlaceHoldShape))
        return one_order(order_by_id(order_id), status=201)


class LiftHold(OrderView):
    verbs = {"POST": "orders.hold"}

    @extend_schema(
        operation_id="orders_lift_hold", summary="Release a hold", tags=["orders"],
        request=shapes.ReasonShape, responses=shapes.OrderShape,
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID, hold_id: UUID) -> Response:
        lift_hold(hold_id=hold_id, order_id=order_id, reason=self.sent(shapes.ReasonShape)["reason"])
        return one_order(order_by_id(order_id))


class AllocateOrder(OrderView):
    verbs = {"POST": "orders.allocate"}

    @extend_schema(
        operation_id="orders_allocate", summary="Decide afresh where an order is sent from", tags=["orders"],
        request=None, responses=shapes.OrderShape,
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        next_state(lock_order(order_id).state, "allocate")
        allocate_orders(order_ids=[order_id], trigger="asked")
        return one_order(order_by_id(order_id))


class MatchLine(OrderView):
    verbs = {"POST": "orders.edit"}

    @extend_schema(
        operation_id="orders_match_line", summary="Match a line with an unknown SKU to an item", tags=["orders"],
        request=shapes.MatchShape, responses=shapes.OrderShape,
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID, line_id: UUID) -> Response:
        match_line(order_id=order_id, line_id=line_id, item_id=self.sent(shapes.MatchShape)["item_id"])
        return one_order(order_by_id(order_id))


class OrderNotes(OrderView):
    verbs = {"POST": "orders.edit"}

    @extend_schema(
        operation_id="orders_note", summary="Write a note for colleagues", tags=["orders"],
        request=shapes.NoteDraftShape, responses={201: shapes.NoteShape},
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        note = add_note(order_id=order_id, text=self.sent(shapes.NoteDraftShape)["text"])
        return Response(shapes.NoteShape(note).data, status=201)


class OrderTimeline(OrderView):
    verbs = {"GET": "orders.view"}

    @extend_schema(
        operation_id="orders_timeline", summary="What happened to an order, the newest first", tags=["orders"],
        parameters=PAGING, responses=page_of(AuditEntrySerializer, "Timeline"),
    )  # fmt: skip
    def get(self, request: Request, order_id: UUID) -> Response:
        order = order_by_id(order_id)
        entries = AuditEntry.objects.filter(subject_id=order.id, subject_kind="order")
        page = requested_page(entries, request, order=("-id",))
        told = page.items if may_know_customers(request.auth.actor) else [discreet(entry) for entry in page.items]
        return Response(page_body(page, AuditEntrySerializer(told, many=True).data, request))


class OrderDecisions(OrderView):
    verbs = {"GET": "orders.view"}

    @extend_schema(
        operation_id="orders_decisions", summary="Why an order is sent from where it is, the newest decision first",
        tags=["orders"],
        responses=OpenApiResponse(DecisionSerializer(many=True), description="Every decision with its candidates."),
    )  # fmt: skip
    def get(self, request: Request, order_id: UUID) -> Response:
        return Response(DecisionSerializer(decisions_of(order_by_id(order_id).id), many=True).data)
