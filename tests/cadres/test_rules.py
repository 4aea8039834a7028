"""Citizen numbers, months, phones and the three-age check."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from training_app.cadres import rules

DAYS = st.dates(date(1930, 1, 1), date(2005, 12, 31))
SERIALS = st.integers(0, 999)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "34052419800101001X"])
def test_published_numbers_have_a_right_check_character(number):
    assert rules.check_character(number[:17]) == number[17]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("11010519491231002X", None, id="right"),
        pytest.param(" 110105 19491231 002x ", None, id="with spaces and a small x"),
        pytest.param("１１０１０５１９４９１２３１００２Ｘ", None, id="full-width"),
        pytest.param("'11010519491231002X", None, id="with an apostrophe"),
        pytest.param("", "id_missing", id="nothing"),
        pytest.param("11010519491231002", "id_length", id="one short"),
        pytest.param("1101051949123100234", "id_length", id="one too many"),
        pytest.param("11010519491231OO2X", "id_characters", id="letters O for zeros"),
        pytest.param("110105194912310021", "checksum", id="wrong check digit"),
        pytest.param("110105194912310000", "checksum", id="digits lost by a spreadsheet"),
        pytest.param(
            "11010519490231002" + rules.check_character("11010519490231002"), "id_birth_invalid", id="31 February"
        ),
        pytest.param(
            "11010520990101002" + rules.check_character("11010520990101002"), "id_birth_future", id="born in 2099"
        ),
    ],
)
def test_a_number_is_refused_for_its_reason(typed, reason):
    assert rules.check_citizen_number(typed, date(2023, 5, 15)) == reason
    assert reason is None or reason in rules.CITIZEN_NUMBER_REASONS


@given(DAYS, SERIALS)
def test_birth_and_sex_are_read_from_any_number(born, serial):
    first = f"532590{born:%Y%m%d}{serial:03d}"
    number = first + rules.check_character(first)

    assert rules.check_citizen_number(number) is None
    assert rules.birth_date_of(number) == born
    assert rules.birth_month_of(number) == f"{born:%Y-%m}"
    assert rules.sex_of(number) == ("男" if serial % 2 else "女")


@given(DAYS, SERIALS, st.integers(0, 16), st.integers(1, 9))
def test_any_single_mistyped_digit_is_found(born, serial, place, shift):
    first = f"532590{born:%Y%m%d}{serial:03d}"
    number = first + rules.check_character(first)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]

    assert rules.check_citizen_number(wrong) == "checksum"


@given(DAYS, SERIALS, st.integers(0, 15))
def test_two_neighbours_changed_round_are_found(born, serial, place):
    first = f"532590{born:%Y%m%d}{serial:03d}"
    number = first + rules.check_character(first)
    assume(number[place] != number[place + 1])
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert rules.check_citizen_number(wrong) == "checksum"


def test_a_masked_number_hides_birth_and_serial():
    assert rules.mask_citizen_number("53259019770115011X") == "5325********1X"
    assert rules.mask_phone("19900001234") == "199****1234"


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("199 0000 1234", True),
        ("199-0000-1234", True),
        ("+86 19900001234", True),
        ("1990000123", False),
        ("29900001234", False),
    ],
)
def test_a_mobile_number_has_eleven_digits(typed, good):
    assert rules.is_phone(typed) is good


def test_doubts_are_told_for_ages_that_do_not_fit():
    dates = rules.Dates(birth_month="1980-06", party_joined="1998-05", work_started="1996-05", post_since="1996-04")

    assert rules.doubts_about(dates) == [
        ("party_joined", "party_age"), ("work_started", "work_age"), ("post_since", "before_work")
    ]  # fmt: skip
    assert rules.doubts_about(rules.Dates("1980-06", "1998-06", "1996-06")) == []


def test_months_that_cannot_be_are_named():
    dates = rules.Dates(birth_month="1980-06", party_joined="1980-06", post_since="2024-01")

    assert [name for name, _message in rules.impossible_months(dates, "2023-05")] == ["party_joined", "post_since"]


@pytest.mark.parametrize(
    ("level", "title", "kind", "grade", "counts"),
    [
        pytest.param("乡科级副职", "副局长", "政府部门", "乡科级", True, id="a deputy by level"),
        pytest.param("乡科级正职", "局长", "政府部门", "乡科级", False, id="a chief"),
        pytest.param(
            "乡科级正职", "副书记、局长", "政府部门", "乡科级", False, id="deputy of one body, head of another"
        ),
        pytest.param(
            "乡科级正职", "党组副书记、副局长", "政府部门", "乡科级", True, id="chief's level in a deputy post"
        ),
        pytest.param("股级", "副主任", "事业单位", "股级", True, id="a deputy of a unit of section grade"),
        pytest.param("乡科级副职", "副书记", "村", "", False, id="villages have no such posts"),
    ],
)
def test_deputy_posts_are_those_the_approved_number_counts(level, title, kind, grade, counts):
    found = rules.is_deputy_post(post_level=level, post_title=title, unit_kind=kind, top_grade=grade, at_top=True)

    assert found is counts


def test_the_words_of_a_search_are_small_and_half_width():
    assert rules.search_terms("ＭＸＹ  财政局") == ["mxy", "财政局"]
