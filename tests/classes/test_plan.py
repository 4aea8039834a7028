from __future__ import annotations

import pytest

from tests.classes.class_world import FIRST_DAY, World, account, lesson, open_class, plan
from training_app.classes.api import NewEnrollment, enroll, get_class, list_classes, list_enrollments, set_lesson_state
from training_app.classes.queries.plan import get_plan_line, page_of_plan, plan_totals
from training_app.classes.queries.staff import staff_of
from training_app.classes.services.classes import finish_class, reopen_class, start_class
from training_app.classes.services.enrolment import nominate
from training_app.classes.services.plan import allot_seats, delete_plan_line, open_class_from_plan
from training_app.classes.services.timetable import schedule_lesson
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.pages import ListQuery


def test_a_line_of_the_plan_becomes_a_class(world: World):
    line = plan("BC1")
    teacher = account("class_teacher")

    class_id = open_class_from_plan(line, class_teacher_id=teacher)

    found = get_class(class_id)
    assert (found.code, found.name, found.cohort_no, found.state) == ("BC1", "知行学堂第6期", 6, "enrolling")
    assert (found.starts_on, found.venue, found.credit_hours) == (FIRST_DAY, "报告厅", 14)
    assert found.teacher_names == ("class_teacher",)
    assert [each.duty for each in staff_of(class_id)] == ["class_teacher"]
    assert get_plan_line(line).state == "enrolling"
    with pytest.raises(Conflict):
        open_class_from_plan(line)


def test_hours_are_those_of_the_timetable_once_there_is_one(world: World):
    class_id = open_class("BC1")
    schedule_lesson(class_id, lesson())

    assert get_class(class_id).credit_hours == 4


def test_planned_against_done(world: World):
    open_class("BC1")
    plan("BC2", name="知行学堂第7期", seats=10)

    totals = plan_totals(FIRST_DAY.year)
    planned = page_of_plan(ListQuery(sort="starts_on", filters={"state": "planned"}))

    assert (totals.lines, totals.opened, totals.seats) == (2, 1, 14)
    assert [each.name for each in planned.items] == ["知行学堂第7期"]
    assert page_of_plan(ListQuery(sort="starts_on", filters={"program": "x"})).total == 0


def test_a_code_is_used_once(world: World):
    plan("BC1")

    with pytest.raises(InvalidInput) as refused:
        plan("BC1")
    assert "code" in refused.value.fields


def test_seats_stay_within_the_plan(world: World):
    line = plan("BC1", seats=3)

    with pytest.raises(Refused):
        allot_seats(line, {world.units["县委办公室"]: 4})
    allot_seats(line, {world.units["县委办公室"]: 4}, within_plan=False)
    assert get_plan_line(line).allotted == 4


def test_seats_that_are_taken_cannot_be_taken_away(world: World):
    class_id = open_class("BC1", {world.units["县委办公室"]: 2})
    nominate(class_id, world.cadres["县委办公室"][:2])
    line = get_class(class_id).plan_line_id

    with pytest.raises(Refused):
        allot_seats(line, {world.units["县委办公室"]: 1})


def test_only_a_line_that_was_not_opened_can_be_deleted(world: World):
    opened = get_class(open_class("BC1")).plan_line_id
    line = plan("BC2")
    allot_seats(line, {world.units["县委办公室"]: 1})

    delete_plan_line(line)

    with pytest.raises(NotFound):
        get_plan_line(line)
    with pytest.raises(Refused):
        delete_plan_line(opened)


def test_a_class_goes_through_its_states(world: World):
    class_id = open_class("BC1")
    assert start_class(class_id).code == "nobody_enrolled"
    enroll(class_id, NewEnrollment(world.cadres["县委办公室"][0]))
    nominate(class_id, [world.cadres["县委办公室"][1]])
    lesson_id = schedule_lesson(class_id, lesson()).lesson_id

    assert start_class(class_id)
    assert {each.status for each in list_enrollments(class_id)} == {"studying"}
    assert finish_class(class_id).code == "too_early"
    set_lesson_state(lesson_id, "held")
    assert finish_class(class_id)

    assert get_class(class_id).state == "finished"
    assert [each.status for each in list_enrollments(class_id, ("declined",))] == ["declined"]
    assert reopen_class(class_id, "漏登一次课")
    assert [each.id for each in list_classes(states=("running",))] == [class_id]
