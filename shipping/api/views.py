"""Rates, shipments, labels, hand-over and tracking."""

from uuid import UUID

from django.http import HttpResponseRedirect
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from oms.core.api.schema import page_of
from oms.core.api.views import TenantView, etag, valid
from oms.core.errors import NotAllowed
from oms.core.files import signed_link
from shipping import queries
from shipping.actions.create import create_shipment
from shipping.actions.hand_over import hand_over
from shipping.actions.label import request_label, void_label
from shipping.actions.quote import quote_rates
from shipping.actions.track import Scanned, record_tracking
from shipping.api.serializers import (
    EventSerializer,
    OneShipmentSerializer,
    QuoteSerializer,
    QuotesSerializer,
    RateQuery,
    ScanSerializer,
    ShipmentDraftSerializer,
    ShipmentQuery,
    ShipmentSerializer,
    VoidSerializer,
    address_from,
    box_from,
    draft_from,
)

PAGING = ("cursor", "page_size")


def asked(serializer: type, request: Request) -> dict:
    """The filters of a list, without those of its paging; raises a problem naming every bad one."""
    given = serializer(data=request.query_params)
    given.is_valid(raise_exception=True)
    return {name: value for name, value in given.validated_data.items() if name not in PAGING}


class Rates(TenantView):
    verbs = {"POST": "shipments.view"}

    @extend_schema(
        summary="What each carrier would charge for a box, and why one would not take it", tags=["shipping"],
        operation_id="rates", request=RateQuery, responses=QuotesSerializer,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = valid(RateQuery, request)
        quotes = quote_rates(
            origin=address_from(given["origin"]), ship_to=address_from(given["ship_to"]), box=box_from(given),
            account_ids=given.get("account_ids"),
        )  # fmt: skip
        return Response({"results": QuoteSerializer(quotes, many=True).data})


class Shipments(TenantView):
    verbs = {"GET": "shipments.view", "POST": "shipments.label"}

    @extend_schema(
        summary="List shipments, newest first", tags=["shipping"], operation_id="shipments_list",
        parameters=[ShipmentQuery], responses=page_of(ShipmentSerializer, "Shipment"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = queries.shipments(**asked(ShipmentQuery, request))
        return self.page(rows, ShipmentSerializer, order=("-created_at", "-id"))

    @extend_schema(
        summary="Make a shipment; its label is bought next", tags=["shipping"], operation_id="shipments_create",
        request=ShipmentDraftSerializer, responses={201: OneShipmentSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return _shown(create_shipment(draft=draft_from(valid(ShipmentDraftSerializer, request))).id, status=201)


class OneShipment(TenantView):
    verbs = {"GET": "shipments.view"}

    @extend_schema(summary="One shipment", tags=["shipping"], responses=OneShipmentSerializer)
    def get(self, request: Request, shipment_id: UUID) -> Response:
        return _shown(shipment_id)


class BuyLabel(TenantView):
    verbs = {"POST": "shipments.label"}

    @extend_schema(
        summary="Buy the label, in a moment; asking twice buys one", tags=["shipping"],
        operation_id="shipments_buy_label", request=None, responses={202: OneShipmentSerializer},
    )  # fmt: skip
    def post(self, request: Request, shipment_id: UUID) -> Response:
        request_label(shipment_id=shipment_id)
        return _shown(shipment_id, status=202)


class VoidLabel(TenantView):
    verbs = {"POST": "shipments.label"}

    @extend_schema(
        summary="Give a shipment up; its carrier takes the label back in a moment", tags=["shipping"],
        operation_id="shipments_void", request=VoidSerializer, responses={202: OneShipmentSerializer},
    )  # fmt: skip
    def post(self, request: Request, shipment_id: UUID) -> Response:
        void_label(shipment_id=shipment_id, reason=valid(VoidSerializer, request)["reason"])
        return _shown(shipment_id, status=202)


class HandOver(TenantView):
    verbs = {"POST": "shipments.hand_over"}

    @extend_schema(
        summary="The carrier has taken the parcel", tags=["shipping"], operation_id="shipments_hand_over",
        request=None, responses=OneShipmentSerializer,
    )  # fmt: skip
    def post(self, request: Request, shipment_id: UUID) -> Response:
        hand_over(shipment_ids=[shipment_id])
        return _shown(shipment_id)


class ShipmentEvents(TenantView):
    verbs = {"GET": "shipments.view", "POST": "shipments.hand_over"}

    @extend_schema(
        summary="The scans of a shipment, newest first", tags=["shipping"], operation_id="shipment_events_list",
        responses=page_of(EventSerializer, "TrackingEvent"),
    )  # fmt: skip
    def get(self, request: Request, shipment_id: UUID) -> Response:
        rows = queries.events_of(queries.shipment(shipment_id).id)
        return self.page(rows, EventSerializer, order=("-occurred_at", "-id"))

    @extend_schema(
        summary="Record a scan of your own; a copy changes nothing", tags=["shipping"],
        operation_id="shipment_events_create", request=ScanSerializer, responses={201: OneShipmentSerializer},
    )  # fmt: skip
    def post(self, request: Request, shipment_id: UUID) -> Response:
        record_tracking(scans=[Scanned(shipment_id, **valid(ScanSerializer, request))])
        return _shown(shipment_id, status=201)


class LabelFile(TenantView):
    """The label's file: sends on to a link that is good for an hour. ``form`` is ``pdf`` or ``zpl``."""

    verbs = {"GET": "shipments.label"}
    form = "pdf"

    @extend_schema(
        summary="Download the label", tags=["shipping"],
        responses={302: OpenApiResponse(description="To a link that is good for an hour.")},
    )  # fmt: skip
    def get(self, request: Request, shipment_id: UUID):
        shipment = queries.shipment(shipment_id)
        file_id = shipment.label_pdf_id if self.form == "pdf" else shipment.label_zpl_id
        if file_id is None:
            raise NotAllowed(shipment.state, "download", "This shipment has no label yet. Buy it first.")
        return HttpResponseRedirect(signed_link(file_id))


def _shown(shipment_id: UUID, *, status: int = 200) -> Response:
    shipment = queries.shipment(shipment_id)
    shipment.purchase = queries.newest_purchases([shipment.id]).get(shipment.id)
    return Response(OneShipmentSerializer(shipment).data, status=status, headers={"ETag": etag(shipment.version)})
