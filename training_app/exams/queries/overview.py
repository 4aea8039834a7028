"""Exams across classes: the list, what waits for whom, and what one class still lacks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from training_app.accounts import api as accounts
from training_app.classes import api as classes
from training_app.classes.api import ClassInfo, EnrollmentInfo
from training_app.core import clock
from training_app.core.actor import Actor
from training_app.core.db import db
from training_app.core.errors import NotAllowed, NotFound
from training_app.core.pages import ListQuery, Page
from training_app.exams import rules
from training_app.exams.models import EntryDuty, Exam, ScoreChangeRequest, ScoreVersion
from training_app.exams.permissions import ENTERERS, EXAMS
from training_app.exams.queries.grids import ExamProgress, exam_progress, resit_people
from training_app.exams.queries.published import (
    ExamInfo,
    PublishedScore,
    exam_info,
    exams_of_class,
    find_exam,
    get_exam,
    history_of_score,
    marks_of,
    published_scores,
)
from training_app.exams.rules import FIRST, SECOND, Cell

STATES = ("planned", "entering", "settled", "published")


@dataclass(frozen=True)
class ExamRow:
    """One line of the list of exams."""

    id: int
    class_id: int
    class_name: str
    title: str
    attempt_no: int
    starts_at: datetime
    place: str
    state: str
    people: int
    first_name: str
    second_name: str
    first_submitted_at: datetime | None
    second_submitted_at: datetime | None


@dataclass(frozen=True)
class ScoreRow:
    """One person of a published exam."""

    number: int
    enrollment_id: int
    name: str
    unit_name: str
    group_name: str
    score: PublishedScore
    passed: bool
    grade: str


@dataclass(frozen=True)
class SheetRow:
    """One line of the score sheet (成绩单): exam, re-sit, and what counts in the end."""

    number: int
    enrollment_id: int
    name: str
    unit_name: str
    post_title: str
    exam: Cell
    resit: Cell
    final: Cell
    grade: str
    corrected_at: datetime | None


@dataclass(frozen=True)
class ChangeRow:
    """One wish to change a published score."""

    id: int
    exam_id: int
    exam_title: str
    class_id: int
    enrollment_id: int
    name: str
    unit_name: str
    old: Cell
    new: Cell
    reason: str
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    state: str
    decided_by: str
    decided_at: datetime | None
    decision_note: str


@dataclass(frozen=True)
class Waiting:
    """Something about an exam that waits for somebody: ``what`` is take, continue, settle, publish or decide."""

    what: str
    exam: ExamInfo
    class_name: str
    entry_no: int = 0
    done: int = 0
    total: int = 0
    request_id: int = 0


@dataclass(frozen=True)
class OwnScore:
    """What a trainee sees of one class: only what is published."""

    class_name: str
    class_id: int
    starts_on: datetime | None
    title: str
    attempt_no: int
    full_marks: str
    pass_mark: str
    score: PublishedScore
    passed: bool
    history: tuple[PublishedScore, ...]


@dataclass(frozen=True)
class OwnMark:
    """A trainee's mark that is no exam."""

    class_name: str
    kind: str
    score: str


@dataclass(frozen=True)
class ClassExams:
    """How a class stands with its exams."""

    klass: ClassInfo
    exams: tuple[ExamInfo, ...]
    people: int
    may_resit: int
    reflections: int
    conducts: int


def exam_visible_to(actor: Actor, exam_id: int, level: str = "view") -> ExamInfo:
    """One exam, if the actor's grant of ``exams.<level>`` reaches its class.

    Raises:
        NotFound: there is none, or not for this person.
        NotAllowed: the person may see it, but not do this.
    """
    exam = get_exam(exam_id)
    class_within_reach(actor, exam.class_id, level)
    return exam


def class_within_reach(actor: Actor, class_id: int, level: str = "view") -> ClassInfo:
    """One class, under the same conditions as ``exam_visible_to``."""
    klass = classes.get_class_visible_to(actor, class_id, EXAMS["view"])
    if not classes.may_see_class(actor, class_id, EXAMS[level]):
        raise NotAllowed
    return klass


