"""Kept policies for scarce stock."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment import queries
from fulfillment.actions.repromise import VERB
from fulfillment.actions.sharing import NAME_MAX, remove_sharing_policy, save_sharing_policy
from fulfillment.api.repromise_views import SegmentSerializer, policy_of
from fulfillment.models import SharingPolicy
from fulfillment.sourcing.repromising import CLASSES, DAYS_MAX, HOURS_MAX, REDISTRIBUTE, SEGMENTS_MAX, SORTS
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView, etag, valid

TAG = ["fulfillment"]


class SharingPolicyWriteSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=NAME_MAX)
    segments = SegmentSerializer(many=True, required=False, default=list, max_length=SEGMENTS_MAX)
    otherwise = serializers.ChoiceField(choices=CLASSES, default=REDISTRIBUTE, help_text="The class of all others.")
    sort = serializers.ChoiceField(choices=SORTS, default="oldest", help_text="Who comes first within a class.")
    ageing_days = serializers.IntegerField(min_value=0, max_value=DAYS_MAX, allow_null=True, default=30)
    frozen_hours = serializers.IntegerField(min_value=0, max_value=HOURS_MAX, default=0)
    on_arrival = serializers.BooleanField(default=False, help_text="Used when stock arrives; one policy is, at most.")


class SharingPolicySerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    segments = SegmentSerializer(many=True, source="rules.segments")
    otherwise = serializers.ChoiceField(choices=CLASSES, source="rules.otherwise")
    sort = serializers.ChoiceField(choices=SORTS, source="rules.sort")
    ageing_days = serializers.IntegerField(allow_null=True, source="rules.ageing_days")
    frozen_hours = serializers.IntegerField()
    on_arrival = serializers.BooleanField()
    version = serializers.IntegerField(help_text="Also the ETag.")


class SharingPolicies(TenantView):
    verbs = {"GET": VERB, "POST": VERB}

    @extend_schema(
        operation_id="sharing_policies_list", summary="Kept policies for scarce stock", tags=TAG,
        parameters=PAGING, responses=page_of(SharingPolicySerializer, "SharingPolicy"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.sharing_policies(), SharingPolicySerializer, order=("name", "id"))

    @extend_schema(
        operation_id="sharing_policies_create", summary="Keep a policy", tags=TAG,
        request=SharingPolicyWriteSerializer, responses={201: SharingPolicySerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return _shown(save_sharing_policy(**_given(request)), status=201)


class OneSharingPolicy(TenantView):
    verbs = {"GET": VERB, "PUT": VERB, "DELETE": VERB}

    @extend_schema(
        operation_id="sharing_policies_get", summary="One policy", tags=TAG, responses=SharingPolicySerializer
    )
    def get(self, request: Request, sharingpolicy_id: UUID) -> Response:
        return _shown(queries.sharing_policy_by_id(sharingpolicy_id))

    @extend_schema(
        operation_id="sharing_policies_replace", summary="Replace a policy", tags=TAG,
        request=SharingPolicyWriteSerializer, responses=SharingPolicySerializer,
    )  # fmt: skip
    def put(self, request: Request, sharingpolicy_id: UUID) -> Response:
        self.check_version(queries.sharing_policy_by_id(sharingpolicy_id).version)
        return _shown(save_sharing_policy(policy_id=sharingpolicy_id, **_given(request)))

    @extend_schema(operation_id="sharing_policies_remove", summary="Remove a policy", tags=TAG, responses={204: None})
    def delete(self, request: Request, sharingpolicy_id: UUID) -> Response:
        remove_sharing_policy(policy_id=sharingpolicy_id)
        return Response(status=204)


def _given(request: Request) -> dict:
    sent = valid(SharingPolicyWriteSerializer, request)
    return {
        "name": sent["name"], "policy": policy_of(sent), "frozen_hours": sent["frozen_hours"],
        "on_arrival": sent["on_arrival"],
    }  # fmt: skip


def _shown(found: SharingPolicy, *, status: int = 200) -> Response:
    return Response(SharingPolicySerializer(found).data, status=status, headers={"ETag": etag(found.version)})
