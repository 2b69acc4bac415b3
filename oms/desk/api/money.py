"""An order's money over HTTP: read it, write down what came in, give back what is left."""

from collections.abc import Mapping
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from oms.accounts.models import Approval
from oms.core.errors import FieldError, Invalid, OmsError
from oms.desk.api import money_shapes as shapes
from oms.desk.api.changing import OrderView
from oms.desk.money_resource import money_resource, payment_resource, plan_resource, refund_resource
from orders.actions.pay import capture_payment
from orders.actions.refund import refund_or_ask
from orders.actions.retry_refund import retry_refund
from orders.placing.drafts import PaymentDraft
from orders.queries import order_by_id
from orders.queries.money import money_of_order, preview_refund
from orders.refunding import RefundDraft


class OrderMoneyView(OrderView):
    verbs = {"GET": "orders.view"}

    @extend_schema(
        operation_id="orders_money", summary="Read an order's money: paid, refunded, owed, and what is left per line",
        tags=["orders"], responses=shapes.MoneyShape,
    )  # fmt: skip
    def get(self, request: Request, order_id: UUID) -> Response:
        return Response(money_resource(money_of_order(order_by_id(order_id))))


class Payments(OrderView):
    verbs = {"POST": "orders.pay"}

    @extend_schema(
        operation_id="orders_pay", summary="Write down money that was received", tags=["orders"],
        request=shapes.CapturedShape, responses={201: shapes.PaymentShape},
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        sent = self.sent(shapes.CapturedShape)
        authorisation_id = sent.pop("authorisation_id")
        self.only_if_fresh(order_id)
        payment = capture_payment(
            order_id=order_id, draft=PaymentDraft(**sent), authorisation_id=authorisation_id
        )  # fmt: skip
        return Response(payment_resource(payment), status=201)


class Refunds(OrderView):
    verbs = {"POST": "orders.refund"}

    @extend_schema(
        operation_id="orders_refund", summary="Give money back, to the payments it came from", tags=["orders"],
        description=(
            "Never more than is left of a line or of what was paid. The refund is `requested` until every payment's "
            "gateway has answered. A payment of gateway `manual` is booked at once: pay it back by your own means."
        ),
        request=shapes.RefundDraftShape,
        responses={
            201: shapes.RefundShape,
            202: OpenApiResponse(shapes.AwaitedRefundShape, description="It waits for approval."),
        },
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        draft = _draft(order_id, self.sent(shapes.RefundDraftShape))
        self.only_if_fresh(order_id)
        try:
            outcome = refund_or_ask(draft=draft)
        except OmsError as refusal:
            raise _renamed(refusal, draft) from None
        if isinstance(outcome, Approval):
            return Response({"approval_id": str(outcome.id), "sentence": outcome.sentence}, status=202)
        return Response(refund_resource(outcome), status=201)


class RefundPreview(OrderView):
    verbs = {"POST": "orders.refund"}

    @extend_schema(
        operation_id="orders_refund_preview", summary="See what a refund would give back, and to which payments",
        tags=["orders"], request=shapes.RefundDraftShape, responses=shapes.RefundPlanShape,
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        draft = _draft(order_id, self.sent(shapes.RefundDraftShape))
        try:
            plan = preview_refund(draft=draft)
        except OmsError as refusal:
            raise _renamed(refusal, draft) from None
        return Response(plan_resource(plan, order_by_id(order_id).currency))


class RetryRefund(OrderView):
    verbs = {"POST": "orders.refund"}

    @extend_schema(
        operation_id="orders_refund_retry", summary="Try a refund again that failed", tags=["orders"],
        description=(
            "Only the payments that declined it are asked again. Refused with 409 unless the refund is `failed`, and "
            "with 422 when too little is left because the money went back some other way since."
        ),
        request=None, responses=shapes.RefundShape,
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID, refund_id: UUID) -> Response:
        self.only_if_fresh(order_id)
        return Response(refund_resource(retry_refund(order_id=order_id, refund_id=refund_id)))


def _draft(order_id: UUID, sent: Mapping) -> RefundDraft:
    units = {each["line_id"]: each["quantity"] for each in sent["lines"]}
    if len(units) < len(sent["lines"]):
        raise Invalid.field("lines", "Name each line once, with all the units to refund.", "twice")
    return RefundDraft(
        order_id, units, sent["shipping"], sent["goodwill"], sent["reason"], tell_customer=sent["tell_customer"]
    )


def _renamed(refusal: OmsError, draft: RefundDraft) -> OmsError:
    """``lines.<id>`` is the line as it was sent: ``lines.0.quantity``."""
    places = {f"lines.{line_id}": f"lines.{at}.quantity" for at, line_id in enumerate(draft.lines)}
    refusal.fields = tuple(
        FieldError(places.get(each.field, each.field), each.code, each.message) for each in refusal.fields
    )
    return refusal
