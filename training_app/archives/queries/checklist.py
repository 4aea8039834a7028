"""What a class's archive must hold, and what it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from training_app.archives.queries.items import items_of_class, kinds_by_class, package_counts, proposals
from training_app.archives.values import AUTOMATIC, KINDS, ArchiveState, Checklist, ItemInfo, Line
from training_app.attendance import api as attendance
from training_app.classes import api as classes
from training_app.exams import api as exams
from training_app.results import api as results


def checklist(class_id: int) -> Checklist:
    """The checklist of a class as it stands."""
    items = items_of_class(class_id)
    automatic = {line.kind: line for line in _automatic(class_id)}
    lines = []
    for kind in KINDS:
        own = tuple(item for item in items if item.kind == kind)
        lines.append(_line(kind, automatic.get(kind), own))
    return Checklist(class_id, tuple(lines), tuple(item for item in items if item.kind == "other"))


def archive_states(class_ids: Collection[int]) -> dict[int, ArchiveState]:
    """Where the archives of some classes stand; missing parts are counted for finished, open ones only."""
    packages = package_counts(class_ids)
    waiting = {proposal.class_id for proposal in proposals(class_ids)}
    infos = classes.list_classes(class_ids)
    open_ids = {i.id for i in infos if i.state == "finished" and i.id not in packages and i.id not in waiting}
    missing = _missing(open_ids) if open_ids else {}
    states = {}
    for info in infos:
        count, first = packages.get(info.id, (0, None))
        states[info.id] = ArchiveState(
            class_id=info.id,
            state="proposed" if info.id in waiting else "sealed" if count else "open",
            packages=count,
            sealed_at=first if isinstance(first, datetime) else None,
            missing=missing.get(info.id),
        )
    return states


def _missing(class_ids: set[int]) -> dict[int, int]:
    """How many parts each archive lacks.

    Where every result is decided and every certificate issued, attendance and scores were complete, and only the
    documents that people bring can be missing: one question for all such classes. The others are looked at one by one.
    """
    decided = Counter(
        r.class_id for r in results.results_of_classes(class_ids) if r.reason not in ("withdrawn", *results.UNDECIDED)
    )
    completed = Counter(r.class_id for r in results.results_of_classes(class_ids) if r.completed)
    people, certificates = classes.count_enrollments(class_ids), results.count_certificates(class_ids)
    brought = kinds_by_class(class_ids)
    found = {}
    for class_id in class_ids:
        done = decided[class_id] >= people.get(class_id, 0) > 0
        if done and certificates.get(class_id, 0) >= completed[class_id]:
            found[class_id] = sum(kind not in brought.get(class_id, set()) for kind in KINDS if kind not in AUTOMATIC)
        else:
            found[class_id] = checklist(class_id).missing
    return found


def _line(kind: str, automatic: Line | None, items: Sequence[ItemInfo]) -> Line:
    """A line is settled by what the system has, by a document, or by a reason why there is none."""
    given = tuple(item for item in items if not item.waived)
    waived = tuple(item for item in items if item.waived)
    if automatic is not None and (automatic.is_settled or not (given or waived)):
        return automatic
    if given:
        return Line(kind, "present", len(given), len(given), items=given)
    if waived:
        return Line(kind, "waived", items=waived)
    return Line(kind, "missing", code="no_document")


def _automatic(class_id: int) -> list[Line]:
    enrolled = classes.list_enrollments(class_id)
    lessons = [x for x in classes.list_lessons(class_id) if x.state != "cancelled"]
    return [
        _counted("roster", len(enrolled), len(enrolled), "nobody_enrolled"),
        _counted("timetable", len(lessons), len(lessons), "no_lessons"),
        _attendance(class_id, lessons, len(enrolled)),
        _scores(class_id),
        *_results(class_id),
    ]


def _counted(kind: str, done: int, total: int, code: str) -> Line:
    return Line(kind, "present" if total and done >= total else "missing", done, total, code)


def _attendance(class_id: int, lessons: Sequence[classes.LessonInfo], people: int) -> Line:
    """Every lesson with hours has been closed, with a record for everyone."""
    due = [lesson for lesson in lessons if lesson.credit_hours > 0]
    recorded: dict[int, int] = {}
    for record in attendance.records_of_class(class_id):
        recorded[record.lesson_id] = recorded.get(record.lesson_id, 0) + 1
    closed = sum(lesson.state == "held" and recorded.get(lesson.id, 0) >= people for lesson in due)
    return _counted("attendance", closed, len(due), "lessons_open")


def _scores(class_id: int) -> Line:
    sittings = exams.exams_of_class(class_id)
    published = sum(sitting.state == "published" for sitting in sittings)
    if not sittings and not classes.get_class(class_id).exam_required:
        return Line("scores", "present", code="no_exam_required")
    return _counted("scores", published, max(1, len(sittings)), "scores_open" if sittings else "no_exam")


def _results(class_id: int) -> list[Line]:
    preview = results.preview_of_class(class_id)
    people = len(preview.rows)
    settled = people - preview.open - sum(row.is_new and not row.decision.is_open for row in preview.rows)
    due = sum(row.decided is not None and row.decided.completed for row in preview.rows)
    certified = sum(
        row.certificate is not None and row.decided is not None and row.decided.completed for row in preview.rows
    )
    code = "results_open" if preview.open else "results_undecided"
    lines = [_counted("results", settled, people, code)]
    if due == 0 and preview.decided:
        lines.append(Line("certificates", "present", code="nobody_completed"))
    else:
        lines.append(_counted("certificates", certified, max(due, 1), "certificates_due"))
    return lines
