"""One cell into one value: pure functions, each for one kind of thing people type.

A reading is a pair: the value (None when it cannot be taken) and a reason code ('' when there is nothing to say).
"""

from __future__ import annotations

import calendar
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from training_app.core.spreadsheets.grids import Value
from training_app.core.spreadsheets.text import half_width, is_nothing, squeeze, tidy

_SHORT = 8  # 无, —, N / A: what says nothing is shorter
_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet's serial numbers
_FIRST_SERIAL, _LAST_SERIAL = 2_000, 80_000  # 1905 to 2119
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_WEEKDAYS = {sign: n for n, sign in enumerate("一二三四五六日")} | {"天": 6}
_DOTS = str.maketrans(dict.fromkeys("•．.・･‧∙●◦⋅", "·"))
_DASH = r"(?:[-—–－~～〜至到]|——)"
_SEPARATOR = r"[-./年、]"
_MONTH = re.compile(rf"([0-9]{{4}}){_SEPARATOR}([0-9]{{1,2}})(?:[-./月]([0-9]{{1,2}})?日?)?")


def shown(value: Value) -> str:
    """A cell as a person sees it, for messages."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def text(value: Value) -> str:
    """The text of a cell; what people type into empty cells (无, —, /) is no text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return shown(value)
    clean = tidy(value)
    return "" if len(clean) < _SHORT and is_nothing(clean) else clean


def words(value: Value) -> str:
    """Text that has no inner blanks: names of units, posts, courses."""
    return squeeze(text(value))


def person_name(value: Value) -> str:
    """A person's name: no blanks between Chinese characters, the separating dot in its right form."""
    name = text(value)
    if not name:
        return ""
    if not any("a" <= c.lower() <= "z" for c in half_width(name)):
        name = squeeze(name)
    return name.translate(_DOTS).strip("·")


def citizen_number(value: Value) -> tuple[str, str]:
    """A citizen number (GB 11643) and the reason why it cannot be taken, '' when it can."""
    if value is None or (isinstance(value, str) and is_nothing(value)):
        return "", "id_missing"
    if not isinstance(value, str):
        return shown(value), "precision_lost"
    number = squeeze(half_width(value)).strip("'’‘`\"").replace("-", "").upper()
    if re.fullmatch(r"[0-9](?:\.[0-9]+)?E\+?1[67]", number):
        return number, "precision_lost"
    if len(number) != len(_WEIGHTS) + 1:
        return number, "id_length"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number) or check_character(number) != number[-1]:
        return number, "checksum"
    return number, "" if born_of(number) else "id_birth_invalid"


def check_character(number: str) -> str:
    """The 18th character that belongs to the first 17 digits (ISO 7064, MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11]


def born_of(number: str) -> date | None:
    """The date of birth within a citizen number; None when there is no such day."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= _FIRST_YEAR else None


def sex_of(number: str) -> str:
    """男 or 女 by the 17th digit."""
    return "男" if int(number[16]) % 2 else "女"


