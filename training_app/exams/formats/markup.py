"""HTML of other systems as plain text.

Line-breaking tags become new lines, pictures become ``[图n]``, small raised or lowered digits become characters of
their own; scripts, styles and comments go with what is in them; every other tag goes and its text stays. Bold,
tables, links and the like are named in a note, so that nobody misses them unawares.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import struct
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from training_app.exams.formats.questions import Notes, Picture, clean

MAX_PICTURE = 2 * 1024 * 1024
MAX_DOTS = 40_000_000  # a small file may unpack to gigabytes of dots in whatever shows it
_TAG = re.compile(
    r"</?(?:p|br|div|span|img|b|i|u|em|strong|sub|sup|table|tbody|thead|tr|td|th|ul|ol|li|font|h[1-6]|a|hr|pre|code|"
    r"script|style|iframe|object|embed|svg|math|video|audio|blockquote|center|form|input|link|meta)\b[^<>]*>|<!--",
    re.IGNORECASE,
)
_NO_TAG = re.compile(r"<(?!/?[A-Za-z][A-Za-z0-9:_-]{0,40}(?:[\s/>]|$)|!)")
_LINES = frozenset(
    ("p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ul", "ol", "table", "blockquote", "pre")
)
_SILENT = _LINES | {"span", "font", "tbody", "thead", "center", "img", "sub", "sup", "prompt"}
_DROPPED = frozenset(["script", "style", "iframe", "object", "embed", "svg", "video", "audio", "form"])
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_MAGIC = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF87a": "gif", b"GIF89a": "gif"}
MEDIA = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}

Find = Callable[[str], bytes | None]


def picture_kind(data: bytes) -> str:
    """What kind of picture bytes are by themselves; '' when none that is safe to show (so no SVG)."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), "")


def picture_size(data: bytes) -> int:
    """How many dots a picture has by its own account; 0 when it gives none."""
    kind = picture_kind(data)
    if kind == "png" and data[12:16] == b"IHDR":
        return _area(*struct.unpack(">II", data[16:24].ljust(8, b"\0")))
    if kind == "gif":
        return _area(*struct.unpack("<HH", data[6:10].ljust(4, b"\0")))
    if kind == "webp":
        return _webp_size(data[12:30].ljust(18, b"\0"))
    return _jpeg_size(data) if kind == "jpg" else 0


def _area(width: int, height: int) -> int:
    return width * height


def _webp_size(head: bytes) -> int:
    if head[:4] == b"VP8X":
        return (int.from_bytes(head[12:15], "little") + 1) * (int.from_bytes(head[15:18], "little") + 1)
    if head[:4] == b"VP8L":
        bits = int.from_bytes(head[9:13], "little")
        return ((bits & 0x3FFF) + 1) * (((bits >> 14) & 0x3FFF) + 1)
    return (int.from_bytes(head[14:16], "little") & 0x3FFF) * (int.from_bytes(head[16:18], "little") & 0x3FFF)


def _jpeg_size(data: bytes) -> int:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 5 : at + 7], "big") * int.from_bytes(data[at + 7 : at + 9], "big")
        at += 2 + max(length, 2)
    return 0


class Pictures:
    """Gathers the pictures of one question as its texts are read."""

    def __init__(self, find: Find, notes: Notes) -> None:
        """``find`` gives the bytes behind a name used in the texts."""
        self.found: list[Picture] = []
        self._find, self._notes = find, notes

    def mark(self, source: str) -> str:
        """The mark that stands for a picture; '' and a note when there is none to show."""
        name = unquote(source.rpartition("/")[2])[:100] if not source.startswith("data:") else ""
        data = _inline(source) if source.startswith("data:") else self._find(source)
        if data is None or len(data) > MAX_PICTURE or not picture_kind(data) or picture_size(data) > MAX_DOTS:
            reason = "picture_missing" if data is None else "picture_refused"
            self._notes.add(reason, name or source[:60])
            return ""
        picture = Picture(name or f"{len(self.found) + 1}.{picture_kind(data)}", data)
        for at, known in enumerate(self.found, 1):
            if known.digest == picture.digest:
                return f"[图{at}]"
        self.found.append(picture)
        return f"[图{len(self.found)}]"


