"""What is refused before it is read: wrong kinds of file, zip bombs, external entities, endless sheets."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from typing import NoReturn

from training_app.core.errors import InvalidInput
from training_app.core.text import N_

MAX_BYTES = 30 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_TOTAL = 200 * 1024 * 1024
MAX_RATIO = 100
SMALL_ENTRY = 1024 * 1024  # below it a high ratio harms nobody
MAX_SHEETS = 60
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_CELLS = 2_500_000  # 100,000 lines of a register; what a child's memory holds
XML_NO_MEMORY = 1  # what the XML parser calls it when it was refused memory; no fault of the file's grammar
MAX_CELL = 32_767  # characters; Excel's own limit

_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
_CELL_COLUMN = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,3})[0-9]+"')
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\b[^<>]*?\br="([0-9]+)"')
_BOF, _FILEPASS, _FIRST_RECORDS = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x2F, 12
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # the stream that a workbook with a password consists of
_READ = (".xml", ".rels")  # parts of a workbook that are looked at; pictures and macros are not even unpacked


class Unreadable(InvalidInput):
    """The file cannot be read as a table; the message says why."""

    code = "unreadable"


def sniff(data: bytes) -> str:
    """What a file is by its own bytes: xlsx, xls, csv; never by its name.

    Raises:
        Unreadable: too large, empty, or none of the three.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(N_("The file is larger than %(limit)s MB."), code="too_large", limit=MAX_BYTES // 1024 // 1024)
    if not data.strip():
        raise Unreadable(N_("The file is empty."), code="empty")
    if data.startswith(_ZIP):
        return "xlsx"
    if data.startswith(_OLE):
        if _LOCKED in data or _is_locked_xls(data):
            raise locked()
        return "xls"
    if data.startswith(_PDF) or (b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise Unreadable(N_("This is no Excel and no CSV file."), code="wrong_type")
    return "csv"


def _is_locked_xls(data: bytes) -> bool:
    """Whether an old workbook says so near its beginning (BIFF8: FILEPASS among the first records)."""
    at = data.find(_BOF)
    for _record in range(_FIRST_RECORDS if at >= 0 else 0):
        if len(data) < at + 4:
            return False
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == _FILEPASS:
            return True
        at += 4 + length
    return False


def read_entries(data: bytes) -> dict[str, bytes]:
    """The parts of a workbook; see :func:`read_archive`.

    Raises:
        Unreadable: no workbook, or one that must not be read.
    """
    parts = read_archive(data, wanted=lambda name: name.lower().endswith(_READ))
    if not any(name.endswith("workbook.xml") for name in parts):
        raise Unreadable(N_("This is no Excel and no CSV file."), code="wrong_type")
    return parts


def read_archive(
    data: bytes, wanted: Callable[[str], bool] = lambda _name: True, *, most: int = MAX_ENTRIES
) -> dict[str, bytes]:
    """The wanted parts of an archive, each read under a hard limit: what a header claims is not believed.

    ``most`` is how many entries an archive of its kind may have.

    Raises:
        Unreadable: no archive, too many or too large parts, doubtful compression, a document type declaration.
    """
    archive, infos = open_archive(data, most=most)
    if sum(i.file_size for i in infos) > MAX_TOTAL:
        raise Unreadable(N_("The file unpacks to more than can be read safely."), code="bomb")
    parts: dict[str, bytes] = {}
    total = 0
    for info in infos:
        if info.is_dir():
            continue
        limit = min(MAX_TOTAL - total, max(SMALL_ENTRY, info.compress_size * MAX_RATIO))
        if info.file_size > limit:
            raise Unreadable(N_("The file unpacks to more than can be read safely."), code="bomb")
        if not wanted(info.filename):
            continue
        content = _read(archive, info, limit)
        total += len(content)
        if info.filename.lower().endswith(_READ) and _declares(content):
            raise Unreadable(N_("The file holds declarations that a spreadsheet never needs."), code="entities")
        parts[info.filename] = content
    return parts


def open_archive(data: bytes, *, most: int = MAX_ENTRIES) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """An archive and its entries, none of them read yet.

    Raises:
        Unreadable: no archive, more than ``most`` entries, one name twice, entries that overlap.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(N_("The file is damaged and cannot be opened."), code="damaged") from error
    if len(infos) > most:
        raise Unreadable(N_("The file unpacks to more than can be read safely."), code="bomb")
    if len({i.filename for i in infos}) != len(infos):
        raise Unreadable(N_("The file is damaged and cannot be opened."), code="damaged")
    _refuse_overlaps(infos)
    return archive, infos


def _declares(content: bytes) -> bool:
    """Whether an XML part has a document type declaration, in whatever encoding it hides."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4]:
        content = content.replace(b"\0", b"")
    return b"<!DOCTYPE" in content or b"<!ENTITY" in content


def _refuse_overlaps(infos: list[zipfile.ZipInfo]) -> None:
    end = 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        if info.header_offset < end:
            raise Unreadable(N_("The file unpacks to more than can be read safely."), code="bomb")
        end = info.header_offset + info.compress_size


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    try:
        with archive.open(info) as part:
            content = part.read(limit + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise Unreadable(N_("The file is damaged or locked with a password."), code="damaged") from error
    if len(content) > limit:
        raise Unreadable(N_("The file unpacks to more than can be read safely."), code="bomb")
    return content


def measure(sheet: bytes) -> None:
    """Refuse a worksheet whose used area is beyond reason (one cell in the last corner makes a million rows).

    Raises:
        Unreadable: more rows, columns or cells than a register can have.
    """
    rows = max((int(n) for n in _ROW_NUMBER.findall(sheet)), default=0)
    letters = set(_CELL_COLUMN.findall(sheet))
    columns = max((column_number(name.decode()) for name in letters), default=0)
    refuse_area(max(rows, _count(b"row", sheet)), columns)
    if _count(b"c", sheet) > MAX_CELLS:
        raise Unreadable(N_("The file has more rows or columns than can be read."), code="too_many_cells")


def _count(tag: bytes, sheet: bytes) -> int:
    """How often a tag begins at most, whether it says its place or not, with a prefix or without."""
    return sheet.count(b"<" + tag) + sheet.count(b":" + tag)


def refuse_area(rows: int, columns: int) -> None:
    """Refuse a worksheet of more rows, columns or cells than a register can have.

    Raises:
        Unreadable: it is.
    """
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise Unreadable(
            N_("A worksheet reaches to row %(rows)s, column %(columns)s: delete what is empty."),
            code="too_many_cells",
            rows=rows,
            columns=columns,
        )


def refuse_crowd(sheets: int) -> None:
    """Refuse a workbook of more worksheets than anybody can look through.

    Raises:
        Unreadable: it has.
    """
    if sheets > MAX_SHEETS:
        raise Unreadable(N_("The file has more than %(limit)s worksheets."), code="too_many_sheets", limit=MAX_SHEETS)


def refuse_cell() -> NoReturn:
    """Refuse a file with a cell that holds a book.

    Raises:
        Unreadable: always.
    """
    raise Unreadable(N_("A cell holds more than %(limit)s characters."), code="cell_too_long", limit=MAX_CELL)


def locked() -> Unreadable:
    """Nobody can look into the file without its password."""
    return Unreadable(N_("The file is locked with a password; save it without one and try again."), code="locked")


def column_number(letters: str) -> int:
    """A as 1, Z as 26, AA as 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
