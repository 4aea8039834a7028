"""Rules of scores: what may be typed into a cell, when two entries agree, who passes, what a re-sit is for.

Pure: plain values in, decisions out.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from training_app.core.text import N_

ABSENT = "absent"
MISCONDUCT = "misconduct"
DEFERRED = "deferred"  # 缓考: on leave when it was sat; a re-sit is the first sitting
EXCLUDED = "excluded"  # not admitted: too many hours missed
OPEN = "open"  # came with an import and says neither score nor reason; a change request settles it
CODES = (ABSENT, MISCONDUCT)
NOT_ADMITTED = (DEFERRED, EXCLUDED)
FIRST, SECOND, SETTLING = 1, 2, 3
LAST_ATTEMPT = 2  # regulations.md, settings 5: one re-sit

_NUMBER = re.compile(r"\d{1,3}(\.\d)?", re.ASCII)
_WORDS = {
    "Q": ABSENT, "缺考": ABSENT, "缺": ABSENT, "缺席": ABSENT, "ABSENT": ABSENT,
    "W": MISCONDUCT, "违纪": MISCONDUCT, "作弊": MISCONDUCT, "舞弊": MISCONDUCT, "MISCONDUCT": MISCONDUCT,
    "缓考": DEFERRED, "DEFERRED": DEFERRED, "取消资格": EXCLUDED, "NOT ADMITTED": EXCLUDED, "EXCLUDED": EXCLUDED,
}  # fmt: skip
_LONGEST_CELL = 16


@dataclass(frozen=True)
class Cell:
    """What stands in one cell: a score, or the reason why there is none, or nothing yet."""

    score: Decimal | None = None
    code: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been typed."""
        return self.score is None and not self.code

    @property
    def text(self) -> str:
        """As programs write it: ``85``, ``85.5``, ``absent``, or nothing."""
        return self.code or score_text(self.score)


EMPTY = Cell()


@dataclass(frozen=True)
class Problem:
    """Why a cell is refused: a code for programs, an English gettext id and its values for people."""

    code: str
    message: str
    params: Mapping[str, str]


def score_text(score: Decimal | None) -> str:
    """85 and 85.5, without the zeros nobody types."""
    if score is None:
        return ""
    text = f"{score:.2f}".rstrip("0").rstrip(".")
    return text or "0"


def read_cell(text: str, *, full_marks: Decimal, codes: bool = True) -> Cell | Problem:
    """Read what somebody typed or pasted into a cell.

    Python's own number parsing takes ``1_0``, ``1e2``, ``nan`` and Arabic digits (SECURITY.md 5.6); so after NFKC
    only up to three ASCII digits with at most one decimal count.
    """
    if len(text) > _LONGEST_CELL:
        return Problem("score_not_number", _not_a_number(codes=codes), {"text": text[:_LONGEST_CELL] + "…"})
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return EMPTY
    if codes and (word := _WORDS.get(plain.upper())):
        return Cell(code=word)
    if not _NUMBER.fullmatch(plain):
        return Problem("score_not_number", _not_a_number(codes=codes), {"text": plain})
    score = Decimal(plain)
    if score > full_marks:
        return Problem(
            "score_out_of_range",
            N_("%(text)s is more than the full marks of %(full_marks)s."),
            {"text": plain, "full_marks": score_text(full_marks)},
        )
    return Cell(score=score)


def _not_a_number(*, codes: bool) -> str:
    if codes:
        return N_("“%(text)s” is no score. Type a number with at most one decimal, Q for absent or W for misconduct.")
    return N_("“%(text)s” is no score. Type a number with at most one decimal.")


# Two entries


def agreement(first: Cell, second: Cell) -> str:
    """How two entries of one person stand to each other: ``missing``, ``agree`` or ``differ``."""
    if first.is_empty or second.is_empty:
        return "missing"
    return "agree" if first == second else "differ"


def final_cell(first: Cell, second: Cell, third: Cell) -> Cell | None:
    """The score that counts: what both entries say, else what the third person decided, else none yet."""
    match agreement(first, second):
        case "agree":
            return first
        case "differ" if not third.is_empty:
            return third
        case _:
            return None


@dataclass(frozen=True)
class Progress:
    """How far an entry, or both, have come; the three parts add up to ``total``."""

    total: int
    entered: int
    agree: int
    differ: int

    @property
    def missing(self) -> int:
        """Cells nothing has been typed into."""
        return self.total - self.entered

    @property
    def waiting(self) -> int:
        """Cells typed here that the other entry has not reached yet."""
        return self.entered - self.agree - self.differ


def progress(people: Iterable[int], own: Mapping[int, Cell], other: Mapping[int, Cell]) -> Progress:
    """Count one entry against the other."""
    total = entered = agree = differ = 0
    for person in people:
        total += 1
        mine = own.get(person, EMPTY)
        entered += not mine.is_empty
        match agreement(mine, other.get(person, EMPTY)):
            case "agree":
                agree += 1
            case "differ":
                differ += 1
    return Progress(total=total, entered=entered, agree=agree, differ=differ)


