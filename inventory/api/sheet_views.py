"""Files of items, kits and stock over HTTP: upload, map, check, apply, read the bad rows; and exports."""

from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.sheets.exporting import start_export
from inventory.actions.sheets.steps import cancel_sheet, map_sheet, start_sheet_applying, start_sheet_check
from inventory.actions.sheets.uploading import start_sheet_import
from inventory.api import sheet_serializers as shapes
from inventory.models import SheetImport
from inventory.sheets.fields import ITEMS, KITS, STOCK
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView, valid
from oms.core.sheets.intake import MEGABYTE, FileTooLarge
from oms.core.sheets.storing import UPLOAD_MAX
from oms.core.sheets.writing import csv_lines

ONE = shapes.SheetImportSerializer


class _Sheets(TenantView):
    """The files of one kind. Uploading a file of stock takes the verb of its mode, which the action asks for."""

    kind: str
    upload: type = shapes.ItemFileSerializer
    parser_classes = [MultiPartParser]

    def initial(self, request: Request, *args, **kwargs) -> None:
        """Refuse what is too large before it is received."""
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > UPLOAD_MAX + MEGABYTE:
            raise FileTooLarge(f"The upload is larger than {UPLOAD_MAX // MEGABYTE} MB. Split it.", limit=UPLOAD_MAX)

    def get(self, request: Request) -> Response:
        return self.page(queries.visible_sheets(self.kind), shapes.SheetRowSerializer, order=("-created_at", "-id"))

    def post(self, request: Request) -> Response:
        given = valid(self.upload, request)
        file = given.pop("file")
        made = start_sheet_import(kind=self.kind, file=file, name=file.name, **given)
        headers = {"Location": request.build_absolute_uri(f"{request.path}/{made.id}")}
        return Response(shapes.sheet_body(queries.standing_of(made)), status=201, headers=headers)


class _Sheet(TenantView):
    """One file of one kind."""

    kind: str
    meaning: type = shapes.ItemMeaningSerializer

    def found(self, key: UUID) -> SheetImport:
        return queries.sheet_by_id(key, self.kind)

    def answer(self, found: SheetImport, status: int = 200) -> Response:
        return Response(shapes.sheet_body(queries.standing_of(found)), status=status)


class _OneSheet(_Sheet):
    def get(self, request: Request, sheetimport_id: UUID) -> Response:
        return self.answer(self.found(sheetimport_id))

    def patch(self, request: Request, sheetimport_id: UUID) -> Response:
        given = valid(self.meaning, request)
        return self.answer(map_sheet(import_id=self.found(sheetimport_id).id, **given))


class _CheckSheet(_Sheet):
    def post(self, request: Request, sheetimport_id: UUID) -> Response:
        return self.answer(start_sheet_check(import_id=self.found(sheetimport_id).id), 202)


class _ApplySheet(_Sheet):
    def post(self, request: Request, sheetimport_id: UUID) -> Response:
        return self.answer(start_sheet_applying(import_id=self.found(sheetimport_id).id), 202)


class _CancelSheet(_Sheet):
    def post(self, request: Request, sheetimport_id: UUID) -> Response:
        return self.answer(cancel_sheet(import_id=self.found(sheetimport_id).id))


class _BadRows(_Sheet):
    def get(self, request: Request, sheetimport_id: UUID) -> Response:
        return self.page(queries.bad_rows(self.found(sheetimport_id)), shapes.BadSheetRowSerializer, order=("id",))


class _BadRowsFile(_Sheet):
    def get(self, request: Request, sheetimport_id: UUID) -> StreamingHttpResponse:
        found = self.found(sheetimport_id)
        lines = csv_lines(queries.bad_rows_header(found), queries.bad_rows_file(found))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="bad-rows-{found.id}.csv"'
        return response


def _described(name: str, words: str, upload: type, meaning: type) -> dict[str, object]:
    """The operations of one kind of file, for the API's description."""
    tags = [f"{name}-imports"]

    def said(view: str, summary: str, **more: object):
        operation = f"{name}_imports_{view}"
        return extend_schema(operation_id=operation, summary=summary, tags=tags, **more)

    return {
        "list": said("list", f"List files of {words}, the newest first", parameters=PAGING,
                     responses=page_of(ONE, f"{name.capitalize()}Import")),
        "create": said("create", f"Upload a file of {words}", request={"multipart/form-data": upload},
                       responses={201: ONE}),
        "read": said("retrieve", f"Read a file of {words} and its report", responses=ONE),
        "map": said("map", "Change what the columns mean", request=meaning, responses=ONE),
        "check": said("check", "Start the dry run", request=None, responses={202: ONE}),
        "apply": said("apply", "Do what the check showed", request=None, responses={202: ONE}),
        "cancel": said("cancel", "Stop; what is applied stays", request=None, responses=ONE),
        "rows": said("rows", "Rows that are left out", parameters=PAGING,
                     responses=page_of(shapes.BadSheetRowSerializer, f"{name.capitalize()}BadRow")),
        "file": said("rows_csv", "The same rows as a CSV file, to correct", responses={
            (200, "text/csv"): OpenApiTypes.STR,
        }),
    }  # fmt: skip


