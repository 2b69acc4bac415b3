"""The floor over HTTP: release, pick, pack, label, hand over, and answer cancellations. Each view is one action."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment import lifecycle
from fulfillment.actions.dispatch import dispatch_parcels
from fulfillment.actions.label import request_labels
from fulfillment.actions.pack import ParcelDraft, pack, unpack
from fulfillment.actions.picking import start_picking, undo_scan
from fulfillment.actions.release import release_orders
from fulfillment.actions.scan import record_scan
from fulfillment.actions.short import short_pick
from fulfillment.actions.stopping import answer_cancel
from fulfillment.api import floor_serializers as shapes
from fulfillment.floor.queries import parcels_of, visible_work, work_by_id
from fulfillment.floor.views import HAND_OVER, LABEL, WORK, view_of
from inventory.api.pages import page_of
from oms.core.api.views import TenantView, etag, valid
from oms.core.errors import OmsError

TAG = ["fulfillment"]


class Releases(TenantView):
    verbs = {"POST": "fulfillment.release"}

    @extend_schema(
        operation_id="releases_create", summary="Release orders to the floor now", tags=TAG,
        description="The clock does this by itself once the customer's time to change their mind is over.",
        request=shapes.ReleaseSerializer, responses=shapes.ReleaseAnswerSerializer,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        order_ids = valid(shapes.ReleaseSerializer, request)["order_ids"]
        answers = release_orders(order_ids=order_ids)
        return Response({"results": [_released(order_id, answers[order_id]) for order_id in dict.fromkeys(order_ids)]})


def _released(order_id: UUID, answer: list[UUID] | OmsError) -> dict:
    refused = isinstance(answer, OmsError)
    return {
        "order_id": str(order_id), "fulfillment_order_ids": [] if refused else [str(each) for each in answer],
        "code": answer.code if refused else "", "detail": answer.message if refused else "",
    }  # fmt: skip


class Works(TenantView):
    verbs = {"GET": "fulfillment.view"}

    @extend_schema(
        operation_id="fulfillment_orders_list", summary="List the floor's work, the newest first", tags=TAG,
        parameters=[shapes.WorkQuery], responses=page_of(shapes.WorkSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = shapes.WorkQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = visible_work().select_related("order", "location")
        for name in ("location_id", "order_id"):
            if name in asked.validated_data:
                rows = rows.filter(**{name: asked.validated_data[name]})
        if state := asked.validated_data.get("state"):
            rows = rows.filter(state__in=lifecycle.OPEN if state == "open" else [state])
        return self.page(rows, shapes.WorkSerializer, order=("-id",))


class WorkView(TenantView):
    """Base of the views on one fulfillment order: every change answers the whole of it."""

    verbs = {"POST": WORK}

    def answer(self, fulfillment_order_id: UUID) -> Response:
        view = view_of(work_by_id(fulfillment_order_id))
        return Response(shapes.one_work(view), headers={"ETag": etag(view.work.version)})


class OneWork(WorkView):
    verbs = {"GET": "fulfillment.view"}

    @extend_schema(
        operation_id="fulfillment_orders_read", summary="Read a fulfillment order", tags=TAG,
        responses=shapes.OneWorkSerializer,
    )  # fmt: skip
    def get(self, request: Request, fulfillment_order_id: UUID) -> Response:
        return self.answer(fulfillment_order_id)


class StartPicking(WorkView):
    @extend_schema(
        operation_id="fulfillment_orders_start", summary="Start picking, or take over", tags=TAG,
        request=shapes.StartSerializer, responses=shapes.OneWorkSerializer,
    )  # fmt: skip
    def post(self, request: Request, fulfillment_order_id: UUID) -> Response:
        start_picking(fulfillment_order_id=fulfillment_order_id, **valid(shapes.StartSerializer, request))
        return self.answer(fulfillment_order_id)


class Scans(WorkView):
    @extend_schema(
        operation_id="fulfillment_orders_scan", summary="Judge a scan, and count it when it is right", tags=TAG,
        description="While picking it counts a picked unit, after that a packed one. A wrong scan is no error.",
        request=shapes.FloorScanSerializer, responses=shapes.VerdictSerializer,
    )  # fmt: skip
    def post(self, request: Request, fulfillment_order_id: UUID) -> Response:
        verdict = record_scan(fulfillment_order_id=fulfillment_order_id, **valid(shapes.FloorScanSerializer, request))
        return Response(shapes.VerdictSerializer(verdict).data)


class UndoScan(WorkView):
    @extend_schema(
        operation_id="fulfillment_orders_undo", summary="Take back the last scan that counted", tags=TAG,
        request=None, responses=shapes.OneWorkSerializer,
    )  # fmt: skip
    def post(self, request: Request, fulfillment_order_id: UUID) -> Response:
        undo_scan(fulfillment_order_id=fulfillment_order_id)
        return self.answer(fulfillment_order_id)


class Shorts(WorkView):
    @extend_schema(
        operation_id="fulfillment_orders_short", summary="Report that fewer units are there", tags=TAG,
        description="The missing units are set aside to be counted, and placed elsewhere if anybody has them.",
        request=shapes.ShortSerializer, responses=shapes.ShortAnswerSerializer,
    )  # fmt: skip
    def post(self, request: Request, fulfillment_order_id: UUID) -> Response:
        short = short_pick(fulfillment_order_id=fulfillment_order_id, **valid(shapes.ShortSerializer, request))
        return Response(shapes.ShortAnswerSerializer(short).data)


class Pack(WorkView):
    @extend_schema(
        operation_id="fulfillment_orders_pack", summary="Pack all that was picked", tags=TAG,
        description=(
            "Refused while a unit is not scanned (`not_verified`), and when a box weighs what it cannot "
            "(`weight_off`, unless `confirm_weight`)."
        ),
        request=shapes.PackSerializer, responses=shapes.OneWorkSerializer,
    )  # fmt: skip
    def post(self, request: Request, fulfillment_order_id: UUID) -> Response:
        given = valid(shapes.PackSerializer, request)
        pack(
            fulfillment_order_id=fulfillment_order_id, confirm_weight=given["confirm_weight"],
            parcels=[_parcel(each) for each in given["parcels"]],
        )  # fmt: skip
        return self.answer(fulfillment_order_id)


def _parcel(given: dict) -> ParcelDraft:
    contents = given.get("contents")
    inside = None if contents is None else {each["fulfillment_line_id"]: each["quantity"] for each in contents}
    return ParcelDraft(given["weight_g"], given["box"], inside)


class Unpack(WorkView):
    @extend_schema(
        operation_id="fulfillment_orders_unpack", summary="Take everything out of its boxes again", tags=TAG,
        request=None, responses=shapes.OneWorkSerializer,
    )  # fmt: skip
    def post(self, request: Request, fulfillment_order_id: UUID) -> Response:
        unpack(fulfillment_order_id=fulfillment_order_id)
        return self.answer(fulfillment_order_id)


class Labels(WorkView):
    verbs = {"POST": LABEL}

    @extend_schema(
        operation_id="fulfillment_orders_label", summary="Buy the labels of its parcels", tags=TAG,
        description="They are bought within seconds; read the fulfillment order again, or listen to the events.",
        request=shapes.LabelSerializer, responses={202: shapes.OneWorkSerializer},
    )  # fmt: skip
    def post(self, request: Request, fulfillment_order_id: UUID) -> Response:
        given = valid(shapes.LabelSerializer, request)
        ids = _parcel_ids(fulfillment_order_id)
        _raise_first(request_labels(parcel_ids=ids, **given))
        answer = self.answer(fulfillment_order_id)
        answer.status_code = 202
        return answer


class Dispatch(WorkView):
    verbs = {"POST": HAND_OVER}

    @extend_schema(
        operation_id="fulfillment_orders_dispatch", summary="Hand parcels over", tags=TAG,
        request=shapes.DispatchSerializer, responses=shapes.OneWorkSerializer,
    )  # fmt: skip
    def post(self, request: Request, fulfillment_order_id: UUID) -> Response:
        given = valid(shapes.DispatchSerializer, request)
        ids = _parcel_ids(fulfillment_order_id)
        chosen = given.get("parcel_ids", ids)
        lifecycle.next_state(work_by_id(fulfillment_order_id).state, "dispatch")
        _raise_first(
            dispatch_parcels(parcel_ids=[each for each in chosen if each in ids], without_label=given["without_label"])
        )
        return self.answer(fulfillment_order_id)


class AnswerCancel(WorkView):
    @extend_schema(
        operation_id="fulfillment_orders_answer_cancel", summary="Say whether it can still be canceled", tags=TAG,
        request=shapes.AnswerCancelSerializer, responses=shapes.OneWorkSerializer,
    )  # fmt: skip
    def post(self, request: Request, fulfillment_order_id: UUID) -> Response:
        answer_cancel(fulfillment_order_id=fulfillment_order_id, **valid(shapes.AnswerCancelSerializer, request))
        return self.answer(fulfillment_order_id)


def _parcel_ids(fulfillment_order_id: UUID) -> list[UUID]:
    """Those still here. Raises `NotFound` for work the caller may not see."""
    work = work_by_id(fulfillment_order_id)
    return [each.id for each in parcels_of([work.id])[work.id] if each.dispatched_at is None]


def _raise_first(answers: dict[UUID, object]) -> None:
    """One order's parcels go together or not at all."""
    for answer in answers.values():
        if isinstance(answer, OmsError):
            raise answer