def may_take_entry(entry_no: int, *, held: int | None, holder_is_somebody_else: bool, sits_exam: bool) -> str:
    """Why a person may not do this entry, as an English gettext id; nothing when they may.

    ``held`` is the entry this person already did or does in this exam. Nobody does two: the second entry is worth
    something only when it is somebody else's.
    """
    if sits_exam:
        return N_("You sit this exam yourself, so somebody else has to enter the scores.")
    if held is not None and held != entry_no:
        return {
            FIRST: N_("You did the first entry. The second has to be typed by another person."),
            SECOND: N_("You did the second entry. The first has to be typed by another person."),
            SETTLING: N_("You settled differences of this exam, so you cannot enter its scores."),
        }[held]
    if holder_is_somebody_else:
        return N_("Somebody else does this entry.")
    return ""


def may_settle(*, held: int | None, sits_exam: bool) -> str:
    """Why a person may not settle differences; nothing when they may.

    The rule: a third person, with the right to publish, who typed neither entry. Without exception: if the class
    has no third person, the exam officer or the organisation department is one.
    """
    if sits_exam:
        return N_("You sit this exam yourself, so somebody else has to settle the differences.")
    if held in (FIRST, SECOND):
        return N_("You typed one of the two entries. A third person has to settle the differences.")
    return ""


def needs_reason(first: Cell, second: Cell, decided: Cell) -> bool:
    """Whether a settlement has to be explained: it is neither what the first nor what the second typed."""
    return decided not in (first, second)


def grid_digest(cells: Mapping[int, Cell]) -> str:
    """SHA-256 over a whole grid, for the audit trail: the same grid, the same digest."""
    rows = [[person, cells[person].text] for person in sorted(cells)]
    return hashlib.sha256(json.dumps(rows, separators=(",", ":"), ensure_ascii=True).encode()).hexdigest()


# Passing, re-sits, grades


def passed(cell: Cell, pass_mark: Decimal) -> bool:
    """Whether a score passes; absence and misconduct do not."""
    return cell.score is not None and not cell.code and cell.score >= pass_mark


def may_resit(cell: Cell, pass_mark: Decimal) -> bool:
    """Whether there is a re-sit for this: failed, absent or put off.

    Misconduct has none (考场纪律), nor has who was not admitted, nor an open score.
    """
    if cell.code:
        return cell.code in (ABSENT, DEFERRED)
    return cell.score is not None and cell.score < pass_mark


def exam_grade(cell: Cell, *, full_marks: Decimal, pass_mark: Decimal) -> str:
    """The grade (等次) a score sheet shows: excellent from 90 %, good from 80 %, passed from the pass mark."""
    if not passed(cell, pass_mark):
        return "failed"
    share = share_of(cell.score or Decimal(0), full_marks)
    return "excellent" if share >= 90 else "good" if share >= 80 else "passed"


def share_of(score: Decimal, full_marks: Decimal) -> Decimal:
    """A score in per cent of the full marks."""
    return score * 100 / full_marks


# Statistics


@dataclass(frozen=True)
class Bar:
    """People whose share of the full marks is from ``low`` up to, not including, ``high`` (100 included)."""

    low: int
    high: int
    count: int


@dataclass(frozen=True)
class Statistics:
    """An exam in numbers. Mean, deviation and pass rate are over those who sat it."""

    expected: int
    sat: int
    absent: int
    misconduct: int
    deferred: int
    excluded: int
    open: int
    passed: int
    mean: Decimal | None
    deviation: Decimal | None
    highest: Decimal | None
    lowest: Decimal | None
    pass_rate: Decimal | None
    bands: tuple[Bar, ...]
    histogram: tuple[Bar, ...]


BANDS = ((0, 60), (60, 70), (70, 80), (80, 90), (90, 100))
TENS = tuple((low, low + 10) for low in range(0, 100, 10))


def in_bar(score: Decimal, *, low: int, high: int, full_marks: Decimal) -> bool:
    """Whether a score lies in a bar of per cents; the last bar has its upper end."""
    share = share_of(score, full_marks)
    return low <= share < high or (high == 100 and share == 100)


def statistics(cells: Sequence[Cell], *, full_marks: Decimal, pass_mark: Decimal) -> Statistics:
    """Describe a list of scores. The deviation is that of the whole group (divided by n), not of a sample."""
    scores = [cell.score for cell in cells if cell.score is not None and not cell.code]
    count = len(scores)
    mean = sum(scores, Decimal(0)) / count if count else None
    deviation = None
    if mean is not None:
        deviation = (sum(((score - mean) ** 2 for score in scores), Decimal(0)) / count).sqrt()
    good = sum(passed(cell, pass_mark) for cell in cells)
    return Statistics(
        expected=len(cells),
        sat=count,
        absent=sum(cell.code == ABSENT for cell in cells),
        misconduct=sum(cell.code == MISCONDUCT for cell in cells),
        deferred=sum(cell.code == DEFERRED for cell in cells),
        excluded=sum(cell.code == EXCLUDED for cell in cells),
        open=sum(cell.code == OPEN for cell in cells),
        passed=good,
        mean=_two_places(mean),
        deviation=_two_places(deviation),
        highest=max(scores, default=None),
        lowest=min(scores, default=None),
        pass_rate=_two_places(Decimal(good) * 100 / count) if count else None,
        bands=_bars(BANDS, scores, full_marks),
        histogram=_bars(TENS, scores, full_marks),
    )


def _bars(edges: Sequence[tuple[int, int]], scores: Sequence[Decimal], full_marks: Decimal) -> tuple[Bar, ...]:
    return tuple(
        Bar(low, high, sum(in_bar(score, low=low, high=high, full_marks=full_marks) for score in scores))
        for low, high in edges
    )


def _two_places(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
