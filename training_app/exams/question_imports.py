"""Question banks from files: worksheets and the formats of other systems, judged and stored in one way."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from training_app.core.spreadsheets.columns import load_columns
from training_app.core.spreadsheets.importers import Change, FileImporter, Importer, Stored
from training_app.core.spreadsheets.sheets import Finding, Row, Sheet
from training_app.exams.formats import reading
from training_app.exams.formats.questions import (
    CELLS,
    MATCHING,
    NUMERICAL,
    SHORT_ANSWER,
    Picture,
    Question,
    difficulty_of,
    fingerprint,
    normal,
    number_of,
    pairs_of,
    shown_answer,
    type_of,
)
from training_app.exams.question_rules import FIELDS, fault_of
from training_app.exams.services.questions import store_questions

_COLUMNS = load_columns(Path(__file__).with_name("question_columns.toml"))["questions"]
_ORDER = 150
_FIRST = ("_a", "_b", "_c", "_d")  # an option may well read 无; behind them it means that there is none
_TOLD = frozenset(
    (
        "weights",
        "hint",
        "picture_missing",
        "picture_refused",
        "penalty",
        "unit",
        "template",
        "rubric",
        "wildcard",
        "file",
    )
)


def check(sheet: Sheet) -> None:
    """Judge each question; the same one a second time in a file is refused, one of the bank is not."""
    seen: dict[str, int] = {}
    for row in sheet.rows:
        if not row.accepted:
            continue
        question = question_of(row)
        code = fault_of(question)
        if code:
            _refuse(row, code)
            continue
        mark = fingerprint(question)
        if mark in seen:
            _refuse(row, "question_duplicate", other=seen[mark])
            continue
        seen[mark] = row.number
        for what in dict.fromkeys(what for what, _ in question.notes):
            if what in _TOLD:
                row.flag("", f"question_{what}")
        row.values = {"question": question, "fingerprint": mark}


def _refuse(row: Row, code: str, **params: Any) -> None:
    """The whole question is refused; which cell is to blame is told beside it."""
    if not row.refused:
        name = FIELDS[code]
        value = row.text(name) if name else ""
        row.refused.append(Finding(row.number, "", value, code, name, params))


def question_of(row: Row) -> Question:
    """The question as the cells have it, with what a file held beside them."""
    extra = row.extra
    kind = type_of(row.text("type"))
    options = _options(row)
    typed = _typed(row, "answer")
    question = Question(
        type=kind, stem=_typed(row, "stem"), options=options, answer=typed, explanation=_typed(row, "explanation"),
        difficulty=difficulty_of(row.text("difficulty")), category=row.text("category"), score=_score(row),
        pictures=tuple(Picture(name, base64.b64decode(data)) for name, data in extra.get("pictures", ())),
        notes=tuple((what, value) for what, value in extra.get("notes", ())),
    )  # fmt: skip
    return normal(_answered(question, extra, typed))


def _answered(question: Question, extra: dict[str, Any], typed: str) -> Question:
    """The answer as its type has it: as the file gave it, unless somebody has typed another one since."""
    given = Question(
        type=question.type, answer=extra.get("answers", ""), pairs=tuple((a, b) for a, b in extra.get("pairs", ())),
        tolerance=number_of(extra.get("tolerance", "")),
    )  # fmt: skip
    values = vars(question) | {"distractors": tuple(extra.get("distractors", ()))}
    if extra and shown_answer(given) == typed:
        return Question(**(values | {"answer": given.answer, "pairs": given.pairs, "tolerance": given.tolerance}))
    if question.type == MATCHING:
        return Question(**(values | {"answer": "", "pairs": pairs_of(typed)}))
    if question.type == NUMERICAL:
        value, _, tolerance = re.sub(r"\+/?-", "±", typed).partition("±")
        return Question(**(values | {"answer": value, "tolerance": number_of(tolerance)}))
    if question.type == SHORT_ANSWER:
        return Question(**(values | {"answer": re.sub(r"\s*[;；|]\s*", "\n", typed)}))
    return question


def _typed(row: Row, name: str) -> str:
    """A cell's text with its lines; numbers as they are shown."""
    value = row.cells.get(name)
    kept = isinstance(value, str) and (row.extra or row.text(name) or (value.strip() == "无" and name[-2:] in _FIRST))
    return str(value) if kept else row.text(name)


def _options(row: Row) -> tuple[str, ...]:
    if row.text("options") and not any(row.text(f"option_{c}") for c in CELLS):
        parts = re.split(r"\n|\|", _typed(row, "options"))
        return tuple(re.sub(r"^\s*[A-Za-z]\s*[.．、:：)）]\s*", "", part) for part in parts if part.strip())
    found = [_typed(row, f"option_{c}") for c in CELLS]
    while found and not found[-1]:
        found.pop()
    return (*found, *row.extra.get("options", ())[len(CELLS) :])


def _score(row: Row) -> Any:
    score = number_of(row.text("score").removesuffix("分") or "-")
    return score if score is not None and score > 0 and round(score, 2) == score and score < 1000 else None


def store(sheet: Sheet) -> Stored:
    """Store the accepted questions; those that are in the bank as they stand stay as they are."""
    rows = sheet.accepted()
    done = store_questions([(r.values["question"], r.values["fingerprint"]) for r in rows], source=sheet.file)
    changes = [Change(rows[at].number, entity, i, action, before) for at, entity, i, action, before in done.changes]
    return Stored(done.created, done.updated, done.unchanged, changes)


QUESTION_SHEETS = Importer("questions", _ORDER, _COLUMNS, check, store)
QUESTION_FILES = FileImporter(
    "questions", _ORDER, _COLUMNS, check, store, claims=f"{reading.__name__}:claims", parse=f"{reading.__name__}:parse"
)
