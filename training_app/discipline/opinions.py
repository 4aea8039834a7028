"""处理意见 of a bulletin: what the records suggest, and what may be made of it. Pure; official forms are in Chinese."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

LONGEST = 800
ELSEWHERE = "（涉及其他单位学员的内容略）"
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]*\n?")


def propose(content: Mapping[str, Any]) -> str:
    """What the records suggest: withdrawal over a line, criticism of absence, a word with whoever comes near."""
    people = content["people"]
    over = [p for p in people if p["standing"] == "over"]
    absent_over = [p for p in people if p.get("absence_standing") == "over"]
    days = content.get("absence_days", "")
    reasons, parts = [], []
    if over:
        names = "、".join(f"{p['name']}（{percent(p['share'])}）" for p in over)
        reasons.append(f"{names}累计缺课超过总学时1/7")
    if absent_over:
        names = "、".join(f"{p['name']}（{p['absent_so_far']}学时）" for p in absent_over)
        reasons.append(f"{names}累计旷课达到{days}天")
    if reasons:
        parts.append(f"截至印发时，{'；'.join(reasons)}，建议按退学处理，由教务处研究决定。")
    absent = [p for p in people if p["times"].get("absent") and p not in over and p not in absent_over]
    if absent:
        parts.append(f"对旷课的{_names(absent)}予以通报批评。")
    near = [p for p in people if p["standing"] == "near"]
    if near:
        parts.append(f"{_names(near)}累计缺课接近1/7，请所在单位约谈提醒。")
    absent_near = [p for p in people if p.get("absence_standing") == "near"]
    if absent_near:
        parts.append(f"{_names(absent_near)}累计旷课再有半天即达{days}天，请所在单位约谈提醒。")
    return "".join(parts) or "无。"


def tidy(typed: str) -> str:
    """What somebody typed, without signs that do not print, blank lines and blanks at the ends of lines."""
    lines = ("".join(sign for sign in line if sign.isprintable()).strip() for line in typed.splitlines())
    return "\n".join(line for line in lines if line)


def fault_of(text: str) -> str:
    """What is wrong with an opinion: empty, too_long; '' when it may stand."""
    if not text:
        return "empty"
    return "too_long" if len(text) > LONGEST else ""


def without(text: str, hidden: Collection[str]) -> str:
    """An opinion for who may not read of these people: sentences that name one are left out, and it says so."""
    sentences = [found for found in _SENTENCE.findall(text) if found]
    kept = [each for each in sentences if not any(name in each for name in hidden if name)]
    return text if len(kept) == len(sentences) else "".join(kept) + ELSEWHERE


def percent(share: str) -> str:
    """14.3%."""
    value = (Decimal(share) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{value.normalize():f}%" if value else "0%"


def _names(people: Sequence[Mapping[str, Any]]) -> str:
    return "、".join(p["name"] for p in people)
