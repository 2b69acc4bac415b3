"""Webhooks over HTTP: endpoints, the log of messages, event types."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from oms.core.api.paging import uuid_of
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView, etag, valid
from oms.webhooks import queries
from oms.webhooks.actions.endpoints import (
    create_endpoint,
    delete_endpoint,
    event_types,
    found,
    rotate_secret,
    update_endpoint,
)
from oms.webhooks.actions.messages import replay_message, send_test
from oms.webhooks.models import Attempt, Endpoint, Message

STATES = [Message.DUE, Message.DELIVERED, Message.FAILED]


class EndpointSerializer(serializers.ModelSerializer):
    class Meta:
        model = Endpoint
        fields = [
            "id", "url", "description", "events", "active", "disabled_reason", "previous_until", "version",
            "created_at",
        ]  # fmt: skip
        extra_kwargs = {
            "events": {"help_text": "Event types it gets; empty means all."},
            "previous_until": {"help_text": "Until then messages are signed with the secret before the rotation too."},
        }


class NewEndpointSerializer(EndpointSerializer):
    secret = serializers.CharField(help_text="`whsec_…`, shown this once.")

    class Meta(EndpointSerializer.Meta):
        fields = [*EndpointSerializer.Meta.fields, "secret"]


class EndpointDraft(serializers.Serializer):
    url = serializers.CharField(max_length=4000)
    events = serializers.ListField(child=serializers.CharField(max_length=80), max_length=200, default=list)
    description = serializers.CharField(default="", allow_blank=True, max_length=400)


class EndpointChange(serializers.Serializer):
    url = serializers.CharField(required=False, max_length=4000)
    events = serializers.ListField(child=serializers.CharField(max_length=80), max_length=200, required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=400)
    active = serializers.BooleanField(required=False)


class MessageSerializer(serializers.ModelSerializer):
    class Meta:
        model = Message
        fields = [
            "id", "endpoint_id", "event_id", "event_type", "object_id", "sequence", "state", "attempts", "due_at",
            "delivered_at", "created_at",
        ]  # fmt: skip


class AttemptSerializer(serializers.ModelSerializer):
    class Meta:
        model = Attempt
        fields = ["at", "status", "response", "error", "duration_ms"]


class OneMessageSerializer(MessageSerializer):
    body = serializers.CharField()
    tries = serializers.SerializerMethodField()

    class Meta(MessageSerializer.Meta):
        fields = [*MessageSerializer.Meta.fields, "body", "tries"]

    @extend_schema_field(AttemptSerializer(many=True))
    def get_tries(self, message: Message) -> list:
        return AttemptSerializer(queries.attempts_of(message.id), many=True).data


class EventTypeSerializer(serializers.Serializer):
    name = serializers.CharField()
    description = serializers.CharField()


class EventTypes(TenantView):
    verbs = {"GET": "settings.view"}

    @extend_schema(responses=EventTypeSerializer(many=True))
    def get(self, request):
        """Every event an endpoint can ask for."""
        return Response([{"name": name, "description": text} for name, text in event_types().items()])


class Endpoints(TenantView):
    verbs = {"GET": "settings.view", "POST": "webhooks.edit"}

    @extend_schema(
        parameters=PAGING,
        responses=page_of(EndpointSerializer, "WebhookEndpoint"),
        operation_id="webhook_endpoints_list",
    )
    def get(self, request):
        """Endpoints, newest first; never their secrets."""
        return self.page(queries.endpoints(), EndpointSerializer, order=("-created_at", "-id"))

    @extend_schema(request=EndpointDraft, responses={201: NewEndpointSerializer})
    def post(self, request):
        """Create an endpoint. Its signing secret is in this answer and nowhere else."""
        return _with_secret(*create_endpoint(**valid(EndpointDraft, request)), status=201)


class OneEndpoint(TenantView):
    verbs = {"GET": "settings.view", "PATCH": "webhooks.edit", "DELETE": "webhooks.edit"}

    @extend_schema(responses=EndpointSerializer)
    def get(self, request, endpoint_id: UUID):
        """One endpoint."""
        return _shown(queries.endpoint(endpoint_id))

    @extend_schema(request=EndpointChange, responses=EndpointSerializer)
    def patch(self, request, endpoint_id: UUID):
        """Change an endpoint, or switch it off and on; honours If-Match."""
        self.check_version(found(endpoint_id).version)
        return _shown(update_endpoint(endpoint_id=endpoint_id, **valid(EndpointChange, request)))

    @extend_schema(responses={204: None})
    def delete(self, request, endpoint_id: UUID):
        """Delete an endpoint with its log."""
        delete_endpoint(endpoint_id=endpoint_id)
        return Response(status=204)


class EndpointRotate(TenantView):
    verbs = {"POST": "webhooks.edit"}

    @extend_schema(request=None, responses=NewEndpointSerializer)
    def post(self, request, endpoint_id: UUID):
        """Make a new secret. For 24 hours messages carry a signature of the old one too."""
        return _with_secret(*rotate_secret(endpoint_id=endpoint_id), status=200)


class EndpointTest(TenantView):
    verbs = {"POST": "webhooks.edit"}

    @extend_schema(request=None, responses={202: MessageSerializer})
    def post(self, request, endpoint_id: UUID):
        """Send a `webhook.test` message."""
        return Response(MessageSerializer(send_test(endpoint_id=endpoint_id)).data, status=202)


class Messages(TenantView):
    verbs = {"GET": "settings.view"}

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("endpoint_id", UUID), OpenApiParameter("state", str, enum=STATES)],
        responses=page_of(MessageSerializer, "WebhookMessage"),
        operation_id="webhook_messages_list",
    )
    def get(self, request):
        """What endpoints were owed, newest first."""
        endpoint = request.query_params.get("endpoint_id")
        rows = queries.messages(
            endpoint_id=uuid_of(endpoint, "endpoint_id") if endpoint else None,
            state=request.query_params.get("state", ""),
        )
        return self.page(rows, MessageSerializer, order=("-created_at", "-id"))


class OneMessage(TenantView):
    verbs = {"GET": "settings.view"}

    @extend_schema(responses=OneMessageSerializer)
    def get(self, request, message_id: UUID):
        """One message, its body, and how each try went."""
        return Response(OneMessageSerializer(queries.message(message_id)).data)


class MessageReplay(TenantView):
    verbs = {"POST": "webhooks.edit"}

    @extend_schema(request=None, responses={202: MessageSerializer})
    def post(self, request, message_id: UUID):
        """Send a message again, with the same event id."""
        return Response(MessageSerializer(replay_message(message_id=message_id)).data, status=202)


def _shown(endpoint: Endpoint) -> Response:
    return Response(EndpointSerializer(endpoint).data, headers={"ETag": etag(endpoint.version)})


def _with_secret(endpoint: Endpoint, secret: str, *, status: int) -> Response:
    return Response({**EndpointSerializer(endpoint).data, "secret": secret}, status=status)
