"""What a question file is, by its content, and what is in it."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from training_app.core.spreadsheets.guards import MAX_BYTES, XML_NO_MEMORY, Unreadable, read_archive
from training_app.core.spreadsheets.parsed import Parsed
from training_app.core.text import N_
from training_app.exams.formats import aiken, gift, moodle, paper, qti, word
from training_app.exams.formats.questions import MAX_QUESTIONS, Question, parsed_of

_ZIP = b"PK\x03\x04"
_HEAD = 200_000
MAX_PACKAGE = 25_000  # entries: 20,000 questions, each in a file of its own, and pictures
_OLE, _RTF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_BOOK_STREAM = "Workbook".encode("utf-16-le")  # a workbook may have a Word document inside
_OLD_WORD, _OLD_QTI = "old word", "old qti"  # known well enough to say what to do
_ITEM = re.compile(r"<(?:\w+:)?(?:assessmentItem|qti-assessment-item)\b")
_OLD_ITEMS = re.compile(rb"<questestinterop\b")
_OFFICE = ("xl/", "word/", "ppt/", "META-INF/")
_GIFT = re.compile(r"^[^\S\r\n]*(?:::.*?::|\$CATEGORY:)", re.MULTILINE)
_GIFT_BODY = re.compile(r"(?<!\\)\{\s*(?://[^\n]*\n\s*)?(?:[=~#}]|T\s*[}#]|F\s*[}#]|TRUE|FALSE)")


def claims(_name: str, data: bytes) -> bool:
    """Whether a file holds questions; its name plays no part."""
    return bool(_form_of(data))


def parse(_name: str, data: bytes) -> Parsed:
    """The questions of a file.

    Raises:
        Unreadable: it is damaged, dangerous, too large, or holds no question.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(N_("The file is larger than %(limit)s MB."), code="too_large", limit=MAX_BYTES // 1024 // 1024)
    form = _form_of(data)
    if form == _OLD_WORD:
        raise Unreadable(
            N_("This is an old Word file (.doc, .wps or .rtf); save it as .docx and try again."), code="old_word"
        )
    if form == _OLD_QTI:
        raise _old_qti()
    if not form:
        raise Unreadable(N_("This is no question file that can be read."), code="wrong_type")
    try:
        questions = _READERS[form](data)
    except (ParseError, DefusedXmlException, KeyError, LookupError, RecursionError, zipfile.BadZipFile) as error:
        if isinstance(error, ParseError) and error.code == XML_NO_MEMORY:
            raise MemoryError from error
        code = "entities" if isinstance(error, DefusedXmlException) else "damaged"
        raise Unreadable(N_("The file is damaged and cannot be opened."), code=code) from error
    if not questions:
        raise Unreadable(N_("The file holds no questions."), code="empty")
    if len(questions) > MAX_QUESTIONS:
        raise Unreadable(
            N_("The file holds more than %(limit)s questions; split it."), code="too_many", limit=MAX_QUESTIONS
        )
    return parsed_of(form, questions)


def _old_qti() -> Unreadable:
    return Unreadable(
        N_("This package is QTI 1.2, which is not read; export it as QTI 2.1, QTI 3.0 or Moodle XML."), code="old_qti"
    )


def text_of(data: bytes, *, whole: bool = True) -> str:
    """Text in the encodings that occur: UTF-8 or UTF-16 by its mark, UTF-8, else GB18030.

    Not ``whole``: the last character may be cut off.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace").lstrip("\ufeff")
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=whole)
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _form_of(data: bytes) -> str:
    if data.startswith(_ZIP):
        return _form_of_archive(data)
    if data.startswith(_RTF) or (data.startswith(_OLE) and _WORD_STREAM in data and _BOOK_STREAM not in data):
        return _OLD_WORD
    if len(data) > MAX_BYTES or (
        b"\x00" in data[:4096] and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        return ""
    head = text_of(data[:_HEAD], whole=len(data) <= _HEAD).lstrip()
    if head.startswith("<"):
        if re.search(r"<quiz\b", head):
            return "moodle"
        if re.search(r"<questestinterop\b", head):
            return _OLD_QTI
        return "qti" if _ITEM.search(head) else ""
    if _is_gift(head):
        return "gift"
    if aiken.ANSWER_LINE.search(head):
        return "aiken"
    return "paper" if paper.looks_like(head) else ""


def _is_gift(head: str) -> bool:
    return len(_GIFT_BODY.findall(head)) > 0 and (_GIFT.search(head) is not None or "}" in head)


def _form_of_archive(data: bytes) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return ""
    if word.document_of(names):
        return "word"
    if "[Content_Types].xml" in names:
        return ""
    if any(name.rpartition("/")[2] == qti.MANIFEST for name in names):
        return "qti-package"  # also one of QTI 1.2, which tells itself when it is read
    inside = [name for name in names if name.lower().endswith(".xml")]
    if inside and not any(name.startswith(_OFFICE) for name in names):
        return "qti-package" if _holds_items(data, inside[:3]) else ""
    return ""


def _holds_items(data: bytes, names: list[str]) -> bool:
    """Whether an archive without a manifest begins with questions."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in names:
                with archive.open(name) as part:
                    if _ITEM.search(text_of(part.read(3000), whole=False)):
                        return True
    except (zipfile.BadZipFile, RuntimeError, ValueError, NotImplementedError, OSError, EOFError, zlib.error):
        return False
    return False


def _moodle(data: bytes) -> list[Question]:
    try:
        return moodle.read(fromstring(_xml(data)))
    except ParseError as error:
        if error.code == XML_NO_MEMORY:
            raise
        return moodle.read_damaged(text_of(data, whole=False))


def _xml(data: bytes) -> bytes | str:
    """XML as bytes; one that says GB2312 or GBK, which the parser does not know, as text."""
    head = data[:200].decode("ascii", errors="ignore")
    said = re.search(r"encoding=[\"']([\w-]+)", head)
    if said and said[1].lower() in ("gb2312", "gbk", "gb18030"):
        return re.sub(r"^\s*<\?xml[^>]*\?>", "", data.decode("gb18030", errors="replace"))
    return data


def _item(data: bytes) -> list[Question]:
    return [qti.read_item(data)]


def _package(data: bytes) -> list[Question]:
    parts = read_archive(data, most=MAX_PACKAGE)
    questions = qti.read_package(parts)
    if not questions and any(_OLD_ITEMS.search(part[:3000]) for part in parts.values()):
        raise _old_qti()
    return questions


def _word(data: bytes) -> list[Question]:
    lines, pictures = word.lines_of(read_archive(data))
    return paper.read(lines, pictures)


def _paper(data: bytes) -> list[Question]:
    return paper.read(text_of(data).splitlines())


_READERS: dict[str, Callable[[bytes], list[Question]]] = {
    "moodle": _moodle,
    "qti": _item,
    "qti-package": _package,
    "gift": lambda data: gift.read(text_of(data)),
    "aiken": lambda data: aiken.read(text_of(data)),
    "word": _word,
    "paper": _paper,
}
