"""What the rules say about a class now, beside what was decided: the preview of a decision."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from training_app.attendance import api as attendance
from training_app.classes import api as classes
from training_app.exams import api as exams
from training_app.results import rules
from training_app.results.queries.certificates import certificates_of_class
from training_app.results.queries.results import results_of_class, scheme_of
from training_app.results.values import CertificateInfo, ResultInfo


@dataclass(frozen=True)
class Outcome:
    """One person: what counts, what follows by the rules, and what stands decided."""

    enrollment: classes.EnrollmentInfo
    hours: rules.Attended
    class_hours: Decimal
    exam: rules.Sitting
    resit: rules.Sitting
    conduct: Decimal | None
    reflection: Decimal | None
    total: Decimal | None
    decision: rules.Completion
    grade: str
    decided: ResultInfo | None
    certificate: CertificateInfo | None

    @property
    def is_new(self) -> bool:
        """Whether deciding now would store a new version; what is still open waits, unless it had been decided."""
        if self.decided is None:
            return not self.decision.is_open
        old = self.decided
        return (
            old.hours_due,
            old.hours_earned,
            old.exam_score,
            old.resit_score,
            old.conduct_score,
            old.reflection_score,
            old.total,
            old.grade,
            old.completed,
            old.reason,
        ) != (
            self.hours.due,
            self.hours.earned,
            self.exam.score,
            self.resit.score,
            self.conduct,
            self.reflection,
            self.total,
            self.grade,
            self.decision.completed,
            self.decision.reason,
        )


@dataclass(frozen=True)
class Preview:
    """A class before (or after) its results are decided."""

    class_id: int
    class_hours: Decimal
    scheme: rules.Scheme
    rows: tuple[Outcome, ...]

    @property
    def completed(self) -> int:
        """How many complete."""
        return sum(row.decision.completed for row in self.rows)

    @property
    def open(self) -> int:
        """How many cannot be decided yet."""
        return sum(row.decision.is_open for row in self.rows)

    @property
    def not_completed(self) -> int:
        """How many do not complete."""
        return len(self.rows) - self.completed - self.open

    @property
    def changed(self) -> int:
        """How many new versions deciding would store."""
        return sum(row.is_new for row in self.rows)

    @property
    def decided(self) -> int:
        """How many have a decided result."""
        return sum(row.decided is not None for row in self.rows)

    @property
    def reasons(self) -> dict[str, int]:
        """How often each reason decides, the most frequent first."""
        return dict(Counter(row.decision.reason for row in self.rows).most_common())

    @property
    def grades(self) -> dict[str, int]:
        """How often each grade is given."""
        counted = Counter(row.grade for row in self.rows)
        return {grade: counted[grade] for grade in rules.GRADES}

    @property
    def certificates_due(self) -> int:
        """Completed people, as decided, without a valid certificate."""
        return sum(row.decided is not None and row.decided.completed and row.certificate is None for row in self.rows)

    @property
    def certificates(self) -> int:
        """Valid certificates."""
        return sum(row.certificate is not None for row in self.rows)


def preview_of_class(class_id: int) -> Preview:
    """What deciding the results of a class would say now."""
    lessons = [
        lesson for lesson in classes.list_lessons(class_id) if lesson.state != "cancelled" and lesson.credit_hours > 0
    ]
    class_hours = sum((lesson.credit_hours for lesson in lessons), Decimal(0))
    statuses: dict[int, dict[int, str]] = {}
    for record in attendance.records_of_class(class_id):
        statuses.setdefault(record.enrollment_id, {})[record.lesson_id] = record.status
    sittings = {exam.attempt_no: exam for exam in exams.exams_of_class(class_id)}
    scores = exams.scores_of_class(class_id)
    scheme = scheme_of(class_id)
    exam_required = classes.get_class(class_id).exam_required
    decided = {result.enrollment_id: result for result in results_of_class(class_id)}
    certificates = {c.enrollment_id: c for c in certificates_of_class(class_id) if c.state == "valid"}
    by_lates = attendance.hours_by_lates(class_id)
    rows = []
    for enrollment in classes.list_enrollments(class_id, statuses=(*classes.ACTIVE, "withdrawn")):
        of_person = statuses.get(enrollment.id, {})
        if enrollment.status == "withdrawn" and not of_person:
            continue  # a nomination that was taken back: never a trainee
        hours = rules.attended((lesson.credit_hours, of_person.get(lesson.id, "")) for lesson in lessons)
        hours = replace(hours, missed=hours.missed + by_lates.get(enrollment.id, Decimal(0)))
        score = scores.get(enrollment.id) or exams.ScoreInfo(enrollment_id=enrollment.id)
        exam = _sitting(score.exam_score, score.exam_code, sittings.get(1))
        resit = _sitting(score.resit_score, score.resit_code, sittings.get(2) or sittings.get(1))
        decision = rules.completion(
            withdrawn=enrollment.status == "withdrawn",
            hours=hours,
            class_hours=class_hours,
            exam_required=exam_required,
            exam=exam,
            resit=resit,
            scheme=scheme,
        )
        total = rules.composite(
            exam,
            resit,
            attendance_rate=hours.rate,
            conduct=score.conduct,
            reflection=score.reflection,
            scheme=scheme,
        )
        rows.append(
            Outcome(
                enrollment=enrollment,
                hours=hours,
                class_hours=class_hours,
                exam=exam,
                resit=resit,
                conduct=score.conduct,
                reflection=score.reflection,
                total=total,
                decision=decision,
                grade=rules.grade(total, decision, scheme),
                decided=decided.get(enrollment.id),
                certificate=certificates.get(enrollment.id),
            )
        )
    return Preview(class_id, class_hours, scheme, tuple(rows))


def _sitting(score: Decimal | None, code: str, exam: exams.ExamInfo | None) -> rules.Sitting:
    if exam is None:
        return rules.Sitting(score, code)
    return rules.Sitting(score, code, exam.full_marks, exam.pass_mark)
