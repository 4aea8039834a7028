"""考勤汇总表 with what it says: one source for the printer and for the archive."""

from __future__ import annotations

from training_app.attendance import papers
from training_app.attendance.queries.sheets import sheet_of
from training_app.classes.api import list_enrollments
from training_app.core.papers import Paper


def summary_paper(class_id: int) -> Paper:
    """考勤汇总表 of everybody in a class."""
    return papers.summary(sheet_of(class_id, list_enrollments(class_id)))
