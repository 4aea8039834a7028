"""One person's exams to come: when, where, whether admitted and why, and what more leave would do to that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from training_app.classes import api as classes
from training_app.core import clock
from training_app.exams.admission_rules import AdmissionRules, is_over
from training_app.exams.queries.admission import AdmissionInfo, rules_for_exam, standing_with_figures
from training_app.exams.queries.grids import people_of
from training_app.exams.queries.published import ExamInfo, exams_of_class


@dataclass(frozen=True)
class OwnExam:
    """An exam a person is due to sit, or whose scores are not published yet."""

    class_name: str
    exam: ExamInfo
    admission: AdmissionInfo
    laid_down: AdmissionRules

    @property
    def is_lifted(self) -> bool:
        """Whether the hours would shut the person out, had somebody not decided otherwise."""
        return self.admission.nevertheless_at is not None and is_over(self.admission.absence, self.laid_down)


def own_exams(account_id: int) -> list[OwnExam]:
    """The exams of one's classes whose scores are not published, the next first."""
    found = []
    for person in classes.enrollments_of_account(account_id):
        for exam in exams_of_class(person.class_id):
            if exam.state == "published" or person.id not in {each.id for each in people_of(exam)}:
                continue
            admission = standing_with_figures(exam, [person.id])[person.id]
            found.append(OwnExam(classes.get_class(person.class_id).name, exam, admission, rules_for_exam(exam)))
    return sorted(found, key=lambda each: each.exam.starts_at)


def coming_exams(class_id: int, enrollment_id: int) -> list[ExamInfo]:
    """The exams of a class that have not begun and that this person is due to sit."""
    now = clock.now()
    return [
        exam
        for exam in exams_of_class(class_id)
        if exam.starts_at > now and enrollment_id in {person.id for person in people_of(exam)}
    ]


def shut_out_of(coming: Iterable[ExamInfo], enrollment_id: int, hours: Decimal) -> dict[int, bool]:
    """The exams that a person with so many hours of leave more is shut out of: exam → whether only by these hours."""
    found = {}
    for exam in coming:
        admission, laid_down = standing_with_figures(exam, [enrollment_id])[enrollment_id], rules_for_exam(exam)
        more = replace(admission.absence, on_leave=admission.on_leave + hours)
        if admission.nevertheless_at is None and is_over(more, laid_down):
            found[exam.id] = not is_over(admission.absence, laid_down)
    return found
