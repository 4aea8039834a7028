"""The same questions written as GIFT, Moodle XML and QTI and read again are equal."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training_app.core.spreadsheets.importers import sheet_of_items
from training_app.exams.formats import reading, write_gift, write_moodle, write_qti, write_word
from training_app.exams.formats.questions import (
    LETTERS,
    TYPES,
    Picture,
    Question,
    difficulty_of,
    normal,
    type_of,
)
from training_app.exams.question_imports import QUESTION_FILES, check
from training_app.exams.question_rules import fault_of

TRUTH = Path(__file__).parent.parent / "data" / "county" / "题库" / "questions.truth.json"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
WRITERS = {
    "gift": write_gift.write,
    "moodle": write_moodle.write,
    "qti": write_qti.write,
    "qti3": lambda questions: write_qti.write(questions, version="3.0"),
}
SIGNS = "~=#{}:\\%$/<>&\"'[]()->→|;*`_^@!?.,+0123456789ABCabc nrt"
CHINESE = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经、，。；：？！“”《》（）　％＝"
)
chars = st.sampled_from(SIGNS + CHINESE) | st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Co", "Zl", "Zp")
)
lines = st.text(chars, min_size=1, max_size=25)
texts = st.lists(lines, min_size=1, max_size=3).map("\n".join)
amounts = st.decimals(min_value=Decimal(-9999), max_value=Decimal(9999), places=3)
scores = st.none() | st.decimals(min_value=Decimal("0.5"), max_value=Decimal(50), places=1)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from(TYPES))
    extra: dict = {}
    if kind in ("single", "multiple"):
        extra["options"] = tuple(draw(st.lists(lines, min_size=2, max_size=6)))
        most = len(extra["options"])
        right = draw(st.sets(st.integers(0, most - 1), min_size=1, max_size=1 if kind == "single" else most))
        extra["answer"] = "".join(LETTERS[at] for at in sorted(right))
    elif kind == "true_false":
        extra["answer"] = draw(st.sampled_from(("true", "false")))
    elif kind == "numerical":
        extra |= {"answer": str(draw(amounts)), "tolerance": abs(draw(amounts))}
    elif kind == "short_answer":
        extra["answer"] = "\n".join(draw(st.lists(lines, min_size=1, max_size=3, unique=True)))
    elif kind == "essay":
        extra["answer"] = draw(st.just("") | texts)
    else:
        extra["pairs"] = tuple(draw(st.lists(st.tuples(lines, lines), min_size=2, max_size=4)))
        extra["distractors"] = tuple(draw(st.lists(lines, max_size=2)))
    pictures = draw(st.integers(0, 2))
    if pictures:
        extra["pictures"] = tuple(Picture("", PNG + bytes([at])) for at in range(pictures))
    marks = "".join(f"[图{at}]" for at in range(1, pictures + 1))
    category = draw(st.sampled_from(("", "党的建设", "党的建设/组织制度", "法律 & 法规: 甲")))
    return normal(
        Question(
            type=kind, stem=draw(texts) + marks, explanation=draw(st.just("") | texts), category=category,
            difficulty=draw(st.sampled_from(("", "easy", "medium", "hard"))), score=draw(scores), **extra,
        )
    )  # fmt: skip


def usable(question: Question) -> bool:
    """What a bank can hold, without two questions in one that our normal form joins or a form cannot tell apart."""
    lefts = {left for left, _ in question.pairs}
    return (
        not fault_of(question)
        and len(lefts) == len(question.pairs)
        and all(all(pair) for pair in question.pairs)
        and len(set(question.distractors) | {b for _, b in question.pairs})
        == len(question.distractors) + len({b for _, b in question.pairs})
        and len(set(question.distractors)) == len(question.distractors)
        and len(set(question.answer.split("\n"))) == len(question.answer.split("\n"))
    )


def read_again(data: bytes) -> list[Question]:
    assert reading.claims("any name", data)
    sheet = sheet_of_items(QUESTION_FILES, reading.parse("any name", data), file="any name")
    check(sheet)
    assert [r.refused for r in sheet.rows if r.refused] == []
    return [row.values["question"] for row in sheet.rows]


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(question=questions().filter(usable))
def test_one_question_comes_back_equal(form, question):
    (again,) = read_again(WRITERS[form]([question]))

    assert again.content() == question.content()


def county() -> list[Question]:
    return [
        normal(
            Question(
                type=type_of(kind), stem=stem, options=tuple(options), answer=answer, explanation=note,
                difficulty=difficulty_of(level), category=topic, score=Decimal(2),
            )
        )
        for kind, stem, options, answer, note, level, topic in json.loads(TRUTH.read_text(encoding="utf-8")).values()
    ]  # fmt: skip


@pytest.mark.parametrize("form", WRITERS)
def test_the_county_s_208_questions_come_back_equal(form):
    asked = county()

    assert [q.content() for q in read_again(WRITERS[form](asked))] == [q.content() for q in asked]


def test_the_county_s_paper_in_word_comes_back_but_for_its_categories():
    asked = [q for kind in TYPES for q in county() if q.type == kind]

    again = read_again(write_word.write(asked, "题库"))

    assert [(q.type, q.stem, q.options, q.answer, q.explanation, q.difficulty, q.score) for q in again] == [
        (q.type, q.stem, q.options, q.answer, q.explanation, q.difficulty, q.score) for q in asked
    ]
