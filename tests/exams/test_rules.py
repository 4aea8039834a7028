"""Rules of scores: reading a cell, agreement, re-sits, statistics."""

from __future__ import annotations

import re
import statistics as stdlib
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from training_app.exams import rules
from training_app.exams.rules import EMPTY, Cell, Problem, read_cell

FULL = Decimal(100)
ABSENT, MISCONDUCT, OPEN = Cell(code="absent"), Cell(code="misconduct"), Cell(code="open")


def score(value: str | int) -> Cell:
    return Cell(Decimal(value))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        pytest.param("85", score(85), id="a number"),
        pytest.param("85.5", score("85.5"), id="one decimal"),
        pytest.param(" 85 ", score(85), id="spaces around"),
        pytest.param("０９０．５", score("90.5"), id="full width"),
        pytest.param("0", score(0), id="nothing right"),
        pytest.param("100", score(100), id="full marks"),
        pytest.param("100.0", score(100), id="full marks with a decimal"),
        pytest.param("", EMPTY, id="empty"),
        pytest.param("\u3000", EMPTY, id="an ideographic space"),
        pytest.param("q", ABSENT, id="q is absent"),
        pytest.param("Ｑ", ABSENT, id="full-width Q"),
        pytest.param("缺考", ABSENT, id="the word for absent"),
        pytest.param("W", MISCONDUCT, id="w is misconduct"),
        pytest.param("absent", ABSENT, id="the English word for absent"),
        pytest.param("违纪", MISCONDUCT, id="the word for misconduct"),
    ],
)
def test_what_people_type_is_read(text, cell):
    assert read_cell(text, full_marks=FULL) == cell


@pytest.mark.parametrize("text", ["100.5", "101", "999"])
def test_more_than_the_full_marks_is_refused(text):
    found = read_cell(text, full_marks=FULL)

    assert isinstance(found, Problem)
    assert found.code == "score_out_of_range"
    assert found.message % found.params == f"{text} is more than the full marks of 100."


@pytest.mark.parametrize(
    "text",
    [
        "-1",
        "+5",
        "1_0",
        "1e2",
        "nan",
        "inf",
        "Infinity",
        "٩٠",
        "८५",
        "85.55",
        "85.",
        ".5",
        "1000",
        "八十五",
        "85分",
        "85,5",
        "85。5",
        "0x10",
        "85 5",
        "=85",
        "85\n86",
        "9" * 40,
        "½",
        "A",
        "True",
        "\x00",
        "85\u200b",
    ],
)
def test_what_is_no_score_is_refused_in_words(text):
    found = read_cell(text, full_marks=FULL)

    assert isinstance(found, Problem)
    assert found.code == "score_not_number"
    assert found.message % found.params


def test_marks_take_no_codes():
    found = read_cell("Q", full_marks=FULL, codes=False)

    assert isinstance(found, Problem)
    assert found.code == "score_not_number"


@given(st.text(max_size=30))
@example("１００")
@example("ﷺ")
@example("1" * 17)
def test_only_up_to_three_ascii_digits_with_one_decimal_ever_become_a_score(text):
    found = read_cell(text, full_marks=FULL)

    if isinstance(found, Cell) and found.score is not None:
        plain = unicodedata.normalize("NFKC", text).strip()
        assert re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", plain)
        assert found.score == Decimal(plain)
        assert 0 <= found.score <= FULL
    elif isinstance(found, Problem):
        assert found.message % found.params


@given(st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10))
def test_what_is_shown_can_be_typed_back_in(value):
    assert read_cell(rules.score_text(value), full_marks=FULL) == Cell(value)


@given(st.integers(0, 999).map(lambda n: Decimal(n) / 10), st.text(alphabet="　 \t", max_size=3))
def test_full_width_and_blanks_mean_the_same(value, blank):
    wide = rules.score_text(value).translate({**{ord("0") + n: 0xFF10 + n for n in range(10)}, ord("."): 0xFF0E})

    assert read_cell(blank + wide, full_marks=FULL) == Cell(value)


cells = st.one_of(
    st.just(EMPTY), st.just(ABSENT), st.just(MISCONDUCT), st.integers(0, 1000).map(lambda n: Cell(Decimal(n) / 10))
)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(score(80), score("80.0"), "agree", id="the same score written differently"),
        pytest.param(score(80), score(81), "differ", id="two scores"),
        pytest.param(score(0), ABSENT, "differ", id="nought is not absent"),
        pytest.param(ABSENT, MISCONDUCT, "differ", id="two codes"),
        pytest.param(ABSENT, ABSENT, "agree", id="both absent"),
        pytest.param(EMPTY, score(80), "missing", id="the first not entered"),
        pytest.param(score(80), EMPTY, "missing", id="the second not entered"),
        pytest.param(EMPTY, EMPTY, "missing", id="neither entered"),
    ],
)
def test_agreement(first, second, expected):
    assert rules.agreement(first, second) == expected


@given(cells, cells, cells)
def test_nobody_overrules_two_who_agree_and_nothing_counts_before_both_have_typed(first, second, third):
    found = rules.final_cell(first, second, third)

    match rules.agreement(first, second):
        case "agree":
            assert found == first
        case "missing":
            assert found is None
        case "differ":
            assert found == (None if third.is_empty else third)


