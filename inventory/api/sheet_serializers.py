"""Shapes of files of items and stock in the API."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventory import queries
from inventory.actions.sheets.exporting import FORMATS
from inventory.models import SheetImport
from inventory.queries import SheetReport, SheetStanding
from inventory.queries.exports import WHAT
from inventory.sheets.fields import COUNTED, KINDS, MODES
from inventory.sheets.standing import STATES
from inventory.sheets.verdicts import OUTCOMES
from oms.core.models import Job

MODE_HELP = (
    "What the quantities of a file of stock are: what was counted on the shelf, opening stock (booked once per item "
    "and location), or units to add (once per file)."
)


class SheetQuery(serializers.Serializer):
    kind = serializers.ChoiceField(choices=list(KINDS), required=False, help_text="Only files of these.")


class SheetFileSerializer(serializers.Serializer):
    """A CSV file (gzipped or not) or an Excel workbook, up to 512 MB open."""

    kind = serializers.ChoiceField(choices=list(KINDS), help_text="What its rows are.")
    file = serializers.FileField(max_length=200)
    encoding = serializers.CharField(required=False, max_length=20, help_text="Found out when left out.")
    mode = serializers.ChoiceField(choices=list(MODES), default=COUNTED, help_text=MODE_HELP)


class SheetMeaningSerializer(serializers.Serializer):
    """``columns`` replaces all of them (field to column name)."""

    columns = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=500), required=False)
    decimal_comma = serializers.BooleanField(required=False, help_text="Amounts are written 1.234,50.")
    mode = serializers.ChoiceField(choices=list(MODES), required=False, help_text=MODE_HELP)


class SheetSumsSerializer(serializers.Serializer):
    rows = serializers.IntegerField()
    units = serializers.IntegerField()


class SheetOutcomeSerializer(SheetSumsSerializer):
    outcome = serializers.CharField(help_text=f"One of: {', '.join(OUTCOMES)}.")


class SheetExampleSerializer(serializers.Serializer):
    row = serializers.IntegerField(help_text="As a spreadsheet counts: the header is 1.")
    outcome = serializers.CharField()
    said = serializers.CharField(help_text="The change in words.")


class SheetReportSerializer(serializers.Serializer):
    """What the file does, or did: `balanced` when every row and unit has an outcome, and the ledger says the same."""

    file = SheetSumsSerializer()
    outcomes = SheetOutcomeSerializer(many=True)
    balanced = serializers.BooleanField()
    amount = serializers.CharField(help_text="What a count changes, at cost.")
    moved = serializers.IntegerField(help_text="Units moved by what was applied.")
    booked = serializers.IntegerField(allow_null=True, help_text="Units in the ledger, known at the end.")
    examples = SheetExampleSerializer(many=True, help_text="The first rows that change something.")


class SheetImportSerializer(serializers.Serializer):
    """One file on its way in."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=list(KINDS))
    file_name = serializers.CharField()
    file_sha256 = serializers.CharField()
    state = serializers.CharField(help_text=f"One of: {', '.join(STATES)}.")
    header = serializers.ListField(child=serializers.CharField())
    columns = serializers.DictField(child=serializers.CharField())
    options = serializers.DictField()
    job_id = serializers.UUIDField(allow_null=True)
    error = serializers.CharField(help_text="Why its last job failed, if it did.")
    allowed_actions = serializers.ListField(child=serializers.CharField())
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    report = SheetReportSerializer()


class BadSheetRowSerializer(serializers.Serializer):
    """A row that is left out."""

    row = serializers.IntegerField(help_text="As a spreadsheet counts: the header is 1.")
    column = serializers.CharField(source="field")
    message = serializers.CharField(help_text="What to do.")
    values = serializers.DictField(source="data", child=serializers.CharField())


class ExportWishSerializer(serializers.Serializer):
    what = serializers.ChoiceField(choices=list(WHAT))
    format = serializers.ChoiceField(choices=list(FORMATS), default="csv")


class ExportSerializer(serializers.ModelSerializer):
    """A file being written. ``url`` is where it can be read for an hour, once it is done."""

    what = serializers.CharField(source="params.what")
    format = serializers.CharField(source="params.format")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = ["id", "what", "format", "state", "done", "error", "url", "created_at", "finished_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_url(self, job: Job) -> str:
        link = queries.export_link(job)
        return self.context["request"].build_absolute_uri(link) if link else ""


class SheetListSerializer(serializers.ListSerializer):
    def to_representation(self, sheets: list[SheetImport]) -> list[dict]:
        return [sheet_body(each) for each in queries.standings_of(sheets)]


class SheetRowSerializer(serializers.Serializer):
    """An import in a list: read with its jobs, all of a page at once."""

    class Meta:
        list_serializer_class = SheetListSerializer


def sheet_body(standing: SheetStanding) -> dict:
    found, job = standing.found, standing.job
    return SheetImportSerializer(
        {
            **{name: getattr(found, name) for name in (
                "id", "kind", "file_name", "file_sha256", "header", "columns", "options", "created_by", "created_at",
            )},
            "state": standing.state, "job_id": job and job.id, "error": job.error if job else "",
            "allowed_actions": sorted(standing.verbs), "report": _report_body(standing.report),
        }
    ).data  # fmt: skip


def _report_body(report: SheetReport) -> dict:
    return {
        "file": report.file, "balanced": report.balanced, "amount": report.amount, "moved": report.moved,
        "booked": report.booked, "examples": report.examples,
        "outcomes": [
            {"outcome": name, "rows": sums.rows, "units": sums.units} for name, sums in report.outcomes.items()
        ],
    }  # fmt: skip
