"""CSV downloads: streamed, and safe to open in a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

from oms.core.sheets.writing import csv_lines


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """``rows`` as a file called ``name``. They are read while it is sent, after the page's unit of work has closed."""

    def lines() -> Iterator[str]:
        # The mark tells spreadsheets that the file is UTF-8.
        yield "\ufeff"
        yield from csv_lines(header, rows)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
