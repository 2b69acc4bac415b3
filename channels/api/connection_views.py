"""Connections over HTTP: connect a channel by a signed hook, see what came in, and read it again."""

from collections.abc import Callable
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from channels.actions.connections import (
    connect_hook,
    pause_connection,
    rename_connection,
    resume_connection,
    rotate_secret,
)
from channels.actions.messages import replay_message
from channels.api import connection_serializers as shapes
from channels.locks import lock_connection
from channels.models import Connection
from channels.queries import connections as queries
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView, etag, valid

TAGS = ["connections"]
PAGED = ("cursor", "page_size")


class Connections(TenantView):
    verbs = {"GET": "channels.view", "POST": "channels.edit"}

    @extend_schema(
        operation_id="connections_list", summary="List the connections of the sales channels", tags=TAGS,
        parameters=PAGING, responses=page_of(shapes.ConnectionSerializer, "Connection"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.visible_connections(), shapes.ConnectionSerializer, order=("created_at", "id"))

    @extend_schema(
        operation_id="connections_create", tags=TAGS,
        summary="Connect a channel by a signed hook; its secret is in this answer and nowhere else",
        request=shapes.ConnectionDraft, responses={201: shapes.NewConnectionSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return _with_secret(*connect_hook(**valid(shapes.ConnectionDraft, request)), status=201)


class OneConnection(TenantView):
    verbs = {"GET": "channels.view", "PATCH": "channels.edit"}

    @extend_schema(
        operation_id="connections_retrieve", summary="One connection and how it is doing", tags=TAGS,
        responses=shapes.OneConnectionSerializer,
    )  # fmt: skip
    def get(self, request: Request, connection_id: UUID) -> Response:
        found = queries.connection_by_id(connection_id)
        found.health = queries.health_of([found])[found.id]
        return Response(shapes.OneConnectionSerializer(found).data, headers={"ETag": etag(found.version)})

    @extend_schema(
        operation_id="connections_rename", summary="Rename a hook; honours If-Match", tags=TAGS,
        request=shapes.ConnectionChange, responses=shapes.ConnectionSerializer,
    )  # fmt: skip
    def patch(self, request: Request, connection_id: UUID) -> Response:
        self.check_version(lock_connection(connection_id).version)
        return _shown(rename_connection(connection_id=connection_id, **valid(shapes.ConnectionChange, request)))


class PauseConnection(TenantView):
    verbs = {"POST": "channels.edit"}

    @extend_schema(
        operation_id="connections_pause", summary="Keep what comes in without reading it", tags=TAGS, request=None,
        responses=shapes.ConnectionSerializer,
    )  # fmt: skip
    def post(self, request: Request, connection_id: UUID) -> Response:
        return self._done(pause_connection, connection_id)

    def _done(self, act: Callable[..., Connection], connection_id: UUID) -> Response:
        self.check_version(lock_connection(connection_id).version)
        return _shown(act(connection_id=connection_id))


class ResumeConnection(PauseConnection):
    @extend_schema(
        operation_id="connections_resume", summary="Read what waited, and what comes", tags=TAGS, request=None,
        responses=shapes.ConnectionSerializer,
    )  # fmt: skip
    def post(self, request: Request, connection_id: UUID) -> Response:
        return self._done(resume_connection, connection_id)


class RotateSecret(TenantView):
    verbs = {"POST": "channels.edit"}

    @extend_schema(
        operation_id="connections_rotate_secret", request=None, tags=TAGS,
        summary="Give the hook a new secret; the old one counts for 24 hours more",
        responses=shapes.NewConnectionSerializer,
    )  # fmt: skip
    def post(self, request: Request, connection_id: UUID) -> Response:
        return _with_secret(*rotate_secret(connection_id=connection_id), status=200)


class ChannelMessages(TenantView):
    verbs = {"GET": "channels.view"}

    @extend_schema(
        operation_id="channel_messages_list", summary="What came in, newest first; kept for 30 days", tags=TAGS,
        parameters=[shapes.MessageQuery], responses=page_of(shapes.ChannelMessageSerializer, "ChannelMessage"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        given = shapes.MessageQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = {name: value for name, value in given.validated_data.items() if name not in PAGED}
        return self.page(
            queries.visible_messages(**asked), shapes.ChannelMessageSerializer, order=("-received_at", "-id")
        )


class OneChannelMessage(TenantView):
    verbs = {"GET": "channels.view"}

    @extend_schema(
        operation_id="channel_messages_retrieve", summary="One message as it came, and what became of it", tags=TAGS,
        responses=shapes.OneChannelMessageSerializer,
    )  # fmt: skip
    def get(self, request: Request, channel_message_id: UUID) -> Response:
        return Response(shapes.OneChannelMessageSerializer(queries.message_by_id(channel_message_id)).data)


class ReplayChannelMessage(TenantView):
    verbs = {"POST": "channels.edit"}

    @extend_schema(
        operation_id="channel_messages_replay", tags=TAGS, request=None,
        summary="Read a message again; what has had its effect is not done twice",
        responses={202: shapes.ChannelMessageSerializer},
    )  # fmt: skip
    def post(self, request: Request, channel_message_id: UUID) -> Response:
        message = replay_message(message_id=channel_message_id)
        return Response(shapes.ChannelMessageSerializer(message).data, status=202)


def _shown(connection: Connection) -> Response:
    return Response(shapes.ConnectionSerializer(connection).data, headers={"ETag": etag(connection.version)})


def _with_secret(connection: Connection, secret: str, *, status: int) -> Response:
    return Response({**shapes.ConnectionSerializer(connection).data, "secret": secret}, status=status)
