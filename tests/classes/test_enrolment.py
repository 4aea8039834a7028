from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.classes.class_world import World, account, enrollment_of, lesson, open_class
from training_app.audit.models import AuditEntry
from training_app.cadres.api import link_account
from training_app.classes.api import (
    NewEnrollment,
    class_ids_visible_to,
    enroll,
    enroll_many,
    enrollments_of_cadre,
    find_enrollment,
    list_enrollments,
    list_enrollments_visible_to,
    set_enrollment_status,
)
from training_app.classes.models import EnrollmentStep, TrainingClass
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.seats import seat_use
from training_app.classes.services.classes import start_class
from training_app.classes.services.enrolment import (
    approve,
    decline,
    divide_into_groups,
    enroll_directly,
    nominate,
    withdraw,
)
from training_app.classes.services.timetable import schedule_lesson
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.core.errors import Conflict

OFFICE, FINANCE = "县委办公室", "县财政局"


def test_a_unit_nominates_within_its_seats(world: World):
    class_id = open_class("B1", {world.units[OFFICE]: 2})

    with acting_as(world.actor("unit_officer", OFFICE)):
        decisions = nominate(class_id, world.cadres[OFFICE][:3])

    assert [bool(each) for each in decisions.values()] == [True, True, False]
    assert decisions[world.cadres[OFFICE][2]].code == "seats_full"
    assert {each.status for each in list_enrollments(class_id, None)} == {"nominated"}


def test_a_refused_nomination_leaves_its_trace(world: World):
    class_id = open_class("B1", {world.units[FINANCE]: 2})

    with acting_as(world.actor("unit_officer", OFFICE)):
        nominate(class_id, world.cadres[OFFICE][:1])

    kinds = set(db.session.scalars(select(AuditEntry.kind)))
    assert "classes.NominationRefused" in kinds


def test_a_unit_cannot_nominate_people_of_another(world: World):
    class_id = open_class("B1", {world.units[OFFICE]: 2, world.units[FINANCE]: 2})

    with acting_as(world.actor("unit_officer", OFFICE)):
        decisions = nominate(class_id, world.cadres[FINANCE][:1])

    assert decisions[world.cadres[FINANCE][0]].code == "not_own_unit"


def test_seats_of_a_unit_serve_the_units_below_it(world: World):
    class_id = open_class("B1", {world.units[FINANCE]: 1})
    db.session.rollback()

    with acting_as(world.actor("planner")):
        enroll(class_id, NewEnrollment(world.cadres[FINANCE][0], unit_id=world.units["预算股"]))

    use = seat_use(db.session.get_one(TrainingClass, class_id).plan_line_id)
    assert use.of_unit(world.paths["预算股"]) == (1, 1)
    assert use.of_unit(world.paths[OFFICE]) == (None, 0)


def test_unit_and_post_are_kept_as_they_were(world: World):
    class_id = open_class("B1", {world.units[OFFICE]: 2})
    person = world.cadres[OFFICE][0]
    account_id = account("trainee")
    link_account(person, account_id)

    with acting_as(world.actor("unit_officer", OFFICE)):
        nominate(class_id, [person])

    kept = enrollments_of_cadre(person)[0]
    assert (kept.unit_name, kept.post_title, kept.post_level) == (OFFICE, "干部", "乡科级副职")
    assert kept.account_id == account_id
    assert find_enrollment(class_id, account_id) == kept


def test_an_account_got_later_reaches_the_enrollment(world: World):
    class_id = open_class("B1")
    person = world.cadres[OFFICE][0]
    enroll(class_id, NewEnrollment(person))

    account_id = account("trainee")
    link_account(person, account_id)

    assert enrollment_of(class_id, person).account_id == account_id


def test_approval_keeps_those_waiting_for_whom_there_is_no_seat(world: World):
    class_id = open_class("B1", seats=None, name="班")
    with acting_as(world.actor("planner")):
        nominate(class_id, world.cadres[OFFICE][:4])
        waiting = [each.id for each in list_enrollments(class_id, ("nominated",))]
        enroll_directly(class_id, world.cadres[FINANCE][:2], reason="点名调训", overbook=True)

        decisions = approve(waiting)

    assert sum(map(bool, decisions.values())) == 2
    assert {each.code for each in decisions.values() if not each} == {"class_full"}
    assert len(list_enrollments(class_id)) == 4
    assert len(list_enrollments(class_id, ("nominated",))) == 2


def test_every_status_stays_in_the_history(world: World):
    class_id = open_class("B1")
    person = world.cadres[OFFICE][0]
    planner = world.actor("planner")
    with acting_as(planner):
        nominate(class_id, [person], note="本人申请")
        enrollment_id = enrollment_of(class_id, person).id
        approve([enrollment_id])
        start_class(class_id)
        withdraw([enrollment_id], reason="因病")

    steps = db.session.scalars(select(EnrollmentStep).where(EnrollmentStep.enrollment_id == enrollment_id)).all()
    assert [each.status for each in steps] == ["nominated", "approved", "studying", "withdrawn"]
    assert steps[-1].reason == "因病"
    assert steps[-1].account_id == planner.account_id


