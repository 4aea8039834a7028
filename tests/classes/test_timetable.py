from __future__ import annotations

from datetime import timedelta

import pytest

from tests.classes.class_world import FIRST_DAY, World, account, lesson, open_class
from training_app.classes.api import NewEnrollment, class_ids_visible_to, enroll, get_lesson, list_lessons
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.clashes import Wanted, alternatives, find_conflicts
from training_app.classes.queries.timetable import changes_of
from training_app.classes.services.classes import cancel_class
from training_app.classes.services.timetable import (
    add_lessons,
    cancel_lesson,
    change_lesson,
    schedule_lesson,
    set_lesson_state,
)
from training_app.core.actor import acting_as
from training_app.core.errors import InvalidInput, Refused
from training_app.teachers.api import link_account

TUESDAY = FIRST_DAY + timedelta(days=1)


def two_classes() -> tuple[int, int]:
    return open_class("B1"), open_class("B2", name="共富学堂第1期")


def test_a_taken_room_is_refused_and_the_clash_named(world: World):
    first, second = two_classes()
    hall = world.rooms["报告厅"]
    schedule_lesson(first, lesson(room=hall))

    outcome = schedule_lesson(second, lesson(start=10, end=12, title="林下养殖", room=hall))

    assert outcome.lesson_id is None
    clash = outcome.conflicts[0]
    assert (clash.kind, clash.names, clash.class_name, clash.lesson_title) == (
        "room",
        ("报告厅",),
        "知行学堂第6期",
        "党的二十大精神",
    )
    assert clash.starts_at == lesson(start=10).starts_at
    assert clash.ends_at == lesson(end=11).ends_at
    assert list_lessons(second) == []


def test_a_teacher_cannot_be_in_two_places(world: World):
    first, second = two_classes()
    schedule_lesson(first, lesson(teachers=(world.teachers["郭正"],)))

    outcome = schedule_lesson(second, lesson(teachers=(world.teachers["陶兴龙"], world.teachers["郭正"])))

    assert [(each.kind, each.names) for each in outcome.conflicts] == [("teacher", ("郭正",))]


def test_nor_can_a_trainee(world: World):
    first, second = two_classes()
    for class_id in (first, second):
        enroll(class_id, NewEnrollment(world.cadres["县委办公室"][0]))
    enroll(first, NewEnrollment(world.cadres["县委办公室"][1]))
    schedule_lesson(first, lesson())

    outcome = schedule_lesson(second, lesson())

    assert [(each.kind, each.people, each.names) for each in outcome.conflicts] == [
        ("trainee", 1, ("岩温（县委办公室）",))
    ]


def test_nor_can_the_class_itself(world: World):
    first, _second = two_classes()
    schedule_lesson(first, lesson())

    outcome = schedule_lesson(first, lesson(start=9, end=12, title="别的课"))

    assert [each.kind for each in outcome.conflicts] == ["class"]


def test_lessons_one_after_the_other_do_not_clash(world: World):
    first, second = two_classes()
    hall = world.rooms["报告厅"]
    schedule_lesson(first, lesson(end=10, room=hall))

    assert schedule_lesson(second, lesson(start=10, end=12, room=hall)).lesson_id


def test_a_moved_lesson_keeps_its_old_time_and_the_reason(world: World):
    first, _second = two_classes()
    lesson_id = schedule_lesson(first, lesson(room=world.rooms["报告厅"])).lesson_id

    with acting_as(world.actor("planner")):
        assert change_lesson(
            lesson_id, lesson(TUESDAY, 14, 17, room=world.rooms["201教室"]), reason="报告厅开会"
        ).lesson_id

    moved = get_lesson(lesson_id)
    assert (moved.day, moved.half_day, moved.place) == (TUESDAY, "afternoon", "201教室")
    change = changes_of([lesson_id])[lesson_id][0]
    assert change.reason == "报告厅开会"
    assert change.before.place == "报告厅"
    assert change.before.starts_at == lesson().starts_at
    assert change.by == "planner"


def test_a_lesson_does_not_stand_in_its_own_way(world: World):
    first, _second = two_classes()
    hall = world.rooms["报告厅"]
    lesson_id = schedule_lesson(first, lesson(room=hall)).lesson_id

    assert change_lesson(lesson_id, lesson(start=9, end=12, room=hall), reason="推迟一小时").lesson_id


def test_moving_wants_a_reason(world: World):
    first, _second = two_classes()
    lesson_id = schedule_lesson(first, lesson()).lesson_id

    with pytest.raises(InvalidInput):
        change_lesson(lesson_id, lesson(TUESDAY), reason="")


def test_a_cancelled_lesson_frees_everything_also_for_its_own_class(world: World):
    first, second = two_classes()
    hall, teacher = world.rooms["报告厅"], world.teachers["郭正"]
    lesson_id = schedule_lesson(first, lesson(room=hall, teachers=(teacher,))).lesson_id
    cancel_lesson(lesson_id, reason="老师生病")

    assert schedule_lesson(second, lesson(room=hall, teachers=(teacher,))).lesson_id
    assert schedule_lesson(first, lesson(title="代课")).lesson_id
    assert get_lesson(lesson_id).state == "cancelled"


def test_a_lesson_that_was_held_stays_as_it_was(world: World):
    first, _second = two_classes()
    lesson_id = schedule_lesson(first, lesson()).lesson_id
    set_lesson_state(lesson_id, "held")

    with pytest.raises(Refused):
        change_lesson(lesson_id, lesson(TUESDAY), reason="x")
    with pytest.raises(Refused):
        cancel_lesson(lesson_id, reason="x")


def test_what_is_offered_instead_is_free(world: World):
    first, second = two_classes()
    hall = world.rooms["报告厅"]
    schedule_lesson(first, lesson(room=hall))
    wanted = Wanted(second, lesson().starts_at, lesson().ends_at, hall)

    free = alternatives(wanted, people=0, last_day=TUESDAY)

    assert [each.name for each in free.rooms] == ["201教室"]
    assert (free.half_days[0].day, free.half_days[0].name) == (FIRST_DAY, "afternoon")
    for each in free.half_days:
        assert find_conflicts(Wanted(second, each.starts_at, each.ends_at, hall)) == []


def test_whoever_gives_a_lesson_sees_the_class(world: World):
    first, second = two_classes()
    account_id = account("instructor")
    link_account(world.teachers["郭正"], account_id)

    schedule_lesson(first, lesson(teachers=(world.teachers["郭正"],)))

    actor = world.actor("instructor", account_id=account_id)
    assert class_ids_visible_to(actor, CLASSES["view"]) == {first}
    assert second not in class_ids_visible_to(actor, CLASSES["view"])


def test_a_timetable_is_taken_over_as_it_was_taught(world: World):
    first, second = two_classes()
    hall = world.rooms["报告厅"]

    assert len(add_lessons(first, [lesson(room=hall)])) == 1
    assert len(add_lessons(second, [lesson(room=hall), lesson(start=14, end=17)])) == 2


def test_calling_a_class_off_cancels_its_lessons(world: World):
    first, second = two_classes()
    hall = world.rooms["报告厅"]
    schedule_lesson(first, lesson(room=hall))

    assert cancel_class(first, "防汛")

    assert schedule_lesson(second, lesson(room=hall)).lesson_id