@given(st.dictionaries(st.integers(1, 30), cells), st.dictionaries(st.integers(1, 30), cells))
def test_progress_adds_up(own, other):
    people = range(1, 31)

    found = rules.progress(people, own, other)

    assert found.agree + found.differ + found.waiting + found.missing == found.total == 30


@pytest.mark.parametrize(
    ("entry_no", "held", "taken", "sits", "allowed"),
    [
        pytest.param(1, None, False, False, True, id="free first entry"),
        pytest.param(2, None, False, False, True, id="free second entry"),
        pytest.param(2, 1, False, False, False, id="who did the first does not do the second"),
        pytest.param(1, 2, False, False, False, id="nor the other way round"),
        pytest.param(2, 3, False, False, False, id="who settled does not enter"),
        pytest.param(1, 1, False, False, True, id="released and taken again"),
        pytest.param(1, None, True, False, False, id="somebody else has it"),
        pytest.param(1, None, False, True, False, id="a trainee of the class"),
    ],
)
def test_who_may_enter(entry_no, held, taken, sits, allowed):
    why_not = rules.may_take_entry(entry_no, held=held, holder_is_somebody_else=taken, sits_exam=sits)

    assert (not why_not) is allowed


@pytest.mark.parametrize(
    ("held", "sits", "allowed"),
    [(None, False, True), (3, False, True), (1, False, False), (2, False, False), (None, True, False)],
)
def test_who_may_settle(held, sits, allowed):
    assert (not rules.may_settle(held=held, sits_exam=sits)) is allowed


@pytest.mark.parametrize(
    ("decided", "needed"), [(score(80), False), (score(81), False), (score(82), True), (ABSENT, True)]
)
def test_a_third_value_needs_a_reason(decided, needed):
    assert rules.needs_reason(score(80), score(81), decided) is needed


@pytest.mark.parametrize(
    ("cell", "passes", "again"),
    [
        pytest.param(score(60), True, False, id="exactly the pass mark"),
        pytest.param(score("59.9"), False, True, id="just below"),
        pytest.param(ABSENT, False, True, id="absent"),
        pytest.param(MISCONDUCT, False, False, id="misconduct has no re-sit"),
        pytest.param(OPEN, False, False, id="an open score is settled first"),
    ],
)
def test_passing_and_re_sitting(cell, passes, again):
    assert rules.passed(cell, Decimal(60)) is passes
    assert rules.may_resit(cell, Decimal(60)) is again


@pytest.mark.parametrize(
    ("value", "full", "grade"),
    [
        (90, 100, "excellent"),
        ("89.9", 100, "good"),
        (80, 100, "good"),
        (60, 100, "passed"),
        ("59.5", 100, "failed"),
        (108, 120, "excellent"),
        (72, 120, "passed"),
    ],
)
def test_grades_follow_the_share_of_the_full_marks(value, full, grade):
    pass_mark = Decimal(full) * 6 / 10

    assert rules.exam_grade(score(value), full_marks=Decimal(full), pass_mark=pass_mark) == grade


GOLDEN = [score(n) for n in ("85", "92.5", "60", "59.5", "100", "71", "71", "38", "88", "79.5")] + [
    ABSENT,
    ABSENT,
    MISCONDUCT,
]


def test_statistics_against_numbers_worked_out_by_hand():
    found = rules.statistics(GOLDEN, full_marks=FULL, pass_mark=Decimal(60))

    assert (found.expected, found.sat, found.absent, found.misconduct, found.passed) == (13, 10, 2, 1, 8)
    assert found.mean == Decimal("74.45")
    assert found.deviation == Decimal("17.56")  # √(3083.725 ÷ 10)
    assert (found.highest, found.lowest) == (100, 38)
    assert found.pass_rate == Decimal(80)
    assert [(bar.low, bar.high, bar.count) for bar in found.bands] == [
        (0, 60, 2),
        (60, 70, 1),
        (70, 80, 3),
        (80, 90, 2),
        (90, 100, 2),
    ]
    assert [bar.count for bar in found.histogram] == [0, 0, 0, 1, 0, 1, 1, 3, 2, 2]


def test_nobody_sat_it():
    found = rules.statistics([ABSENT], full_marks=FULL, pass_mark=Decimal(60))

    assert (found.mean, found.deviation, found.highest, found.pass_rate) == (None, None, None, None)


@given(st.lists(st.integers(0, 1200).map(lambda n: Decimal(n) / 10), min_size=1, max_size=60))
def test_statistics_agree_with_the_standard_library_and_every_score_is_in_one_bar(values):
    found = rules.statistics([Cell(v) for v in values], full_marks=Decimal(120), pass_mark=Decimal(72))

    assert abs(found.mean - Decimal(str(stdlib.fmean(values)))) < Decimal("0.006")
    assert abs(found.deviation - Decimal(str(stdlib.pstdev(values)))) < Decimal("0.006")
    assert sum(bar.count for bar in found.bands) == sum(bar.count for bar in found.histogram) == len(values)


def test_a_grid_has_one_digest_whatever_its_order():
    one = rules.grid_digest({1: score(80), 2: ABSENT})

    assert one == rules.grid_digest({2: ABSENT, 1: score("80.0")})
    assert one != rules.grid_digest({1: score(80), 2: MISCONDUCT})
