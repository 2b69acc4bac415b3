"""Carts: stock held for a while, for what is no order yet."""

from datetime import datetime, timedelta
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.carts import (
    LINES_MAX,
    LONGEST,
    VERB,
    HeldCart,
    Want,
    extend_cart,
    give_cart_back,
    held_cart,
    hold_cart,
)
from inventory.api.naming import named
from inventory.models.carts import ENDINGS
from inventory.stock.values import QUANTITY_MAX
from oms.core.api.views import TenantView, valid
from oms.core.tenancy import unit

SECONDS = {"min_value": 1, "max_value": int(LONGEST.total_seconds())}


class CartWantSerializer(serializers.Serializer):
    """Name the item by ``sku`` or ``item_id``; a location only to have it from there and nowhere else."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)


class HoldCartSerializer(serializers.Serializer):
    lines = CartWantSerializer(many=True, allow_empty=False, max_length=LINES_MAX)
    hold_seconds = serializers.IntegerField(**SECONDS, default=900, help_text="15 minutes by default, 30 days at most.")
    channel_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    best_effort = serializers.BooleanField(
        default=False, help_text="Hold as many as there are, instead of all or nothing."
    )


class ExtendCartSerializer(serializers.Serializer):
    hold_seconds = serializers.IntegerField(**SECONDS, help_text="From now on.")


class CartLineSerializer(serializers.Serializer):
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    quantity = serializers.IntegerField(help_text="Asked for.")
    held = serializers.IntegerField(help_text="Held now: less when there were not as many, or its time ran out.")


class CartSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    channel_id = serializers.UUIDField(allow_null=True)
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    ended_as = serializers.ChoiceField(choices=ENDINGS, allow_blank=True, help_text="Empty while it is a cart.")
    complete = serializers.BooleanField(help_text="Whether it holds all that was asked for.")
    lines = CartLineSerializer(many=True)


class Carts(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="carts_hold", summary="Hold stock for a cart", tags=["stock"], request=HoldCartSerializer,
        responses={201: CartSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = valid(HoldCartSerializer, request)
        lines = sent["lines"]
        wants = [
            Want(item_id, line["quantity"], location_id)
            for line, (item_id, location_id) in zip(lines, named(lines, needed=("item",)), strict=True)
        ]
        held = hold_cart(
            wants=wants, expires_at=_until(sent), channel_id=sent["channel_id"], best_effort=sent["best_effort"]
        )
        return _answer(held, status=201)


class OneCart(TenantView):
    verbs = {"GET": VERB}

    @extend_schema(operation_id="carts_get", summary="What a cart holds now", tags=["stock"], responses=CartSerializer)
    def get(self, request: Request, cart_id: UUID) -> Response:
        return _answer(held_cart(cart_id))


class ExtendCart(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="carts_extend", summary="Hold it for longer", tags=["stock"], request=ExtendCartSerializer,
        responses=CartSerializer,
    )  # fmt: skip
    def post(self, request: Request, cart_id: UUID) -> Response:
        return _answer(extend_cart(cart_id=cart_id, expires_at=_until(valid(ExtendCartSerializer, request))))


class GiveCartBack(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="carts_give_back", summary="Let its units be sold to others", tags=["stock"], request=None,
        responses=CartSerializer,
    )  # fmt: skip
    def post(self, request: Request, cart_id: UUID) -> Response:
        return _answer(give_cart_back(cart_id=cart_id))


def _until(sent: dict) -> datetime:
    return unit().now + timedelta(seconds=sent["hold_seconds"])


def _answer(held: HeldCart, *, status: int = 200) -> Response:
    cart = held.cart
    lines = [
        {"item_id": each.item_id, "item": each.item, "quantity": each.quantity, "held": held.units(each)}
        for each in held.lines
    ]
    shown = {
        "id": cart.id, "channel_id": cart.channel_id, "expires_at": cart.expires_at, "created_at": cart.created_at,
        "ended_as": cart.ended_as, "complete": held.complete, "lines": lines,
    }  # fmt: skip
    return Response(CartSerializer(shown).data, status=status)
