"""Changes of published scores, re-sits, marks and imports: on both databases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from tests.exams.exam_world import World, build_world, schedule_at
from training_app.core import clock
from training_app.core.actor import Actor, acting_as
from training_app.core.db import db, unit_of_work
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.exams import api
from training_app.exams.api import ImportedScore, store_imported
from training_app.exams.models import Mark, ScoreChangeRequest, ScoreVersion
from training_app.exams.queries import grids, overview, published
from training_app.exams.rules import Cell
from training_app.exams.services.marks import store_marks
from training_app.exams.services.publishing import ask_change, decide_change
from training_app.exams.services.scheduling import call_off_exam, change_exam, schedule_exam

SCORES = ("85", "92.5", "Q", "59")


def cell(value: str) -> Cell:
    return Cell(Decimal(value))


def ask(world: World, *, person: int = 3, text: str = "64", by: str = "first") -> int:
    with acting_as(world.acting(by)):
        return ask_change(world.exam_id, world.enrollments[person], text, reason="第5题漏加5分")


def test_a_change_is_a_new_version_approved_by_another_person(world: World):
    world.publish(*SCORES)
    request = ask(world)

    with acting_as(world.acting("third")):
        decide_change(request, approve=True)

    history = published.history_of_score(world.exam_id, world.enrollments[3])
    assert [(each.version, each.cell, each.source) for each in history] == [
        (1, cell("59"), "entry"),
        (2, cell("64"), "change"),
    ]
    assert history[1].is_corrected
    assert history[1].reason == "第5题漏加5分"
    assert api.scores_of_class(world.class_id)[world.enrollments[3]].exam_score == 64


def test_who_asks_does_not_decide(world: World):
    world.publish(*SCORES)
    request = ask(world, by="third")

    with acting_as(world.acting("third")), pytest.raises(Refused) as refused:
        decide_change(request, approve=True)

    assert refused.value.code == "second_person"
    assert len(published.history_of_score(world.exam_id, world.enrollments[3])) == 1


def test_the_database_itself_refuses_that_one_person_asks_and_decides(world: World):
    world.publish(*SCORES)
    request = ask(world)

    decided = update(ScoreChangeRequest).values(state="approved", decided_by_id=ScoreChangeRequest.asked_by_id)
    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.execute(decided.where(ScoreChangeRequest.id == request))


def test_nobody_has_a_hand_in_the_own_score(world: World):
    world.publish(*SCORES)

    with acting_as(Actor(account_id=world.trainees[3], name="t")), pytest.raises(Refused) as refused:
        ask_change(world.exam_id, world.enrollments[3], "64", reason="请复核")
    assert refused.value.code == "own_score"

    request = ask(world)
    with acting_as(Actor(account_id=world.trainees[3], name="t")), pytest.raises(Refused):
        decide_change(request, approve=True)


@pytest.mark.parametrize(
    ("text", "reason", "field"),
    [("59", "第5题漏加", "score"), ("", "第5题漏加", "score"), ("64", "", "reason"), ("64", "  ", "reason")],
)
def test_a_change_needs_another_score_and_a_reason(world: World, text: str, reason: str, field: str):
    world.publish(*SCORES)

    with acting_as(world.acting("first")), pytest.raises(InvalidInput) as wrong:
        ask_change(world.exam_id, world.enrollments[3], text, reason=reason)

    assert field in wrong.value.fields


def test_one_change_of_a_score_at_a_time(world: World):
    world.publish(*SCORES)
    ask(world)

    with pytest.raises(Conflict):
        ask(world, by="second")


def test_turning_down_needs_a_word_and_changes_nothing(world: World):
    world.publish(*SCORES)
    request = ask(world)

    with acting_as(world.acting("third")):
        with pytest.raises(InvalidInput):
            decide_change(request, approve=False)
        decide_change(request, approve=False, note="原卷无误")
        with pytest.raises(Conflict):
            decide_change(request, approve=True)

    assert published.published_scores(world.exam_id)[world.enrollments[3]].cell == cell("59")


def test_before_publication_there_is_nothing_to_change(world: World):
    world.enter("first", 1, SCORES)

    with pytest.raises(NotFound):
        ask(world)


def resit(world: World) -> int:
    return schedule_exam(
        class_id=world.class_id,
        attempt_no=2,
        schedule=schedule_at(clock.now() - timedelta(minutes=5), title="补考"),
    )


def test_a_re_sit_is_for_those_who_failed_or_were_absent(world: World):
    world.publish("85", "W", "Q", "59")

    second = resit(world)

    people = grids.people_of(published.get_exam(second))
    assert [person.id for person in people] == [world.enrollments[2], world.enrollments[3]]


def test_no_re_sit_before_publication_nor_when_all_passed(world: World):
    with pytest.raises(Refused):
        resit(world)

    world.publish("85", "92.5", "60", "61")

    with pytest.raises(Refused):
        resit(world)


def test_the_re_sit_counts_in_the_end_and_both_stay_visible(world: World):
    world.publish(*SCORES)
    again = World(world.class_id, world.enrollments[2:], world.trainees, world.accounts, resit(world))
    again.publish("70", "Q")

    info = api.scores_of_class(world.class_id)
    assert (info[world.enrollments[2]].exam_code, info[world.enrollments[2]].resit_score) == ("absent", Decimal(70))
    assert (info[world.enrollments[3]].exam_score, info[world.enrollments[3]].resit_code) == (Decimal(59), "absent")
    rows = overview.sheet_rows(world.class_id)
    assert [(row.final, row.grade) for row in rows] == [
        (cell("85"), "good"),
        (cell("92.5"), "excellent"),
        (cell("70"), "passed"),
        (Cell(code="absent"), "failed"),
    ]


def test_an_exam_changes_only_until_somebody_enters(world: World):
    change_exam(world.exam_id, schedule_at(clock.now(), place="三楼会议室"))
    assert world.exam().place == "三楼会议室"

    world.enter("first", 1, SCORES, hand_in=False)

    with pytest.raises(Refused):
        change_exam(world.exam_id, schedule_at(clock.now(), place="四楼"))
    with pytest.raises(Refused):
        call_off_exam(world.exam_id, reason="…")


def test_a_planned_exam_can_be_called_off_with_a_reason(world: World):
    with pytest.raises(InvalidInput):
        call_off_exam(world.exam_id, reason=" ")

    call_off_exam(world.exam_id, reason="改为下周")

    assert published.exams_of_class(world.class_id) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pass_mark": Decimal(101)}, "pass_mark"),
        ({"full_marks": Decimal(1000)}, "full_marks"),
        ({"duration_minutes": 5}, "duration_minutes"),
        ({"title": " "}, "title"),
        ({"starts_at": clock.at_local(clock.today(), 0) - timedelta(days=30)}, "starts_at"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field(world: World, changes: dict[str, object], field: str):
    with pytest.raises(InvalidInput) as wrong:
        change_exam(world.exam_id, schedule_at(**{"starts_at": clock.now(), **changes}))

    assert list(wrong.value.fields) == [field]


def test_a_class_has_one_exam(world: World):
    with pytest.raises(Conflict):
        schedule_exam(class_id=world.class_id, attempt_no=1, schedule=schedule_at(clock.now()))


# Marks


def test_a_changed_mark_is_a_new_version(world: World):
    person = world.enrollments[0]
    with acting_as(world.acting("first")):
        store_marks(world.class_id, [(person, "conduct", "90"), (person, "reflection", "85.5")])
        store_marks(world.class_id, [(person, "conduct", "90"), (person, "reflection", "86")])

    assert published.marks_of([person]) == {person: {"conduct": Decimal(90), "reflection": Decimal(86)}}
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 3


def test_a_mark_is_a_number_up_to_a_hundred(world: World):
    person = world.enrollments[0]

    outcomes = store_marks(
        world.class_id, [(person, "conduct", "101"), (person, "reflection", "Q"), (999_999, "conduct", "1")]
    )

    assert [each.problem.code for _kind, each in outcomes] == ["score_out_of_range", "score_not_number", "not_enrolled"]


def test_a_given_mark_is_not_emptied(world: World):
    person = world.enrollments[0]
    store_marks(world.class_id, [(person, "conduct", "90")])

    outcomes = store_marks(world.class_id, [(person, "conduct", "")])

    assert outcomes[0][1].problem.code == "mark_emptied"


# Imports


def lines(world: World) -> list[ImportedScore]:
    one, two, three, four = world.enrollments
    return [
        ImportedScore(one, Decimal(85), reflection=Decimal(90), conduct=Decimal("88.5")),
        ImportedScore(two, Decimal(55), resit_score=Decimal(66)),
        ImportedScore(three, None, "absent", resit_code="absent"),
        ImportedScore(four, None),
    ]


def test_an_import_makes_published_exams_and_marks(world: World):
    call_off_exam(world.exam_id, reason="测试")

    done = store_imported(world.class_id, lines(world))

    assert (done.created, done.updated, done.unchanged) == (4, 0, 0)
    assert [(exam.attempt_no, exam.state) for exam in api.exams_of_class(world.class_id)] == [
        (1, "published"),
        (2, "published"),
    ]
    found = api.scores_of_class(world.class_id)
    assert found[world.enrollments[1]].resit_score == 66
    assert found[world.enrollments[2]].exam_code == "absent"
    assert found[world.enrollments[3]].exam_code == "open"
    assert found[world.enrollments[0]].conduct == Decimal("88.5")
    assert db.session.scalars(select(ScoreVersion.source).distinct()).all() == ["import"]


def test_imported_again_nothing_changes(world: World):
    store_imported(world.class_id, lines(world))

    done = store_imported(world.class_id, lines(world))

    assert (done.created, done.updated, done.unchanged) == (0, 0, 4)
    assert all(row.rows == () for row in done.rows)


def test_imported_with_a_correction_only_that_line_has_a_new_version(world: World):
    store_imported(world.class_id, lines(world))
    corrected = [ImportedScore(world.enrollments[0], Decimal(86)), *lines(world)[1:]]

    done = store_imported(world.class_id, corrected)

    assert (done.updated, done.unchanged) == (1, 3)
    assert published.published_scores(done.exam_id)[world.enrollments[0]].version == 2


def test_a_blank_in_a_file_says_nothing_against_what_is_known(world: World):
    store_imported(world.class_id, lines(world))

    store_imported(world.class_id, [ImportedScore(world.enrollments[0]), *lines(world)[1:]])

    assert api.scores_of_class(world.class_id)[world.enrollments[0]].exam_score == 85


def test_a_file_never_overwrites_what_two_people_entered(world: World):
    world.publish(*SCORES)

    with pytest.raises(Conflict):
        store_imported(world.class_id, lines(world))

    assert api.scores_of_class(world.class_id)[world.enrollments[0]].exam_score == 85


def test_a_class_with_marks_only_gets_no_exam(world: World):
    call_off_exam(world.exam_id, reason="测试")

    done = store_imported(world.class_id, [ImportedScore(world.enrollments[0], conduct=Decimal(80))])

    assert (done.exam_id, done.created) == (None, 1)
    assert api.exams_of_class(world.class_id) == []


def test_a_line_of_somebody_else_is_refused_as_a_whole(world: World):
    stranger = build_world(code="KS2")

    with pytest.raises(InvalidInput):
        store_imported(world.class_id, [*lines(world), ImportedScore(stranger.enrollments[0], Decimal(1))])

    assert db.session.scalar(select(func.count()).select_from(ScoreVersion)) == 0


def test_statistics_of_a_published_exam(world: World):
    world.publish(*SCORES)

    found = api.statistics_of_exam(world.exam_id)

    assert (found.expected, found.sat, found.absent, found.passed) == (4, 3, 1, 2)
    assert found.mean == Decimal("78.83")
