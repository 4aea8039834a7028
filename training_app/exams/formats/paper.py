"""A paper as units type it: 一、单项选择题（每题2分）, numbered stems with the answer in brackets, lettered options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from training_app.core.spreadsheets.text import half_width
from training_app.exams.formats.paper_keys import AnswerKey, answers_at_once, is_heading_of_answers, part_said
from training_app.exams.formats.paper_parts import (
    BARE_OPTION,
    BEFORE,
    LABEL,
    MATERIAL,
    NUMBER,
    OPTION,
    RANGE,
    UNDERLINE,
    WITHIN,
    Draft,
    count_of,
    heading_of,
    kind_of_heading,
    name_of,
    points_of_heading,
    spaced_options,
    style_of,
)
from training_app.exams.formats.paper_questions import question_of
from training_app.exams.formats.questions import CHOICES, ESSAY, LETTERS, MAX_TEXT, SHORT_ANSWER, Question, letters_of

_LONGEST = 2000  # characters of a line that tell what it is
_AHEAD = 40  # lines looked at for the answer of what may be the next question


def looks_like(text: str) -> bool:
    """Whether a text is such a paper: numbered lines, and a heading of a part, options, or filled brackets."""
    lines = [line[:_LONGEST] for line in text.splitlines()[:3000]]
    numbered = [line for line in lines if NUMBER.match(BEFORE.sub("", line))]
    if not numbered:
        return False
    if any(heading_of(line) and kind_of_heading(heading_of(line), line) for line in lines):
        return True
    lettered = {half_width(found[1]).upper() for line in lines if (found := OPTION.match(line)) is not None}
    labelled = sum(1 for line in lines if (found := LABEL.match(line)) is not None and name_of(found[1]) == "answer")
    before = sum(1 for line in lines if BEFORE.match(line))
    return (bool({"A", "B"} <= lettered) and len(numbered) <= len(lines) // 2 + 1) or before > 1 or labelled > 1


class _Paper:
    """Takes line after line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.drafts: list[Draft] = []
        self._lines = lines
        self._at = 0
        self._section, self._kind = 0, ""
        self._score: Decimal | None = None
        self._per_blank = False
        self._key: AnswerKey | None = None
        self._started = False
        self._material: list[str] = []
        self._gathering = False
        self._of_material = False  # the part is one of material and questions about it
        self._range: tuple[int, int] | None = None

    def read(self) -> list[Draft]:
        for at, line in enumerate(self._lines):
            self._at = at
            self._take(line[:MAX_TEXT])
        return self.drafts

    def _take(self, line: str) -> None:
        text = line.replace(UNDERLINE * 2, "")
        if self._kind != SHORT_ANSWER:
            text = text.replace(UNDERLINE, "")
        text = text.strip().strip("\u3000").strip()
        if not text:
            return
        if self._key is not None and (said := part_said(text)) is not None:
            self._key.heading(text, *said)
        elif self._key is not None and not heading_of(text):
            self._key.take(text)
        elif is_heading_of_answers(text) and self.drafts and not self._waits_for_answer():
            self._key = AnswerKey(self.drafts)
        elif heading_of(text) and self._is_new_part(text):
            self._heading(text)
        elif self.drafts and self._rest_of_key(text):
            self._key = AnswerKey(self.drafts)
            self._key.take(answers_at_once(text))
        else:
            self._line(text)

    def _is_new_part(self, text: str) -> bool:
        """``三、……问题`` within an essay's answer is a sentence, unless it is a type of question."""
        said = heading_of(text)
        last = self._last()
        return bool(kind_of_heading(said, text)) or last is None or last.kind != ESSAY

    def _rest_of_key(self, text: str) -> bool:
        last = self.drafts[-1]
        return bool(answers_at_once(text)) and (last.kind != ESSAY or bool(last.labels))

    def _waits_for_answer(self) -> bool:
        """Whether 参考答案 on a line of its own belongs to the question above, not to all questions."""
        last = self.drafts[-1]
        others = [d for d in self.drafts if d is not last]
        is_open = any("answer" not in d.labels and not d.is_filled() for d in others)
        if "answer" in last.labels or last.is_filled() or is_open:
            return False
        return last.kind == ESSAY or bool(others)

    def _heading(self, text: str) -> None:
        if self._key is not None:  # a second paper behind the answers of the first
            self._key = None
        said = heading_of(text)
        self._section += 1
        self._started = True
        self._kind = kind_of_heading(said, text)
        self._score, self._per_blank = points_of_heading(text)
        self._material, self._gathering, self._range = [], False, None
        self._of_material = any(word in said for word in ("材料", "案例", "综合"))

    def _last(self) -> Draft | None:
        return self.drafts[-1] if self.drafts and self.drafts[-1].section == self._section else None

    def _line(self, text: str) -> None:
        before = BEFORE.match(text)
        if before:
            text = text[before.end() :] + before[1]
        number = NUMBER.match(text)
        last = self._last()
        if number and self._starts(number, last, text):
            self._begin(number)
        elif self._is_material(text, last):
            self._gather(text, last)
        elif last is not None:
            if number and count_of(number) in (1, last.inner + 1):
                last.inner = count_of(number)
            self._into(last, text)

    def _begin(self, number: re.Match[str]) -> None:
        count = count_of(number)
        if self._range is not None and not self._range[0] <= count <= self._range[1]:
            self._material, self._range = [], None
        self._gathering = False
        draft = Draft(
            count, self._kind, self._score, self._section, style_of(number), tuple(self._material), self._per_blank
        )
        self.drafts.append(draft)
        self._into(draft, number[4])

    def _is_material(self, text: str, last: Draft | None) -> bool:
        if last is None:
            return self._started and (self._gathering or self._of_material or MATERIAL.match(text) is not None)
        return self._gathering or (MATERIAL.match(text) is not None and last.is_done() and last.kind != ESSAY)

    def _gather(self, text: str, last: Draft | None) -> None:
        if not self._gathering and last is not None:
            self._material, self._range = [], None
        self._gathering = True
        if told := RANGE.search(half_width(text)):
            self._range = (int(told[1]), int(told[2]))
        self._material.append(text)

    def _starts(self, number: re.Match[str], last: Draft | None, text: str) -> bool:
        count = count_of(number)
        if last is None:
            return self._started or count == 1
        if number[3] and re.match(r"\d+\s", number[0].lstrip()) and count != last.number + 1:
            return False
        if last.last in ("answer", "explanation") or last.kind == ESSAY:
            if not last.number < count <= last.number + 5 or style_of(number) != last.style:
                return False
            return last.inner == 0 or count != last.inner + 1 or self._is_answered_ahead(text)
        if self._gathering and count == 1:
            return True
        return count > last.number or (count == 1 and last.is_done())

    def _is_answered_ahead(self, text: str) -> bool:
        """Whether an answer follows before the next number: then it is a question, no item of a list."""
        if LABEL.search(text) and (WITHIN.search(text) or "【" in text):
            return True
        for line in self._lines[self._at + 1 : self._at + _AHEAD]:
            label = LABEL.match(line.strip())
            if label:
                return name_of(label[1]) == "answer"
            if NUMBER.match(line) or heading_of(line):
                return False
        return False

    def _into(self, draft: Draft, text: str) -> None:
        label = LABEL.search(text)
        within = WITHIN.search(text)
        if within and not (label and (label.start() == 0 or text[label.start()] in "【[")):
            self._plain(draft, text[: within.start()])
            self._labelled(draft, text[within.start() :])
        elif label and (label.start() == 0 or text[label.start()] in "【["):
            head = text[: label.start()]
            if head.strip():
                self._plain(draft, head)
            self._labelled(draft, text[label.start() :])
        else:
            self._plain(draft, text)

    def _labelled(self, draft: Draft, text: str) -> None:
        marks = [
            m
            for m in LABEL.finditer(text)
            if m.start() == 0 or text[m.start()] in "【[" or text[m.start() - 1] in " \u3000\t；;"
        ]
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            value = text[mark.end() : following.start() if following else len(text)].strip()
            name = name_of(mark[1])
            draft.labels.setdefault(name, []).append(value)
            draft.last = name
            number = NUMBER.match(value)
            draft.inner = 1 if number and count_of(number) == 1 else 0

    def _plain(self, draft: Draft, text: str) -> None:
        option = OPTION.match(text) or (BARE_OPTION.match(text) if draft.kind in CHOICES else None)
        due = LETTERS[len(draft.options)] if len(draft.options) < len(LETTERS) else ""
        fits = option is not None and bool(draft.stem) and letters_of(option[1]) == due
        early = fits and draft.kind != ESSAY and draft.last in ("answer", "score", "difficulty", "category")
        if draft.last in ("answer", "explanation") and not (early and not draft.options):
            draft.labels[draft.last].append(text)
        elif option is not None and fits:
            draft.last = ""
            draft.options += spaced_options(option[2], len(draft.options))
        elif draft.options:
            draft.options[-1] += " " + text
        elif text.strip():
            draft.stem.append(text)


def read(lines: Sequence[str], pictures: Sequence[tuple[str, bytes]] = ()) -> list[Question]:
    """Every question of a paper in order."""
    return [question_of(draft, pictures) for draft in _Paper(lines).read()]
