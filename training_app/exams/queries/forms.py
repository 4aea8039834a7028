"""成绩单 with what it says: one source for the printer and for the archive."""

from __future__ import annotations

from training_app.classes.api import get_class
from training_app.core.papers import Paper
from training_app.exams import papers
from training_app.exams.queries import overview, published


def score_sheet_paper(class_id: int) -> tuple[Paper, int] | None:
    """成绩单 of a class and how many people are on it; None until its exam is published."""
    exam, resit = published.find_exam(class_id, 1), published.find_exam(class_id, 2)
    rows = overview.sheet_rows(class_id)
    if exam is None or not rows:
        return None
    resit = resit if resit is not None and resit.state == "published" else None
    names = overview.names_of({exam.published_by_id})
    paper = papers.score_sheet(get_class(class_id), exam, resit, rows, names.get(exam.published_by_id, ""))
    return paper, len(rows)
