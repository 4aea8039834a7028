"""Official documents: PDF from typst templates.

Data reach a template as JSON in ``sys.inputs.data``, so text is never taken for markup. Only the fonts given here
are used, so the same data make the same pages on every machine. A sign that no font has would print as an empty
box without a word; ``missing_glyphs`` says so beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import qrcode
import typst
from fontTools.ttLib import TTCollection, TTFont

_MASK = 3
_SHARED = Path(__file__).parent / "documents_shared"


@dataclass(frozen=True)
class Letterhead:
    """Who issues: the county, the abbreviation of document numbers, the issuers as they sign."""

    county: str = ""
    prefix: str = ""
    issuers: tuple[str, ...] = ()


_state: dict[str, Any] = {"letterhead": Letterhead(), "font_dir": None}


def configure(*, letterhead: Letterhead | None = None, font_dir: Path | None = None) -> None:
    """Take the letterhead and a folder of further fonts (bold, 仿宋, rare signs) from the settings."""
    _state["letterhead"] = letterhead or Letterhead()
    _state["font_dir"] = font_dir
    font_paths.cache_clear()
    _signs.cache_clear()


def configured_letterhead() -> Letterhead:
    """The letterhead as the settings say it."""
    letterhead: Letterhead = _state["letterhead"]
    return letterhead


@lru_cache(maxsize=1)
def font_paths() -> tuple[Path, ...]:
    """The folders that documents take their fonts from."""
    bundled = Path(str(files("pylopdf_fonts_zh_cn")))
    further: Path | None = _state["font_dir"]
    return (bundled, further) if further and further.is_dir() else (bundled,)


def render_pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """One PDF from a template and its data.

    The template reads ``json(bytes(sys.inputs.data))`` and may import what lies in its own folder and
    ``/core/documents_shared/page.typ``.
    """
    pdf = typst.compile(
        str(template),
        root=str(_SHARED.parent.parent),
        font_paths=[str(folder) for folder in font_paths()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, default=_plain)},
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst made no single PDF")
    return pdf


def qr_svg(text: str) -> str:
    """A QR code of the text as SVG; in upper case it takes fewer squares.

    The mask is a fixed one: every reader takes each of the eight, and trying all of them takes eight times as long.
    """
    level = qrcode.constants.ERROR_CORRECT_M
    code = qrcode.QRCode(error_correction=level, border=0, box_size=10, mask_pattern=_MASK)
    code.add_data(text)
    code.make(fit=True)
    size = len(code.modules)
    squares = "".join(
        f"M{x},{y}h1v1h-1z" for y, row in enumerate(code.modules) for x, is_dark in enumerate(row) if is_dark
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{squares}"/></svg>'


def missing_glyphs(text: str) -> tuple[str, ...]:
    """The signs of a text that no document font can print."""
    return tuple(dict.fromkeys(sign for sign in text if not sign.isspace() and ord(sign) not in _signs()))


def chinese_day(day: date) -> str:
    """2023年5月16日, as documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_span(first: date, last: date) -> str:
    """2023年5月15日至5月16日; one day alone; the year again when it changes."""
    if first == last:
        return chinese_day(first)
    end = f"{last.month}月{last.day}日" if first.year == last.year else chinese_day(last)
    return f"{chinese_day(first)}至{end}"


def number_text(value: Decimal | None) -> str:
    """A number without needless zeros: 14, 7.5; '' for none."""
    return "" if value is None else f"{value.normalize():f}"


@lru_cache(maxsize=1)
def _signs() -> frozenset[int]:
    found: set[int] = set()
    for folder in font_paths():
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in (".otf", ".ttf") and "Serif" in path.name:
                found |= set(TTFont(path, lazy=True).getBestCmap())
            elif path.suffix.lower() == ".ttc" and "Serif" in path.name:
                found |= set(TTCollection(path, lazy=True).fonts[0].getBestCmap())
    return frozenset(found)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot go into a document")
