"""What the program's own services do at the end, so that results, files and the audit trail are as in real work."""

from __future__ import annotations

from datetime import timedelta

from training_app.classes.services.enrolment import approve, nominate
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.demo.people import Population
from training_app.demo.signins import SignIns
from training_app.demo.training import OFFICER_UNIT, Course, Year
from training_app.results import api as results

UNDECIDED = 2  # the classes that finished last still wait for their results


def finish(year: Year, made: SignIns, population: Population) -> None:
    """Decide results, issue certificates, nominate people for the coming classes."""
    results.ensure_requirements()
    _decide(year, made)
    _nominate(year, made, population)


def _decide(year: Year, made: SignIns) -> None:
    """The results of the classes that are over, class by class in the order of their ends."""
    over = sorted(
        (c for c in year.classes if c.term.phase in ("archived", "finished")), key=lambda c: (c.term.ends_on, c.code)
    )
    today = clock.today()
    for course in over[:-UNDECIDED]:
        with acting_as(made.actor(_teacher_of(course, made))):
            results.decide_results(course.class_id)
            results.issue_certificates(course.class_id, issued_on=min(course.term.ends_on + timedelta(days=9), today))


def _teacher_of(course: Course, made: SignIns) -> int:
    return course.teacher_account_id or made.staff["class_teacher"][0]


def _nominate(year: Year, made: SignIns, population: Population) -> None:
    """The unit's officer puts people forward for a coming class; the department takes one of them."""
    officer = made.actor(made.accounts["unit_officer"])
    unit = population.unit(OFFICER_UNIT)
    coming = [c for c in year.classes if c.term.phase == "enrolling"]
    busy = {seat.person.id for c in (*coming, *year.running()) for seat in c.seats} | made.people
    people = [p.id for p in population.within(unit) if p.id not in busy and p.post_level in ("", "股级")][:2]
    for course in coming[-1:]:
        with acting_as(officer):
            nominate(course.class_id, people, note="熟悉业务，工作需要")
        waiting = [seat.enrollment_id for seat in course.seats if seat.status == "nominated"][:2]
        with acting_as(made.actor(made.accounts["org_dept"])):
            approve(waiting)
