"""Marks that are no exam: reflections (心得体会) and conduct (日常表现), 0 to 100."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.exams import rules
from training_app.exams.events import MarksEntered
from training_app.exams.models import Mark
from training_app.exams.queries.published import marks_of, versions_of_marks
from training_app.exams.rules import Cell, Problem
from training_app.exams.services.entering import CellOutcome

KINDS = ("reflection", "conduct")
FULL_MARKS = Decimal(100)


@command
def store_marks(class_id: int, cells: Sequence[tuple[int, str, str]]) -> list[tuple[str, CellOutcome]]:
    """Record marks as (enrollment, kind, typed text); each for itself. A changed mark is a new version.

    Raises:
        Refused: the class is archived or cancelled.
    """
    serialise(f"exams:{class_id}")
    if classes.get_class(class_id).state in ("archived", "cancelled"):
        raise Refused(N_("This class is closed; its marks stay as they are."), code="class_closed")
    people = {person.id for person in classes.list_enrollments(class_id)}
    known, versions = marks_of(people), versions_of_marks(people)
    now, account_id, outcomes, saved = clock.now(), current_actor().account_id, [], 0
    for enrollment_id, kind, text in cells:
        before = known.get(enrollment_id, {}).get(kind)
        outcome = _judge(enrollment_id, kind, text, before=before, known=enrollment_id in people)
        outcomes.append((kind, outcome))
        if outcome.outcome != "saved":
            continue
        saved += 1
        version = versions.get((enrollment_id, kind), 0) + 1
        versions[enrollment_id, kind] = version
        known.setdefault(enrollment_id, {})[kind] = outcome.cell.score or Decimal(0)
        db.session.add(
            Mark(
                enrollment_id=enrollment_id,
                kind=kind,
                version=version,
                score=outcome.cell.score,
                account_id=account_id,
                at=now,
            )
        )
    if saved:
        db.session.flush()
        publish(MarksEntered(class_id=class_id, count=saved))
    return outcomes


def _judge(enrollment_id: int, kind: str, text: str, *, before: Decimal | None, known: bool) -> CellOutcome:
    stored = Cell(before)
    if not known or kind not in KINDS:
        problem = Problem("not_enrolled", N_("This person is not in this class."), {})
        return CellOutcome(enrollment_id, "refused", stored, problem)
    read = rules.read_cell(text, full_marks=FULL_MARKS, codes=False)
    if isinstance(read, Problem):
        return CellOutcome(enrollment_id, "refused", stored, read)
    if read == stored:
        return CellOutcome(enrollment_id, "unchanged", stored)
    if read.is_empty:
        problem = Problem("mark_emptied", N_("A mark that was given cannot be emptied; type the right one."), {})
        return CellOutcome(enrollment_id, "refused", stored, problem)
    return CellOutcome(enrollment_id, "saved", read)