def phone(value: Value) -> tuple[str | None, str]:
    """A phone as digits; a mobile has eleven. A wrong one is not taken: ``phone_invalid``."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(int(value))
    typed = text(value)
    if not typed:
        return "", ""
    digits = re.sub(r"[\s()（）+.·-]|[—–－]", "", half_width(typed)).strip("'’‘`")
    digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    if re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}|[2-9][0-9]{6,7}", digits):
        return digits, ""
    return None, "phone_invalid"


def number(value: Value) -> Decimal | None:
    """A number, however wide its digits; None for anything else (also for 1e2, 1_0, inf and other scripts' digits)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Decimal(f"{value:.15g}") if abs(value) < 1e15 else None
    if not isinstance(value, str):
        return None
    typed = squeeze(half_width(value)).replace("−", "-")
    typed = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", typed)
    return Decimal(typed) if re.fullmatch(r"-?[0-9]{1,12}(?:\.[0-9]{1,8})?", typed, re.ASCII) else None


def whole(value: Value) -> int | None:
    """A whole number not below zero; 人, 名, 个 and the like behind it do no harm."""
    if isinstance(value, str):
        value = re.sub(r"[人名个天分钟学时课次期站米公里]+$", "", squeeze(half_width(value)))
    found = number(value)
    return int(found) if found is not None and found == found.to_integral_value() and found >= 0 else None


def hours(value: Value) -> Decimal | None:
    """Credit hours: more than zero, at most two places; None for anything else."""
    if isinstance(value, str):
        value = re.sub(r"(?:个)?(?:学时|课时|小时)$", "", squeeze(half_width(value)))
    found = number(value)
    if found is None or found <= 0 or found > 10_000 or found != round(found, 2):
        return None
    return found


class Score(NamedTuple):
    """A score, or why there is none: ``absent``, ``misconduct``, or a finding's code."""

    score: Decimal | None
    state: str
    finding: str


def score(value: Value, *, full_marks: Decimal = Decimal(100)) -> Score:
    """A score from 0 to the full marks. 缺考 is a value; a blank, a word or 105 is left open and shown to a person."""
    if value is None or (isinstance(value, str) and is_nothing(value)):
        return Score(None, "", "score_missing")
    if isinstance(value, str):
        plain = squeeze(half_width(value))
        if plain in {"缺考", "缺", "缺席", "未考", "未参加", "缺考试"}:
            return Score(None, "absent", "")
        if plain in {"违纪", "作弊", "舞弊", "取消成绩"}:
            return Score(None, "misconduct", "")
        value = re.sub(r"分$", "", plain)
    found = number(value)
    if found is None or found != round(found, 2):
        return Score(None, "", "score_not_number")
    if not 0 <= found <= full_marks:
        return Score(None, "", "score_out_of_range")
    return Score(found, "", "")


def mark(value: Value, signs: Mapping[str, str]) -> str | None:
    """What a sign in an attendance list means; None for a sign nobody explained."""
    typed = squeeze(shown(value))
    if not typed:
        return None
    return signs.get(typed) or signs.get(unicodedata.normalize("NFKC", typed).upper())


def legend(line: str, statuses: Mapping[str, str]) -> dict[str, str]:
    """The signs a sheet explains in its own last line: 注：√出勤　△迟到, also 出勤√、迟到△ and 出勤“√”."""
    plain = re.sub(r"[“”\"'‘’（）()：:、，,；;。]", " ", re.sub(r"^\W*(?:注|说明|备注|图例)\W?", "", line))
    word_first = plain.lstrip().startswith(tuple(statuses))
    found: dict[str, str] = {}
    for word, status in sorted(statuses.items(), key=lambda item: -len(item[0])):
        name = re.escape(word)
        before, after = rf"([^\s\w])\s*(?:为|表示|代表|=)?\s*{name}", rf"{name}\s*(?:为|用|打|记|=)?\s*([^\s\w])"
        pattern = after if word_first else before
        for sign in re.findall(pattern, plain):
            found.setdefault(sign, status)
    return found


def month(value: Value, *, known: str = "", loose: bool = False) -> tuple[str | None, str]:
    """A month as ``1985-03``, in whatever way it was typed; '' for an empty cell, None for what is no month.

    ``known`` is the month the citizen number tells. 1985.10 typed as a number lost its zero: that is
    ``date_float_month``, and the citizen number decides. ``loose``: the file has no numbers, only text (CSV).
    """
    if isinstance(value, float) and not value.is_integer():  # nor are infinity and what is no number
        return _month_of_float(f"{value:.15g}", known)
    if isinstance(value, str):
        return _month_typed(value, known, loose)
    day = _day_of_number(value)
    return _month_typed(shown(value), known, loose) if day is None else (f"{day:%Y-%m}", "")


@lru_cache(maxsize=20_000)  # a register says the same months over and over
def _month_typed(value: str, known: str, loose: bool) -> tuple[str | None, str]:  # noqa: FBT001 - part of the key
    typed = squeeze(half_width(text(value)))
    if not typed:
        return "", ""
    if loose and re.fullmatch(r"[0-9]{4}\.1", typed):
        return _month_of_float(typed, known)
    found = _MONTH.fullmatch(typed) or re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})?", typed)
    if found is None:
        serial = _day_of_number(int(typed)) if re.fullmatch(r"[0-9]{5}", typed) else None
        return (f"{serial:%Y-%m}", "") if serial else (None, "date_invalid")
    if re.fullmatch(r"[0-9]{4}\.1", typed) and known in {f"{found[1]}-01", f"{found[1]}-10"}:
        return known, ""
    return _month(int(found[1]), int(found[2]), int(found[3] or 1))


def _month_of_float(digits: str, known: str) -> tuple[str | None, str]:
    found = re.fullmatch(r"([0-9]{4})\.([0-9]{1,2})", digits)
    if found is None:
        return None, "date_invalid"
    if found[2] != "1":
        return _month(int(found[1]), int(found[2]), 1)
    month_, _ = _month(int(found[1]), 10, 1)
    return (known or month_, "date_float_month") if month_ else (None, "date_invalid")


def _month(year: int, number_: int, day: int) -> tuple[str | None, str]:
    if _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= number_ <= 12 and 1 <= day <= calendar.monthrange(year, number_)[1]:
        return f"{year}-{number_:02d}", ""
    return None, "date_invalid"


