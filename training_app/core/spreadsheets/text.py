"""Tidying what people type: widths, blanks, brackets."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BLANKS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]+")
_BRACKETS = re.compile(r"[(（\[【〔][^)）\]】〕]*[)）\]】〕]")
_WIDE = re.compile(r"[\u3000\uff01-\uff5e]")
_ORNAMENT = re.compile(r"[:：*＊、,，.。/\\\-—_~“”\"'‘’]+")
NOTHING = frozenset({"", "无", "—", "-", "--", "——", "－", "/", "\\", "、", "无。", "空", "N/A", "n/a", "None", "null"})


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones; other characters as they are."""
    if text.isascii() or _WIDE.search(text) is None:
        return text
    return "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else " " if c == "\u3000" else c for c in text)


def squeeze(text: str) -> str:
    """Without any blank, narrow or wide, and without invisible characters."""
    if text.isprintable():  # then the plain blank is the only one it can have
        return text.replace(" ", "")
    return _BLANKS.sub("", text)


def tidy(text: str) -> str:
    """Outer blanks off, invisible and control characters out, composed (NFC); inner blanks stay single."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):  # nothing to take out, one line
        return " ".join(text.split()) if " " in text else text
    clean = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    lines = (_BLANKS.sub(" ", line).strip() for line in unicodedata.normalize("NFC", clean).splitlines())
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=20_000)
def label_key(text: str) -> str:
    """A header as it is compared: half-width, no blanks, no ornament; brackets lose their shape but stay."""
    plain = squeeze(unicodedata.normalize("NFKC", text)).lower()
    return _ORNAMENT.sub("", plain.translate({ord("("): None, ord(")"): None, ord("["): None, ord("]"): None}))


@lru_cache(maxsize=20_000)
def bare_label_key(text: str) -> str:
    """A header without what stands in brackets: 停留时间（分钟） as 停留时间."""
    return label_key(_BRACKETS.sub("", text))


def is_nothing(text: str) -> bool:
    """Whether this is what people type into a cell that has nothing to say: 无, —, /."""
    return squeeze(text) in NOTHING
