"""Order files over HTTP: upload, map, check, place, and read what became of every row."""

from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from channels import queries
from channels.actions.importing import cancel_import, set_mapping, start_check, start_placing
from channels.actions.uploading import start_import
from channels.api import serializers as shapes
from channels.documents.outcomes import LABELS
from channels.models import Import
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView, valid
from oms.core.errors import Invalid
from oms.core.sheets.intake import MEGABYTE, FileTooLarge
from oms.core.sheets.storing import UPLOAD_MAX
from oms.core.sheets.writing import csv_lines

OUTCOME = OpenApiParameter(
    "outcome", str, description=f"Only these, with commas between them: {', '.join(LABELS)}.",
)  # fmt: skip


class Imports(TenantView):
    verbs = {"GET": "orders.import", "POST": "orders.import"}
    parser_classes = [MultiPartParser]

    def initial(self, request: Request, *args, **kwargs) -> None:
        """Refuse what is too large before it is received."""
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > UPLOAD_MAX + MEGABYTE:
            raise FileTooLarge(
                f"The upload is larger than {UPLOAD_MAX // MEGABYTE} MB. Split the file, compress it, or import it on "
                "the server with manage.py import_orders, which has no limit.",
                limit=UPLOAD_MAX,
            )

    @extend_schema(
        operation_id="imports_list", summary="List imports, the newest first", tags=["imports"], parameters=PAGING,
        responses=page_of(shapes.ImportSerializer, "Import"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.visible_imports(), shapes.ImportSerializer, order=("-created_at", "-id"))

    @extend_schema(
        operation_id="imports_create", summary="Upload an order file", tags=["imports"],
        request={"multipart/form-data": shapes.UploadSerializer}, responses={201: shapes.OneImportSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = valid(shapes.UploadSerializer, request)
        file = given.pop("file")
        made = start_import(file=file, name=file.name, **given)
        headers = {"Location": request.build_absolute_uri(f"{request.path}/{made.id}")}
        return Response(shapes.OneImportSerializer(made).data, status=201, headers=headers)


class _OneImport(TenantView):
    verbs = {"*": "orders.import"}

    def answer(self, found: Import, status: int = 200) -> Response:
        return Response(shapes.OneImportSerializer(found).data, status=status)


class OneImport(_OneImport):
    @extend_schema(
        operation_id="imports_retrieve", summary="Read an import and its report", tags=["imports"],
        responses=shapes.OneImportSerializer,
    )  # fmt: skip
    def get(self, request: Request, import_id: UUID) -> Response:
        return self.answer(queries.import_by_id(import_id))

    @extend_schema(
        operation_id="imports_map", summary="Change what the columns mean", tags=["imports"],
        request=shapes.MappingSerializer, responses=shapes.OneImportSerializer,
    )  # fmt: skip
    def patch(self, request: Request, import_id: UUID) -> Response:
        return self.answer(set_mapping(import_id=import_id, **valid(shapes.MappingSerializer, request)))


class CheckImport(_OneImport):
    @extend_schema(
        operation_id="imports_check", summary="Start the dry run", tags=["imports"], request=None,
        responses={202: shapes.OneImportSerializer},
    )  # fmt: skip
    def post(self, request: Request, import_id: UUID) -> Response:
        return self.answer(start_check(import_id=import_id), 202)


class PlaceImport(_OneImport):
    @extend_schema(
        operation_id="imports_place", summary="Place what the check found", tags=["imports"], request=None,
        responses={202: shapes.OneImportSerializer},
    )  # fmt: skip
    def post(self, request: Request, import_id: UUID) -> Response:
        return self.answer(start_placing(import_id=import_id), 202)


class CancelImport(_OneImport):
    @extend_schema(
        operation_id="imports_cancel", summary="Stop an import; what is placed stays", tags=["imports"], request=None,
        responses=shapes.OneImportSerializer,
    )  # fmt: skip
    def post(self, request: Request, import_id: UUID) -> Response:
        return self.answer(cancel_import(import_id=import_id))


class ImportRows(_OneImport):
    @extend_schema(
        operation_id="imports_rows", summary="Rows of the file with their outcome", tags=["imports"],
        parameters=[OUTCOME, *PAGING], responses=page_of(shapes.ImportRowSerializer, "ImportRow"),
    )  # fmt: skip
    def get(self, request: Request, import_id: UUID) -> Response:
        found = queries.import_by_id(import_id)
        rows = queries.import_rows(found.id, _outcomes(request)).order_by()
        return self.page(rows, shapes.ImportRowSerializer, order=("row", "id"))


class ImportRowsFile(_OneImport):
    @extend_schema(
        operation_id="imports_rows_csv", summary="The same rows as a CSV file", tags=["imports"], parameters=[OUTCOME],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )  # fmt: skip
    def get(self, request: Request, import_id: UUID) -> StreamingHttpResponse:
        found = queries.import_by_id(import_id)
        rows = queries.outcome_rows(found.id, _outcomes(request))
        response = StreamingHttpResponse(
            csv_lines(queries.download_header(found.header), rows), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="import-{found.id}-rows.csv"'
        return response


def _outcomes(request: Request) -> list[str]:
    given = [name for name in request.query_params.get("outcome", "").split(",") if name]
    unknown = [name for name in given if name not in LABELS]
    if unknown:
        raise Invalid.field("outcome", f"“{unknown[0]}” is no outcome. Use: {', '.join(LABELS)}.", "unknown_choice")
    return given
