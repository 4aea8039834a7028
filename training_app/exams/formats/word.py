"""The lines of a Word document: paragraphs with the numbers Word makes up itself, cells of tables, pictures."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from training_app.exams.formats.questions import LETTERS

DOCUMENT = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_EMBED = f"{_R}embed"
_CHINESE = "〇一二三四五六七八九十"
PICTURE = "\ufffc"  # stands for a picture in a line, followed by its number and another one


def lines_of(parts: Mapping[str, bytes]) -> tuple[list[str], list[tuple[str, bytes]]]:
    """Every line of text in order, and the pictures that the marks in them stand for."""
    numbering = _Numbering(parts.get("word/numbering.xml"), parts.get("word/styles.xml"))
    targets = _targets(parts.get("word/_rels/document.xml.rels"))
    pictures: list[tuple[str, bytes]] = []
    lines: list[str] = []

    def picture(link: str) -> str:
        data = parts.get(targets.get(link, ""))
        if data is None:
            return ""
        pictures.append((posixpath.basename(targets[link]), data))
        return f"{PICTURE}{len(pictures)}{PICTURE}"

    for paragraph in fromstring(parts[DOCUMENT]).iter(f"{_W}p"):
        text = "".join(_runs(paragraph, picture))
        prefix = numbering.prefix(paragraph)
        for at, line in enumerate(text.split("\n")):
            lines.append(f"{prefix}{line}" if at == 0 else line)
    return lines, pictures


def _runs(paragraph: Element, picture: object) -> Iterator[str]:
    mark = picture if callable(picture) else str
    for node in paragraph.iter():
        tag = str(node.tag)
        if tag == f"{_W}t":
            yield node.text or ""
        elif tag == f"{_W}tab":
            yield "\t"
        elif tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif tag.endswith("}blip") and node.get(_EMBED):
            yield str(mark(node.get(_EMBED)))
        elif tag.endswith("}imagedata") and node.get(f"{_R}id"):
            yield str(mark(node.get(f"{_R}id")))


def _targets(data: bytes | None) -> dict[str, str]:
    if data is None:
        return {}
    return {
        node.get("Id") or "": posixpath.normpath(posixpath.join("word", node.get("Target") or "")).lstrip("/")
        for node in fromstring(data)
    }


class _Numbering:
    """The numbers of paragraphs that Word counts itself."""

    def __init__(self, data: bytes | None, styles: bytes | None) -> None:
        self._levels: dict[str, dict[str, tuple[str, str]]] = {}
        self._counts: dict[tuple[str, str], int] = defaultdict(int)
        self._styles: dict[str, Element] = {}
        if data is None:
            return
        for style in fromstring(styles).findall(f"{_W}style") if styles is not None else ():
            place = style.find(f"{_W}pPr/{_W}numPr")
            if place is not None:
                self._styles[style.get(f"{_W}styleId") or ""] = place
        root = fromstring(data)
        abstract = {}
        for each in root.findall(f"{_W}abstractNum"):
            abstract[each.get(f"{_W}abstractNumId")] = {
                level.get(f"{_W}ilvl") or "0": (_value(level, "numFmt"), _value(level, "lvlText"))
                for level in each.findall(f"{_W}lvl")
            }
        for each in root.findall(f"{_W}num"):
            self._levels[each.get(f"{_W}numId") or ""] = abstract.get(_value(each, "abstractNumId"), {})

    def prefix(self, paragraph: Element) -> str:
        """What Word shows in front of a paragraph; '' when nothing."""
        place = paragraph.find(f"{_W}pPr/{_W}numPr")
        if place is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            place = self._styles.get(style.get(f"{_W}val") or "") if style is not None else None
        if place is None:
            return ""
        number, level = _value(place, "numId"), _value(place, "ilvl") or "0"
        form, text = self._levels.get(number, {}).get(level, ("", ""))
        if not form or form in ("bullet", "none"):
            return ""
        self._counts[number, level] += 1
        for key in list(self._counts):
            if key[0] == number and key[1] > level:
                del self._counts[key]
        shown = _shown(form, self._counts[number, level])
        return re.sub(r"%\d", "", text.replace(f"%{int(level) + 1}", shown)) or f"{shown}."


def _value(node: Element, name: str) -> str:
    found = node.find(f"{_W}{name}")
    return (found.get(f"{_W}val") or "") if found is not None else ""


def _shown(form: str, count: int) -> str:
    if form in ("upperLetter", "lowerLetter") and count <= len(LETTERS):
        return LETTERS[count - 1]
    if "hinese" in form or "japanese" in form or "ideograph" in form.lower():
        tens, ones = divmod(count, 10)
        return (_CHINESE[tens] if tens > 1 else "") + ("十" if tens else "") + (_CHINESE[ones] if ones else "")
    return str(count)
