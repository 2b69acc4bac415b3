"""Files of items, stock, suppliers and counts over HTTP: upload, map, check, apply, read the bad rows; and exports."""

from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.sheets.exporting import start_export
from inventory.actions.sheets.steps import cancel_sheet, map_sheet, start_sheet_applying, start_sheet_check
from inventory.actions.sheets.uploading import start_sheet_import
from inventory.api import sheet_serializers as shapes
from inventory.api.item_views import asked
from inventory.models import SheetImport
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView, valid
from oms.core.sheets.intake import MEGABYTE, FileTooLarge
from oms.core.sheets.storing import UPLOAD_MAX
from oms.core.sheets.writing import csv_lines

ONE, TAGS = shapes.SheetImportSerializer, ["sheet-imports"]


class Sheets(TenantView):
    """Files of every kind. Uploading one takes the verb of its kind and mode, which the action asks for."""

    verbs = {"*": "stock.view"}
    parser_classes = [MultiPartParser]

    def initial(self, request: Request, *args, **kwargs) -> None:
        """Refuse what is too large before it is received."""
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > UPLOAD_MAX + MEGABYTE:
            raise FileTooLarge(f"The upload is larger than {UPLOAD_MAX // MEGABYTE} MB. Split it.", limit=UPLOAD_MAX)

    @extend_schema(
        operation_id="sheet_imports_list", summary="List files, the newest first", tags=TAGS,
        parameters=[shapes.SheetQuery, *PAGING], responses=page_of(ONE, "SheetImports"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        kind = asked(shapes.SheetQuery, request).get("kind", "")
        return self.page(queries.visible_sheets(kind), shapes.SheetRowSerializer, order=("-created_at", "-id"))

    @extend_schema(
        operation_id="sheet_imports_create", summary="Upload a file of items, stock, suppliers or counts", tags=TAGS,
        request={"multipart/form-data": shapes.SheetFileSerializer}, responses={201: ONE},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = valid(shapes.SheetFileSerializer, request)
        file = given.pop("file")
        made = start_sheet_import(file=file, name=file.name, **given)
        headers = {"Location": request.build_absolute_uri(f"{request.path}/{made.id}")}
        return Response(shapes.sheet_body(queries.standing_of(made)), status=201, headers=headers)


class _Sheet(TenantView):
    verbs = {"*": "stock.view"}

    def answer(self, found: SheetImport, status: int = 200) -> Response:
        return Response(shapes.sheet_body(queries.standing_of(found)), status=status)


class OneSheet(_Sheet):
    @extend_schema(
        operation_id="sheet_imports_retrieve", summary="Read a file and its report", tags=TAGS, responses=ONE
    )
    def get(self, request: Request, sheetimport_id: UUID) -> Response:
        return self.answer(queries.sheet_by_id(sheetimport_id))

    @extend_schema(
        operation_id="sheet_imports_map", summary="Change what the columns mean", tags=TAGS,
        request=shapes.SheetMeaningSerializer, responses=ONE,
    )  # fmt: skip
    def patch(self, request: Request, sheetimport_id: UUID) -> Response:
        found, given = queries.sheet_by_id(sheetimport_id), valid(shapes.SheetMeaningSerializer, request)
        return self.answer(map_sheet(import_id=found.id, **given))


class CheckSheet(_Sheet):
    @extend_schema(
        operation_id="sheet_imports_check", summary="Start the dry run", tags=TAGS, request=None, responses={202: ONE}
    )
    def post(self, request: Request, sheetimport_id: UUID) -> Response:
        return self.answer(start_sheet_check(import_id=sheetimport_id), 202)


class ApplySheet(_Sheet):
    @extend_schema(
        operation_id="sheet_imports_apply", summary="Do what the check showed", tags=TAGS, request=None,
        responses={202: ONE},
    )  # fmt: skip
    def post(self, request: Request, sheetimport_id: UUID) -> Response:
        return self.answer(start_sheet_applying(import_id=sheetimport_id), 202)


class CancelSheet(_Sheet):
    @extend_schema(
        operation_id="sheet_imports_cancel", summary="Stop; what is applied stays", tags=TAGS, request=None,
        responses=ONE,
    )  # fmt: skip
    def post(self, request: Request, sheetimport_id: UUID) -> Response:
        return self.answer(cancel_sheet(import_id=sheetimport_id))


class SheetRows(_Sheet):
    @extend_schema(
        operation_id="sheet_imports_rows", summary="List rows that are left out", tags=TAGS, parameters=PAGING,
        responses=page_of(shapes.BadSheetRowSerializer, "BadSheetRow"),
    )  # fmt: skip
    def get(self, request: Request, sheetimport_id: UUID) -> Response:
        rows = queries.bad_rows(queries.sheet_by_id(sheetimport_id))
        return self.page(rows, shapes.BadSheetRowSerializer, order=("id",))


class SheetRowsFile(_Sheet):
    @extend_schema(
        operation_id="sheet_imports_rows_csv", summary="The same rows as a CSV file, to correct", tags=TAGS,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )  # fmt: skip
    def get(self, request: Request, sheetimport_id: UUID) -> StreamingHttpResponse:
        found = queries.sheet_by_id(sheetimport_id)
        lines = csv_lines(queries.bad_rows_header(found), queries.bad_rows_file(found))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="bad-rows-{found.id}.csv"'
        return response


class Exports(TenantView):
    verbs = {"POST": "stock.view"}

    @extend_schema(
        operation_id="sheet_exports_create", summary="Write items, stock or suppliers to a file", tags=["exports"],
        request=shapes.ExportWishSerializer, responses={202: shapes.ExportSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        job = start_export(**valid(shapes.ExportWishSerializer, request))
        body = shapes.ExportSerializer(job, context={"request": request}).data
        headers = {"Location": request.build_absolute_uri(f"/api/v1/exports/{job.id}")}
        return Response(body, status=202, headers=headers)


class OneExport(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="exports_retrieve", summary="Read how far an export is, and where its file is",
        tags=["exports"], responses=shapes.ExportSerializer,
    )  # fmt: skip
    def get(self, request: Request, job_id: UUID) -> Response:
        job = queries.export_by_id(job_id)
        return Response(shapes.ExportSerializer(job, context={"request": request}).data)
