"""The kernel's own resources: jobs, parked events, the activity log."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from oms.core.api.paging import uuid_of
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView
from oms.core.errors import NotFound
from oms.core.events.delivery import replay
from oms.core.jobs import cancel_job, visible_jobs
from oms.core.models import AuditEntry, Delivery, Job, JobRow


class JobSerializer(serializers.ModelSerializer):
    started_by = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = [
            "id", "kind", "title", "state", "total", "done", "failed", "result", "error", "cancel_requested",
            "started_by", "created_at", "finished_at",
        ]  # fmt: skip
        extra_kwargs = {"result": {"help_text": "What the job says of itself; its keys depend on the kind."}}

    def get_started_by(self, job: Job) -> str:
        return job.actor.get("label", "")


class JobRowSerializer(serializers.ModelSerializer):
    class Meta:
        model = JobRow
        fields = ["id", "row", "outcome", "subject", "field", "message", "data"]


class ParkedEventSerializer(serializers.ModelSerializer):
    event_id = serializers.UUIDField(source="fact_id")
    object_id = serializers.UUIDField(source="aggregate_id")

    class Meta:
        model = Delivery
        fields = ["id", "subscriber", "event_id", "object_id", "attempts", "error", "parked_at"]


class AuditEntrySerializer(serializers.ModelSerializer):
    class Meta:
        model = AuditEntry
        fields = [
            "id", "at", "verb", "sentence", "subject_kind", "subject_id", "before", "after",
            "actor_kind", "actor_id", "actor_label", "cause",
        ]  # fmt: skip


class ReplaySerializer(serializers.Serializer):
    ids = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=1000)


class ReplayedSerializer(serializers.Serializer):
    replayed = serializers.IntegerField()


class Jobs(TenantView):
    verbs = {"GET": "jobs.view"}

    @extend_schema(parameters=PAGING, responses=page_of(JobSerializer, "Job"), operation_id="jobs_list")
    def get(self, request):
        """Jobs, newest first."""
        return self.page(visible_jobs(), JobSerializer, order=("-created_at", "-id"))


class OneJob(TenantView):
    verbs = {"GET": "jobs.view"}

    @extend_schema(responses=JobSerializer)
    def get(self, request, job_id: UUID):
        """One job and how far it is."""
        return Response(JobSerializer(_job(job_id)).data)


class JobRows(TenantView):
    verbs = {"GET": "jobs.view"}

    @extend_schema(parameters=PAGING, responses=page_of(JobRowSerializer, "JobRow"))
    def get(self, request, job_id: UUID):
        """The rows a person should see: failed and skipped ones, each with its reason."""
        return self.page(JobRow.objects.filter(job_id=_job(job_id).id), JobRowSerializer, order=("id",))


class JobCancel(TenantView):
    verbs = {"POST": "jobs.control"}

    @extend_schema(request=None, responses=JobSerializer)
    def post(self, request, job_id: UUID):
        """Ask a job to stop after its current chunk; what is done stays done."""
        return Response(JobSerializer(cancel_job(job_id=_job(job_id).id)).data, status=202)


class ParkedEvents(TenantView):
    verbs = {"GET": "events.view"}

    @extend_schema(parameters=PAGING, responses=page_of(ParkedEventSerializer, "ParkedEvent"))
    def get(self, request):
        """Events a subscriber could not take after several tries, newest first."""
        parked = Delivery.objects.filter(state=Delivery.PARKED)
        return self.page(parked, ParkedEventSerializer, order=("-id",))


class ParkedEventsReplay(TenantView):
    verbs = {"POST": "events.replay"}

    @extend_schema(request=ReplaySerializer, responses=ReplayedSerializer)
    def post(self, request):
        """Deliver parked events again, and what waits behind them. Ids that are not parked are left alone."""
        given = ReplaySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response({"replayed": replay(delivery_ids=given.validated_data["ids"])})


class Audit(TenantView):
    verbs = {"GET": "audit.view"}

    @extend_schema(
        parameters=[
            *PAGING,
            OpenApiParameter("subject_id", UUID, description="Entries about this record: its timeline."),
            OpenApiParameter("verb", str, description="Entries of one verb, like `orders.cancel`."),
        ],
        responses=page_of(AuditEntrySerializer, "AuditEntry"),
    )
    def get(self, request):
        """The activity log, newest first: who changed what, when, and what it was before."""
        entries = AuditEntry.objects.all()
        if subject := request.query_params.get("subject_id"):
            entries = entries.filter(subject_id=uuid_of(subject, "subject_id"))
        if verb := request.query_params.get("verb"):
            entries = entries.filter(verb=verb)
        return self.page(entries, AuditEntrySerializer, order=("-id",))


def _job(job_id: UUID) -> Job:
    job = visible_jobs().filter(id=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    return job