def names_of(account_ids: Collection[int | None]) -> dict[int | None, str]:
    """Display names of accounts; '' for nobody."""
    wanted = {each for each in account_ids if each is not None}
    found: dict[int | None, str] = {None: ""}
    if wanted:
        found.update({account.id: account.display_name for account in accounts.list_accounts(wanted)})
    return found


_ORDER: dict[str, Any] = {
    "starts_at": Exam.starts_at,
    "title": Exam.title,
    "state": Exam.state,
    "attempt": Exam.attempt_no,
}
SORTABLE = tuple(_ORDER)


def list_exams_visible_to(actor: Actor, query: ListQuery) -> Page[ExamRow]:
    """Exams within reach with class, people and who enters; as ``list_exam_infos_visible_to``."""
    page = list_exam_infos_visible_to(actor, query)
    return Page(_rows(page.items), page.total, query)


def list_exam_infos_visible_to(actor: Actor, query: ListQuery) -> Page[ExamInfo]:
    """Exams within reach, searched by title and class, filtered by state."""
    conditions: list[ColumnElement[bool]] = []
    reach = classes.class_ids_visible_to(actor, EXAMS["view"])
    if reach is not None:
        conditions.append(Exam.class_id.in_(reach))
    if query.wants("state") in STATES:
        conditions.append(Exam.state == query.wants("state"))
    if query.q:
        named = [klass.id for klass in classes.list_classes(reach) if query.q.lower() in klass.name.lower()]
        conditions.append(or_(Exam.title.icontains(query.q, autoescape=True), Exam.class_id.in_(named)))
    column = _ORDER[query.sort]
    found = db.session.scalars(
        select(Exam)
        .where(*conditions)
        .order_by(column.desc() if query.descending else column, Exam.id)
        .limit(query.per_page)
        .offset(query.offset)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(Exam).where(*conditions)) or 0
    return Page([exam_info(exam) for exam in found], total, query)


def _rows(exams: Sequence[ExamInfo]) -> list[ExamRow]:
    class_ids = {exam.class_id for exam in exams}
    names = {klass.id: klass.name for klass in classes.list_classes(class_ids)}
    counts = classes.count_enrollments(class_ids)
    people = names_of({who for exam in exams for who in (exam.first_account_id, exam.second_account_id)})
    published = _published_counts([exam.id for exam in exams if exam.state == "published"])
    return [
        ExamRow(
            id=exam.id,
            class_id=exam.class_id,
            class_name=names.get(exam.class_id, ""),
            title=exam.title,
            attempt_no=exam.attempt_no,
            starts_at=exam.starts_at,
            place=exam.place,
            state=exam.state,
            people=published.get(exam.id)
            or (counts.get(exam.class_id, 0) if exam.attempt_no == 1 else len(resit_people(exam.class_id))),
            first_name=people.get(exam.first_account_id, ""),
            second_name=people.get(exam.second_account_id, ""),
            first_submitted_at=exam.first_submitted_at,
            second_submitted_at=exam.second_submitted_at,
        )
        for exam in exams
    ]


def _published_counts(exam_ids: list[int]) -> dict[int, int]:
    found = db.session.execute(
        select(ScoreVersion.exam_id, func.count())
        .where(ScoreVersion.exam_id.in_(exam_ids), ScoreVersion.version == 1)
        .group_by(ScoreVersion.exam_id)
    )
    return dict(found.all())


def score_rows(exam: ExamInfo) -> list[ScoreRow]:
    """The published scores of an exam, in the order of the class."""
    scores = published_scores(exam.id)
    people = [each for each in classes.list_enrollments(exam.class_id, None) if each.id in scores]
    return [
        ScoreRow(
            number=number,
            enrollment_id=person.id,
            name=person.name,
            unit_name=person.unit_name,
            group_name=person.group_name,
            score=scores[person.id],
            passed=rules.passed(scores[person.id].cell, exam.pass_mark),
            grade=rules.exam_grade(scores[person.id].cell, full_marks=exam.full_marks, pass_mark=exam.pass_mark),
        )
        for number, person in enumerate(people, 1)
    ]


def sheet_rows(class_id: int) -> list[SheetRow]:
    """The score sheet of a class: its published exam and re-sit. Without a published exam it is empty."""
    exam, resit = find_exam(class_id, 1), find_exam(class_id, 2)
    if exam is None or exam.state != "published":
        return []
    scores = published_scores(exam.id)
    again = published_scores(resit.id) if resit is not None and resit.state == "published" else {}
    people = [each for each in classes.list_enrollments(class_id, None) if each.id in scores]
    return [
        _sheet_row(number, person, exam, scores[person.id], again.get(person.id))
        for number, person in enumerate(people, 1)
    ]


