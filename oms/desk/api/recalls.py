"""Who got of recalled lots, and writing to them."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment.recalled import Got, who_got_recalled
from inventory.actions.tracing import VERB
from inventory.queries.tracing import recall_by_id
from oms.core.api.views import TenantView
from oms.core.tenancy import unit
from oms.desk.privacy import may_know_customers
from oms.notifications.actions.recalling import notices_of, start_notice

TAG = ["lots"]


class RecallOrderShape(serializers.Serializer):
    """Recalled units that went to one order. Names and addresses are for who may see customers."""

    order_id = serializers.UUIDField()
    number = serializers.IntegerField()
    channel_id = serializers.UUIDField()
    customer = serializers.CharField()
    email = serializers.CharField()
    sku = serializers.CharField()
    code = serializers.CharField(help_text="The lot's, or the unit's own.")
    units = serializers.IntegerField()
    returned = serializers.IntegerField(help_text="Units of these that came back.")
    sent_at = serializers.DateTimeField()
    tracking_number = serializers.CharField()


class RecallOrdersShape(serializers.Serializer):
    results = RecallOrderShape(many=True)
    unknown = serializers.IntegerField(help_text="Units that left without an order we know.")
    letters = serializers.DictField(child=serializers.IntegerField(), help_text="State → letters of this recall.")


class NoticeShape(serializers.Serializer):
    job_id = serializers.UUIDField()


class RecallOrders(TenantView):
    verbs = {"GET": "orders.view"}

    @extend_schema(
        operation_id="recalls_orders", summary="Every order that got of the recalled lots", tags=TAG,
        responses=RecallOrdersShape,
    )  # fmt: skip
    def get(self, request: Request, recall_id: UUID) -> Response:
        recall = recall_by_id(recall_id)
        audience = who_got_recalled(recall)
        named = may_know_customers(unit().actor)
        body = {
            "results": [_row(each, named) for each in audience.got], "unknown": audience.unknown,
            "letters": notices_of(recall),
        }  # fmt: skip
        return Response(RecallOrdersShape(body).data)


class RecallNotice(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="recalls_notice", summary="Write to every customer who has some of it; nobody twice", tags=TAG,
        request=None, responses={202: NoticeShape},
    )  # fmt: skip
    def post(self, request: Request, recall_id: UUID) -> Response:
        return Response({"job_id": start_notice(recall_id=recall_id).id}, status=202)


def _row(each: Got, named: bool) -> dict:
    order = each.order
    return {
        "order_id": order.id, "number": order.number, "channel_id": order.channel_id,
        "customer": order.customer_name if named else "", "email": order.email if named else "", "sku": each.line.sku,
        "code": each.name, "units": each.units, "returned": each.returned, "sent_at": each.sent_at,
        "tracking_number": each.tracking,
    }  # fmt: skip
