"""One cell into one value: every spelling, and nothing that is not one."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from training_app.core.spreadsheets import cells

days = st.dates(date(1930, 1, 1), date(2020, 12, 31))


def number_of(area: str, born: date, serial: int) -> str:
    first = f"{area}{born:%Y%m%d}{serial:03d}"
    return first + cells.check_character(first)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(days, st.integers(0, 999), st.sampled_from(["532590", "110101", "530190"]))
def test_a_citizen_number_is_read_however_it_is_typed(born, serial, area):
    number = number_of(area, born, serial)

    for typed in (
        number,
        number.lower(),
        full_width(number),
        "'" + number,
        "\t" + number,
        f" {number} ",
        f"{number[:6]} {number[6:14]} {number[14:]}",
    ):
        assert cells.citizen_number(typed) == (number, "")


@given(days, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born, serial, at, by):
    number = number_of("532590", born, serial)
    digit = "0123456789X".index(number[at])
    other = "0123456789X"[(digit + by) % (11 if at == 17 else 10)]

    reason = cells.citizen_number(number[:at] + other + number[at + 1 :])[1]

    assert reason == "checksum"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (None, "id_missing"),
        ("", "id_missing"),
        ("　", "id_missing"),
        ("无", "id_missing"),
        (532590198503120000, "precision_lost"),
        (5.32590198503e17, "precision_lost"),
        ("5.3259E+17", "precision_lost"),
        ("53259019850312001", "id_length"),
        ("5325901985031200123", "id_length"),
        ("53259019850312A012", "checksum"),
        ("53259019850312001Ⅹ", "checksum"),
        ("532590198513320010"[:17] + cells.check_character("53259019851332001"), "id_birth_invalid"),
        ("53259019850230001" + cells.check_character("53259019850230001"), "id_birth_invalid"),
    ],
)
def test_a_number_that_cannot_be_taken_says_why(typed, reason):
    assert cells.citizen_number(typed)[1] == reason


@given(days)
def test_a_month_is_read_in_every_spelling(day):
    expected = f"{day:%Y-%m}"
    serial = (day - date(1899, 12, 30)).days

    for typed in (
        f"{day:%Y.%m}",
        f"{day:%Y%m}",
        f"{day.year}年{day.month}月",
        f"{day:%Y-%m}",
        f"{day.year}/{day.month}",
        day,
        serial,
        f"{day:%Y-%m-%d}",
        f"{day.year}年{day.month}月{day.day}日",
        full_width(f"{day:%Y.%m}"),
        int(f"{day:%Y%m}"),
        f" {day:%Y.%m} ",
    ):
        assert cells.month(typed) == (expected, ""), typed


@pytest.mark.parametrize(
    ("typed", "known", "expected"),
    [
        (1985.1, "1985-10", ("1985-10", "date_float_month")),
        (1985.1, "", ("1985-10", "date_float_month")),
        (1985.03, "", ("1985-03", "")),
        (1985.12, "", ("1985-12", "")),
        (1985.13, "", (None, "date_invalid")),
        ("1985.13", "", (None, "date_invalid")),
        ("若干", "", (None, "date_invalid")),
        ("", "", ("", "")),
        ("—", "", ("", "")),
        (None, "", ("", "")),
        ("1985.1", "1985-10", ("1985-10", "")),
        ("2023-02-30", "", (None, "date_invalid")),
    ],
)
def test_doubtful_months(typed, known, expected):
    assert cells.month(typed, known=known) == expected


@given(st.dates(date(2000, 1, 1), date(2039, 12, 1)), st.integers(0, 40))
def test_a_span_is_read_in_every_spelling(first, length):
    last = first + timedelta(length)
    short = f"{first.month}月{first.day}日—{last.month}月{last.day}日"

    assert cells.span(f"{first:%Y.%m.%d}-{last:%Y.%m.%d}") == (first, last)
    assert cells.span(f"{first:%Y-%m-%d}至{last:%Y-%m-%d}") == (first, last)
    if first.year == last.year:
        assert cells.span(short, year=first.year) == (first, last)
        assert cells.span(f"{first.month}.{first.day}-{last.month}.{last.day}", year=first.year) == (first, last)
        assert cells.span(f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日") == (first, last)
    if (first.year, first.month) == (last.year, last.month):
        assert cells.span(f"{first.month}月{first.day}日—{last.day}日", year=first.year) == (first, last)


def test_a_span_that_ends_before_it_begins_is_read_as_it_stands():
    assert cells.span("2023年4月12日至2022年4月10日") == (date(2023, 4, 12), date(2022, 4, 10))
    assert cells.span("2023年6月19日") == (date(2023, 6, 19), date(2023, 6, 19))
    assert cells.span("待定", year=2023) is None


@given(st.dates(date(2000, 1, 1), date(2039, 12, 31)))
def test_a_day_with_its_weekday(day):
    name = "一二三四五六日"[day.weekday()]

    for typed in (
        f"{day.month}月{day.day}日\n（星期{name}）",
        f"{day.month}.{day.day} 周{name}",
        f"{day:%Y-%m-%d}",
        day,
    ):
        found = cells.day(typed, year=day.year)
        assert found.day == day
        assert not found.is_contradictory
    wrong = "一二三四五六日"[(day.weekday() + 1) % 7]
    assert cells.day(f"{day.month}月{day.day}日（星期{wrong}）", year=day.year).is_contradictory


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_phone_is_read_however_it_is_typed(number):
    for typed in (
        number,
        int(number),
        f"{number[:3]} {number[3:7]} {number[7:]}",
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        full_width(number),
        f"+86 {number}",
        f"{number}\t",
    ):
        assert cells.phone(typed) == (number, "")
    assert cells.phone(number[:-1]) == (None, "phone_invalid")
    assert cells.phone(number + "0") == (None, "phone_invalid")


def test_no_phone_is_no_fault():
    assert cells.phone(None) == ("", "")
    assert cells.phone("无") == ("", "")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张　三", "张三"),
        (" 李四 ", "李四"),
        ("王  五", "王五"),
        ("阿迪力.热合曼", "阿迪力·热合曼"),
        ("艾山江•买买提", "艾山江·买买提"),
        ("艾山江・买买提", "艾山江·买买提"),
        ("𣲗䶮", "𣲗䶮"),
        ("张\u200b三\u202e", "张三"),
        ("—", ""),
        (None, ""),
    ],
)
def test_names(typed, name):
    assert cells.person_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (82, (Decimal(82), "", "")),
        ("８２", (Decimal(82), "", "")),
        ("82分", (Decimal(82), "", "")),
        (79.5, (Decimal("79.5"), "", "")),
        ("缺考", (None, "absent", "")),
        ("作弊", (None, "misconduct", "")),
        (None, (None, "", "score_missing")),
        (" ", (None, "", "score_missing")),
        (105, (None, "", "score_out_of_range")),
        (-1, (None, "", "score_out_of_range")),
        ("八十二", (None, "", "score_not_number")),
        ("待核", (None, "", "score_not_number")),
        ("1e2", (None, "", "score_not_number")),
        ("٩٠", (None, "", "score_not_number")),
        ("1_0", (None, "", "score_not_number")),
        ("nan", (None, "", "score_not_number")),
    ],
)
def test_scores(typed, expected):
    assert tuple(cells.score(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "hours"),
    [(4, 4), ("4学时", 4), ("２.5", Decimal("2.5")), (0, None), (-4, None), ("若干", None), (None, None)],
)
def test_hours(typed, hours):
    assert cells.hours(typed) == hours


def test_a_sheet_explains_its_own_signs():
    words = {"出勤": "present", "迟到": "late", "事假": "leave_personal"}

    assert cells.legend("注：√出勤　△迟到　○事假", words) == {"√": "present", "△": "late", "○": "leave_personal"}
    assert cells.legend("说明：出勤“●”，迟到“▲”，事假“◇”", words) == {
        "●": "present",
        "▲": "late",
        "◇": "leave_personal",
    }
    assert cells.mark("√ ", {"√": "present"}) == "present"
    assert cells.mark("？", {"√": "present"}) is None


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_a_reader(text):
    cells.citizen_number(text)
    cells.month(text)
    cells.day(text, year=2023)
    cells.span(text, year=2023)
    cells.phone(text)
    cells.score(text)
    cells.person_name(text)
    cells.hours(text)
    cells.legend(text, {"出勤": "present"})


@given(st.floats())
@example(-198.1)
@example(1e-05)
@example(9999.1)
def test_a_month_typed_as_a_number_is_a_month_or_none(value):
    month, reason = cells.month(value)
    assert month is None or (len(month) == 7 and 1 <= int(month[5:]) <= 12 and 1900 <= int(month[:4]) <= 2100), reason


@given(st.one_of(st.integers(), st.floats(allow_nan=True, allow_infinity=True), st.booleans(), st.dates()))
@example(math.nan)
@example(math.inf)
@example(-math.inf)
@example(-198.1)
@example(1e-5)
def test_no_value_whatever_breaks_a_reader(value):
    cells.citizen_number(value)
    cells.month(value)
    cells.day(value, year=2023)
    cells.span(value, year=2023)
    cells.score(value)
    cells.hours(value)
    cells.whole(value)
