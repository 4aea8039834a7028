"""Aiken: a stem, lettered options, ANSWER."""

from __future__ import annotations

import re
from dataclasses import replace

from training_app.exams.formats.questions import (
    LETTERS,
    MAX_QUESTIONS,
    MULTIPLE,
    SINGLE,
    Question,
    clean,
    letters_of,
    normal,
)

_OPTION = re.compile(r"\s*[(（]?([A-Za-zＡ-Ｚ])\s*[.．)）、:：]\s*(.*)")
_ANSWER = re.compile(r"\s*(?:ANSWER|答案|正确答案)\s*[:：]\s*(.*)", re.IGNORECASE)
_NOTE = re.compile(r"\s*(?:FEEDBACK|EXPLANATION|解析|答案解析)\s*[:：]\s*(.*)", re.IGNORECASE)
ANSWER_LINE = re.compile(r"^[ \t]*ANSWER[ \t]*[:：][ \t]*[A-Za-z]", re.IGNORECASE | re.MULTILINE)


class _Draft:
    def __init__(self) -> None:
        self.stem: list[str] = []
        self.options: list[str] = []


def read(text: str) -> list[Question]:
    """Every question; one without ANSWER is broken and ends where the next stem begins."""
    questions: list[Question] = []
    draft = _Draft()

    def end(answer: str | None) -> None:
        nonlocal draft
        if draft.stem or draft.options:
            questions.append(_question(draft, answer))
        draft = _Draft()

    for line in text.splitlines():
        if not line.strip():
            continue
        said = _ANSWER.match(line)
        option = _OPTION.match(line)
        if said:
            end(said[1])
            if len(questions) > MAX_QUESTIONS:
                break
        elif questions and not draft.stem and (note := _NOTE.match(line)):
            questions[-1] = replace(questions[-1], explanation=clean(f"{questions[-1].explanation}\n{note[1]}"))
        elif option and draft.stem and letters_of(option[1]) == LETTERS[len(draft.options) : len(draft.options) + 1]:
            draft.options.append(option[2])
        elif draft.options:
            end(None)
            draft.stem.append(line)
        else:
            draft.stem.append(line)
    end(None)
    return questions


def _question(draft: _Draft, answer: str | None) -> Question:
    letters = letters_of(answer or "")
    kind = MULTIPLE if len(letters) > 1 else SINGLE
    broken = "ANSWER" if answer is None or (answer.strip() and not letters) else ""
    if len(draft.options) == 0:
        broken = broken or "A."
    return normal(
        Question(type=kind, stem="\n".join(draft.stem), options=tuple(draft.options), answer=letters, broken=broken)
    )