def _day_of_number(value: Value) -> date | None:
    """A day out of a real date, a serial number, 198503 or 19850312 as a number."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or value != int(value):
        return None
    whole_number = int(value)
    if _FIRST_SERIAL <= whole_number <= _LAST_SERIAL:
        return _EPOCH + timedelta(whole_number)
    if 190_001 <= whole_number <= 210_012:
        return _date(whole_number // 100, whole_number % 100, 1)
    if 19_000_101 <= whole_number <= 21_001_231:
        return _date(whole_number // 10_000, whole_number // 100 % 100, whole_number % 100)
    return None


def _date(year: int, month_: int, day_: int) -> date | None:
    try:
        return date(year, month_, day_) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


class Day(NamedTuple):
    """A day, and the weekday (0 Monday) written beside it."""

    day: date | None
    weekday: int | None = None

    @property
    def is_contradictory(self) -> bool:
        """Whether date and weekday disagree; the date wins."""
        return self.day is not None and self.weekday is not None and self.day.weekday() != self.weekday


_FULL_DAY = re.compile(rf"([0-9]{{4}}){_SEPARATOR}([0-9]{{1,2}})[-./月、]([0-9]{{1,2}})[日号]?")
_SHORT_DAY = re.compile(r"([0-9]{1,2})[-./月、]([0-9]{1,2})[日号]?")


def day(value: Value, *, year: int | None = None) -> Day:
    """A day as typed: 2023-04-10, 4月10日（星期一）, 4.10 周一, a real date, a serial; the year from elsewhere."""
    found = _day_of_number(value) if not isinstance(value, str) else None
    if found is not None:
        return Day(found)
    if isinstance(value, float):  # 4.1 as a number: the tenth of April has lost its zero, the first would be 4.01
        value = f"{value:.15g}"
    typed = squeeze(half_width(text(value)))
    named = re.search(r"(?:星期|周|礼拜)([一二三四五六日天])", typed)
    weekday = _WEEKDAYS[named[1]] if named else None
    if full := _FULL_DAY.search(typed):
        return Day(_date(int(full[1]), int(full[2]), int(full[3])), weekday)
    if eight := re.search(r"(?<![0-9])((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?![0-9])", typed):
        return Day(_date(int(eight[1]), int(eight[2]), int(eight[3])), weekday)
    short = _SHORT_DAY.search(typed)
    if short and year:
        return Day(_date(year, int(short[1]), int(short[2])), weekday)
    return Day(None, weekday)


def span(value: Value, *, year: int | None = None) -> tuple[date, date] | None:
    """First and last day: 2023年4月10日至4月12日, 4月10日—12日, 4.10-4.12, one day alone; in either order."""
    if not isinstance(value, str):
        alone = day(value, year=year).day
        return (alone, alone) if alone else None
    typed = squeeze(half_width(text(value)))
    for first, rest in _cuts(typed):
        start = day(first, year=year).day
        if start is None or not _is_day(first, year):
            continue
        end = _end(rest, start)
        if end is not None:
            return start, end
    alone = day(typed, year=year).day
    return (alone, alone) if alone and _is_day(typed, year) else None


def _cuts(typed: str) -> list[tuple[str, str]]:
    """Every place where the text can be cut into two, at a dash or 至."""
    return [(typed[: m.start()], typed[m.end() :]) for m in re.finditer(_DASH + "+", typed)]


def _is_day(typed: str, year: int | None) -> bool:
    plain = re.sub(r"[（(]?(?:星期|周|礼拜)[一二三四五六日天][)）]?", "", typed)
    short = _SHORT_DAY.fullmatch(plain) if year else None
    return bool(short or _FULL_DAY.fullmatch(plain) or re.fullmatch(r"[0-9]{8}", plain))


def _end(rest: str, start: date) -> date | None:
    plain = re.sub(r"[（(]?(?:星期|周|礼拜)[一二三四五六日天][)）]?", "", rest)
    if _is_day(plain, start.year):
        return day(plain, year=start.year).day
    alone = re.fullmatch(r"([0-9]{1,2})[日号]?", plain)
    return _date(start.year, start.month, int(alone[1])) if alone else None


def year_in(texts: list[str]) -> int | None:
    """The year a title speaks of: 2023年; the first one found."""
    for line in texts:
        found = re.search(r"(?<![0-9])(20[0-9]{2}|19[5-9][0-9])年?(?![0-9])", half_width(line))
        if found:
            return int(found[1])
    return None


def months_between(earlier: str, later: str) -> int:
    """Whole months from one ``1985-03`` to another."""
    return (int(later[:4]) - int(earlier[:4])) * 12 + int(later[5:7]) - int(earlier[5:7])


def split_names(typed: str) -> list[str]:
    """Several names in one cell, apart by 、，；/ or line breaks."""
    return [part for part in re.split(r"[、，,；;/\n]+", typed) if part.strip()]
