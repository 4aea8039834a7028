"""The answers that stand behind all questions of a paper: 参考答案：1-5 ABCDA."""

from __future__ import annotations

import re
from collections.abc import Sequence

from training_app.core.spreadsheets.text import half_width
from training_app.exams.formats.paper_parts import (
    CHINESE,
    LABEL,
    NUMBER,
    OPTION,
    SIGNS,
    WITHIN,
    Draft,
    count_of,
    name_of,
    style_of,
)
from training_app.exams.formats.questions import CHOICES, ESSAY, SHORT_ANSWER, TRUE_FALSE, type_of

_ANSWERS = re.compile(
    rf"^(?:[{CHINESE}]{{1,3}}\s*[、.．]\s*)?[^。？?:：]{{0,30}}?[\[【（(]?\s*(?:参考答案|标准答案|正确答案|试题答案|试卷答案|答案)"
    r"(?:部分|与解析|及解析|和解析|及评分标准|与评分标准|解析)?\s*[\]】)）]?\s*[:：]?$"
)
_AT_ONCE = re.compile(r"^\s*[\[【]?\s*(?:参考答案|标准答案|正确答案|试题答案|答案)\s*[\]】]?\s*[:：]?\s*(.+)$")
_PART = re.compile(rf"^\s*(?:([{CHINESE}])\s*[、.．]|[（(]([{CHINESE}])[)）])\s*")
_MARK = rf"[A-Ja-j]{{1,10}}(?:[\s、,，][A-Ja-j](?![A-Za-z]))*(?![A-Za-z])|[{SIGNS}]|正确|错误|对|错|[TF](?![A-Za-z])"
_KEY = re.compile(rf"(\d{{1,4}})\s*[.．、:：)）\-—\]】]?\s*[（(]?\s*({_MARK})")
_RUN = re.compile(
    rf"(\d{{1,4}})\s*[-—~～至]+\s*(\d{{1,4}})\s*题?\s*[.．、:：)）]?\s*((?:[A-Ja-j{SIGNS}对错TF][\s、,，]*)+)"
)
_GROUPED = re.compile(
    rf"(\d{{1,4}})\s*[-—~～至]+\s*(\d{{1,4}})\s*题?\s*[.．、:：)）]?\s*((?:(?:{_MARK})[\s、,，;；]*)+)"
)
_SAID = re.compile(
    rf"^\s*(?:第?[{CHINESE}]{{1,3}}\s*(?:部分|大题)?\s*[、.．,，:：]?|[（(][{CHINESE}]{{1,2}}[)）])?\s*((?:单项选择|单选|多项选择|多选|不定项选择|选择|判断|填空"
    r"|简答|论述|问答|名词解释|材料分析|案例分析|案例|材料)题?)\s*(?:[（(][^（）()]{0,60}[)）])?\s*(?:[:：]\s*(.*)|(?=\d|$)(.*))$"
)
_LONG = (ESSAY, SHORT_ANSWER, "")  # types whose answers are sentences
_SIGN = re.compile(rf"[A-Ja-j{SIGNS}对错TF]")


def is_heading_of_answers(text: str) -> bool:
    """Whether a line says no more than that the answers follow."""
    return len(text) <= 50 and _ANSWERS.match(text) is not None and not OPTION.match(text) and not NUMBER.match(text)


def answers_at_once(text: str) -> str:
    """The answers of several questions that a line gives behind its own label; '' when it is of one question."""
    found = _AT_ONCE.match(text)
    if found is None:
        return ""
    plain = half_width(found[1])
    if not re.match(r"\s*\d", plain):
        return ""
    known = marks_of(plain)
    return found[1] if len(known) > 1 else ""


def marks_of(plain: str) -> dict[int, str]:
    """Number → answer for every one in a line of half-width text."""
    known: dict[int, str] = {}
    rest = plain
    for run in _RUN.finditer(plain):
        first, last = int(run[1]), int(run[2])
        signs = _SIGN.findall(run[3])
        if len(signs) == last - first + 1:
            known |= {first + at: sign for at, sign in enumerate(signs)}
            rest = rest.replace(run[0], " ", 1)
    for run in _GROUPED.finditer(rest):
        first, last = int(run[1]), int(run[2])
        groups = [part for part in re.split(r"[\s,，;；]+", run[3].strip()) if part]
        if len(groups) == last - first + 1:
            known |= {first + at: group for at, group in enumerate(groups)}
        rest = rest.replace(run[0], " ", 1)
    for number, sign in _KEY.findall(rest):
        known.setdefault(int(number), sign)
    return known


