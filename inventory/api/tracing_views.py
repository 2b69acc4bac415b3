"""Lots: what there is of them, blocking them, and calling them back."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.tracing import VERB
from inventory.actions.tracing.blocking import (
    block_lots,
    block_serials,
    lots_named,
    recall_lots,
    release_lot,
    release_serial,
)
from inventory.actions.tracing.expiring import set_tracing
from inventory.actions.tracing.lots import name_lot, update_lot
from inventory.actions.tracing.units import serials_named
from inventory.api import tracing_serializers as shapes
from inventory.api.naming import named
from inventory.api.pages import PageQuery, page_of
from inventory.models import Recall
from inventory.queries import tracing as queries
from inventory.queries.serials import NEWEST, life_of, serial_by_id, serials, serials_of_recall
from oms.core.api.views import TenantView, etag, valid

TAG = ["lots"]


class Lots(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="lots_list", summary="List lots, newest first", tags=TAG,
        description="`expiring` and `expired` list what is left somewhere, the first to expire first.",
        parameters=[shapes.LotQuery], responses=page_of(shapes.LotSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = shapes.LotQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        rows, order = queries.lots(text=given.get("q", ""), item_id=given.get("item_id"), view=given.get("view", ""))
        return self.page(rows, shapes.LotSerializer, order=order)


class OneLot(TenantView):
    verbs = {"GET": "stock.view", "PATCH": "stock.adjust"}

    @extend_schema(
        operation_id="lots_get", summary="One lot, and where it lies", tags=TAG, responses=shapes.OneLotSerializer
    )
    def get(self, request: Request, lot_id: UUID) -> Response:
        return _shown(lot_id)

    @extend_schema(
        operation_id="lots_update", summary="Put its dates right; send its ETag as If-Match", tags=TAG,
        request=shapes.LotPatchSerializer, responses=shapes.OneLotSerializer,
    )  # fmt: skip
    def patch(self, request: Request, lot_id: UUID) -> Response:
        found = queries.lot_by_id(lot_id)
        self.check_version(found.version)
        sent = valid(shapes.LotPatchSerializer, request)
        update_lot(
            lot_id=lot_id, made_on=sent.get("made_on", found.made_on),
            expires_on=sent.get("expires_on", found.expires_on), expected_version=found.version,
        )  # fmt: skip
        return _shown(lot_id)


class BlockLot(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="lots_block", summary="Take it off sale everywhere", tags=TAG, request=shapes.ReasonSerializer,
        responses=shapes.OneLotSerializer,
    )  # fmt: skip
    def post(self, request: Request, lot_id: UUID) -> Response:
        block_lots(lot_ids=[lot_id], reason=valid(shapes.ReasonSerializer, request)["reason"])
        return _shown(lot_id)


class ReleaseLot(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="lots_release", summary="It may be sold again", tags=TAG, request=shapes.ReasonSerializer,
        description="What lies in quarantine stays there until it is put back on sale.",
        responses=shapes.OneLotSerializer,
    )  # fmt: skip
    def post(self, request: Request, lot_id: UUID) -> Response:
        release_lot(lot_id=lot_id, reason=valid(shapes.ReasonSerializer, request)["reason"])
        return _shown(lot_id)


class NameLot(TenantView):
    verbs = {"POST": "stock.adjust"}

    @extend_schema(
        operation_id="lots_name", summary="Say that units of an unknown lot are of this one", tags=TAG,
        request=shapes.NameLotSerializer, responses=shapes.OneLotSerializer,
    )  # fmt: skip
    def post(self, request: Request, lot_id: UUID) -> Response:
        queries.lot_by_id(lot_id)
        sent = valid(shapes.NameLotSerializer, request)
        ((_, location_id),) = named([sent], path="", needed=("location",))
        name_lot(lot_id=lot_id, location_id=location_id, quantity=sent["quantity"], state=sent["state"])
        return _shown(lot_id)


class LotSettings(TenantView):
    verbs = {"GET": "stock.view", "PUT": "settings.edit"}

    @extend_schema(
        operation_id="lot_settings_get", summary="When a lot is said to expire soon", tags=TAG,
        responses=shapes.LotSettingsSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response(shapes.LotSettingsSerializer(queries.tracing_settings()).data)

    @extend_schema(
        operation_id="lot_settings_set", summary="Set when a lot is said to expire soon", tags=TAG,
        request=shapes.LotSettingsSerializer, responses=shapes.LotSettingsSerializer,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        return Response(shapes.LotSettingsSerializer(set_tracing(**valid(shapes.LotSettingsSerializer, request))).data)


class Recalls(TenantView):
    verbs = {"GET": "stock.view", "POST": VERB}

    @extend_schema(
        operation_id="recalls_list", summary="List recalls, newest first", tags=TAG, parameters=[PageQuery],
        responses=page_of(shapes.RecallSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.recalls(), shapes.RecallSerializer, order=("-id",))

    @extend_schema(
        operation_id="recalls_create", summary="Call lots back: block each everywhere in one act", tags=TAG,
        request=shapes.RecallDraftSerializer, responses={201: shapes.OneRecallSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = valid(shapes.RecallDraftSerializer, request)
        lot_ids, serial_ids = sent.get("lot_ids", []), sent.get("serial_ids", [])
        if not (lot_ids or serial_ids):
            lots, units = _named(sent)
            lot_ids, serial_ids = [each.id for each in lots], [each.id for each in units]
        made = recall_lots(lot_ids=lot_ids, serial_ids=serial_ids, reason=sent["reason"], advice=sent["advice"])
        headers = {"Location": f"/api/v1/recalls/{made.id}"}
        return Response(_recall(made), status=201, headers=headers)


class OneRecall(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="recalls_get", summary="One recall with its lots", tags=TAG, responses=shapes.OneRecallSerializer
    )
    def get(self, request: Request, recall_id: UUID) -> Response:
        return Response(_recall(queries.recall_by_id(recall_id)))


class Serials(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="serials_list", summary="List units known by number, newest first", tags=TAG,
        parameters=[shapes.SerialQuery], responses=page_of(shapes.SerialSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = shapes.SerialQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = serials(text=asked.validated_data.get("q", ""), item_id=asked.validated_data.get("item_id"))
        return self.page(rows, shapes.SerialSerializer, order=NEWEST)


class OneSerial(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="serials_get", summary="One unit, where it is, and its life", tags=TAG,
        responses=shapes.OneSerialSerializer,
    )  # fmt: skip
    def get(self, request: Request, serial_id: UUID) -> Response:
        return _unit(serial_id)


class BlockSerial(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="serials_block", summary="Keep one unit off sale", tags=TAG, request=shapes.ReasonSerializer,
        responses=shapes.OneSerialSerializer,
    )  # fmt: skip
    def post(self, request: Request, serial_id: UUID) -> Response:
        serial_by_id(serial_id)
        block_serials(serial_ids=[serial_id], reason=valid(shapes.ReasonSerializer, request)["reason"])
        return _unit(serial_id)


class ReleaseSerial(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="serials_release", summary="It may be sold again", tags=TAG, request=shapes.ReasonSerializer,
        responses=shapes.OneSerialSerializer,
    )  # fmt: skip
    def post(self, request: Request, serial_id: UUID) -> Response:
        serial_by_id(serial_id)
        release_serial(serial_id=serial_id, reason=valid(shapes.ReasonSerializer, request)["reason"])
        return _unit(serial_id)


def _unit(serial_id: UUID) -> Response:
    found = serial_by_id(serial_id)
    found.life = life_of(found)
    return Response(shapes.OneSerialSerializer(found).data)


def _named(sent: dict) -> tuple[list, list]:
    """The lots and units that are named by their codes."""
    ((item_id, _),) = named([sent], path="", needed=("item",))
    of_lots = {name: sent[name] for name in ("codes", "first", "last", "expires_from", "expires_until")}
    of_units = {"codes": sent["serials"], "first": sent["first_serial"], "last": sent["last_serial"]}
    units = serials_named(item_id=item_id, **of_units) if any(of_units.values()) else []
    return lots_named(item_id=item_id, **of_lots) if any(of_lots.values()) or not units else [], units


def _shown(lot_id: UUID) -> Response:
    found = queries.lot_by_id(lot_id)
    found.stock = queries.quants_of_lot(lot_id)
    return Response(shapes.OneLotSerializer(found).data, headers={"ETag": etag(found.version)})


def _recall(found: Recall) -> dict:
    lots = shapes.LotSerializer(queries.lots_of_recall(found), many=True).data
    units = shapes.SerialSerializer(serials_of_recall(found), many=True).data
    return {**shapes.RecallSerializer(found).data, "lots": lots, "units": units}
