"""Proofs of the stock book: the runs that were made, and making one."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.audit import start_audit
from inventory.api.pages import PageQuery, page_of
from inventory.queries.audits import NEWEST, audit_runs, breaks_of
from oms.core.api.resources import JobSerializer
from oms.core.api.views import TenantView, valid
from oms.core.errors import NotFound


class AuditStartSerializer(serializers.Serializer):
    full = serializers.BooleanField(
        default=False, help_text="From the first entry, instead of from the last checkpoint."
    )


class BreakSerializer(serializers.Serializer):
    """Something that does not add up, and the first entry after which it no longer did, where that is known."""

    check = serializers.CharField(help_text="Which proof failed, like `movements` or `reserved`.")
    sentence = serializers.CharField()
    first = serializers.CharField()
    movement_id = serializers.IntegerField(allow_null=True)
    location_id = serializers.UUIDField(allow_null=True)


class AuditRunSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    full = serializers.BooleanField()
    after = serializers.IntegerField(help_text="Entries up to this one were vouched for by a checkpoint.")
    balances = serializers.IntegerField(help_text="How many were read.")
    movements = serializers.IntegerField(help_text="How many were read.")
    reservations = serializers.IntegerField(help_text="How many were read.")
    accounts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Outside account, or `shelves`, and its units; their sum is 0."
    )
    holds = serializers.BooleanField()
    broken = serializers.IntegerField()
    actor = serializers.CharField(source="actor_label")
    started_at = serializers.DateTimeField()
    milliseconds = serializers.IntegerField()


class AuditSerializer(AuditRunSerializer):
    """A run with what it found."""

    breaks = serializers.SerializerMethodField()

    def get_breaks(self, run) -> BreakSerializer(many=True):
        return BreakSerializer(breaks_of(run), many=True).data


class Audits(TenantView):
    verbs = {"GET": "stock.audit", "POST": "stock.audit"}

    @extend_schema(
        operation_id="stock_audits_list", summary="List the proofs of the stock book, newest first", tags=["stock"],
        parameters=[PageQuery], responses=page_of(AuditRunSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(audit_runs(), AuditRunSerializer, order=NEWEST)

    @extend_schema(
        operation_id="stock_audits_start", summary="Prove the stock book now, as a job", tags=["stock"],
        request=AuditStartSerializer, responses={202: JobSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        job = start_audit(full=valid(AuditStartSerializer, request)["full"])
        return Response(JobSerializer(job).data, status=202)


class OneAudit(TenantView):
    verbs = {"GET": "stock.audit"}

    @extend_schema(
        operation_id="stock_audits_get", summary="One proof, and what it found", tags=["stock"],
        responses=AuditSerializer,
    )  # fmt: skip
    def get(self, request: Request, audit_run_id: UUID) -> Response:
        run = audit_runs().filter(id=audit_run_id).first()
        if run is None:
            raise NotFound("There is no such audit.")
        return Response(AuditSerializer(run).data)
