"""Questions as Moodle XML, pictures embedded, difficulty as a tag."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from xml.sax.saxutils import escape

from training_app.exams.formats.markup import html_of_text, picture_kind
from training_app.exams.formats.moodle import LEVEL
from training_app.exams.formats.questions import (
    CHOICES,
    DIFFICULTIES,
    ESSAY,
    MATCHING,
    NUMERICAL,
    SHORT_ANSWER,
    SINGLE,
    TRUE_FALSE,
    Question,
    shown_number,
)

_KINDS = {
    TRUE_FALSE: "truefalse", ESSAY: "essay", NUMERICAL: "numerical", SHORT_ANSWER: "shortanswer", MATCHING: "matching",
}  # fmt: skip


def write(questions: Iterable[Question]) -> bytes:
    """All questions, each under its category, named by its place."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    category: str | None = None
    for number, question in enumerate(questions, 1):
        if question.category != category:
            category = question.category
            path = f"$course$/top/题库/{category}" if category else "$course$/top/题库"
            out.append(f'<question type="category"><category><text>{escape(path)}</text></category></question>')
        out.append(_written(question, f"{number:05d}"))
    out.append("</quiz>\n")
    return "\n".join(out).encode()


def _text(tag: str, text: str, question: Question, attributes: str = "", inner: str = "") -> str:
    used = [int(n) for n in re.findall(r"\[图(\d{1,3})\]", text) if 1 <= int(n) <= len(question.pictures)]
    if not used:
        return f'<{tag}{attributes} format="plain_text"><text>{_escaped(text)}</text>{inner}</{tag}>'
    body = html_of_text(text, lambda n: f"@@PLUGINFILE@@/{_name(question, n)}" if n in used else "")
    files = "".join(
        f'<file name="{_name(question, n)}" path="/" encoding="base64">'
        f"{base64.b64encode(question.pictures[n - 1].data).decode()}</file>"
        for n in dict.fromkeys(used)
    )
    return f'<{tag}{attributes} format="html"><text>{_escaped(body)}</text>{files}{inner}</{tag}>'


def _escaped(text: str) -> str:
    return escape(text).replace("\r", "&#13;")


def _name(question: Question, number: int) -> str:
    return f"{number}.{picture_kind(question.pictures[number - 1].data) or 'png'}"


def _written(question: Question, name: str) -> str:
    kind = _KINDS.get(question.type, "multichoice")
    parts = [
        f'<question type="{kind}"><name><text>{name}</text></name>',
        _text("questiontext", question.stem, question),
    ]
    parts.append(_text("generalfeedback", question.explanation, question))
    if question.score is not None:
        parts.append(f"<defaultgrade>{shown_number(question.score)}</defaultgrade>")
    parts += _answers(question)
    if question.difficulty:
        parts.append(f"<tags><tag><text>{LEVEL}{DIFFICULTIES[question.difficulty]}</text></tag></tags>")
    return "\n".join([*parts, "</question>"])


def _answers(question: Question) -> list[str]:
    if question.type == TRUE_FALSE:
        return [
            f'<answer fraction="{100 if question.answer == word else 0}" format="moodle_auto_format">'
            f"<text>{word}</text></answer>"
            for word in ("true", "false")
        ]
    if question.type == ESSAY:
        return [_text("graderinfo", question.answer, question)]
    if question.type == NUMERICAL:
        inner = f"<tolerance>{shown_number(question.tolerance)}</tolerance>"
        return [_text("answer", question.answer, question, ' fraction="100"', inner)]
    if question.type == SHORT_ANSWER:
        texts = question.answer.split("\n")
        return ["<usecase>0</usecase>", *(_text("answer", text, question, ' fraction="100"') for text in texts)]
    if question.type == MATCHING:
        pairs = [*question.pairs, *(("", d) for d in question.distractors)]
        return [
            _text("subquestion", left, question, inner=f"<answer><text>{_escaped(right)}</text></answer>")
            for left, right in pairs
        ]
    if question.type not in CHOICES:
        return []
    right = set(question.right())
    single = question.type == SINGLE
    share = f"{100 / max(1, len(right)):.7g}"
    wrong = "0" if single else "-100"
    answers = [
        _text("answer", option, question, f' fraction="{share if at in right else wrong}"')
        for at, option in enumerate(question.options)
    ]
    return [f"<single>{str(single).lower()}</single><answernumbering>ABCD</answernumbering>", *answers]
