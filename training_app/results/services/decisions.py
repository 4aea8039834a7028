"""Deciding the results of a class."""

from __future__ import annotations

from sqlalchemy import insert

from training_app.classes import api as classes
from training_app.core import clock, documents
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.results.events import ResultDecided, ResultsDecided
from training_app.results.models import ClassResult
from training_app.results.queries.outcomes import Outcome, Preview, preview_of_class


@command
def decide_results(class_id: int, *, reason: str = "", expected: int | None = None) -> Preview:
    """Decide everyone's result by the rules as they stand; only what differs becomes a new version.

    ``expected`` is the number of new versions the person saw in the preview.

    Raises:
        Conflict: the class is not there yet, or something changed since the preview.
        Refused: the class has no lessons, or is sealed and no reason is given.
    """
    serialise(f"results.decide|{class_id}")
    db.session.flush()
    info = classes.get_class(class_id)
    if info.state in ("enrolling", "cancelled"):
        raise Conflict(N_("Results are decided once the class has begun."), code="class_not_begun")
    if info.state == "archived" and not reason.strip():
        raise Refused(
            N_("This class is sealed; say why its results are decided anew."),
            code="sealed",
            fields={"reason": N_("Say why.")},
        )
    preview = preview_of_class(class_id)
    if not preview.class_hours:
        raise Refused(N_("This class has no lessons with hours."), code="no_lessons")
    if expected is not None and expected != preview.changed:
        raise Conflict(
            N_("Attendance or scores changed in the meantime. Please look at the figures again."), code="stale"
        )
    changed = [row for row in preview.rows if row.is_new]
    if not changed and not preview.decided:
        raise Refused(N_("Nothing can be decided yet: attendance or scores are still open."), code="nothing_to_decide")
    if changed:
        db.session.execute(insert(ClassResult), [_values(row) for row in changed])
        for row in changed:
            publish(
                ResultDecided(
                    class_id=class_id,
                    enrollment_id=row.enrollment.id,
                    version=_version(row),
                    completed=row.decision.completed,
                    reason=row.decision.reason,
                    total=documents.number_text(row.total),
                )
            )
    _set_statuses(preview, reason=reason)
    publish(
        ResultsDecided(
            class_id=class_id,
            completed=preview.completed,
            not_completed=preview.not_completed,
            open=preview.open,
            changed=len(changed),
        )
    )
    return preview_of_class(class_id)


def _set_statuses(preview: Preview, *, reason: str) -> None:
    """Let the enrollments follow: completed, not completed; back to studying where it is open again."""
    by_status: dict[str, list[int]] = {}
    for row in preview.rows:
        if row.enrollment.status == "withdrawn":
            continue
        status = "completed" if row.decision.completed else "not_completed"
        if row.decision.is_open:
            status = "studying" if row.enrollment.status in ("completed", "not_completed") else row.enrollment.status
        if status != row.enrollment.status:
            by_status.setdefault(status, []).append(row.enrollment.id)
    for status, ids in by_status.items():
        classes.set_enrollment_statuses([(each, status, reason or N_("results decided")) for each in ids])


def _version(row: Outcome) -> int:
    return row.decided.version + 1 if row.decided else 1


def _values(row: Outcome) -> dict[str, object]:
    return {
        "enrollment_id": row.enrollment.id,
        "class_id": row.enrollment.class_id,
        "cadre_id": row.enrollment.cadre_id,
        "version": _version(row),
        "class_hours": row.class_hours,
        "hours_due": row.hours.due,
        "hours_earned": row.hours.earned,
        "hours_missed": row.hours.missed,
        "attendance_rate": row.hours.rate,
        "exam_score": row.exam.score,
        "resit_score": row.resit.score,
        "conduct_score": row.conduct,
        "reflection_score": row.reflection,
        "total": row.total,
        "grade": row.grade,
        "completed": row.decision.completed,
        "reason": row.decision.reason,
        "decided_at": clock.now(),
        "account_id": current_actor().account_id,
    }
