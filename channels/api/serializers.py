"""Shapes of imports in the API."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channels import queries
from channels.documents.outcomes import LABELS, Totals
from channels.lifecycle import STATES, TRANSITIONS
from channels.models import Import


class UploadSerializer(serializers.Serializer):
    """A CSV file (gzipped or not) or an Excel workbook, up to 512 MB open."""

    file = serializers.FileField(max_length=200)
    channel_id = serializers.UUIDField(required=False, help_text="May be left out when there is only one.")
    encoding = serializers.CharField(required=False, max_length=20, help_text="Found out when left out.")
    mapping = serializers.CharField(
        required=False, max_length=100, help_text="A saved one; else the last for these columns, or a guess."
    )


class MappingSerializer(serializers.Serializer):
    """``columns`` replaces all of them (field to column name); ``options`` changes those that are named."""

    columns = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=500), required=False)
    options = serializers.DictField(required=False)
    save_as = serializers.CharField(required=False, max_length=100)


class TotalsSerializer(serializers.Serializer):
    rows = serializers.IntegerField()
    units = serializers.IntegerField()
    money = serializers.CharField(help_text="Units times prices, exact; in the currencies of the file.")


class OutcomeSerializer(TotalsSerializer):
    outcome = serializers.ChoiceField(choices=list(LABELS))
    label = serializers.CharField()
    documents = serializers.IntegerField()


class ReportSerializer(serializers.Serializer):
    """The reconcile report: ``balanced`` when the outcomes add up to the file."""

    file = TotalsSerializer()
    outcomes = OutcomeSerializer(many=True)
    balanced = serializers.BooleanField()
    orders = serializers.IntegerField(help_text="Placed so far.")
    guests = serializers.IntegerField()
    free_lines = serializers.IntegerField()
    moved_times = serializers.IntegerField(help_text="Orders at a local time that a clock change skipped or repeated.")
    missing_items = serializers.IntegerField()
    created_items = serializers.IntegerField()
    opening_units = serializers.IntegerField()
    cancelled_units = serializers.IntegerField()
    returned_units = serializers.IntegerField(help_text="They had left before the credit.")
    short_units = serializers.IntegerField()


class ImportSerializer(serializers.ModelSerializer):
    """One file on its way in."""

    channel_id = serializers.UUIDField()
    state = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Import
        fields = [
            "id", "file_name", "file_sha256", "channel_id", "state", "dialect", "header", "columns", "options",
            "job_id", "allowed_actions", "created_by", "created_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(help_text=f"One of: {', '.join(STATES)}."))
    def get_state(self, found: Import) -> str:
        return queries.state_of(found)

    def get_allowed_actions(self, found: Import) -> list[str]:
        now = queries.state_of(found)
        return sorted(verb for state, verb in TRANSITIONS if state == now and not verb.startswith("finish"))


class OneImportSerializer(ImportSerializer):
    """With its report, as far as it has come."""

    report = serializers.SerializerMethodField()

    class Meta(ImportSerializer.Meta):
        fields = [*ImportSerializer.Meta.fields, "report"]
        read_only_fields = fields

    @extend_schema_field(ReportSerializer)
    def get_report(self, found: Import) -> dict:
        return report_body(queries.reconcile_of(found))


class ImportRowSerializer(serializers.Serializer):
    row = serializers.IntegerField(help_text="As a spreadsheet counts: the header is 1.")
    document = serializers.CharField(help_text="The order number it belongs to.")
    outcome = serializers.ChoiceField(choices=list(LABELS))
    field = serializers.CharField()
    reason = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())


def report_body(report: queries.Reconcile) -> dict:
    counts = (
        "balanced", "orders", "guests", "free_lines", "moved_times", "missing_items", "created_items", "opening_units",
        "cancelled_units", "returned_units", "short_units",
    )  # fmt: skip
    return {
        "file": _totals(report.file),
        "outcomes": [
            {"outcome": name, "label": label, "documents": report.documents.get(name, 0), **_totals(totals)}
            for name, label, totals in report.labelled
        ],
        **{name: getattr(report, name) for name in counts},
    }


def _totals(totals: Totals) -> dict:
    return totals.to_json()
