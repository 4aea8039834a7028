"""Reading ``.lrmx`` files, one or a folder of them in a ZIP; runs in a child with limits, knows no database."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from training_app.cadres.lrmx.form import ELEMENTS, RELATIVE, AppointmentForm, Relative, shown_family
from training_app.core.spreadsheets.guards import MAX_BYTES, Unreadable, read_archive
from training_app.core.spreadsheets.parsed import Parsed
from training_app.core.text import N_

MAX_PHOTO = 2 * 1024 * 1024
MOST_FORMS = 2_000
_ZIP = b"PK\x03\x04"
_ROOT = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<Person[\s>/]", re.DOTALL)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"GIF8")
_NOISE = re.compile(r"(?:^|/)(?:\.|~\$|__MACOSX/|Thumbs\.db$|desktop\.ini$)")


@dataclass
class Read:
    """One file read: the form, what is to be told of it, or why it is none."""

    form: AppointmentForm = field(default_factory=AppointmentForm)
    notes: list[tuple[str, str]] = field(default_factory=list)  # (what, value)
    broken: str = ""


def claims(_name: str, data: bytes) -> bool:
    """Whether a file is an appointment form, or a ZIP with such files in it; its own name plays no part."""
    if data.startswith(_ZIP):
        return any(name.lower().endswith(".lrmx") for name in _names(data))
    return _ROOT.match(_text(data[:4_000], whole=False)) is not None


def parse(_name: str, data: bytes) -> Parsed:
    """The forms of a file.

    Raises:
        Unreadable: it is damaged, dangerous, too large, or holds no form.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(N_("The file is larger than %(limit)s MB."), code="too_large", limit=MAX_BYTES // 1024 // 1024)
    if data.startswith(_ZIP):
        files = list(_members(data))
        if not any(path.lower().endswith(".lrmx") for path, _ in files):
            raise Unreadable(N_("The file holds no appointment form."), code="empty")
        if len(files) > MOST_FORMS:
            raise Unreadable(N_("The file holds more than %(limit)s forms; split it."), code="bomb", limit=MOST_FORMS)
        return _parsed([(path, _read_member(path, part)) for path, part in files])
    try:
        return _parsed([("", read(data))])
    except DefusedXmlException as error:
        raise Unreadable(N_("The file holds declarations that a form never needs."), code="entities") from error
    except (ParseError, LookupError, RecursionError) as error:
        raise Unreadable(N_("The file is damaged and cannot be opened."), code="damaged") from error


def read(data: bytes) -> Read:
    """One form.

    Raises:
        ParseError: it is no XML. DefusedXmlException: it declares entities.
    """
    root = fromstring(_xml(data))
    if root.tag != "Person":
        return Read(broken="no Person")
    found = Read()
    given: dict[str, Any] = {}
    for element in root:
        name = ELEMENTS.get(element.tag, ("",))[0]
        if not name or name in given:
            if text := " ".join("".join(element.itertext()).split()):
                found.notes.append(("unknown", f"{element.tag}：{text[:80]}"))
        elif name == "family":
            given[name] = tuple(_relatives(element, found))
        elif name == "photo":
            given[name] = _photo(element.text or "", found)
        else:
            given[name] = _tidy("".join(element.itertext()))
    found.form = AppointmentForm(**given)
    return found


def _relatives(element: Element, found: Read) -> Iterator[Relative]:
    for item in element:
        parts = {RELATIVE[each.tag]: _one_line(each.text or "") for each in item if each.tag in RELATIVE}
        for each in item:
            if each.tag not in RELATIVE and (each.text or "").strip():
                found.notes.append(("unknown", f"{each.tag}：{_one_line(each.text or '')[:80]}"))
        if any(parts.values()):
            yield Relative(**parts)


def _photo(text: str, found: Read) -> bytes:
    plain = re.sub(r"\s|^data:[^,]*,", "", text)
    if not plain:
        return b""
    try:
        data = base64.b64decode(plain, validate=True)
    except binascii.Error:
        data = b""
    if not data.startswith(_PICTURES) or len(data) > MAX_PHOTO:
        found.notes.append(("photo", ""))
        return b""
    return data


def _one_line(text: str) -> str:
    return " ".join(text.replace("|", "／").replace("｜", "／").split())


def _tidy(text: str) -> str:
    """Lines without trailing blanks, no empty ones at the ends; what separates within a line stays."""
    lines = [line.rstrip() for line in re.split(r"\r\n|\r|\n", text)]
    return "\n".join(lines).strip()


def _xml(data: bytes) -> bytes | str:
    """The file for the parser: as text without its declaration when it says GBK, or says nothing and is no UTF-8."""
    head = data[:200].decode("ascii", errors="ignore")
    said = re.search(r"encoding=[\"']([\w-]+)", head)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data
    if (said and said[1].lower() in ("gb2312", "gbk", "gb18030")) or not _is_utf8(data):
        return _DECLARATION.sub("", data.decode("gb18030", errors="replace"))
    return data


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _text(data: bytes, *, whole: bool) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="ignore").lstrip("\ufeff")
    return data.decode("utf-8", errors="strict" if whole else "ignore").lstrip("\ufeff")


def _names(data: bytes) -> list[str]:
    try:
        return zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What lies in a ZIP, by readable path; what systems leave behind is nobody's."""
    told = {info.filename: _readable(info) for info in zipfile.ZipFile(io.BytesIO(data)).infolist()}
    for stored, content in read_archive(data).items():
        path = told.get(stored, stored)
        if not _NOISE.search(path):
            yield path, content


def _readable(info: zipfile.ZipInfo) -> str:
    """A member's path: without the flag for UTF-8 it is GBK, which the library took for a code page of 1981."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def _read_member(path: str, data: bytes) -> Read:
    if not path.lower().endswith(".lrmx"):
        return Read(broken="no lrmx")
    try:
        return read(data)
    except DefusedXmlException:
        return Read(broken="entities")
    except (ParseError, LookupError, RecursionError):
        return Read(broken="damaged")


def _parsed(files: list[tuple[str, Read]]) -> Parsed:
    items, extras, findings = [], [], []
    for number, (path, each) in enumerate(files, 1):
        form = each.form
        items.append(
            {"file": path, "family": shown_family(form.family), "photo": "有" if form.photo else "", **form.texts()}
        )
        extras.append({"photo": base64.b64encode(form.photo).decode(), "notes": [list(note) for note in each.notes]})
        if each.broken:
            findings.append((number, "file", "form_broken", {"reason": each.broken}))
    return Parsed("lrmx", items, extras, findings)
