"""Use cases of the question bank: entering, changing, retiring, taking in whole files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from training_app.core import clock, files
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.spreadsheets.importers import plain, snapshot
from training_app.core.text import N_
from training_app.exams.events import (
    QuestionAdded,
    QuestionAnswerRead,
    QuestionChanged,
    QuestionsStored,
    QuestionStateChanged,
)
from training_app.exams.formats.markup import MEDIA, picture_kind
from training_app.exams.formats.questions import (
    CHOICES,
    LETTERS,
    Picture,
    Question,
    fingerprint,
    normal,
    number_of,
    shown_number,
)
from training_app.exams.models import BankQuestion, QuestionVersion
from training_app.exams.question_rules import FIELDS, fault_of, may_follow

_CONTENT = (
    "type", "stem", "options", "answer", "explanation", "difficulty", "category", "score", "tolerance", "pairs",
    "distractors", "pictures", "findings",
)  # fmt: skip
_MANY = 2_000
FAULTS = {
    "type_unknown": N_("Please choose a type."),
    "stem_missing": N_("Please enter the stem."),
    "one_option": N_("Please give at least two options."),
    "option_empty": N_("An option between others is empty."),
    "options_same": N_("Two options read the same."),
    "answer_missing": N_("Please give the answer."),
    "answer_not_an_option": N_("The answer names an option that is not there."),
    "single_many_answers": N_("A single choice has one answer; for several choose multiple choice."),
    "answer_no_number": N_("The answer is a number."),
    "pairs_missing": N_("Please give at least two pairs, one a line: left → right."),
}


@dataclass
class StoredQuestions:
    """What became of the questions of a file; changes as (place, table, id, action, values before)."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    changes: list[tuple[int, str, int, str, dict[str, Any] | None]] = field(default_factory=list)


@command
def add_question(question: Question, *, state: str = "active", source: str = "") -> int:
    """Enter one question.

    Raises:
        InvalidInput: something of it cannot be.
        Conflict: the bank has it already.
    """
    question = _checked(question)
    serialise("questions")
    mark = fingerprint(question)
    _refuse_known(mark, except_id=None)
    now = clock.now()
    stored = BankQuestion(
        **_columns(question),
        state=state,
        source=source[:300],
        fingerprint=mark,
        version=1,
        created_at=now,
        updated_at=now,
    )
    db.session.add(stored)
    db.session.flush()
    publish(QuestionAdded(question_id=stored.id, type=stored.type, category=stored.category))
    return stored.id


@command
def change_question(question_id: int, question: Question) -> list[str]:
    """Change a question; how it read before is kept. Returns which parts changed.

    Raises:
        InvalidInput: something of it cannot be.
        Conflict: the bank has such a question already.
    """
    stored = _locked(question_id)
    question = _checked(replace(question, notes=tuple((a, b) for a, b in stored.findings)))
    mark = fingerprint(question)
    _refuse_known(mark, except_id=question_id)
    changed = _take(stored, _columns(question) | {"fingerprint": mark})
    if changed:
        publish(QuestionChanged(question_id=question_id, version=stored.version, fields="、".join(changed)))
    return changed


@command
def change_question_state(question_id: int, state: str, *, reason: str = "") -> None:
    """Take a question out of use, or back into it.

    Raises:
        Refused: its present state does not allow this.
    """
    stored = _locked(question_id)
    if not may_follow(stored.state, state):
        raise Refused(N_("The question's present state does not allow this step."), code="question_state")
    old, stored.state, stored.updated_at = stored.state, state, clock.now()
    publish(QuestionStateChanged(question_id=question_id, old_state=old, new_state=state, reason=reason.strip()[:200]))


@command
def note_answer_read(question_id: int) -> None:
    """Keep that somebody has read the answer of a question."""
    publish(QuestionAnswerRead(question_id=question_id))


@command
def store_questions(questions: Sequence[tuple[Question, str]], *, source: str) -> StoredQuestions:
    """Take in the questions of a file: new ones are made, known ones take what they lacked or what differs."""
    serialise("questions")
    marks = [mark for _, mark in questions]
    known: dict[str, BankQuestion] = {}
    for start in range(0, len(marks), _MANY):
        found = db.session.scalars(
            select(BankQuestion).where(BankQuestion.fingerprint.in_(marks[start : start + _MANY]))
        )
        known |= {each.fingerprint: each for each in found}
    before = snapshot(BankQuestion, [each.id for each in known.values()])
    now = clock.now()
    done = StoredQuestions()
    made: list[tuple[int, BankQuestion]] = []
    for at, (question, mark) in enumerate(questions):
        stored = known.get(mark)
        if stored is None:
            fresh = BankQuestion(
                **_columns(question), state="active", source=source[-300:], fingerprint=mark, version=1,
                created_at=now, updated_at=now,
            )  # fmt: skip
            known[mark] = fresh
            made.append((at, fresh))
        elif stored.id is not None and (version := _merge(stored, question)) is not None:
            done.updated += 1
            old = before[stored.id]
            lost = {k: plain(v) for k, v in old.items() if k != "updated_at" and getattr(stored, k) != v}
            done.changes.append((at, BankQuestion.__tablename__, stored.id, "updated", lost))
            db.session.flush()
            done.changes.append((at, QuestionVersion.__tablename__, version.id, "created", None))
        else:
            done.unchanged += 1
    db.session.add_all([each for _, each in made])
    db.session.flush()
    done.changes += [(at, BankQuestion.__tablename__, each.id, "created", None) for at, each in made]
    done.created = len(made)
    if done.created or done.updated:
        publish(
            QuestionsStored(created=done.created, updated=done.updated, unchanged=done.unchanged, source=source[-200:])
        )
    return done


