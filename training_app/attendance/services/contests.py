"""A trainee contests a record of theirs; the class teacher answers, and may correct it on the way."""

from __future__ import annotations

from sqlalchemy import select

from training_app.attendance import evidence_rules, rules
from training_app.attendance.events import ContestAnswered, ContestPaperRead, RecordContested
from training_app.attendance.models import AttendanceRecord, CheckInWindow, Contest, ContestAnswer
from training_app.attendance.queries.contests import contests_of, get_contest
from training_app.attendance.services import staff
from training_app.attendance.services.corrections import correct_or_ask
from training_app.classes.api import get_enrollment, get_lesson
from training_app.core import clock, files, handed_in
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_

_LONGEST_SAID, _LONGEST_WORDS = 500, 300
_FAULTS = {
    "nothing": N_("Nothing is recorded of you in this lesson yet."),
    "waiting": N_("You have contested this record already. The class teacher will answer."),
    "too_late": N_(
        "A record can be contested for seven days after the lesson was closed. Please speak to the class teacher."
    ),
}


@command
def contest(lesson_id: int, enrollment_id: int, *, said: str, paper: handed_in.Paper | None = None) -> int:
    """Say that one's own record of a lesson is wrong, and why; the record stays until somebody has answered.

    Raises:
        NotFound: not one's own, or not of this lesson's class.
        InvalidInput: fewer than four visible characters, or a paper that cannot be taken.
        Conflict: nothing recorded, contested already, or too late.

    """
    serialise(f"attendance.lesson:{lesson_id}")
    lesson, person, account_id = get_lesson(lesson_id), get_enrollment(enrollment_id), current_actor().account_id
    if person.class_id != lesson.class_id or account_id is None or person.account_id != account_id:
        raise NotFound
    status = _status(lesson_id, enrollment_id)
    window = db.session.get(CheckInWindow, lesson_id, populate_existing=True)
    fault = evidence_rules.contest_fault(
        recorded=bool(status),
        waiting=any(not each.outcome for each in contests_of(lesson_id, enrollment_id)),
        closed_at=window.closed_at if window is not None and window.state == "closed" else None,
        now=clock.now(),
    )
    if fault:
        raise Conflict(_FAULTS[fault], code=fault)
    said = said.strip()[:_LONGEST_SAID]
    faults = (
        {} if rules.reason_is_enough(said) else {"said": N_("Please say in at least four characters what is wrong.")}
    )
    if paper is not None and (wrong := handed_in.fault_of(paper.data)):
        faults["paper"] = handed_in.FAULT[wrong]
    if faults:
        raise InvalidInput(fields=faults)
    kept = handed_in.keep(paper) if paper is not None else None
    row = Contest(
        lesson_id=lesson_id,
        enrollment_id=enrollment_id,
        at=clock.now(),
        account_id=account_id,
        status=status,
        said=said,
        paper_sha256=kept.sha256 if kept is not None else "",
        paper_name=kept.name if kept is not None else "",
        paper_type=kept.media_type if kept is not None else "",
    )
    db.session.add(row)
    db.session.flush()
    publish(
        RecordContested(
            contest_id=row.id,
            lesson_id=lesson_id,
            class_id=lesson.class_id,
            enrollment_id=enrollment_id,
            status=status,
            said=said,
        )
    )
    return row.id


@command
def answer_contest(contest_id: int, *, upheld: bool, words: str, status: str = "") -> int | None:
    """Answer a contest: upheld with what the record should say, or rejected with words.

    The record is corrected as any other: at once while the lesson is open or one person may, later by a request that
    waits for a second person (its number is given back).

    Raises:
        NotFound: no such contest.
        Refused: one's own.
        InvalidInput: no words, or upheld without a status.
        Conflict: answered already, or the record cannot be corrected now.

    """
    serialise(f"attendance.lesson:{get_contest(contest_id).lesson_id}")
    found, account_id = get_contest(contest_id), current_actor().account_id
    if account_id is None or account_id == found.about_id:
        raise Refused(N_("Nobody answers what they contested themselves."), code="own_contest")
    if found.outcome:
        raise Conflict(N_("This has been answered already."), code="answered")
    words = words.strip()[:_LONGEST_WORDS]
    faults = {}
    if not rules.reason_is_enough(words):
        faults["words"] = N_("Please answer in at least four characters; the trainee reads it.")
    if upheld and status not in rules.STATUSES:
        faults["status"] = N_("Please choose what the record should say.")
    if faults:
        raise InvalidInput(fields=faults)
    request_id = _put_right(found.lesson_id, found.enrollment_id, status, words) if upheld else None
    db.session.add(
        ContestAnswer(
            contest_id=contest_id,
            at=clock.now(),
            account_id=account_id,
            upheld=upheld,
            words=words,
            request_id=request_id,
        )
    )
    db.session.flush()
    publish(
        ContestAnswered(
            contest_id=contest_id,
            lesson_id=found.lesson_id,
            class_id=found.class_id,
            enrollment_id=found.enrollment_id,
            decision="upheld" if upheld else "rejected",
            words=words,
        )
    )
    return request_id


def _put_right(lesson_id: int, enrollment_id: int, status: str, words: str) -> int | None:
    if _status(lesson_id, enrollment_id) == status:
        return None  # it has been put right in the meantime
    window = db.session.get(CheckInWindow, lesson_id, populate_existing=True)
    if window is not None and window.state == "closed":
        return correct_or_ask(lesson_id, enrollment_id, status=status, reason=words)
    staff.mark(lesson_id, enrollment_id, status=status, reason=words, over_late=True)
    return None


def _status(lesson_id: int, enrollment_id: int) -> str:
    found = db.session.scalar(
        select(AttendanceRecord.status).where(
            AttendanceRecord.lesson_id == lesson_id, AttendanceRecord.enrollment_id == enrollment_id
        )
    )
    return found or ""


@command
def read_paper(contest_id: int) -> tuple[str, str, bytes]:
    """The paper of a contest: name, kind and content; who read it is kept.

    Raises:
        NotFound: no such contest, or none was handed in.

    """
    found = get_contest(contest_id)
    if not found.paper_sha256:
        raise NotFound
    publish(ContestPaperRead(contest_id=contest_id, lesson_id=found.lesson_id, enrollment_id=found.enrollment_id))
    return found.paper_name, found.paper_type, files.read(found.paper_sha256)