def _sheet_row(
    number: int, person: EnrollmentInfo, exam: ExamInfo, score: PublishedScore, again: PublishedScore | None
) -> SheetRow:
    final = again or score
    return SheetRow(
        number=number,
        enrollment_id=person.id,
        name=person.name,
        unit_name=person.unit_name,
        post_title=person.post_title,
        exam=score.cell,
        resit=again.cell if again else Cell(),
        final=final.cell,
        grade=rules.exam_grade(final.cell, full_marks=exam.full_marks, pass_mark=exam.pass_mark),
        corrected_at=max((each.at for each in (score, again) if each and each.is_corrected), default=None),
    )


def change_rows(*, exam_id: int | None = None, request_id: int | None = None) -> list[ChangeRow]:
    """Wishes to change published scores, the newest first."""
    query = select(ScoreChangeRequest, Exam).join(Exam, Exam.id == ScoreChangeRequest.exam_id)
    if exam_id is not None:
        query = query.where(ScoreChangeRequest.exam_id == exam_id)
    if request_id is not None:
        query = query.where(ScoreChangeRequest.id == request_id)
    found = db.session.execute(
        query.order_by(ScoreChangeRequest.id.desc()).execution_options(populate_existing=True)
    ).all()
    names = names_of({who for request, _exam in found for who in (request.asked_by_id, request.decided_by_id)})
    return [_change_row(request, exam, names) for request, exam in found]


def _change_row(request: ScoreChangeRequest, exam: Exam, names: dict[int | None, str]) -> ChangeRow:
    person = classes.get_enrollment(request.enrollment_id)
    history = history_of_score(request.exam_id, request.enrollment_id)
    earlier = [each for each in history if request.decided_at is None or each.at < request.decided_at]
    return ChangeRow(
        id=request.id,
        exam_id=exam.id,
        exam_title=exam.title,
        class_id=exam.class_id,
        enrollment_id=request.enrollment_id,
        name=person.name,
        unit_name=person.unit_name,
        old=earlier[-1].cell if earlier else Cell(),
        new=Cell(request.score, request.code),
        reason=request.reason,
        asked_by_id=request.asked_by_id,
        asked_by=names.get(request.asked_by_id, ""),
        asked_at=request.asked_at,
        state=request.state,
        decided_by=names.get(request.decided_by_id, ""),
        decided_at=request.decided_at,
        decision_note=request.decision_note,
    )


def get_change(request_id: int) -> ChangeRow:
    """One wish to change a published score.

    Raises:
        NotFound: there is none.
    """
    found = change_rows(request_id=request_id)
    if not found:
        raise NotFound
    return found[0]


# What waits


def waiting_for(actor: Actor) -> list[Waiting]:
    """Entries, settlements, publications and decisions that this person could do now, the oldest exam first."""
    if actor.account_id is None or not EXAMS["enter"].held_by(actor):
        return []
    found: list[Waiting] = []
    for exam, class_name in _unpublished(actor):
        found += _entries_waiting(actor, exam, class_name)
    if EXAMS["publish"].held_by(actor):
        found += _decisions_waiting(actor)
    return found


def _unpublished(actor: Actor) -> list[tuple[ExamInfo, str]]:
    reach = classes.class_ids_visible_to(actor, EXAMS["enter"])
    conditions = [Exam.state != "published", Exam.starts_at <= clock.now()]
    if reach is not None:
        conditions.append(Exam.class_id.in_(reach))
    exams = [exam_info(exam) for exam in db.session.scalars(select(Exam).where(*conditions).order_by(Exam.starts_at))]
    names = {klass.id: klass.name for klass in classes.list_classes({exam.class_id for exam in exams})}
    return [(exam, names.get(exam.class_id, "")) for exam in exams]


