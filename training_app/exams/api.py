"""The front door of exams: what results, archives, reports and the importer may use."""

from __future__ import annotations

from training_app.exams.admission_rules import Absence
from training_app.exams.permissions import may_edit_questions
from training_app.exams.queries.admission import AdmissionInfo, admissions_of, half_day_of
from training_app.exams.queries.forms import score_sheet_paper
from training_app.exams.queries.own import coming_exams, shut_out_of
from training_app.exams.queries.published import (
    ExamInfo,
    ScoreInfo,
    exams_of_class,
    scores_of_class,
    statistics_of_exam,
)
from training_app.exams.queries.questions import count_questions
from training_app.exams.rules import Statistics
from training_app.exams.services.admission import refresh_admission
from training_app.exams.services.imported import ImportedScore, StoredRow, StoredScores, store_imported

__all__ = [
    "Absence",
    "AdmissionInfo",
    "ExamInfo",
    "ImportedScore",
    "ScoreInfo",
    "Statistics",
    "StoredRow",
    "StoredScores",
    "admissions_of",
    "coming_exams",
    "count_questions",
    "exams_of_class",
    "half_day_of",
    "may_edit_questions",
    "refresh_admission",
    "score_sheet_paper",
    "scores_of_class",
    "shut_out_of",
    "statistics_of_exam",
    "store_imported",
]
