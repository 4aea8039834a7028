"""Files made to do harm, each built here from nothing or from one of the county's own."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path

COUNTY = Path(__file__).parent.parent / "data" / "county"
XLS = (COUNTY / "上级调训登记表.xls").read_bytes()
XLSX = (COUNTY / "单位名册.xlsx").read_bytes()
CSV = (COUNTY / "网络学习学时.csv").read_bytes()
MEGABYTE = 1024 * 1024
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def noise(seed: int) -> random.Random:
    """The same disorder in every run."""
    return random.Random(seed)  # noqa: S311 - no secret


def row(number: int, *cells: str) -> str:
    """A worksheet row of texts."""
    typed = "".join(
        f'<c r="{chr(65 + n)}{number}" t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>'
        for n, cell in enumerate(cells)
    )
    return f'<row r="{number}">{typed}</row>'


TABLE = row(1, "姓名", "身份证号码", "单位") + row(2, "张三", "532590198503120018", "县委")


def sheet(data: str) -> str:
    """A worksheet part."""
    return f"{_HEAD}<worksheet {_MAIN}><sheetData>{data}</sheetData></worksheet>"


def workbook(
    data: str = TABLE, *, names: Iterable[str] = ("名册",), method: int = zipfile.ZIP_DEFLATED, **parts
) -> bytes:
    """A workbook of worksheets that all hold ``data``; further parts by name, or instead of its own."""
    names = list(names)
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, 1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    links += f'<Relationship Id="rs" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
        "xl/sharedStrings.xml": f"{_HEAD}<sst {_MAIN}><si><t>x</t></si></sst>",
        **{f"xl/worksheets/sheet{n}.xml": sheet(data) for n in range(1, len(names) + 1)},
        **parts,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return out.getvalue()


def with_entries(data: bytes, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    """The same archive with entries more, in whatever way they are odd."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name twice is what is wanted
        for info, content in entries:
            archive.writestr(info, content)
    return out.getvalue()


def lying(data: bytes, name: str, size: int) -> bytes:
    """The archive with a wrong unpacked size of one entry, in both of its headers."""
    info = zipfile.ZipFile(io.BytesIO(data)).getinfo(name)
    old, new = struct.pack("<LL", info.compress_size, info.file_size), struct.pack("<LL", info.compress_size, size)
    return data.replace(old, new)


def overlapping(copies: int) -> bytes:
    """Many names for one and the same large part."""
    data = workbook(**{"xl/media/kernel.bin": b"\0" * MEGABYTE})
    end = data.rindex(b"PK\x05\x06")
    start = struct.unpack("<L", data[end + 16 : end + 20])[0]
    directory = data[start:end]
    at = directory.index(b"xl/media/kernel.bin") - 46
    entry = directory[at : at + 46 + len(b"xl/media/kernel.bin")]
    more = b"".join(entry.replace(b"kernel.bin", f"k{n:05}.bin".encode()) for n in range(copies))
    count = struct.unpack("<H", data[end + 10 : end + 12])[0] + copies
    tail = data[end : end + 8] + struct.pack("<HHLL", count, count, len(directory + more), start) + data[end + 20 :]
    return data[:start] + directory + more + tail


def shared_strings(size: int) -> bytes:
    """A workbook whose table of texts is huge, and packed no better than honest text may be."""
    sevens = noise(7)
    text = "".join(f"<si><t>{sevens.getrandbits(64):x}{'姓' * 500}</t></si>" for _ in range(1000))
    part = f"{_HEAD}<sst {_MAIN}>{text * (size // len(text.encode()))}</sst>"
    return workbook(**{"xl/sharedStrings.xml": part})


def amplified(cells: int) -> bytes:
    """One long text that every cell of the worksheet points at."""
    across = 50
    rows = "".join(
        f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * across + "</row>" for n in range(1, cells // across + 1)
    )
    text = f"{_HEAD}<sst {_MAIN}><si><t>{'长' * 32_000}</t></si></sst>"
    return workbook(rows, method=zipfile.ZIP_STORED, **{"xl/sharedStrings.xml": text})


def moved_cell(row_: int, column: int) -> bytes:
    """The county's .xls with one cell moved to a far corner."""
    for at in _records(0x00FD):  # LABELSST: a text
        return XLS[: at + 4] + struct.pack("<HH", row_, column) + XLS[at + 8 :]
    raise LookupError


def locked_xls() -> bytes:
    """The county's .xls that says of itself that it is encrypted."""
    for at in _records(0x0042):  # CODEPAGE becomes FILEPASS
        return XLS[:at] + struct.pack("<HHH", 0x2F, 2, 1) + XLS[at + 6 :]
    raise LookupError


def _records(kind: int) -> Iterable[int]:
    """Where records of a kind lie in the county's .xls, whose stream is in one piece."""
    at = XLS.index(struct.pack("<HHH", 0x0809, 16, 0x0600))
    while at < len(XLS) - 4:
        found, length = struct.unpack("<HH", XLS[at : at + 4])
        if found == kind:
            yield at
        if found == 0 and length == 0:
            return
        at += 4 + length


def encrypted() -> bytes:
    """What Excel writes under a password: a compound file whose stream has this name."""
    return XLS[:512] + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2048


def symlink(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    """An entry that wants to be a link."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    return info, target.encode()


LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
XXE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def word(document: str) -> bytes:
    """A Word document of one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", document)
    return out.getvalue()


def package(**parts: bytes | str) -> bytes:
    """A QTI package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"/>')
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def flagged(data: bytes, name: str) -> bytes:
    """The archive with one entry that says it is encrypted, in both of its headers."""
    encoded = name.encode()
    local = data.index(b"PK\x03\x04", data.index(encoded) - 30)
    central = data.rindex(encoded) - 46
    broken = bytearray(data)
    broken[local + 6] |= 1
    broken[central + 8] |= 1
    return bytes(broken)


def packed_as(data: bytes, name: str, method: int) -> bytes:
    """The archive with one entry of another way of packing, in both of its headers."""
    encoded = name.encode()
    local, central = data.index(encoded) - 30, data.rindex(encoded) - 46
    broken = bytearray(data)
    broken[local + 8 : local + 10] = struct.pack("<H", method)
    broken[central + 10 : central + 12] = struct.pack("<H", method)
    return bytes(broken)


def renamed_inside(data: bytes, name: str, other: str) -> bytes:
    """The archive whose directory calls an entry otherwise than the entry itself."""
    at = data.rindex(name.encode())
    return data[:at] + other.encode() + data[at + len(name) :]


def quadratic(size: int) -> str:
    """One long entity named many times, where nested ones are watched for."""
    return f'<!DOCTYPE q [<!ENTITY a "{"x" * size}">]><sst>{"<si><t>&a;</t></si>" * size}</sst>'
