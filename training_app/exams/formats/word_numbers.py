"""The numbers of paragraphs that Word counts itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from training_app.exams.formats.questions import LETTERS

_CHINESE = "〇一二三四五六七八九十"
_LEVELS = 9


def local(node: Element) -> str:
    """The name without its name space."""
    return str(node.tag).rpartition("}")[2]


def value_of(node: Element, name: str, default: str = "") -> str:
    """The ``val`` of the child of that name."""
    found = next((child for child in node if local(child) == name), None)
    return _val(found, default) if found is not None else default


def _val(node: Element, default: str = "") -> str:
    return next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == "val"), default)


def _attr(node: Element, name: str) -> str:
    return next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == name), "")


def _children(node: Element, name: str) -> Iterator[Element]:
    return (child for child in node if local(child) == name)


@dataclass
class _Level:
    form: str
    text: str
    start: int


@dataclass
class _List:
    abstract: str
    levels: dict[int, _Level] = field(default_factory=dict)
    restarts: dict[int, int] = field(default_factory=dict)  # level → where this list begins anew


class Numbering:
    """Counts along; lists of one kind go on counting unless one of them says where it starts."""

    def __init__(self, data: bytes | None, styles: bytes | None) -> None:
        """From the parts of a document that describe its lists and styles."""
        self._lists: dict[str, _List] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._met: set[tuple[str, int]] = set()
        if data is None:
            return
        root = fromstring(data)
        kinds = {_attr(each, "abstractNumId"): _levels(each) for each in _children(root, "abstractNum")}
        for each in _children(root, "num"):
            abstract = value_of(each, "abstractNumId")
            found = _List(abstract, dict(kinds.get(abstract, {})))
            for change in _children(each, "lvlOverride"):
                level = _number(_attr(change, "ilvl"))
                found.levels |= _levels(change)
                start = value_of(change, "startOverride")
                if start:
                    found.restarts[level] = _number(start)
            self._lists[_attr(each, "numId")] = found
        if styles is not None:
            self._read_styles(styles)

    def _read_styles(self, styles: bytes) -> None:
        below: dict[str, str] = {}
        for style in _children(fromstring(styles), "style"):
            name = _attr(style, "styleId")
            below[name] = value_of(style, "basedOn")
            place = _place(style)
            if place is not None:
                self._styles[name] = place
        for name, first in below.items():
            parent, steps = first, 0
            while name not in self._styles and parent and steps < 20:
                if parent in self._styles:
                    self._styles[name] = self._styles[parent]
                parent, steps = below.get(parent, ""), steps + 1

    def prefix(self, paragraph: Element) -> str:
        """What Word shows in front of a paragraph; '' when nothing."""
        place = _place(paragraph)
        if place is None:
            properties = next(_children(paragraph, "pPr"), None)
            place = self._styles.get(value_of(properties, "pStyle")) if properties is not None else None
        if place is None or place[0] not in self._lists:
            return ""
        name, level = place
        found = self._lists[name]
        shape = found.levels.get(level)
        if shape is None or shape.form in ("", "bullet", "none"):
            return ""
        counts = self._counts.setdefault(found.abstract, [None] * _LEVELS)
        if level in found.restarts and (name, level) not in self._met:
            counts[level] = found.restarts[level] - 1
        self._met.add((name, level))
        before = counts[level]
        counts[level] = shape.start if before is None else before + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        return self._text(found, shape, counts)

    def _text(self, found: _List, shape: _Level, counts: list[int | None]) -> str:
        def shown(mark: re.Match[str]) -> str:
            at = int(mark[1]) - 1
            level = found.levels.get(at)
            if level is None or not 0 <= at < _LEVELS:
                return ""
            now = counts[at]
            return _shown(level.form, level.start if now is None else now)

        return re.sub(r"%(\d)", shown, shape.text)


def _levels(node: Element) -> dict[int, _Level]:
    found = {}
    for level in _children(node, "lvl"):
        at = _number(_attr(level, "ilvl"))
        if at < _LEVELS:
            found[at] = _Level(
                value_of(level, "numFmt"), value_of(level, "lvlText"), _number(value_of(level, "start", "1"))
            )
    return found


def _place(node: Element) -> tuple[str, int] | None:
    properties = next(_children(node, "pPr"), None)
    numbered = next(_children(properties, "numPr"), None) if properties is not None else None
    if numbered is None:
        return None
    return value_of(numbered, "numId"), min(_number(value_of(numbered, "ilvl", "0")), _LEVELS - 1)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _shown(form: str, count: int) -> str:
    if form in ("upperLetter", "lowerLetter") and 1 <= count <= len(LETTERS):
        return LETTERS[count - 1]
    if "hinese" in form or "japanese" in form or "ideograph" in form.lower():
        tens, ones = divmod(count, 10)
        return (
            ((_CHINESE[tens] if 1 < tens < 10 else "") + ("十" if tens else "") + (_CHINESE[ones] if ones else ""))
            if count < 100
            else str(count)
        )
    return str(count)
