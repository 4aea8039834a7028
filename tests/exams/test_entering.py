"""Two entries by two people, differences settled by a third, publication and lock: on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from tests.exams.exam_world import World, build_world
from training_app.audit.models import AuditEntry
from training_app.core import clock
from training_app.core.actor import Actor, acting_as
from training_app.core.db import db, unit_of_work
from training_app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused
from training_app.exams import rules
from training_app.exams.models import EntryDuty, Exam, ScoreEntry, ScoreVersion
from training_app.exams.queries import grids, published
from training_app.exams.rules import Cell
from training_app.exams.services.entering import (
    release_entry,
    settle_difference,
    store_cells,
    submit_entry,
    take_entry,
)
from training_app.exams.services.publishing import publish_scores

SAME = ("85", "92.5", "Q", "59")


def cell(value: str) -> Cell:
    return Cell(Decimal(value))


def test_the_second_entry_must_be_somebody_elses(world: World):
    world.enter("first", 1, SAME)

    with acting_as(world.acting("first")), pytest.raises(Refused) as refused:
        take_entry(world.exam_id, 2)

    assert refused.value.message == "You did the first entry. The second has to be typed by another person."
    assert world.exam().second_account_id is None


def test_the_database_itself_refuses_the_same_person_twice(world: World):
    one = world.accounts["first"]

    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.execute(update(Exam).values(first_account_id=one, second_account_id=one))


def test_the_database_itself_refuses_a_value_of_somebody_who_did_another_entry(world: World):
    world.enter("first", 1, SAME)

    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.add(
            ScoreEntry(
                exam_id=world.exam_id,
                enrollment_id=world.enrollments[0],
                entry_no=2,
                score=Decimal(1),
                account_id=world.accounts["first"],
                at=clock.now(),
            )
        )


def test_the_database_itself_refuses_a_second_duty(world: World):
    world.enter("first", 1, SAME)

    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.add(EntryDuty(exam_id=world.exam_id, account_id=world.accounts["first"], entry_no=3, at=clock.now()))


def test_nobody_enters_before_the_exam_has_begun(app):
    world = build_world(begun=False)

    with acting_as(world.acting("first")), pytest.raises(Refused) as refused:
        take_entry(world.exam_id, 1)

    assert refused.value.code == "not_begun"


def test_a_trainee_of_the_class_enters_nothing_here(world: World):
    with acting_as(Actor(account_id=world.trainees[0], name="t")), pytest.raises(Refused):
        take_entry(world.exam_id, 1)


def test_the_system_enters_nothing(world: World):
    with pytest.raises(NotAllowed):
        take_entry(world.exam_id, 1)


def test_an_entry_is_its_own_persons_alone(world: World):
    world.enter("first", 1, SAME, hand_in=False)

    with acting_as(world.acting("second")):
        with pytest.raises(Refused):
            take_entry(world.exam_id, 1)
        with pytest.raises(NotAllowed):
            store_cells(world.exam_id, 1, [(world.enrollments[0], "1")])
        with pytest.raises(NotAllowed):
            submit_entry(world.exam_id, 1)


def test_one_bad_cell_holds_up_no_other(world: World):
    stranger = build_world(code="KS2")
    with acting_as(world.acting("first")):
        take_entry(world.exam_id, 1)
        saved = store_cells(
            world.exam_id,
            1,
            [
                (world.enrollments[0], "85"),
                (world.enrollments[1], "101"),
                (world.enrollments[2], "abc"),
                (stranger.enrollments[0], "70"),
            ],
        )

    assert [each.outcome for each in saved.outcomes] == ["saved", "refused", "refused", "refused"]
    assert [each.problem.code for each in saved.outcomes if each.problem] == [
        "score_out_of_range",
        "score_not_number",
        "not_in_exam",
    ]
    assert grids.cells_of(published.get_exam(world.exam_id), 1) == {world.enrollments[0]: cell("85")}


def test_the_same_value_again_is_stored_once(world: World):
    with acting_as(world.acting("first")):
        take_entry(world.exam_id, 1)
        for _again in range(3):
            store_cells(world.exam_id, 1, [(world.enrollments[0], "85.0")])

    assert db.session.scalar(select(func.count()).select_from(ScoreEntry)) == 1


def test_a_cell_can_be_corrected_and_emptied_and_every_value_stays_on_record(world: World):
    with acting_as(world.acting("first")):
        take_entry(world.exam_id, 1)
        for typed in ("58", "85", ""):
            store_cells(world.exam_id, 1, [(world.enrollments[0], typed)])

    exam = published.get_exam(world.exam_id)
    assert grids.cells_of(exam, 1)[world.enrollments[0]].is_empty
    assert db.session.scalar(select(func.count()).select_from(ScoreEntry)) == 3


def test_handing_in_waits_for_the_last_cell(world: World):
    with acting_as(world.acting("first")):
        take_entry(world.exam_id, 1)
        store_cells(world.exam_id, 1, [(world.enrollments[0], "85")])

        with pytest.raises(Refused) as refused:
            submit_entry(world.exam_id, 1)

    assert str(refused.value) == "People without a score so far: 3."


def test_what_is_handed_in_stays(world: World):
    world.enter("first", 1, SAME)

    with acting_as(world.acting("first")):
        saved = store_cells(world.exam_id, 1, [(world.enrollments[0], "100")])

    assert saved.outcomes[0].problem.code == "submitted"
    assert grids.cells_of(published.get_exam(world.exam_id), 1)[world.enrollments[0]] == cell("85")


def test_the_second_person_is_told_whether_but_never_what(world: World):
    world.enter("first", 1, SAME)
    world.enter("second", 2, ("85", "29.5"), hand_in=False)

    grid = grids.grid(published.get_exam(world.exam_id), 2)

    assert [row.check for row in grid.rows] == ["agree", "differ", "missing", "missing"]
    assert (grid.progress.agree, grid.progress.differ, grid.progress.missing) == (1, 1, 2)
    assert "92.5" not in repr(grid)


def test_the_first_person_is_not_told_what_the_second_does(world: World):
    world.enter("first", 1, ("85", "92.5"), hand_in=False)
    world.enter("second", 2, ("85", "29.5"), hand_in=False)

    grid = grids.grid(published.get_exam(world.exam_id), 1)

    assert {row.check for row in grid.rows} == {"entered", "missing"}
    assert (grid.progress.agree, grid.progress.differ) == (0, 0)


def test_two_equal_entries_are_ready_to_publish(world: World):
    world.enter("first", 1, SAME)
    assert world.exam().state == "entering"

    world.enter("second", 2, SAME)

    assert world.exam().state == "settled"


def differing(world: World) -> None:
    world.enter("first", 1, ("85", "92", "Q", "59"))
    world.enter("second", 2, ("85", "29", "Q", "69"))


def test_differences_keep_the_scores_back(world: World):
    differing(world)

    assert world.exam().state == "entering"
    found = grids.differences(published.get_exam(world.exam_id))
    assert [(row.first, row.second) for row in found] == [(cell("92"), cell("29")), (cell("59"), cell("69"))]
    with acting_as(world.acting("third")), pytest.raises(Refused):
        publish_scores(world.exam_id)


@pytest.mark.parametrize("name", ["first", "second"])
def test_neither_of_the_two_settles(world: World, name: str):
    differing(world)

    with acting_as(world.acting(name)), pytest.raises(Refused) as refused:
        settle_difference(world.exam_id, world.enrollments[1], "92", reason="")

    assert refused.value.code == "third_person"


def test_a_third_person_settles_and_then_it_can_be_published(world: World):
    differing(world)

    with acting_as(world.acting("third")):
        settle_difference(world.exam_id, world.enrollments[1], "92", reason="")
        assert world.exam().state == "entering"
        settle_difference(world.exam_id, world.enrollments[3], "64.5", reason="第5题漏加")
        assert world.exam().state == "settled"
        assert publish_scores(world.exam_id) == 4

    scores = published.published_scores(world.exam_id)
    assert [scores[person].cell for person in world.enrollments] == [
        cell("85"),
        cell("92"),
        Cell(code="absent"),
        cell("64.5"),
    ]


def test_a_value_neither_typed_needs_a_reason(world: World):
    differing(world)

    with acting_as(world.acting("third")), pytest.raises(InvalidInput) as wrong:
        settle_difference(world.exam_id, world.enrollments[1], "90", reason=" ")

    assert wrong.value.code == "reason_needed"


def test_where_both_agree_there_is_nothing_to_settle(world: World):
    differing(world)

    with acting_as(world.acting("third")), pytest.raises(NotFound):
        settle_difference(world.exam_id, world.enrollments[0], "100", reason="…")


def test_nothing_is_settled_before_both_have_handed_in(world: World):
    world.enter("first", 1, SAME)
    world.enter("second", 2, ("1", "2", "3", "4"), hand_in=False)

    with acting_as(world.acting("third")), pytest.raises(Refused) as refused:
        settle_difference(world.exam_id, world.enrollments[1], "92", reason="")

    assert refused.value.code == "not_submitted"


def test_a_released_entry_begins_afresh_with_somebody_else(world: World):
    world.enter("first", 1, ("85", "92"), hand_in=False)

    with acting_as(world.acting("third")):
        release_entry(world.exam_id, 1, reason="出差")
    with acting_as(world.acting("fourth")):
        take_entry(world.exam_id, 1)

    exam = published.get_exam(world.exam_id)
    assert grids.cells_of(exam, 1) == {}
    with acting_as(world.acting("first")), pytest.raises(Refused):
        take_entry(world.exam_id, 2)


def test_publishing_locks(world: World):
    world.publish(*SAME)

    assert world.exam().state == "published"
    with acting_as(world.acting("first")), pytest.raises(Conflict):
        store_cells(world.exam_id, 1, [(world.enrollments[0], "100")])
    with acting_as(world.acting("third")):
        with pytest.raises(Conflict):
            publish_scores(world.exam_id)
        with pytest.raises(Conflict):
            settle_difference(world.exam_id, world.enrollments[0], "100", reason="…")
    assert db.session.scalar(select(func.count()).select_from(ScoreVersion)) == 4


@pytest.mark.parametrize("table", ["exams_score_version", "exams_score_entry", "exams_entry_duty"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_the_database_itself_lets_nobody_touch_what_is_written(world: World, table: str, statement: str):
    world.publish(*SAME)

    with pytest.raises(DatabaseError), unit_of_work() as session:
        session.execute(text(statement.format(table)))


def test_somebody_who_joins_late_is_filled_in_after_handing_in(world: World):
    from training_app.classes.models import Enrollment

    late = world.enrollments[3]
    with unit_of_work() as session:
        session.get_one(Enrollment, late).status = "nominated"
    world.enter("first", 1, ("85", "92", "Q"))
    world.enter("second", 2, ("85", "92", "Q"))
    assert world.exam().state == "settled"

    with unit_of_work() as session:
        session.get_one(Enrollment, late).status = "studying"
    with acting_as(world.acting("third")), pytest.raises(Refused):
        publish_scores(world.exam_id)
    for name, no in (("first", 1), ("second", 2)):
        with acting_as(world.acting(name)):
            store_cells(world.exam_id, no, [(late, "77")])

    assert world.exam().state == "settled"


def test_every_step_is_in_the_audit_trail_with_the_digest_of_the_grid(world: World):
    world.publish(*SAME)

    found = [
        entry for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)) if "exams." in entry.kind
    ]
    assert [entry.kind for entry in found] == [
        "exams.ExamScheduled",
        "exams.EntryTaken",
        "exams.ScoresEntered",
        "exams.EntrySubmitted",
        "exams.EntryTaken",
        "exams.ScoresEntered",
        "exams.EntrySubmitted",
        "exams.ScoresPublished",
    ]
    cells = {
        person: rules.read_cell(typed, full_marks=Decimal(100))
        for person, typed in zip(world.enrollments, SAME, strict=True)
    }
    assert found[-1].body["digest"] == rules.grid_digest(cells)


def test_the_time_of_an_entry_is_the_servers(world: World):
    with time_machine.travel("2030-01-02T03:04:05Z", tick=False), acting_as(world.acting("first")):
        take_entry(world.exam_id, 1)
        store_cells(world.exam_id, 1, [(world.enrollments[0], "85")])

    assert db.session.scalar(select(ScoreEntry.at)).isoformat() == "2030-01-02T03:04:05+00:00"
