"""How figures are counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.reports import rules
from training_app.reports.rules import CadreFacts, ClassFacts, PersonHours, Sat, UnitFacts


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(Decimal("8.00"), 8, id="whole hours are whole"),
        pytest.param(Decimal("7.5"), 7.5, id="half hours keep their half"),
        pytest.param(0, 0, id="nothing is nothing"),
    ],
)
def test_numbers_are_whole_when_they_are(value: Decimal, shown: float) -> None:
    assert rules.number(value) == shown
    assert type(rules.number(value)) is type(shown)


def test_a_share_of_nothing_is_nothing() -> None:
    assert rules.share(3, 0) == 0.0


def test_late_people_came_and_a_passed_resit_counts() -> None:
    found = rules.class_figures(
        klass(sittings=[sat(80), sat(55, resit=70), sat(None, "absent", resit=40), sat(None, "open")])
    )

    assert found["attendance_rate"] == 0.75
    assert found["marks"] == {"出勤": 5, "迟到": 1, "病假": 2}
    assert (found["examined"], found["average"]) == (2, 67.5)
    assert (found["passed_first"], found["passed"]) == (1, 2)
    assert found["pass_rate"] == 0.5
    assert (found["absent_from_exam"], found["score_open"], found["graduated"]) == (1, 1, 2)


def test_of_a_class_for_party_members_only_those_tested_make_the_rate() -> None:
    facts = klass(for_party_members=True, sittings=[sat(80), sat(55)])

    found = rules.class_figures(facts)

    assert found["pass_rate"] == 0.5
    assert "graduated" not in found
    assert facts.tested == 2


def test_classes_add_up_by_program_in_the_order_in_which_each_began() -> None:
    a, b = rules.class_figures(klass(program="甲")), rules.class_figures(klass(program="乙"))

    found = rules.by_program([("甲", a), ("乙", b), ("甲", a)])

    assert list(found) == ["甲", "乙"]
    assert found["甲"] == {"classes": 2, "enrolled": 8, "attended": 8, "hours": 16, "hours_earned": 48, "passed": 0}


def test_facts_know_who_came_sat_and_passed() -> None:
    facts = klass(sittings=[sat(80), sat(55, resit=70), sat(None, "absent")])

    assert (facts.came, facts.examined, facts.passed, facts.resat, facts.tested) == (6, 2, 2, 1, 4)


# ---- units and posts
COUNTY = UnitFacts(1, "县", "县", "县处级", 1, 0, 0)
OFFICE = UnitFacts(2, "县委组织部", "党委部门", "乡科级", 2, 1, 1)
SECTION = UnitFacts(3, "办公室", "科室", "股级", 2, 1, 0)
STATION = UnitFacts(4, "农技中心", "事业单位", "股级", 4, 1, 1)
VILLAGE = UnitFacts(5, "青石村", "村", "", 6, 1, 1)


@pytest.mark.parametrize(
    ("cadre", "unit", "top", "deputy"),
    [
        pytest.param(("副部长", "乡科级副职"), OFFICE, OFFICE, True, id="the level says deputy"),
        pytest.param(("部长", "乡科级正职"), OFFICE, OFFICE, False, id="a chief is none"),
        pytest.param(("副主任", "股级"), STATION, STATION, True, id="deputy of a unit of section grade"),
        pytest.param(("副主任", "股级"), SECTION, OFFICE, False, id="a section's deputy is no leader of the unit"),
        pytest.param(("副书记", "乡科级副职"), VILLAGE, VILLAGE, False, id="villages have no such quota"),
        pytest.param(("科员", ""), OFFICE, OFFICE, False, id="staff are none"),
    ],
)
def test_who_holds_a_deputy_post(cadre: tuple[str, str], unit: UnitFacts, top: UnitFacts, deputy: bool) -> None:
    assert rules.holds_deputy_post(person(*cadre), unit, top) is deputy


@pytest.mark.parametrize(
    ("title", "level", "unit", "acting"),
    [
        pytest.param("常务副部长", "乡科级正职", OFFICE, True, id="a standing deputy of the chief's level"),
        pytest.param("党委副书记、镇长", "乡科级正职", OFFICE, False, id="head of one body, deputy in another"),
        pytest.param("副部长", "乡科级副职", OFFICE, False, id="an ordinary deputy"),
        pytest.param("副书记", "乡科级正职", VILLAGE, False, id="villages are left out"),
    ],
)
def test_who_has_the_chiefs_level_with_a_deputys_title(title: str, level: str, unit: UnitFacts, acting: bool) -> None:
    assert rules.holds_chief_level_as_deputy(person(title, level), unit) is acting


def test_a_standing_deputy_fills_the_free_chief_post_but_not_a_taken_one() -> None:
    free = [person("常务副部长", "乡科级正职", unit_id=2), person("副部长", "乡科级副职", unit_id=2)]
    taken = [*free, person("部长", "乡科级正职", unit_id=2)]
    strangers = [person("副部长", "乡科级副职", unit_id=99), person("科员", "")]

    assert rules.unit_figures([COUNTY, OFFICE, SECTION], [*free, *strangers])["deputies_over_quota"] == {}
    found = rules.unit_figures([COUNTY, OFFICE, SECTION], taken)
    assert found["deputies_over_quota"] == {"县委组织部": {"approved": 1, "in_post": 2}}
    assert (found["total"], found["chiefs_approved"], found["deputies_approved"]) == (3, 2, 1)


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        pytest.param("1985-06", date(2023, 6, 30), 38, id="the month has come"),
        pytest.param("1985-07", date(2023, 6, 30), 37, id="the month is still to come"),
        pytest.param("", date(2023, 6, 30), None, id="no month, no age"),
    ],
)
def test_age_in_full_years(birth: str, on: date, age: int | None) -> None:
    assert rules.age_on(birth, on) == age


def test_the_register_by_level_age_and_name() -> None:
    people = [
        person("股长", "股级", name="王明", birth="1990-01", note="挂职：上挂省州县部门"),
        person("股长", "股级", name="王明", birth="1983-01"),
        person("局长", "乡科级正职", name="李华", birth=""),
    ]

    found = rules.cadre_figures(people, date(2023, 6, 30))

    assert found["by_rank"] == {"股级": 2, "乡科级正职": 1}
    assert found["age_by_rank"]["股级"] == {"35岁及以下": 1, "36—40岁": 1, "41—50岁": 0, "51岁及以上": 0}
    assert sum(found["age_by_rank"]["乡科级正职"].values()) == 0
    assert found["same_names"] == {"王明": 2}
    assert found["seconded"] == {"挂职：上挂省州县部门": 1}


def test_network_hours_stay_apart_and_only_those_bound_by_the_year_can_be_below_it() -> None:
    people = [
        PersonHours("公务员", "annual", Decimal(90), Decimal(89), Decimal(50)),
        PersonHours("事业", "annual", Decimal(90), Decimal(90), Decimal(0)),
        PersonHours("公务员", "five_year", Decimal(550), Decimal(0), Decimal(0)),
    ]

    found = rules.hour_figures(people)

    assert (found["group_hours"], found["online_hours"], found["no_hours"]) == (179, 50, 1)
    assert (found["bound_by_90_a_year"], found["bound_by_550_in_five_years"]) == (2, 1)
    assert (found["below_90_group"], found["below_90_with_online"]) == (1, 0)
    assert found["below_90_group_by_category"] == {"公务员": 1}


# ---- the year so far
@pytest.mark.parametrize(
    ("level", "category", "group"),
    [
        ("县处级副职", "公务员", "县处级副职"),
        ("乡科级正职", "事业", "乡科级正职"),
        ("", "村（社区）", "村（社区）干部"),
        ("股级", "公务员", "股级"),
        ("股级正职", "参公", "股级"),
        ("", "参公", "一级主任科员及以下"),
        ("", "事业", "事业单位工作人员"),
        ("", "国企", "国企人员"),
        ("", "", "其他"),
    ],
)
def test_the_row_of_the_annual_statistics(level: str, category: str, group: str) -> None:
    assert rules.level_group(level, category) == group
    assert group in rules.LEVEL_GROUPS


@pytest.mark.parametrize(
    ("on", "share"),
    [
        pytest.param(date(2022, 12, 31), Decimal(0), id="before the year"),
        pytest.param(date(2023, 12, 31), Decimal(1), id="at its end"),
        pytest.param(date(2024, 6, 1), Decimal(1), id="after it"),
    ],
)
def test_how_much_of_a_year_is_over(on: date, share: Decimal) -> None:
    assert rules.share_of_year(2023, on) == share


@given(st.dates(date(2023, 1, 1), date(2023, 12, 31)))
def test_a_year_passes_steadily(on: date) -> None:
    assert 0 < rules.share_of_year(2023, on) <= 1


def test_the_furthest_behind_come_first_and_nobody_on_time_is_named() -> None:
    means = [("公务员", Decimal(80)), ("事业", Decimal(50)), ("国企", Decimal(60)), ("参公", Decimal(40))]

    assert rules.furthest_behind(means, Decimal(70)) == ["参公", "事业"]
    assert rules.furthest_behind(means, Decimal(10)) == []


def test_rounding_is_half_up() -> None:
    assert rules.one_place(Decimal("33.25")) == Decimal("33.3")
    assert rules.two_places(Decimal("1.005")) == Decimal("1.01")


# ---- helpers
def sat(score: int | None, code: str = "", resit: int | None = None) -> Sat:
    return Sat(None if score is None else Decimal(score), code, None if resit is None else Decimal(resit))


def klass(**changes: Any) -> ClassFacts:
    values: dict[str, Any] = {
        "class_id": 1,
        "code": "BC1",
        "name": "甲班",
        "program": "甲",
        "for_party_members": False,
        "starts_on": date(2023, 3, 1),
        "ends_on": date(2023, 3, 2),
        "hours": Decimal(8),
        "lessons": 2,
        "enrolled": 4,
        "attended": 4,
        "marks": {"present": 5, "late": 1, "leave_sick": 2, "absent": 0},
        "hours_earned": Decimal(24),
        "sittings": [],
        "graduated": 2,
    }
    return ClassFacts(**(values | changes))


def person(
    title: str, level: str, *, unit_id: int = 2, name: str = "张三", birth: str = "1980-01", note: str = ""
) -> CadreFacts:
    return CadreFacts(1, name, "男", birth, unit_id, title, level, "", "公务员", "中共党员", note)
