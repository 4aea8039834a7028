"""The official forms of a class with what they say: one source for the printer and for the archive."""

from __future__ import annotations

from collections.abc import Sequence

from training_app.cadres.api import list_files
from training_app.classes import papers
from training_app.classes.queries.seating import seats_of
from training_app.classes.queries.timetable import weeks_of
from training_app.classes.values import ClassInfo, EnrollmentInfo
from training_app.core.papers import Paper


def roster_paper(klass: ClassInfo, people: Sequence[EnrollmentInfo]) -> Paper:
    """学员名册 of these people."""
    return papers.roster(klass, people, list_files({each.cadre_id for each in people}), seats_of(klass.id))


def timetable_paper(klass: ClassInfo) -> Paper | None:
    """课程表; None while nothing is planned."""
    weeks = weeks_of(klass)
    if not any(each.state != "cancelled" for week in weeks for cell in week.cells.values() for each in cell):
        return None
    return papers.timetable(klass, weeks)
