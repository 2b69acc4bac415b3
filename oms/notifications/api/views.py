"""The mail that customers got."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from oms.core.api.paging import SIZE_MAX
from oms.core.api.schema import page_of
from oms.core.api.views import TenantView
from oms.core.tenancy import unit
from oms.notifications.actions.write import resend
from oms.notifications.models import KINDS, CustomerMessage
from oms.notifications.queries import message, messages

PAGING = ("cursor", "page_size")
STATES = ("due", "sending", "sent", "failed", "skipped")


class MessageQuery(serializers.Serializer):
    state = serializers.ChoiceField(required=False, choices=STATES, default="")
    kind = serializers.ChoiceField(required=False, choices=KINDS, default="")
    order_id = serializers.UUIDField(required=False)
    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=SIZE_MAX)


class CustomerMessageSerializer(serializers.Serializer):
    """One mail. Who may not see customers gets null for its recipient and what it says."""

    id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=KINDS)
    subject = serializers.CharField(source="shown_subject")
    recipient = serializers.SerializerMethodField()
    paragraphs = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=STATES)
    reason = serializers.CharField(help_text="Why it failed, waits or was left out.")
    attempts = serializers.IntegerField()
    sent_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    def get_recipient(self, found: CustomerMessage) -> str | None:
        return found.recipient if unit().actor.permits("customers.view") else None

    def get_paragraphs(self, found: CustomerMessage) -> list[str] | None:
        return found.letter["paragraphs"] if unit().actor.permits("customers.view") else None


class Messages(TenantView):
    verbs = {"GET": "messages.view"}

    @extend_schema(
        summary="List the mail to customers, newest first", tags=["messages"], operation_id="messages_list",
        parameters=[MessageQuery], responses=page_of(CustomerMessageSerializer, "CustomerMessage"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        given = MessageQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = {name: value for name, value in given.validated_data.items() if name not in PAGING}
        return self.page(messages(**asked), CustomerMessageSerializer, order=("-created_at", "-id"))


class OneMessage(TenantView):
    verbs = {"GET": "messages.view"}

    @extend_schema(
        summary="One mail", tags=["messages"], operation_id="messages_get", responses=CustomerMessageSerializer
    )
    def get(self, request: Request, customer_message_id: UUID) -> Response:
        return Response(CustomerMessageSerializer(message(customer_message_id)).data)


class ResendMessage(TenantView):
    verbs = {"POST": "messages.resend"}

    @extend_schema(
        summary="Send it again", tags=["messages"], operation_id="messages_resend", request=None,
        responses=CustomerMessageSerializer,
    )  # fmt: skip
    def post(self, request: Request, customer_message_id: UUID) -> Response:
        return Response(CustomerMessageSerializer(resend(message_id=message(customer_message_id).id)).data)
