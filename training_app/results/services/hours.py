"""Posting to the ledger of hours. A line is never changed: what is wrong is put right by a further line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from sqlalchemy import insert, select

from training_app.attendance import api as attendance
from training_app.classes import api as classes
from training_app.core import clock, documents
from training_app.core.db import command, db, serialise
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.results import rules
from training_app.results.events import HoursPosted
from training_app.results.models import HourEntry
from training_app.results.values import ZERO, NewHours

_CHUNK = 400


@command
def settle_lesson(lesson_id: int, *, enrollment_ids: Collection[int] | None = None, note: str = "") -> int:
    """Bring the ledger into line with the attendance of a lesson; say how many lines that took.

    Doing it again posts nothing. Who withdrew or was declined gets no hours.
    """
    lesson = classes.get_lesson(lesson_id)
    counting = {"present", "late"} if lesson.state != "cancelled" else frozenset()
    status = {r.enrollment_id: r.status for r in attendance.records_of_lesson(lesson_id)}
    wanted = [
        NewHours(
            cadre_id=enrollment.cadre_id,
            earned_on=lesson.day,
            kind="group",
            hours=lesson.credit_hours
            if enrollment.status in classes.ACTIVE and status.get(enrollment.id) in counting
            else ZERO,
            source_kind="lesson",
            source_id=lesson.id,
            title=lesson.title,
            class_id=lesson.class_id,
            enrollment_id=enrollment.id,
            note=note,
        )
        for enrollment in classes.list_enrollments(lesson.class_id, statuses=None)
        if enrollment_ids is None or enrollment.id in enrollment_ids
    ]
    return _settle(wanted, class_id=lesson.class_id, source=("lesson", lesson.id), title=lesson.title)


@command
def settle_enrollment(enrollment_id: int, *, note: str) -> int:
    """Bring the ledger into line with one person's whole class, after withdrawal or return."""
    enrollment = classes.get_enrollment(enrollment_id)
    lessons = (
        db.session.execute(
            select(HourEntry.source_id)
            .where(HourEntry.enrollment_id == enrollment_id, HourEntry.source_kind == "lesson")
            .distinct()
        )
        .scalars()
        .all()
    )
    held = {lesson.id for lesson in classes.list_lessons(enrollment.class_id) if lesson.state == "held"}
    return sum(
        settle_lesson(lesson_id, enrollment_ids={enrollment_id}, note=note) for lesson_id in sorted(held | set(lessons))
    )


@command
def post_hours(lines: Sequence[NewHours], *, source_kind: str, title: str, source_id: int = 0) -> int:
    """Post hours that come from elsewhere (network, higher levels, lecturing); doing it again changes nothing."""
    return _settle(lines, class_id=None, source=(source_kind, source_id), title=title)


def _settle(wanted: Sequence[NewHours], *, class_id: int | None, source: tuple[str, int], title: str) -> int:
    """Add, in one statement, the differences between what should stand and what stands."""
    if not wanted:
        return 0
    db.session.flush()
    serialise(f"results.hours|{source[0]}|{source[1]}")
    standing = _standing({(line.source_kind, line.source_id) for line in wanted}, {line.cadre_id for line in wanted})
    now = clock.now()
    rows: list[dict[str, object]] = []
    added: list[Decimal] = []
    for line in wanted:
        posted = standing.get((line.cadre_id, line.source_kind, line.source_id), [])
        change = rules.difference(line.hours, (hours for _, hours in posted))
        if change == 0:
            continue
        added.append(change)
        rows.append(
            {
                "cadre_id": line.cadre_id,
                "class_id": line.class_id,
                "enrollment_id": line.enrollment_id,
                "year": line.earned_on.year,
                "earned_on": line.earned_on,
                "kind": line.kind,
                "hours": change,
                "source_kind": line.source_kind,
                "source_id": line.source_id,
                "revision": max((revision for revision, _ in posted), default=-1) + 1,
                "title": line.title,
                "note": line.note or (N_("correction") if posted else ""),
                "posted_at": now,
            }
        )
    if rows:
        db.session.execute(insert(HourEntry), rows)
        publish(
            HoursPosted(
                class_id=class_id,
                source_kind=source[0],
                source_id=source[1],
                title=title,
                lines=len(rows),
                hours=documents.number_text(sum(added, ZERO)),
            )
        )
    return len(rows)


def _standing(
    sources: set[tuple[str, int]], cadre_ids: set[int]
) -> dict[tuple[int, str, int], list[tuple[int, Decimal]]]:
    found: dict[tuple[int, str, int], list[tuple[int, Decimal]]] = {}
    for kind in {kind for kind, _ in sources}:
        for ids in _chunks(sorted(number for of, number in sources if of == kind)):
            query = select(
                HourEntry.cadre_id, HourEntry.source_kind, HourEntry.source_id, HourEntry.revision, HourEntry.hours
            ).where(HourEntry.source_kind == kind, HourEntry.source_id.in_(ids))
            for cadre_id, source_kind, source_id, revision, hours in db.session.execute(query):
                if cadre_id in cadre_ids:
                    found.setdefault((cadre_id, source_kind, source_id), []).append((revision, hours))
    return found


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
