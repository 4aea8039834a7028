"""The forms of trainees with what they say: one source for the printer and for the archive."""

from __future__ import annotations

from collections.abc import Sequence

from training_app.attendance import api as attendance
from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.core.papers import Paper
from training_app.results import papers
from training_app.results.queries.outcomes import Outcome
from training_app.results.queries.results import scheme_of


def registration_paper(klass: classes.ClassInfo, rows: Sequence[Outcome]) -> Paper:
    """培训登记表 of these people, a page each."""
    files = cadres.list_files({row.enrollment.cadre_id for row in rows})
    return papers.registration(klass, rows, files, attendance.marks_of_class(klass.id), classes.list_lessons(klass.id))


def appraisal_paper(klass: classes.ClassInfo, rows: Sequence[Outcome]) -> Paper:
    """学员考核登记表 of these people, a page each."""
    files = cadres.list_files({row.enrollment.cadre_id for row in rows})
    return papers.appraisal(klass, rows, files, attendance.marks_of_class(klass.id))


def outcomes_paper(klass: classes.ClassInfo, rows: Sequence[Outcome]) -> Paper:
    """考核结果汇总表 of these people."""
    return papers.outcomes(klass, rows, scheme_of(klass.id))