def test_declining_wants_a_reason_and_frees_the_seat(world: World):
    class_id = open_class("B1", {world.units[OFFICE]: 1})
    first, second = world.cadres[OFFICE][:2]
    with acting_as(world.actor("planner")):
        nominate(class_id, [first])
        enrollment_id = enrollment_of(class_id, first).id
        assert decline([enrollment_id], reason=" ")[enrollment_id].code == "reason_missing"
        assert decline([enrollment_id], reason="参加过同类培训")[enrollment_id]
        assert nominate(class_id, [second])[second]
        assert nominate(class_id, [first])[first].code == "declined_before"


def test_somebody_who_withdrew_comes_back_on_the_same_enrollment(world: World):
    class_id = open_class("B1")
    person = world.cadres[OFFICE][0]
    with acting_as(world.actor("planner")):
        nominate(class_id, [person])
        enrollment_id = enrollment_of(class_id, person).id
        withdraw([enrollment_id], reason="公务")
        assert nominate(class_id, [person])[person]

    assert enrollment_of(class_id, person).id == enrollment_id


def test_somebody_in_another_class_on_the_same_days_is_refused(world: World):
    first, second = open_class("B1"), open_class("B2", name="共富学堂第1期")
    person = world.cadres[OFFICE][0]
    with acting_as(world.actor("planner")):
        nominate(first, [person])

        decision = nominate(second, [person])[person]

    assert decision.code == "overlap"


def test_direct_enrolment_is_refused_when_lessons_clash(world: World):
    first, second = open_class("B1"), open_class("B2", name="共富学堂第1期")
    person = world.cadres[OFFICE][0]
    schedule_lesson(first, lesson())
    schedule_lesson(second, lesson(title="别的课"))
    with acting_as(world.actor("planner")):
        assert enroll_directly(first, [person], reason="点名调训")[person]

        decision = enroll_directly(second, [person], reason="点名调训")[person]

    assert decision.code == "lesson_clash"


def test_a_roster_is_taken_over_once(world: World):
    class_id = open_class("B1")
    people = [NewEnrollment(each, post_title="原职务", group_name="第一组") for each in world.cadres[OFFICE]]

    first = enroll_many(class_id, people, status="studying")
    again = enroll_many(class_id, people, status="studying")

    assert first == again
    assert {each.post_title for each in list_enrollments(class_id)} == {"原职务"}
    with pytest.raises(Conflict):
        enroll(class_id, people[0])


def test_groups_keep_colleagues_apart(world: World):
    class_id = open_class("B1", seats=None)
    enroll_many(class_id, [NewEnrollment(each) for each in (*world.cadres[OFFICE], *world.cadres[FINANCE])])

    divide_into_groups(class_id, 5, lambda number: f"第{number}组")

    people = list_enrollments(class_id)
    assert len({(each.group_name, each.unit_id) for each in people}) == len(people)


def test_scopes_reach_as_far_as_they_should(world: World):
    of_office = open_class("B1", {world.units[OFFICE]: 2})
    of_finance = open_class("B2", {world.units[FINANCE]: 2}, name="共富学堂第1期")
    person = world.cadres[OFFICE][0]
    account_id = account("trainee")
    link_account(person, account_id)
    enrollment_id = enroll(of_office, NewEnrollment(person))
    enroll(of_office, NewEnrollment(world.cadres[FINANCE][0]))

    office = world.actor("unit_officer", OFFICE)
    trainee = world.actor("trainee", account_id=account_id)
    assert class_ids_visible_to(office, CLASSES["nominate"]) == {of_office}
    assert class_ids_visible_to(world.actor("unit_officer", "预算股"), CLASSES["view"]) == {of_finance}
    assert class_ids_visible_to(trainee, CLASSES["own"]) == {of_office}
    assert class_ids_visible_to(trainee, CLASSES["view"]) == frozenset()
    assert class_ids_visible_to(world.actor("planner"), CLASSES["approve"]) is None
    assert class_ids_visible_to(world.actor("leader"), CLASSES["view"]) is None
    assert class_ids_visible_to(world.actor("auditor"), CLASSES["view"]) == frozenset()
    assert [e.id for e in list_enrollments_visible_to(office, of_office, CLASSES["view"])] == [enrollment_id]
    assert [e.id for e in list_enrollments_visible_to(trainee, of_office, CLASSES["own"])] == [enrollment_id]
    assert len(list_enrollments_visible_to(world.actor("planner"), of_office, CLASSES["view"])) == 2

    set_enrollment_status(enrollment_id, "withdrawn", "因病")
    assert class_ids_visible_to(trainee, CLASSES["own"]) == frozenset()