def _entries_waiting(actor: Actor, exam: ExamInfo, class_name: str) -> list[Waiting]:
    me = actor.account_id
    duty = _duties(me).get(exam.id)
    progress = exam_progress(exam)
    if duty in (FIRST, SECOND):
        handed_in = exam.first_submitted_at if duty == FIRST else exam.second_submitted_at
        holder = exam.first_account_id if duty == FIRST else exam.second_account_id
        if handed_in is None and holder == me:
            own = progress.first if duty == FIRST else progress.second
            return [Waiting("continue", exam, class_name, duty, own.entered, own.total)]
    if duty is None and _enters_scores(actor):
        for entry_no, holder in ((FIRST, exam.first_account_id), (SECOND, exam.second_account_id)):
            if holder is None:
                return [Waiting("take", exam, class_name, entry_no, 0, progress.total)]
    if not classes.may_see_class(actor, exam.class_id, EXAMS["publish"]):
        return []
    both = exam.first_submitted_at is not None and exam.second_submitted_at is not None
    if both and progress.open_differences and duty not in (FIRST, SECOND):
        return [Waiting("settle", exam, class_name, done=progress.open_differences, total=progress.total)]
    if exam.state == "settled":
        return [Waiting("publish", exam, class_name, done=progress.total, total=progress.total)]
    return []


def _enters_scores(actor: Actor) -> bool:
    """Whether entering is this person's work; those who only may (the department) are not asked to."""
    return bool(actor.roles & ENTERERS)


def _duties(account_id: int | None) -> dict[int, int]:
    found = db.session.execute(select(EntryDuty.exam_id, EntryDuty.entry_no).where(EntryDuty.account_id == account_id))
    return dict(found.all())


def _decisions_waiting(actor: Actor) -> list[Waiting]:
    conditions = [ScoreChangeRequest.state == "asked", ScoreChangeRequest.asked_by_id != actor.account_id]
    reach = classes.class_ids_visible_to(actor, EXAMS["publish"])
    if reach is not None:
        conditions.append(Exam.class_id.in_(reach))
    found = db.session.execute(
        select(ScoreChangeRequest.id, Exam)
        .join(Exam, Exam.id == ScoreChangeRequest.exam_id)
        .where(and_(*conditions))
        .order_by(ScoreChangeRequest.asked_at)
    ).all()
    names = {klass.id: klass.name for klass in classes.list_classes({exam.class_id for _id, exam in found})}
    return [
        Waiting("decide", exam_info(exam), names.get(exam.class_id, ""), request_id=request_id)
        for request_id, exam in found
    ]


# One class, one person


def class_exams(class_id: int) -> ClassExams:
    """How a class stands with exams and marks."""
    people = classes.list_enrollments(class_id)
    marks = marks_of([person.id for person in people])
    return ClassExams(
        klass=classes.get_class(class_id),
        exams=tuple(exams_of_class(class_id)),
        people=len(people),
        may_resit=len(resit_people(class_id)),
        reflections=sum("reflection" in each for each in marks.values()),
        conducts=sum("conduct" in each for each in marks.values()),
    )


def progress_of(exam: ExamInfo) -> ExamProgress:
    """How far the two entries of an exam are."""
    return exam_progress(exam)


def own_scores(account_id: int) -> tuple[list[OwnScore], list[OwnMark]]:
    """A trainee's published scores and marks, the latest class first."""
    scores: list[OwnScore] = []
    marks: list[OwnMark] = []
    for person in classes.enrollments_of_account(account_id):
        klass = classes.get_class(person.class_id)
        for exam in exams_of_class(person.class_id):
            if exam.state == "published":
                scores += _own_score(klass, exam, person.id)
        own = marks_of([person.id]).get(person.id, {})
        marks += [OwnMark(klass.name, kind, rules.score_text(own[kind])) for kind in sorted(own)]
    return scores, marks


def _own_score(klass: ClassInfo, exam: ExamInfo, enrollment_id: int) -> list[OwnScore]:
    history = history_of_score(exam.id, enrollment_id)
    if not history:
        return []
    return [
        OwnScore(
            class_name=klass.name,
            class_id=klass.id,
            starts_on=exam.starts_at,
            title=exam.title,
            attempt_no=exam.attempt_no,
            full_marks=rules.score_text(exam.full_marks),
            pass_mark=rules.score_text(exam.pass_mark),
            score=history[-1],
            passed=rules.passed(history[-1].cell, exam.pass_mark),
            history=tuple(history),
        )
    ]
