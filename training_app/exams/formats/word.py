"""The lines of a Word document: paragraphs with the numbers Word makes up itself, tables, text boxes, pictures.

Names are compared without their name spaces, since strict documents have others. What was deleted under tracked changes
is left out, what was inserted is read; of an alternative content the first that says anything counts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from training_app.exams.formats.paper_parts import UNDERLINE
from training_app.exams.formats.word_numbers import Numbering, local, value_of
from training_app.exams.formats.word_tables import lines_of_table

DOCUMENT = re.compile(r"word/document\d{0,3}\.xml")
PICTURE = "\ufffc"  # stands for a picture in a line, followed by its number and another one
_BLOCKS = frozenset({"p", "tbl"})
_GONE = frozenset({"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "tblPr", "tcPr", "trPr", "sectPr"})
_MARKS = {  # signs that Word takes from fonts of its own
    "wingdings2": {0x50: "√", 0x52: "√", 0x4F: "×", 0x51: "×", 0x53: "×"},
    "wingdings": {0xFC: "√", 0xFE: "√", 0xFB: "×", 0xFD: "×"},
    "symbol": {0xD6: "√", 0xB4: "×"},
}
_DEEPEST = 60


def document_of(names: Iterable[str]) -> str:
    """The part that holds the text; '' when there is none."""
    return min((name for name in names if DOCUMENT.fullmatch(name)), default="")


def lines_of(parts: Mapping[str, bytes]) -> tuple[list[str], list[tuple[str, bytes]]]:
    """Every line of text in order, and the pictures that the marks in them stand for."""
    document = document_of(parts)
    return _Reader(parts, document).lines(fromstring(parts[document]))


class _Reader:
    def __init__(self, parts: Mapping[str, bytes], document: str) -> None:
        self._parts = parts
        self._numbering = Numbering(parts.get("word/numbering.xml"), parts.get("word/styles.xml"))
        self._targets = _targets(parts.get(f"word/_rels/{posixpath.basename(document)}.rels"))
        self._pictures: list[tuple[str, bytes]] = []

    def lines(self, root: Element) -> tuple[list[str], list[tuple[str, bytes]]]:
        return list(self._blocks(root, 0)), self._pictures

    def _blocks(self, node: Element, depth: int) -> Iterator[str]:
        """Lines of the paragraphs and tables below an element, wherever they are wrapped."""
        if depth > _DEEPEST:
            return
        for child in node:
            tag = local(child)
            if tag in _GONE:
                continue
            if tag == "p":
                yield from self._paragraph(child, depth)
            elif tag == "tbl":
                yield from lines_of_table(
                    [
                        [list(self._blocks(cell, depth + 2)) for cell in _inside(row, "tc")]
                        for row in _inside(child, "tr")
                    ]
                )
            elif tag == "AlternateContent":
                yield from self._alternative(child, depth)
            else:
                yield from self._blocks(child, depth + 1)

    def _alternative(self, node: Element, depth: int) -> Iterator[str]:
        for choice in node:
            lines = list(self._blocks(choice, depth + 1))
            if any(lines):
                yield from lines
                return

    def _paragraph(self, paragraph: Element, depth: int) -> Iterator[str]:
        boxes: list[Element] = []
        text = "".join(self._runs(paragraph, boxes, 0)).replace(UNDERLINE * 2, "")
        prefix = self._numbering.prefix(paragraph)
        for at, line in enumerate(text.split("\n")):
            yield f"{prefix}{line}" if at == 0 else line
        for box in boxes:
            yield from self._blocks(box, depth + 1)

    def _runs(self, node: Element, boxes: list[Element], depth: int) -> Iterator[str]:
        for child in node:
            tag = local(child)
            if tag in _GONE or depth > _DEEPEST:
                continue
            if tag == "t":
                yield child.text or ""
            elif tag in ("tab", "ptab"):
                yield "\t"
            elif tag in ("br", "cr"):
                yield "\n"
            elif tag == "noBreakHyphen":
                yield "-"
            elif tag == "sym":
                yield _sign(child)
            elif tag == "txbxContent":
                boxes.append(child)
            elif tag == "AlternateContent":
                yield from self._first(child, boxes, depth)
            elif tag in ("blip", "imagedata"):
                yield self._picture(_attribute(child, "embed") or _attribute(child, "id"))
            elif tag == "r" and _is_underlined(child):
                yield _underlined("".join(self._runs(child, boxes, depth + 1)))
            else:
                yield from self._runs(child, boxes, depth + 1)

    def _first(self, node: Element, boxes: list[Element], depth: int) -> Iterator[str]:
        for choice in node:
            here: list[Element] = []
            text = "".join(self._runs(choice, here, depth + 1))
            if text or here:
                boxes += here
                yield text
                return

    def _picture(self, link: str) -> str:
        target = self._targets.get(link, "")
        data = self._parts.get(target)
        if not link:
            return ""
        self._pictures.append((posixpath.basename(target) or link, data or b""))
        return f"{PICTURE}{len(self._pictures)}{PICTURE}"


def _inside(node: Element, wanted: str) -> Iterator[Element]:
    """The rows of a table, or the cells of a row, also those wrapped in content controls or insertions."""
    for child in node:
        tag = local(child)
        if tag == wanted:
            if not _is_deleted_row(child):
                yield child
        elif tag not in _GONE and tag not in _BLOCKS:
            yield from _inside(child, wanted)


def _is_deleted_row(node: Element) -> bool:
    return any(local(each) == "del" for part in node if local(part) == "trPr" for each in part)


def _attribute(node: Element, name: str) -> str:
    return next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == name and "}" in key), "")


def _is_underlined(run: Element) -> bool:
    return any(value_of(part, "u", "none") != "none" for part in run if local(part) == "rPr")


def _underlined(text: str) -> str:
    if not text or PICTURE in text:
        return text
    return f"{UNDERLINE}{text}{UNDERLINE}" if text.strip() else "____"


def _sign(node: Element) -> str:
    font = _attribute(node, "font").replace(" ", "").lower()
    code = _attribute(node, "char")
    number = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{1,6}", code) else 0
    known = _MARKS.get(font, {}).get(number & 0xFF)
    return known or (chr(number) if 0x20 <= number < 0xD800 else "")


def _targets(data: bytes | None) -> dict[str, str]:
    if data is None:
        return {}
    return {
        node.get("Id") or "": posixpath.normpath(posixpath.join("word", node.get("Target") or "")).lstrip("/")
        for node in fromstring(data)
    }
