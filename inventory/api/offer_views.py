"""What channels are offered: units kept back, and shares."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.offering import (
    VERB,
    lift_channel_share,
    lift_sell_buffer,
    set_channel_share,
    set_sell_buffer,
)
from inventory.api.naming import named
from inventory.api.pages import PageQuery, page_of
from inventory.stock.offering import SHARES
from inventory.stock.values import QUANTITY_MAX
from oms.core.api.views import TenantView, valid

ORDER = ("-created_at", "-id")


class _RuleSerializer(serializers.Serializer):
    """What is null applies to all."""

    id = serializers.UUIDField()
    item_id = serializers.UUIDField(allow_null=True)
    sku = serializers.CharField(source="item.sku", default=None, allow_null=True)
    channel_id = serializers.UUIDField(allow_null=True)
    channel = serializers.CharField(source="channel.name", default=None, allow_null=True)
    created_at = serializers.DateTimeField()


class SellBufferSerializer(_RuleSerializer):
    location_id = serializers.UUIDField(allow_null=True)
    location = serializers.CharField(source="location.name", default=None, allow_null=True)
    units = serializers.IntegerField()


class ChannelShareSerializer(_RuleSerializer):
    kind = serializers.ChoiceField(choices=SHARES)
    amount = serializers.IntegerField()


class SetSellBufferSerializer(serializers.Serializer):
    """What you do not name means all of its kind. Setting the same scope again replaces its units."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    channel_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    units = serializers.IntegerField(min_value=0, max_value=QUANTITY_MAX)


class SetChannelShareSerializer(serializers.Serializer):
    """Without an item the share is of every item. Setting the same scope again replaces it."""

    channel_id = serializers.UUIDField()
    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(
        choices=SHARES,
        help_text="`percent` of what is left after the buffers, `at_most` so many units, or so many `kept` for this "
        "channel, which the others are not offered.",
    )
    amount = serializers.IntegerField(min_value=0, max_value=QUANTITY_MAX)


class SellBuffers(TenantView):
    verbs = {"GET": "stock.view", "POST": VERB}

    @extend_schema(
        operation_id="sell_buffers_list", summary="List units kept back, newest first", tags=["stock"],
        parameters=[PageQuery], responses=page_of(SellBufferSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.sell_buffers(), SellBufferSerializer, order=ORDER)

    @extend_schema(
        operation_id="sell_buffers_set", summary="Keep units back from what is offered", tags=["stock"],
        request=SetSellBufferSerializer, responses={201: SellBufferSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = valid(SetSellBufferSerializer, request)
        ((item_id, location_id),) = named([sent], path="", needed=())
        rule = set_sell_buffer(
            units=sent["units"], item_id=item_id, location_id=location_id, channel_id=sent["channel_id"]
        )
        return Response(SellBufferSerializer(rule).data, status=201)


class OneSellBuffer(TenantView):
    verbs = {"DELETE": VERB}

    @extend_schema(
        operation_id="sell_buffers_lift", summary="Keep them back no more", tags=["stock"], responses={204: None}
    )
    def delete(self, request: Request, sellbuffer_id: UUID) -> Response:
        lift_sell_buffer(buffer_id=sellbuffer_id)
        return Response(status=204)


class ChannelShares(TenantView):
    verbs = {"GET": "stock.view", "POST": VERB}

    @extend_schema(
        operation_id="channel_shares_list", summary="List channels' shares, newest first", tags=["stock"],
        parameters=[PageQuery], responses=page_of(ChannelShareSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.channel_shares(), ChannelShareSerializer, order=ORDER)

    @extend_schema(
        operation_id="channel_shares_set", summary="Set a channel's share", tags=["stock"],
        request=SetChannelShareSerializer, responses={201: ChannelShareSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = valid(SetChannelShareSerializer, request)
        ((item_id, _),) = named([sent], path="", needed=())
        rule = set_channel_share(
            channel_id=sent["channel_id"], kind=sent["kind"], amount=sent["amount"], item_id=item_id
        )
        return Response(ChannelShareSerializer(rule).data, status=201)


class OneChannelShare(TenantView):
    verbs = {"DELETE": VERB}

    @extend_schema(
        operation_id="channel_shares_lift", summary="Lift a channel's share", tags=["stock"], responses={204: None}
    )
    def delete(self, request: Request, channelshare_id: UUID) -> Response:
        lift_channel_share(share_id=channelshare_id)
        return Response(status=204)