class _Part:
    """The questions of a part, found by their numbers."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.drafts = list(drafts)
        self.kinds = {draft.kind for draft in drafts}
        self.essays = [draft for draft in drafts if draft.kind in _LONG]
        self._by_number: dict[int, list[Draft]] = {}
        for draft in drafts:
            self._by_number.setdefault(draft.number, []).append(draft)

    def of(self, number: int) -> list[Draft]:
        """Those of that number; a paper may count anew in each part."""
        return self._by_number.get(number, [])


class AnswerKey:
    """Takes the lines behind 参考答案 and gives each answer to its question."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        """Answers for the questions read so far."""
        inside: dict[int, list[Draft]] = {}
        for draft in drafts:
            inside.setdefault(draft.section, []).append(draft)
        self._parts_in_order = sorted(inside)
        self._all = _Part(drafts)
        self._of_part = {section: _Part(found) for section, found in inside.items()}
        self._part = 0
        self._kind = ""
        self._numbers: list[int] = []
        self._open: Draft | None = None
        self._style = ""

    def heading(self, said: str, kind: str, rest: str) -> None:
        """A heading among the answers: they are of the part of that type, else of the next one."""
        self._part += 1
        self._kind, self._open, self._style = kind, None, ""
        numeral = _PART.match(said)
        if numeral:
            self._part = CHINESE.index(numeral[1] or numeral[2]) + 1
        if rest.strip(" :：\u3000"):
            self.take(rest.strip(" :：\u3000"))

    def take(self, text: str) -> None:
        """A line of answers."""
        part = _PART.match(text)
        if part:
            self._part, self._kind, self._open = CHINESE.index(part[1] or part[2]) + 1, "", None
            text = text[part.end() :]
        cells = [cell.strip() for cell in text.split("\t")]
        if len(cells) > 1 and self._row(cells):
            return
        number = NUMBER.match(text)
        chosen = self._wanted()
        essays = chosen.essays
        if number and self._told(text, number, chosen):
            return
        if essays and len(essays) == len(chosen.drafts):
            self._long(text, number, chosen)
            return
        known = marks_of(half_width(text))
        if known:
            self._give(known)
        elif self._open is not None and (LABEL.match(text) or essays or "explanation" in self._open.labels):
            self._add(self._open, text)
        elif number and essays:
            self._long(text, number, chosen)
        else:
            self._in_order(text, chosen)

    def _wanted(self) -> _Part:
        sections = self._parts_in_order
        chosen = sections[self._part - 1] if 0 < self._part <= len(sections) else None
        if self._kind and (chosen is None or self._kind not in self._of_part[chosen].kinds):
            of_kind = (section for section in sections if self._kind in self._of_part[section].kinds)
            chosen = next(of_kind, chosen)
        return self._all if chosen is None else self._of_part[chosen]

    def _give(self, known: dict[int, str]) -> None:
        wanted = self._wanted()
        for number, sign in known.items():
            draft = next((d for d in wanted.of(number) if "answer" not in d.labels and not d.is_filled()), None)
            if draft is not None:
                draft.labels["answer"] = [sign]
                self._open = draft

    def _row(self, cells: list[str]) -> bool:
        """A row of a table: the numbers, or the answers below them."""
        body = cells[1:] if re.fullmatch("题号|序号|题目|答案|参考答案", cells[0]) else cells
        if all(cell.isdigit() for cell in body if cell):
            self._numbers = [int(cell) for cell in body if cell]
            return True
        body = [cell for cell in body if cell]
        if self._numbers and len(body) <= len(self._numbers):
            self._give(dict(zip(self._numbers, body, strict=False)))
            self._numbers = []
            return True
        return False

    def _told(self, text: str, number: re.Match[str], chosen: _Part) -> bool:
        """``1.【答案】B【解析】…`` and ``1. B 解析：…``: the answer with what is said of it."""
        label = LABEL.search(number[4]) if number[4] else None
        if label is None or not (label.start() == 0 or number[4][label.start()] in "【[" or WITHIN.search(text)):
            return False
        count = count_of(number)
        draft = next((d for d in chosen.of(count) if "answer" not in d.labels), None)
        if draft is None:
            return False
        head = number[4][: label.start()].strip(" 。.；;\u3000")
        if head:
            draft.labels["answer"] = [head]
        self._open = draft
        self._add(draft, number[4][label.start() :])
        return True

    def _add(self, draft: Draft, text: str) -> None:
        marks = list(LABEL.finditer(text))
        if not marks or marks[0].start() > 0:
            draft.labels.setdefault(draft.last or "answer", []).append(text)
            return
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            draft.last = name_of(mark[1])
            draft.labels.setdefault(draft.last, []).append(
                text[mark.end() : following.start() if following else len(text)].strip()
            )

    def _long(self, text: str, number: re.Match[str] | None, chosen: _Part) -> None:
        """Answers in sentences, which may hold lists with numbers of their own."""
        essays = chosen.essays
        if number:
            count, style = count_of(number), style_of(number)
            due = next((d for d in chosen.of(count) if d.kind in _LONG and "answer" not in d.labels), None)
            inside = self._open is not None and self._open.inner and count == self._open.inner + 1
            if due is not None and not inside and style == (self._style or style):
                self._style = style
                self._open = due
                due.last, due.inner = "answer", 0
                due.labels["answer"] = [re.sub(r"^\s*(?:【答案】|答案?\s*[:：])\s*", "", number[4])]
                return
            if self._open is not None and count in (1, self._open.inner + 1):
                self._open.inner = count
        if self._open is None and len(essays) == 1 and "answer" not in essays[0].labels:
            self._open = essays[0]
            self._open.last = "answer"
        if self._open is not None:
            self._add(self._open, text)

    def _in_order(self, text: str, chosen: _Part) -> None:
        """Answers without numbers, one for each question of the part."""
        parts = [p for p in re.split(r"[\s、,，;；]+", half_width(text).strip()) if p]
        if len(parts) == 1 and len(chosen.drafts) > 1:
            parts = list(parts[0])
        closed = [
            d for d in chosen.drafts[: len(parts) + 1] if d.kind in (*CHOICES, TRUE_FALSE) and "answer" not in d.labels
        ]
        if len(parts) == len(closed) and all(re.fullmatch(_MARK, part) for part in parts):
            for draft, part in zip(closed, parts, strict=True):
                draft.labels["answer"] = [part]


def part_said(text: str) -> tuple[str, str] | None:
    """The type a line among the answers begins with, ``一、单选题：``, and what follows; None when it does not."""
    found = _SAID.match(text)
    return (type_of(found[1]), found[2] or found[3] or "") if found else None
