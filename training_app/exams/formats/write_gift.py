"""Questions as GIFT. Pictures go along inside the text; difficulty and score as Moodle's own ``[tag:…]`` comments."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from training_app.exams.formats.gift import POINTS
from training_app.exams.formats.markup import MEDIA, html_of_text, picture_kind
from training_app.exams.formats.questions import (
    CHOICES,
    DIFFICULTIES,
    ESSAY,
    MATCHING,
    NUMERICAL,
    SHORT_ANSWER,
    TRUE_FALSE,
    Question,
    shown_number,
)

_SPECIAL = re.compile(r"([~=#{}:\\])")


def write(questions: Iterable[Question]) -> bytes:
    """All questions, each under its category, named by its place."""
    out, category = [], ""
    for number, question in enumerate(questions, 1):
        if question.category != category:
            category = question.category
            out.append(f"$CATEGORY: {_escaped('题库/' + category if category else '题库')}")
        out.append(_written(question, f"{number:05d}"))
    return ("\n\n".join(out) + "\n").encode()


def _written(question: Question, name: str) -> str:
    lines = []
    tags = []
    if question.difficulty:
        tags.append(f"[tag:难度={DIFFICULTIES[question.difficulty]}]")
    if question.score is not None:
        tags.append(f"[tag:分值={shown_number(question.score)}]")
    if tags:
        lines.append(f"// {' '.join(tags)}")
    if question.type == ESSAY and question.answer:
        lines.append(f"// {POINTS}{_escaped(question.answer)}")
    note = f"####{_told(question.explanation, question)}\n" if question.explanation else ""
    body = _body(question)
    lines.append(f"::{name}::{_told(question.stem, question)} {{{body}{note}}}")
    return "\n".join(lines)


def _body(question: Question) -> str:
    if question.type == TRUE_FALSE:
        return "TRUE" if question.answer == "true" else "FALSE"
    if question.type == NUMERICAL:
        return f"#{question.answer}:{shown_number(question.tolerance)}"
    if question.type == SHORT_ANSWER:
        return "\n" + "".join(f"={_told(text, question)}\n" for text in question.answer.split("\n"))
    if question.type == MATCHING:
        pairs = [*question.pairs, *(("", d) for d in question.distractors)]
        return "\n" + "".join(f"={_side(left, question)} -> {_side(right, question)}\n" for left, right in pairs)
    if question.type not in CHOICES:
        return ""
    right = set(question.right())
    if question.type == "single":
        marks = ["=" if at in right else "~" for at in range(len(question.options))]
    else:
        share = f"{100 / max(1, len(right)):.5f}".rstrip("0").rstrip(".")
        marks = [f"~%{share}%" if at in right else "~%-100%" for at in range(len(question.options))]
    return "\n" + "".join(f"{m}{_told(o, question)}\n" for m, o in zip(marks, question.options, strict=True))


def _side(text: str, question: Question) -> str:
    """One side of a pair; an arrow in it must not read as the one between the sides."""
    return _told(text, question).replace("->", "-\\>") if text else ""


def _told(text: str, question: Question) -> str:
    if question.pictures and re.search(r"\[图\d", text):
        return f"[html]{_escaped(html_of_text(text, lambda n: inline(question, n)))}"
    doubtful = "<" in text or "&" in text or text.startswith(("[", "%")) or "//" in text or "$" in text
    return f"[plain]{_escaped(text)}" if doubtful else _escaped(text)


def inline(question: Question, number: int) -> str:
    """A picture as an address that holds it; '' when there is none of that number."""
    if not 1 <= number <= len(question.pictures):
        return ""
    data = question.pictures[number - 1].data
    return f"data:{MEDIA.get(picture_kind(data), 'image/png')};base64,{base64.b64encode(data).decode()}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")
