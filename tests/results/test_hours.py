"""Hours follow attendance into the ledger, and nothing there is ever changed."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.results.class_with_scores import teach
from training_app.attendance import api as attendance
from training_app.audit.models import AuditEntry
from training_app.classes import api as classes
from training_app.core.db import db
from training_app.results import api as results
from training_app.results.models import HourEntry
from training_app.results.values import NewHours

D = Decimal


@pytest.mark.usefixtures("app")
def test_closing_lessons_posts_hours_of_those_present_or_late():
    taught = teach()
    taught.attend(玉香={0: "late"}, 李云={1: "absent", 3: "leave_sick"})

    sums = results.hours_by_cadre(2026)

    assert sums[taught.cadres["岩温"]].group == D(14)
    assert sums[taught.cadres["玉香"]].group == D(14)
    assert sums[taught.cadres["李云"]].group == D(8)
    assert results.hours_by_cadre(2025) == {}


@pytest.mark.usefixtures("app")
def test_posting_again_adds_nothing():
    taught = teach()
    taught.attend()
    before = lines()

    assert results.settle_lesson(taught.lessons[0]) == 0
    assert lines() == before == 24


@pytest.mark.usefixtures("app")
def test_correction_is_a_further_line():
    taught = teach()
    taught.attend()
    taught.attend(岩温={0: "absent"})

    own = results.lines_of_cadre(taught.cadres["岩温"], first=date(2026, 1, 1), last=date(2026, 12, 31))

    assert [line.hours for line in own if line.source_id == taught.lessons[0]] == [D(4), D(-4)]
    assert [line.revision for line in own if line.source_id == taught.lessons[0]] == [0, 1]
    assert results.hours_by_cadre(2026)[taught.cadres["岩温"]].group == D(10)

    taught.attend()

    assert results.hours_by_cadre(2026)[taught.cadres["岩温"]].group == D(14)


@pytest.mark.usefixtures("app")
def test_who_withdraws_keeps_no_hours_and_gets_them_back_on_return():
    taught = teach()
    taught.attend()
    enrollment = taught.enrollments["刀建国"]

    classes.set_enrollment_status(enrollment, "withdrawn", "请假超过七分之一")

    assert results.hours_by_cadre(2026)[taught.cadres["刀建国"]].group == 0

    classes.set_enrollment_status(enrollment, "studying", "经批准继续学习")

    assert results.hours_by_cadre(2026)[taught.cadres["刀建国"]].group == D(14)


@pytest.mark.usefixtures("app")
def test_class_over_new_year_counts_in_both_years():
    taught = teach(first=date(2025, 12, 31), last=date(2026, 1, 1))
    taught.attend()

    cadre = taught.cadres["岩温"]
    assert results.hours_by_cadre(2025)[cadre].group == D(7)
    assert results.hours_by_cadre(2026)[cadre].group == D(7)
    assert results.days_in_years(2025, 2026)[cadre] == 2


@pytest.mark.usefixtures("app")
def test_one_lesson_is_posted_in_one_statement_and_said_once():
    taught = teach()
    statements = count_inserts(taught.attend)

    assert statements == 4  # one for each lesson, whatever the number of people
    posted = db.session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.kind == "results.HoursPosted")
    )
    assert posted == 4


@pytest.mark.usefixtures("app")
def test_statement_keeps_online_hours_apart_and_names_its_sources():
    taught = teach()
    taught.attend()
    taught.score()
    results.decide_results(taught.class_id)
    cadre = taught.cadres["岩温"]
    results.post_hours(
        [
            NewHours(cadre, date(2026, 3, 1), "online", D("60.25"), "online", 1, "省干部在线学习学院"),
            NewHours(cadre, date(2026, 4, 2), "external", D(40), "external", 1, "州委党校主体班"),
        ],
        source_kind="import",
        title="导入",
    )

    statement = results.training_statement(cadre, 2026)

    assert (statement.hours.group, statement.hours.external, statement.hours.online) == (D(14), D(40), D("60.25"))
    assert statement.counted == D(54)
    assert not statement.met
    assert statement.missing == D(36)
    assert statement.online_met
    figures = {figure.key: figure for figure in statement.figures}
    assert sum(source.count for source in figures["group"].sources) == 4
    assert all(figure.sources for figure in statement.figures if figure.value and figure.key != "lecturing")
    taken = next(each for each in statement.classes if each.class_id == taught.class_id)
    assert (taken.lessons_attended, taken.lessons_due, taken.completed, taken.total) == (4, 4, True, D("83"))


@pytest.mark.usefixtures("app")
def test_five_year_people_count_five_years():
    taught = teach()
    taught.attend()
    cadre = taught.cadres["艾山江·买买提"]
    results.post_hours(
        [
            NewHours(cadre, date(year, 6, 1), "external", D(120), "external", year, "省委党校")
            for year in (2021, 2022, 2023, 2024, 2025)
        ],
        source_kind="import",
        title="导入",
    )

    statement = results.training_statement(cadre, 2026)

    assert statement.requirement.rule == "five_year"
    assert statement.counted == D(120) * 4 + D(14)
    assert statement.missing == D(550) - statement.counted


@pytest.mark.usefixtures("app")
def test_requirements_are_dated():
    results.ensure_requirements()
    assert results.ensure_requirements() == 0
    results.set_requirement(results.Requirement("annual", 1, D(100), 13), valid_from=date(2028, 1, 1))

    assert results.requirement_for("乡科级正职", "", date(2027, 12, 31)).hours == D(90)
    assert results.requirement_for("乡科级正职", "", date(2028, 12, 31)).hours == D(100)
    assert results.requirement_for("县处级副职", "", date(2028, 12, 31)).hours == D(550)
    assert results.online_requirement(date(2026, 1, 1)).hours == D(50)


def lines() -> int:
    return db.session.scalar(select(func.count()).select_from(HourEntry)) or 0


def count_inserts(act) -> int:
    from sqlalchemy import event

    seen = []

    def note(_conn, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO results_hour_entry"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_unknown_records_are_ignored(app):
    taught = teach()
    attendance.store_imported(taught.class_id, {(taught.lessons[0], taught.enrollments["岩温"]): "present"}, close=True)

    assert results.hours_by_cadre(2026)[taught.cadres["岩温"]].group == D(4)
