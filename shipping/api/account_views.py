"""Carrier accounts, and what carriers posted to their hooks."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView, etag, valid
from shipping import queries
from shipping.actions.accounts import create_account, rotate_secret, update_account
from shipping.actions.listen import replay_message
from shipping.api.serializers import (
    AccountChange,
    AccountDraft,
    AccountSerializer,
    MessageQuery,
    NewAccountSerializer,
    TrackingMessageSerializer,
)
from shipping.api.views import asked
from shipping.locks import lock_account
from shipping.models import CarrierAccount


class Accounts(TenantView):
    verbs = {"GET": "shipments.view", "POST": "carriers.edit"}

    @extend_schema(
        summary="List carrier accounts", tags=["shipping"], operation_id="carrier_accounts_list", parameters=PAGING,
        responses=page_of(AccountSerializer, "CarrierAccount"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.accounts(), AccountSerializer, order=("created_at", "id"))

    @extend_schema(
        summary="Create a carrier account; the secret of its hook is in this answer and nowhere else",
        tags=["shipping"], request=AccountDraft, responses={201: NewAccountSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return _with_secret(*create_account(**valid(AccountDraft, request)), status=201)


class OneAccount(TenantView):
    verbs = {"GET": "shipments.view", "PATCH": "carriers.edit"}

    @extend_schema(summary="One carrier account", tags=["shipping"], responses=AccountSerializer)
    def get(self, request: Request, account_id: UUID) -> Response:
        return _shown(queries.account(account_id))

    @extend_schema(
        summary="Change a carrier account; honours If-Match", tags=["shipping"], request=AccountChange,
        responses=AccountSerializer,
    )  # fmt: skip
    def patch(self, request: Request, account_id: UUID) -> Response:
        self.check_version(lock_account(account_id).version)
        return _shown(update_account(account_id=account_id, changes=valid(AccountChange, request)))


class RotateSecret(TenantView):
    verbs = {"POST": "carriers.edit"}

    @extend_schema(
        summary="Give the hook a new secret; the old one counts for 24 hours more", tags=["shipping"],
        operation_id="carrier_accounts_rotate_secret", request=None, responses=NewAccountSerializer,
    )  # fmt: skip
    def post(self, request: Request, account_id: UUID) -> Response:
        return _with_secret(*rotate_secret(account_id=account_id), status=200)


class TrackingMessages(TenantView):
    verbs = {"GET": "carriers.edit"}

    @extend_schema(
        summary="What carriers posted to the hooks, newest first", tags=["shipping"],
        operation_id="tracking_messages_list", parameters=[MessageQuery],
        responses=page_of(TrackingMessageSerializer, "TrackingMessage"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = queries.messages(**asked(MessageQuery, request))
        return self.page(rows, TrackingMessageSerializer, order=("-received_at", "-id"))


class ReplayTrackingMessage(TenantView):
    verbs = {"POST": "carriers.edit"}

    @extend_schema(
        summary="Read a carrier's message again; scans that are known count once", tags=["shipping"],
        operation_id="tracking_messages_replay", request=None, responses={202: TrackingMessageSerializer},
    )  # fmt: skip
    def post(self, request: Request, tracking_message_id: UUID) -> Response:
        return Response(TrackingMessageSerializer(replay_message(message_id=tracking_message_id)).data, status=202)


def _shown(account: CarrierAccount) -> Response:
    return Response(AccountSerializer(account).data, headers={"ETag": etag(account.version)})


def _with_secret(account: CarrierAccount, secret: str, *, status: int) -> Response:
    return Response({**AccountSerializer(account).data, "secret": secret}, status=status)