ITEM = _described("item", "items", shapes.ItemFileSerializer, shapes.ItemMeaningSerializer)
SHELF = _described("stock", "stock", shapes.StockFileSerializer, shapes.StockMeaningSerializer)


KIT = _described("kit", "kits", shapes.ItemFileSerializer, shapes.ItemMeaningSerializer)


class _Items:
    kind, verbs = ITEMS, {"*": "items.edit"}


class _Kits:
    kind, verbs = KITS, {"*": "items.edit"}


class _Stock:
    kind, verbs = STOCK, {"*": "stock.view"}
    upload, meaning = shapes.StockFileSerializer, shapes.StockMeaningSerializer


@extend_schema_view(get=ITEM["list"], post=ITEM["create"])
class ItemImports(_Items, _Sheets):
    pass


@extend_schema_view(get=ITEM["read"], patch=ITEM["map"])
class OneItemImport(_Items, _OneSheet):
    pass


@extend_schema_view(post=ITEM["check"])
class CheckItemImport(_Items, _CheckSheet):
    pass


@extend_schema_view(post=ITEM["apply"])
class ApplyItemImport(_Items, _ApplySheet):
    pass


@extend_schema_view(post=ITEM["cancel"])
class CancelItemImport(_Items, _CancelSheet):
    pass


@extend_schema_view(get=ITEM["rows"])
class ItemImportRows(_Items, _BadRows):
    pass


@extend_schema_view(get=ITEM["file"])
class ItemImportRowsFile(_Items, _BadRowsFile):
    pass


@extend_schema_view(get=SHELF["list"], post=SHELF["create"])
class StockImports(_Stock, _Sheets):
    pass


@extend_schema_view(get=SHELF["read"], patch=SHELF["map"])
class OneStockImport(_Stock, _OneSheet):
    pass


@extend_schema_view(post=SHELF["check"])
class CheckStockImport(_Stock, _CheckSheet):
    pass


@extend_schema_view(post=SHELF["apply"])
class ApplyStockImport(_Stock, _ApplySheet):
    pass


@extend_schema_view(post=SHELF["cancel"])
class CancelStockImport(_Stock, _CancelSheet):
    pass


@extend_schema_view(get=SHELF["rows"])
class StockImportRows(_Stock, _BadRows):
    pass


@extend_schema_view(get=SHELF["file"])
class StockImportRowsFile(_Stock, _BadRowsFile):
    pass


@extend_schema_view(get=KIT["list"], post=KIT["create"])
class KitImports(_Kits, _Sheets):
    pass


@extend_schema_view(get=KIT["read"], patch=KIT["map"])
class OneKitImport(_Kits, _OneSheet):
    pass


@extend_schema_view(post=KIT["check"])
class CheckKitImport(_Kits, _CheckSheet):
    pass


@extend_schema_view(post=KIT["apply"])
class ApplyKitImport(_Kits, _ApplySheet):
    pass


@extend_schema_view(post=KIT["cancel"])
class CancelKitImport(_Kits, _CancelSheet):
    pass


@extend_schema_view(get=KIT["rows"])
class KitImportRows(_Kits, _BadRows):
    pass


@extend_schema_view(get=KIT["file"])
class KitImportRowsFile(_Kits, _BadRowsFile):
    pass


class _Exports(TenantView):
    verbs = {"POST": "stock.view"}
    kind: str

    def post(self, request: Request) -> Response:
        job = start_export(what=self.kind, **valid(shapes.ExportWishSerializer, request))
        body = shapes.ExportSerializer(job, context={"request": request}).data
        headers = {"Location": request.build_absolute_uri(f"/api/v1/exports/{job.id}")}
        return Response(body, status=202, headers=headers)


@extend_schema_view(
    post=extend_schema(
        operation_id="item_exports_create", summary="Write all items to a file", tags=["exports"],
        request=shapes.ExportWishSerializer, responses={202: shapes.ExportSerializer},
    )
)  # fmt: skip
class ItemExports(_Exports):
    kind = ITEMS


@extend_schema_view(
    post=extend_schema(
        operation_id="stock_exports_create", summary="Write stock per location to a file", tags=["exports"],
        request=shapes.ExportWishSerializer, responses={202: shapes.ExportSerializer},
    )
)  # fmt: skip
class StockExports(_Exports):
    kind = STOCK


@extend_schema_view(
    post=extend_schema(
        operation_id="kit_exports_create", summary="Write what kits are made of to a file", tags=["exports"],
        request=shapes.ExportWishSerializer, responses={202: shapes.ExportSerializer},
    )
)  # fmt: skip
class KitExports(_Exports):
    kind = KITS


class OneExport(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="exports_retrieve", summary="Read how far an export is, and where its file is",
        tags=["exports"], responses=shapes.ExportSerializer,
    )  # fmt: skip
    def get(self, request: Request, job_id: UUID) -> Response:
        job = queries.export_by_id(job_id)
        return Response(shapes.ExportSerializer(job, context={"request": request}).data)
