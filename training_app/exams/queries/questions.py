"""Reads of the question bank."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, or_, select

from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.exams.formats.questions import CHINESE, TYPES, Question
from training_app.exams.models import BankQuestion, QuestionVersion
from training_app.exams.services.questions import plain_question

SORTABLE = ("id", "type", "category", "difficulty", "score", "updated_at")
FILTERS = ("type", "category", "difficulty", "state", "noted")
_MANY = 1_000


@dataclass(frozen=True)
class QuestionLine:
    """A question as the list shows it, without its answer."""

    id: int
    type: str
    stem: str
    category: str
    difficulty: str
    score: Decimal | None
    state: str
    version: int
    updated_at: datetime
    pictures: int
    findings: int


@dataclass(frozen=True)
class QuestionFile:
    """Everything about one question; ``question`` without pictures' bytes."""

    id: int
    question: Question
    pictures: tuple[dict[str, Any], ...]
    state: str
    source: str
    version: int
    created_at: datetime
    updated_at: datetime
    versions: tuple[tuple[int, datetime], ...]


def count_questions() -> dict[str, int]:
    """How many questions of each type are in use, by the type's Chinese name."""
    chosen = (
        select(BankQuestion.type, func.count().label("number"))
        .where(BankQuestion.state == "active")
        .group_by(BankQuestion.type)
    )
    found = {row.type: row.number for row in db.session.execute(chosen)}
    return {CHINESE[kind]: found[kind] for kind in TYPES if kind in found}


def page_of_questions(query: ListQuery) -> Page[QuestionLine]:
    """The bank as one asked for it."""
    conditions = _conditions(query)
    total = db.session.scalar(select(func.count()).select_from(BankQuestion).where(*conditions)) or 0
    chosen = select(BankQuestion).where(*conditions).order_by(*_order(query)).limit(query.per_page).offset(query.offset)
    return Page([_line(each) for each in db.session.scalars(chosen)], total, query)


def questions_of(query: ListQuery, ids: Sequence[int] = ()) -> list[tuple[int, Question]]:
    """The questions chosen, or all that fit, with answers and pictures, for a file."""
    chosen = select(BankQuestion).order_by(*_order(query))
    if ids:
        found: list[BankQuestion] = []
        for start in range(0, len(ids), _MANY):
            found += db.session.scalars(chosen.where(BankQuestion.id.in_(ids[start : start + _MANY]))).all()
        return [(each.id, plain_question(each)) for each in found]
    return [(each.id, plain_question(each)) for each in db.session.scalars(chosen.where(*_conditions(query)))]


def get_question(question_id: int) -> QuestionFile:
    """One question.

    Raises:
        NotFound: there is none.
    """
    stored = db.session.get(BankQuestion, question_id)
    if stored is None:
        raise NotFound
    versions = db.session.execute(
        select(QuestionVersion.version, QuestionVersion.replaced_at)
        .where(QuestionVersion.question_id == question_id)
        .order_by(QuestionVersion.version.desc())
    ).all()
    return QuestionFile(
        stored.id, plain_question(stored), tuple(stored.pictures), stored.state, stored.source, stored.version,
        stored.created_at, stored.updated_at, tuple((v, at) for v, at in versions),
    )  # fmt: skip


def picture_of(question_id: int, number: int) -> dict[str, Any]:
    """Where picture n (from 1) of a question lies.

    Raises:
        NotFound: the question has no such picture.
    """
    stored = db.session.get(BankQuestion, question_id)
    if stored is None or not 1 <= number <= len(stored.pictures):
        raise NotFound
    return stored.pictures[number - 1]


def counts_by_state() -> dict[str, int]:
    """How many questions are in each state."""
    found = db.session.execute(
        select(BankQuestion.state, func.count().label("number")).group_by(BankQuestion.state)
    ).all()
    return {row.state: row.number for row in found}


def categories_in_use() -> list[str]:
    """The categories that occur, for the filter and the form."""
    return list(
        db.session.scalars(
            select(BankQuestion.category).where(BankQuestion.category != "").distinct().order_by(BankQuestion.category)
        )
    )


def _line(each: BankQuestion) -> QuestionLine:
    return QuestionLine(
        each.id, each.type, each.stem, each.category, each.difficulty, each.score, each.state, each.version,
        each.updated_at, len(each.pictures), len(each.findings),
    )  # fmt: skip


def _conditions(query: ListQuery) -> list[ColumnElement[bool]]:
    terms = unicodedata.normalize("NFC", query.q).split()
    found: list[ColumnElement[bool]] = [
        or_(BankQuestion.stem.contains(t, autoescape=True), BankQuestion.category.contains(t, autoescape=True))
        for t in terms
    ]
    found += [getattr(BankQuestion, name) == query.wants(name) for name in ("type", "difficulty") if query.wants(name)]
    category = query.wants("category")
    if category:
        below = BankQuestion.category.startswith(f"{category}/", autoescape=True)
        found.append(or_(BankQuestion.category == category, below))
    if query.wants("noted") == "yes":
        found.append(func.length(func.coalesce(_as_text(BankQuestion.findings), "")) > 2)
    state = query.wants("state")
    found.append(BankQuestion.state == state if state else BankQuestion.state != "retired")
    return found


def _as_text(column: Any) -> Any:
    return cast(column, Text)


def _order(query: ListQuery) -> list[Any]:
    kinds = case({kind: at for at, kind in enumerate(TYPES)}, value=BankQuestion.type, else_=len(TYPES))
    levels = case({"easy": 1, "medium": 2, "hard": 3}, value=BankQuestion.difficulty, else_=9)
    keys: dict[str, Any] = {
        "id": BankQuestion.id, "type": kinds, "category": BankQuestion.category, "difficulty": levels,
        "score": BankQuestion.score, "updated_at": BankQuestion.updated_at,
    }  # fmt: skip
    first = keys.get(query.sort, BankQuestion.id)
    return [first.desc() if query.descending else first, BankQuestion.id]
