"""List orders and place them, one or up to a thousand."""

from collections.abc import Mapping

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from oms.accounts.models import Approval
from oms.core.api import problems
from oms.core.api.paging import page_body, requested_page
from oms.core.api.schema import PAGING
from oms.core.api.views import etag
from oms.core.errors import Invalid, OmsError
from oms.core.tenancy import unit
from oms.desk.api import shapes
from oms.desk.api.calls import LoggedCalls, note_batch, note_order
from oms.desk.api.filters import PARAMETERS, filtered
from oms.desk.order_facts import OrderFacts, facts_of_many, facts_of_one
from oms.desk.order_resource import order_resource
from orders.actions.discount import place_or_ask
from orders.actions.place import BATCH_MAX, Placed, place_orders
from orders.actions.writing import as_written
from orders.models import Order
from orders.placing.drafts import OrderDraft
from orders.placing.reading import read_order, renamed

EXAMPLE = {
    "channel": "web",
    "external_id": "WEB-5512",
    "currency": "EUR",
    "customer": {"name": "Ada Byron", "email": "ada@example.com"},
    "ship_to": {
        "name": "Ada Byron", "line1": "Torstraße 1", "city": "Berlin", "postcode": "10119", "country": "DE",
    },
    "lines": [{"sku": "MUG-BLU", "quantity": 2, "unit_price": "12.50", "tax": "4.75"}],
    "shipping": "4.90",
    "on_shortage": "backorder",
}  # fmt: skip


class Orders(LoggedCalls):
    verbs = {"GET": "orders.view", "POST": "orders.place"}

    @extend_schema(
        operation_id="orders_list", summary="List orders, the newest first", tags=["orders"],
        parameters=[*PARAMETERS, *PAGING], responses=shapes.OrderPageShape,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        orders = filtered(request.query_params).select_related("channel")
        page = requested_page(orders, request, order=("-placed_at", "-id"))
        facts = facts_of_many(page.items)
        results = [order_resource(order, facts[order.id], unit().actor) for order in page.items]
        return Response(page_body(page, results, request))

    @extend_schema(
        operation_id="orders_place", summary="Place an order; its stock is reserved at once", tags=["orders"],
        request=shapes.OrderDraftShape,
        responses={
            201: shapes.OrderShape,
            202: OpenApiResponse(shapes.AwaitedOrderShape, description="The discount waits for approval."),
        },
        examples=[OpenApiExample("A web order", EXAMPLE, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        try:
            draft = read_order(_object(request.data))
            outcome = place_or_ask(draft=draft)
        except OmsError as error:
            raise renamed(error) from None
        note_order(request, draft, outcome)
        if isinstance(outcome, Approval):
            return Response(_awaited(outcome), status=202)
        return _placed(outcome)


class OrderBatch(LoggedCalls):
    verbs = {"POST": "orders.place"}

    @extend_schema(
        operation_id="orders_place_batch", summary="Place up to 1,000 orders", tags=["orders"],
        description="Each order is accepted or refused by itself. All that are accepted are committed together.",
        request=shapes.BatchShape, responses=shapes.BatchAnswerShape,
        examples=[OpenApiExample("Two orders", {"orders": [EXAMPLE, EXAMPLE]}, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        answers = _place_readable([_read(each) for each in _batch(request.data)])
        note_batch(request, answers)
        results = [_item(index, answer) for index, answer in enumerate(answers)]
        placed = sum(1 for answer in answers if isinstance(answer, Placed))
        return Response({"placed": placed, "refused": len(answers) - placed, "results": results})


def one_order(order: Order, *, status: int = 200, facts: OrderFacts | None = None) -> Response:
    """The whole order, with its version as ETag; its ``facts`` are read when not given."""
    body = order_resource(order, facts or facts_of_one(order), unit().actor)
    return Response(body, status=status, headers={"ETag": etag(order.version)})


def _placed(placed: Placed) -> Response:
    """The new order, shown from what was written: of it only the reservations are read."""
    order, lines, payments = as_written(placed.accepted)
    facts = facts_of_one(order, lines=lines, tags=placed.accepted.candidate.draft.tags, payments=payments)
    response = one_order(order, status=201, facts=facts)
    response["Location"] = f"/api/v1/orders/{order.id}"
    return response


def _object(data: object) -> object:
    if not isinstance(data, Mapping):
        raise Invalid("Send one order as a JSON object. Several go to /api/v1/orders/batch.")
    return data


def _batch(data: object) -> list:
    orders = data.get("orders") if isinstance(data, Mapping) else None
    if not isinstance(orders, list) or not orders:
        raise Invalid.field("orders", 'Send {"orders": […]} with at least one order.', "required")
    if len(orders) > BATCH_MAX:
        raise Invalid.field(
            "orders", f"Send at most {BATCH_MAX:,} orders at once, not {len(orders):,}. Split them.", "too_many"
        )
    return orders


def _read(data: object) -> OrderDraft | OmsError:
    try:
        return read_order(_object(data))
    except OmsError as error:
        return error


def _place_readable(read: list[OrderDraft | OmsError]) -> list[Placed | OmsError]:
    """Place those that could be read, and keep every answer in its place."""
    drafts = [each for each in read if isinstance(each, OrderDraft)]
    placed = iter(place_orders(drafts=drafts))
    return [next(placed) if isinstance(each, OrderDraft) else each for each in read]


def _item(index: int, answer: Placed | OmsError) -> dict:
    if isinstance(answer, OmsError):
        return {"index": index, "status": answer.status, "problem": problems.from_error(renamed(answer))}
    order = {"id": str(answer.order_id), "number": answer.number, "short": answer.short}
    return {"index": index, "status": 201, "order": order}


def _awaited(approval: Approval) -> dict:
    return {
        "approval_id": str(approval.id), "order_id": approval.params["order_id"], "sentence": approval.sentence,
    }  # fmt: skip
