"""The rules of a class as data: what they decide, from which lesson on they count, what becomes of moved lessons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.attendance_hall import build_hall
from training_app.attendance import api, rules
from training_app.attendance.models import AttendanceCorrection, AttendanceRecord, CheckInWindow
from training_app.attendance.queries.class_rules import rules_of_lessons
from training_app.attendance.queries.records import lesson_notes_of
from training_app.attendance.queries.sheets import sheet_of
from training_app.attendance.queries.windows import find_window
from training_app.attendance.services import staff, windows
from training_app.classes.api import NewLesson, get_lesson, list_enrollments
from training_app.classes.services.timetable import cancel_lesson, change_lesson
from training_app.core.db import db, unit_of_work
from training_app.core.errors import InvalidInput, NotFound, Refused
from training_app.results.queries.outcomes import preview_of_class

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
minutes = st.integers(0, 240)
usual = rules.ClassRules()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8), st.integers(0, 9))
def test_the_latest_version_not_after_the_lesson_counts(versions, lesson):
    made = [(START + timedelta(hours=at), replace(usual, late_after_minutes=late)) for at, late in versions]
    found = rules.rules_at(made, START + timedelta(hours=lesson), usual)
    fitting = [(at, number, late) for number, (at, late) in enumerate(versions) if at <= lesson]
    assert found == (replace(usual, late_after_minutes=max(fitting)[2]) if fitting else usual)


@given(
    st.sampled_from(rules.STATUSES),
    st.booleans(),
    st.one_of(st.none(), st.integers(-200, 60)),
    st.booleans(),
    st.integers(0, 60),
)
def test_only_who_scanned_and_left_is_judged(status, scanned, out, needed, early):
    laid_down = replace(usual, check_out_needed=needed, early_minutes=early)
    found = rules.judge_leaving(
        status=status,
        scanned=scanned,
        check_out_at=None if out is None else START + timedelta(minutes=out),
        ends_at=START,
        laid_down=laid_down,
    )
    left = needed if out is None else out < -early
    judged = scanned and status in rules.PRESENT_STATUSES
    assert found == ("left_early" if judged and left else status)


@given(st.integers(0, 50), st.integers(0, 10))
def test_lates_add_up_only_where_the_class_says_so(lates, per):
    found = rules.hours_of_lates([replace(usual, lates_per_absence=per)] * lates)
    assert found == (lates // per if per else 0) * usual.half_day_hours


@pytest.mark.parametrize(
    ("change", "field", "fault"),
    [
        ({"late_after_minutes": 241, "closes_after_minutes": 250}, "late_after_minutes", "range"),
        ({"late_after_minutes": 40}, "closes_after_minutes", "closes_before_late"),
        ({"lates_per_absence": 1}, "lates_per_absence", "every_late"),
        ({"academic_over_half_days": 8}, "organisation_over_half_days", "chain_order"),
        ({"half_day_hours": Decimal(13)}, "half_day_hours", "range"),
        ({"absent_days": Decimal(31)}, "absent_days", "range"),
        ({"absent_days": Decimal("1.3")}, "absent_days", "half_days"),
    ],
)
def test_rules_that_do_not_fit_are_named(change, field, fault):
    assert rules.faults_of(replace(usual, **change)) == {field: fault}
    assert rules.faults_of(usual) == {}


@given(st.integers(0, 400), st.integers(0, 2000))
def test_the_line_of_a_seventh_is_crossed_only_strictly(missed, planned):
    found = rules.standing(Decimal(missed), Decimal(planned))
    if planned == 0:
        assert found == ""
    elif missed * 7 > planned:
        assert found == "over"
    elif missed * 35 >= planned * 4:
        assert found == "near"
    else:
        assert found == ("half" if missed * 14 >= planned else "")


def test_rules_count_from_the_lesson_they_name(app):
    hall = build_hall()
    stricter = replace(usual, late_after_minutes=5, closes_after_minutes=20)
    assert api.lay_down_rules(hall.class_id, stricter, from_lesson_id=hall.tomorrow_id)
    assert not api.lay_down_rules(hall.class_id, stricter, from_lesson_id=hall.tomorrow_id)
    assert api.rules_for(hall.class_id, get_lesson(hall.lesson_id).starts_at) == usual
    assert api.rules_for(hall.class_id, get_lesson(hall.tomorrow_id).starts_at) == stricter
    assert [each.laid_down for each in api.list_rule_versions(hall.class_id)] == [stricter]
    api.lay_down_rules(hall.class_id, stricter, from_lesson_id=hall.lesson_id)
    windows.open_check_in(hall.lesson_id)
    window = find_window(hall.lesson_id)
    start = get_lesson(hall.lesson_id).starts_at
    assert window is not None
    assert (window.late_from, window.closes_at) == (start + timedelta(minutes=5), start + timedelta(minutes=20))


def test_rules_that_cannot_be_are_refused(app):
    hall, other = build_hall(), build_hall(code="BC2")
    with pytest.raises(InvalidInput):
        api.lay_down_rules(hall.class_id, replace(usual, lates_per_absence=1), from_lesson_id=hall.lesson_id)
    with pytest.raises(NotFound):
        api.lay_down_rules(hall.class_id, usual, from_lesson_id=other.lesson_id)


def test_who_never_checked_out_left_early_where_it_is_needed(app):
    hall = build_hall(people=3)
    api.lay_down_rules(hall.class_id, replace(usual, check_out_needed=True), from_lesson_id=hall.lesson_id)
    windows.open_check_in(hall.lesson_id)
    for person in hall.enrollments[:2]:
        staff.mark(hall.lesson_id, person, status="present", reason="no_phone")
    scanned = AttendanceRecord.enrollment_id == hall.enrollments[0]
    with unit_of_work() as session:
        session.execute(update(AttendanceRecord).where(scanned).values(method="scan"))
    windows.close_check_in(hall.lesson_id)
    assert [hall.status(n) for n in range(3)] == ["left_early", "present", "absent"]
    assert db.session.scalars(select(AttendanceCorrection.reason)).all() == ["no_check_out"]


def test_lateness_that_adds_up_is_missed_in_the_results_too(app):
    hall = build_hall(people=1)
    api.lay_down_rules(
        hall.class_id, replace(usual, lates_per_absence=2, half_day_hours=Decimal(3)), from_lesson_id=hall.lesson_id
    )
    lates = {(lesson, hall.enrollments[0]): "late" for lesson in (hall.lesson_id, hall.tomorrow_id)}
    api.store_imported(hall.class_id, lates)
    assert api.hours_by_lates(hall.class_id) == {hall.enrollments[0]: 3}
    assert preview_of_class(hall.class_id).rows[0].hours.missed == 3


def test_records_of_a_cancelled_lesson_become_exemptions(app):
    hall = build_hall(people=2)
    staff.mark(hall.tomorrow_id, hall.enrollments[0], status="leave_sick", reason="")
    cancel_lesson(hall.tomorrow_id, reason="教师生病")
    records = {r.enrollment_id: r.status for r in api.records_of_lesson(hall.tomorrow_id)}
    assert records == {hall.enrollments[0]: "exempt"}
    corrections = db.session.execute(select(AttendanceCorrection.old_status, AttendanceCorrection.reason)).all()
    assert corrections == [("leave_sick", "lesson_cancelled")]
    assert [(n.what, n.taken_back) for n in lesson_notes_of(hall.tomorrow_id)] == [("cancelled", 1)]


def test_an_unused_check_in_begins_anew_when_its_lesson_is_moved(app):
    hall = build_hall(people=2)
    windows.open_check_in(hall.lesson_id)
    old = get_lesson(hall.lesson_id)
    later = timedelta(hours=1)
    moved = NewLesson(
        starts_at=old.starts_at + later, ends_at=old.ends_at + later, title=old.title, credit_hours=old.credit_hours
    )
    assert change_lesson(hall.lesson_id, moved, reason="场地占用").lesson_id == hall.lesson_id
    db.session.rollback()
    assert db.session.get(CheckInWindow, hall.lesson_id) is None
    assert [note.what for note in lesson_notes_of(hall.lesson_id)] == ["moved"]


def test_lateness_goes_on_adding_up_when_another_rule_changes_meanwhile(app):
    hall, twice = build_hall(people=1), replace(usual, lates_per_absence=2)
    api.lay_down_rules(hall.class_id, twice, from_lesson_id=hall.lesson_id)
    api.lay_down_rules(hall.class_id, replace(twice, location_radius=500), from_lesson_id=hall.tomorrow_id)
    lates = {(lesson, hall.enrollments[0]): "late" for lesson in (hall.lesson_id, hall.tomorrow_id)}
    api.store_imported(hall.class_id, lates)
    assert api.hours_by_lates(hall.class_id) == {hall.enrollments[0]: usual.half_day_hours}


def test_each_lateness_counts_by_the_rules_of_its_own_lesson():
    never, twice, thrice = (replace(usual, lates_per_absence=n) for n in (0, 2, 3))
    assert rules.hours_of_lates([never, twice, never, twice]) == 4
    assert rules.hours_of_lates([thrice, thrice, twice]) == 4
    assert rules.hours_of_lates([twice, thrice, never]) == 0
    halved = replace(twice, half_day_hours=Decimal("3.5"))
    assert rules.hours_of_lates([twice, halved, halved, halved]) == 7


def test_rules_go_with_their_lesson_when_it_is_moved_to_an_earlier_time(app):
    hall = build_hall(people=1)
    strict = replace(usual, late_after_minutes=3)
    api.lay_down_rules(hall.class_id, strict, from_lesson_id=hall.tomorrow_id)
    old = get_lesson(hall.tomorrow_id)
    starts = old.starts_at - timedelta(hours=1)
    moved = NewLesson(starts_at=starts, ends_at=old.ends_at, title=old.title, credit_hours=old.credit_hours)
    change_lesson(hall.tomorrow_id, moved, reason="场地占用")
    assert api.rules_for(hall.class_id, starts) == strict
    assert rules_of_lessons([(hall.class_id, starts)])[hall.class_id, starts] == strict
    assert api.rules_for(hall.class_id, get_lesson(hall.lesson_id).starts_at) == usual


def test_no_rules_for_lessons_that_are_closed_and_lateness_shows_in_the_class_s_sheet(app):
    hall, twice = build_hall(people=1), replace(usual, lates_per_absence=2)
    api.lay_down_rules(hall.class_id, twice, from_lesson_id=hall.lesson_id)
    lates = {(lesson, hall.enrollments[0]): "late" for lesson in (hall.lesson_id, hall.tomorrow_id)}
    api.store_imported(hall.class_id, lates)
    for lesson in (hall.lesson_id, hall.tomorrow_id):
        with pytest.raises(Refused, match="closed already"):
            api.lay_down_rules(hall.class_id, usual, from_lesson_id=lesson)
    (row,) = sheet_of(hall.class_id, list_enrollments(hall.class_id)).rows
    assert (row.sums.missed, row.share, row.too_much) == (0, Decimal("0.5"), True)