def no_file(_name: str) -> bytes | None:
    """For formats that bring no files along."""
    return None


def _inline(source: str) -> bytes | None:
    head, _, body = source.partition(",")
    if not head.endswith(";base64"):
        return None
    return decode_base64(body)


def decode_base64(text: str) -> bytes | None:
    """Bytes from base64 with any white space; None when it is none, or too long to be a picture."""
    if len(text) > MAX_PICTURE * 3 // 2:
        return b"\x00" * (MAX_PICTURE + 1)
    try:
        return base64.b64decode(re.sub(r"\s+", "", text), validate=True)
    except (binascii.Error, ValueError):
        return None


class _Reader(HTMLParser):
    def __init__(self, pictures: Pictures, notes: Notes) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self.pictures, self.notes = pictures, notes
        self._dropped = 0
        self._place: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropped += 1
        if tag not in _SILENT:
            self.notes.add("markup", tag)
        if self._dropped:
            return
        if tag in _LINES:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "img":
            given = dict(attrs)
            self.parts.append(self.pictures.mark(given.get("src") or "") or (given.get("alt") or ""))
        elif tag in ("sub", "sup"):
            self._place.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        elif tag in _LINES:
            self.parts.append("\n")
        elif self._place and tag == self._place[-1]:
            self._place.pop()

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self.parts.append(_placed(re.sub(r"\s*\n\s*", " ", data), self._place[-1] if self._place else ""))

    def handle_entityref(self, name: str) -> None:
        self.handle_data(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.handle_data(html.unescape(f"&#{name};"))


def _placed(text: str, place: str) -> str:
    if place == "sup":
        return text.translate(_RAISED)
    return text.translate(_LOWERED) if place == "sub" else text


def text_of_html(text: str, pictures: Pictures, notes: Notes) -> str:
    """HTML as plain text; what only looks like it (``<>``, ``a < b``) stays as it is."""
    if not _TAG.search(text):
        return clean(_ENTITY.sub(lambda m: html.unescape(m[0]), text))
    kept = _NO_TAG.sub("&lt;", text)
    reader = _Reader(pictures, notes)
    reader.feed(kept)
    reader.close()
    return clean("".join(reader.parts))


def html_of_text(text: str, source_of: Callable[[int], str]) -> str:
    """Plain text as HTML; ``source_of`` gives the address of picture n."""
    body = "<br/>".join(html.escape(line, quote=False) for line in text.split("\n"))
    return re.sub(r"\[图(\d{1,3})\]", lambda m: _img(m, source_of(int(m[1]))), body)


def _img(mark: re.Match[str], source: str) -> str:
    return f'<img src="{source}" alt=""/>' if source else mark[0]


def text_of_element(
    element: Element, pictures: Pictures, notes: Notes, *, without: frozenset[str] = frozenset()
) -> str:
    """The text inside an XML element with HTML in it; parts named in ``without`` are left out."""
    parts: list[str] = []

    def walk(node: Element, place: str, depth: int) -> None:
        if depth > 60:
            return
        parts.append(_placed(re.sub(r"\s*\n\s*", " ", node.text or ""), place))
        for child in node:
            tag = str(child.tag).rpartition("}")[2].lower()
            picture = child.get("data") if (child.get("type") or "").startswith("image/") else ""
            if tag in _DROPPED and tag not in without and not picture:
                notes.add("markup", tag)
            elif picture and tag == "object" and tag not in without:
                parts.append(pictures.mark(picture))
            elif tag not in without:
                if tag not in _SILENT:
                    notes.add("markup", tag)
                if tag in _LINES:
                    parts.append("\n")
                elif tag in ("td", "th"):
                    parts.append(" ")
                if tag == "img":
                    parts.append(pictures.mark(child.get("src") or "") or (child.get("alt") or ""))
                walk(child, tag if tag in ("sub", "sup") else place, depth + 1)
                if tag in _LINES:
                    parts.append("\n")
            parts.append(_placed(re.sub(r"\s*\n\s*", " ", child.tail or ""), place))

    walk(element, "", 0)
    return clean("".join(parts))