def _merge(stored: BankQuestion, question: Question) -> QuestionVersion | None:
    """Give a question of the bank what a file says of it: nothing is emptied, wording and order stay."""
    given = _columns(question)
    wanted = {
        name: given[name]
        for name in ("explanation", "difficulty", "category", "score")
        if given[name] not in ("", None)
    }
    if question.type in CHOICES and stored.type in CHOICES:
        if _right_texts(question.options, question.answer) != _right_texts(stored.options, stored.answer):
            wanted |= {"type": given["type"], "options": given["options"], "answer": given["answer"]}
        elif question.type != stored.type:
            wanted["type"] = given["type"]
    elif question.type == stored.type and given["answer"]:
        wanted |= {"answer": given["answer"], "tolerance": given["tolerance"]}
    elif question.type != stored.type:
        wanted |= {name: given[name] for name in ("type", "options", "answer", "tolerance", "pairs", "distractors")}
    fresh = [note for note in given["findings"] if note not in stored.findings]
    if fresh:
        wanted["findings"] = [*stored.findings, *fresh]
    differing = {name: value for name, value in wanted.items() if getattr(stored, name) != value}
    return _keep_version(stored, differing) if differing else None


def _right_texts(options: Sequence[str], answer: str) -> frozenset[str]:
    return frozenset("".join(options[LETTERS.index(c)].split()) for c in answer if LETTERS.index(c) < len(options))


def _take(stored: BankQuestion, values: dict[str, Any]) -> list[str]:
    differing = {name: value for name, value in values.items() if getattr(stored, name) != value}
    if differing:
        _keep_version(stored, differing)
    return [name for name in differing if name != "fingerprint"]


def _keep_version(stored: BankQuestion, differing: dict[str, Any]) -> QuestionVersion:
    """Write the new values; keep the old ones as a version."""
    content = {name: plain(getattr(stored, name)) for name in _CONTENT}
    version = QuestionVersion(
        question_id=stored.id, version=stored.version, content=content, replaced_at=clock.now(),
        account_id=current_actor().account_id,
    )  # fmt: skip
    db.session.add(version)
    for name, value in differing.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.updated_at = clock.now()
    return version


def _checked(question: Question) -> Question:
    question = normal(question)
    code = fault_of(question)
    if code:
        name = FIELDS[code]
        raise InvalidInput(code=code, fields={"options" if name.startswith("option") else name: FAULTS[code]})
    return question


def _columns(question: Question) -> dict[str, Any]:
    """The question as the table has it; its pictures are stored, the table keeps their digests."""
    pictures = []
    for each in question.pictures:
        kind = picture_kind(each.data)
        if kind:
            sha256 = files.store(each.data).sha256
            pictures.append({"sha256": sha256, "name": each.name[:100], "media_type": MEDIA[kind]})
    return {
        "type": question.type, "stem": question.stem, "options": list(question.options), "answer": question.answer,
        "explanation": question.explanation, "difficulty": question.difficulty, "category": question.category,
        "score": question.score, "tolerance": shown_number(question.tolerance) if question.tolerance else "",
        "pairs": [list(p) for p in question.pairs], "distractors": list(question.distractors), "pictures": pictures,
        "findings": [list(n) for n in question.notes],
    }  # fmt: skip


def plain_question(stored: BankQuestion) -> Question:
    """A question of the bank as formats write it, its pictures with their bytes."""
    return Question(
        type=stored.type, stem=stored.stem, options=tuple(stored.options), answer=stored.answer,
        explanation=stored.explanation, difficulty=stored.difficulty, category=stored.category, score=stored.score,
        tolerance=number_of(stored.tolerance or "0") if stored.type == "numerical" else None,
        pairs=tuple((a, b) for a, b in stored.pairs), distractors=tuple(stored.distractors),
        pictures=tuple(Picture(p["name"], files.read(p["sha256"])) for p in stored.pictures),
        notes=tuple((a, b) for a, b in stored.findings),
    )  # fmt: skip


def _locked(question_id: int) -> BankQuestion:
    found = db.session.get(BankQuestion, question_id, with_for_update=True)
    if found is None:
        raise NotFound
    return found


def _refuse_known(mark: str, *, except_id: int | None) -> None:
    other = db.session.scalar(select(BankQuestion.id).where(BankQuestion.fingerprint == mark))
    if other is not None and other != except_id:
        raise Conflict(N_("The bank has this question already."), code="question_duplicate")
