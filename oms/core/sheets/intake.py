"""Turn what was uploaded into one plain form: UTF-8 text with ``\\n`` line ends.

Everything after this reads that one form from any byte, so a job can go on where it stopped. A file
passes through in blocks, however large it is; only a workbook is held in memory (they are small by
nature, and limited).
"""

import codecs
import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from oms.core.errors import Invalid, OmsError

BLOCK = 1024 * 1024
MEGABYTE = 1024 * 1024
WORKBOOK_MAX, WORKBOOK_OPEN_MAX = 100 * MEGABYTE, 1024 * MEGABYTE
GZIP, ZIP, OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
KNOWN_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-1", "iso-8859-2", "iso-8859-15", "cp1250")
# Fewer NULs than this share of the start of a file are stray bytes in text; more are not text at all.
NUL_SHARE = 0.1


class FileTooLarge(OmsError):
    status = 413
    code = "file_too_large"
    title = "The file is too large"


class NotReadable(Invalid):
    """The bytes are no table of text that we can read."""

    code = "file_not_readable"
    title = "The file could not be read"

    def __init__(self, message: str, **data: object) -> None:
        super().__init__(message, fields=Invalid.field("file", message, self.code).fields, **data)


@dataclass(frozen=True)
class Taken:
    """What the file was: its container (``csv``, ``csv.gz``, ``workbook``), encoding, and its original's hash."""

    container: str
    encoding: str
    sha256: str
    size: int


def take_in(source: BinaryIO, target: BinaryIO, *, encoding: str = "", limit: int | None = None) -> Taken:
    """Copy ``source`` to ``target`` as plain UTF-8. ``limit`` is in bytes, open; both must be seekable.

    Raises `FileTooLarge` or `NotReadable`.
    """
    if encoding and encoding.lower() not in KNOWN_ENCODINGS:
        raise Invalid.field("encoding", f"Choose one of: {', '.join(KNOWN_ENCODINGS)}.", "unknown_encoding")
    digest = hashlib.file_digest(_rewound(source), "sha256").hexdigest()
    start = _rewound(source).read(8)
    if start.startswith((ZIP, OLE)):
        size = _copy(_workbook_text(source), target, limit)
        return Taken("workbook", "utf-8", digest, size)
    packed = start.startswith(GZIP)
    found = encoding.lower() or _encoding_of(_opened(source, packed))
    for candidate in [found] if encoding or found != "utf-8" else ["utf-8", "cp1252"]:
        try:
            size = _copy(_decoded(_opened(source, packed), candidate), target, limit)
        except UnicodeDecodeError as error:
            failed = (candidate, error)
        else:
            return Taken("csv.gz" if packed else "csv", candidate, digest, size)
    raise NotReadable(_undecodable(*failed), encoding=failed[0])


def _rewound(source: BinaryIO) -> BinaryIO:
    source.seek(0)
    return source


def _opened(source: BinaryIO, packed: bool) -> BinaryIO:
    return gzip.GzipFile(fileobj=_rewound(source)) if packed else _rewound(source)


def _blocks(opened: BinaryIO) -> Iterator[bytes]:
    try:
        while block := opened.read(BLOCK):
            yield block
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise NotReadable("The compressed file is cut short or damaged. Compress it again, or send it open.") from None


def _encoding_of(opened: BinaryIO) -> str:
    start = next(_blocks(opened), b"")[:65536]
    for mark, name in BOMS:
        if start.startswith(mark):
            return name
    if not start.strip():
        raise NotReadable("The file is empty. Export it again.")
    # Text in a Latin script saved as UTF-16 without a mark has a NUL in every other byte.
    odd, even = start[1::2].count(0), start[0::2].count(0)
    if odd > len(start) * 0.3 > even:
        return "utf-16-le"
    if even > len(start) * 0.3 > odd:
        return "utf-16-be"
    if odd + even > len(start) * NUL_SHARE or start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise NotReadable("This is not a text file. Send a CSV file, gzipped or not, or an Excel workbook.")
    return "utf-8"


def _decoded(opened: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("strict"), translate=True)
    lines = 1
    try:
        for block in _blocks(opened):
            text = decoder.decode(block)
            lines += text.count("\n")
            yield text
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        error.reason = f"{lines + bytes(error.object[: error.start]).count(10)}"
        raise


def _undecodable(encoding: str, error: UnicodeDecodeError) -> str:
    tried = "neither UTF-8 nor Windows-1252" if encoding == "cp1252" else f"not {encoding}"
    return (
        f"Line {error.reason} holds a byte (0x{error.object[error.start]:02X}) that is {tried}. "
        "Save the file as “CSV UTF-8” and send it again, or name its encoding."
    )


def _copy(texts: Iterator[str], target: BinaryIO, limit: int | None) -> int:
    target.seek(0)
    target.truncate()
    size = 0
    for text in texts:
        raw = text.encode()
        size += len(raw)
        if limit is not None and size > limit:
            raise FileTooLarge(
                f"Opened, the file is larger than {limit // MEGABYTE} MB. Split it, and import the parts one by one.",
                limit=limit,
            )
        target.write(raw)
    return size


def _workbook_text(source: BinaryIO) -> Iterator[str]:
    """The first sheet as CSV text; dates as ISO, whole numbers without a fraction."""
    from python_calamine import CalamineError, CalamineWorkbook

    if _rewound(source).seek(0, io.SEEK_END) > WORKBOOK_MAX:
        raise FileTooLarge(f"A workbook may have {WORKBOOK_MAX // MEGABYTE} MB. Save it as CSV and send that.")
    _check_opened_size(source)
    try:
        sheet = CalamineWorkbook.from_filelike(_rewound(source)).get_sheet_by_index(0)
        rows = sheet.iter_rows()
    except (CalamineError, IndexError, OSError, ValueError):
        raise NotReadable("The workbook could not be opened. Save its first sheet as CSV and send that.") from None
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if text.tell() > BLOCK:
            yield _emptied(text)
    yield _emptied(text)


def _check_opened_size(source: BinaryIO) -> None:
    """A small archive can hold an enormous sheet; its directory says so beforehand."""
    if not zipfile.is_zipfile(_rewound(source)):
        return
    with zipfile.ZipFile(_rewound(source)) as archive:
        if sum(each.file_size for each in archive.infolist()) > WORKBOOK_OPEN_MAX:
            raise FileTooLarge(
                f"Opened, the workbook is larger than {WORKBOOK_OPEN_MAX // MEGABYTE} MB. Save it as CSV and send that."
            )


def _emptied(text: io.StringIO) -> str:
    value = text.getvalue()
    text.seek(0)
    text.truncate()
    return value


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n")
