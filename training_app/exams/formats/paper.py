"""A paper as units type it: 一、单项选择题（每题2分）, numbered stems with the answer in brackets, lettered options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from training_app.core.spreadsheets.text import half_width
from training_app.exams.formats.markup import Pictures, no_file
from training_app.exams.formats.questions import (
    CHOICES,
    ESSAY,
    LETTERS,
    MAX_TEXT,
    MULTIPLE,
    SINGLE,
    TRUE_FALSE,
    Notes,
    Question,
    difficulty_of,
    letters_of,
    normal,
    number_of,
    truth_of,
    type_of,
)
from training_app.exams.formats.word import PICTURE

_BLANK = "（　）"
_HEADING = re.compile(
    r"^\s*(?:第?[一二三四五六七八九十]{1,3}\s*(?:部分|大题)?\s*[、.．,，:：]?|[IVXⅠⅡⅢⅣⅤ]+\s*[、.．])?\s*"
    r"((?:单项选择|单项|单选|多项选择|多项|多选|不定项|选择|判断|是非|简答|论述|填空|问答|名词解释|案例分析|案例|材料|计算|匹配|连线)[^。？?]{0,50})$"
)
_ANSWERS = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}\s*[、.．])?\s*[\[【]?(?:参考答案|标准答案|答案|答案及解析|试题答案)(?:部分|与解析|及解析)?[\]】]?\s*[:：]?\s*$"
)
_NUMBER = re.compile(
    r"^\s*(?:第\s*(\d{1,4})\s*题\s*[:：、.．]?|[（(]\s*(\d{1,4})\s*[)）]\s*[、.．]?|(\d{1,4})\s*(?:[、．)）:：]|\.(?!\d)|\s(?=\S)))\s*(.*)$",
    re.DOTALL,
)
_BEFORE = re.compile(r"^\s*([（(]\s*(?:[√×✓✗对错]|[A-Ja-jＡ-Ｊ]{0,10})\s*[)）])\s*(?=\d{1,4}\s*[.．、])")
_OPTION = re.compile(r"^\s*[（(]?\s*([A-Za-zＡ-Ｚ])\s*[)）]?\s*[.．、:：)）]\s*(.*)$", re.DOTALL)
_FILLED = re.compile(
    r"[（(【\[]\s*([A-Ja-jＡ-Ｊａ-ｊ][A-Ja-jＡ-Ｊａ-ｊ、,，.\s]*|[√×✓✔✗✘]|对|错|正确|错误|[TFＴＦ])?\s*[)）】\]]"
)
_LABEL = re.compile(
    r"[【\[]?\s*(正确答案|参考答案|标准答案|答案要点|参考要点|答题要点|答案解析|试题解析|答案|答|解析|分析|说明|难度|难易度|难易程度|分值|分数|考点|知识点|类别|类型|题型)\s*(?:[】\]]\s*[:：]?|[:：])\s*"
)
_CHINESE = "一二三四五六七八九十"
_PART = re.compile(rf"^\s*([{_CHINESE}])\s*[、.．]\s*")
_EACH = re.compile(r"每(?:小)?[题空]\s*(\d+(?:\.\d+)?)\s*分")
_KEY = re.compile(
    r"(\d{1,4})\s*[.．、:：)）\-—]?\s*([A-Ja-j]{1,10}(?![A-Za-z])|√|×|✓|✗|对|错|正确|错误|[TF](?![A-Za-z]))"
)
_RUN = re.compile(r"(\d{1,4})\s*[-—~～至]+\s*(\d{1,4})\s*[.．、:：)）]?\s*((?:[A-Ja-j√×✓✗对错TF]\s*)+)")


@dataclass
class _Draft:
    number: int
    kind: str
    score: Decimal | None
    section: int
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    labels: dict[str, list[str]] = field(default_factory=dict)
    last: str = ""  # which label the lines belong to


def looks_like(text: str) -> bool:
    """Whether a text is such a paper: a heading of a part, and numbered lines."""
    lines = text.splitlines()[:3000]
    numbered = sum(_NUMBER.match(line) is not None for line in lines)
    return numbered >= 1 and any(_is_heading(line) for line in lines)


def _is_heading(line: str) -> bool:
    found = _HEADING.match(line.strip())
    return found is not None and bool(type_of(found[1])) and len(line) < 90


def _is_filled(draft: _Draft) -> bool:
    return any((found[1] or "").strip() for found in _FILLED.finditer(" ".join(draft.stem)))


class _Paper:
    """Takes line after line."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.section, self.kind = 0, ""
        self.score: Decimal | None = None
        self.in_key = False
        self.key_section = 0
        self.started = False

    def take(self, line: str) -> None:
        text = line.strip().strip("\u3000").strip()
        if not text:
            return
        if _ANSWERS.match(text) and self.drafts and not self._waits_for_answer():
            self.in_key, self.key_section = True, 0
        elif _is_heading(text):
            self._heading(text)
        elif self.in_key:
            self._keys(text)
        else:
            self._line(text)

    def _waits_for_answer(self) -> bool:
        """Whether 参考答案 on a line of its own belongs to the essay above, not to all questions."""
        last = self.drafts[-1]
        open_ones = [d for d in self.drafts if d.kind != ESSAY and not d.labels and not _is_filled(d)]
        return last.kind == ESSAY and not last.labels and not open_ones

    def _heading(self, text: str) -> None:
        if self.in_key:
            self.key_section += 1
            self._keys(text.partition("题")[2])
            return
        found = _HEADING.match(text)
        self.section += 1
        self.started = True
        self.kind = type_of(found[1]) if found else ""
        each = _EACH.search(half_width(text))
        self.score = number_of(each[1]) if each else None

    def _line(self, text: str) -> None:
        before = _BEFORE.match(text)
        if before:
            text = text[before.end() :] + before[1]
        number = _NUMBER.match(text)
        last = self.drafts[-1] if self.drafts and self.drafts[-1].section == self.section else None
        if number and self._starts(number, last):
            count = int(next(g for g in number.groups()[:3] if g))
            draft = _Draft(count, self.kind, self.score, self.section)
            self.drafts.append(draft)
            self._into(draft, number[4])
        elif last is not None:
            self._into(last, text)

    def _starts(self, number: re.Match[str], last: _Draft | None) -> bool:
        count = int(next(g for g in number.groups()[:3] if g))
        if last is None:
            return self.started or count == 1
        if number[3] and re.match(r"\d+\s", number[0].lstrip()) and count != last.number + 1:
            return False
        if last.last in ("answer", "explanation") or last.kind == ESSAY:
            return last.number < count <= last.number + 5
        return count > last.number or (count == 1 and bool(last.options or last.labels))

    def _into(self, draft: _Draft, text: str) -> None:
        label = _LABEL.search(text)
        if label and (label.start() == 0 or text[label.start()] in "【["):
            head = text[: label.start()]
            if head.strip():
                self._plain(draft, head)
            self._labelled(draft, text[label.start() :])
            return
        self._plain(draft, text)

    def _labelled(self, draft: _Draft, text: str) -> None:
        marks = [
            m
            for m in _LABEL.finditer(text)
            if m.start() == 0 or text[m.start()] in "【[" or text[m.start() - 1] in " \u3000\t；;"
        ]
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            value = text[mark.end() : following.start() if following else len(text)].strip()
            name = _name(mark[1])
            draft.labels.setdefault(name, []).append(value)
            draft.last = name

    def _plain(self, draft: _Draft, text: str) -> None:
        if draft.last in ("answer", "explanation"):
            draft.labels[draft.last].append(text)
            return
        option = _OPTION.match(text) if draft.kind not in (ESSAY, TRUE_FALSE) else None
        due = LETTERS[len(draft.options)] if len(draft.options) < len(LETTERS) else ""
        if option and draft.stem and letters_of(option[1]) == due:
            draft.options += _several(option[2], len(draft.options))
        elif draft.options:
            draft.options[-1] += " " + text
        else:
            draft.stem.append(text)

    def _keys(self, text: str) -> None:
        part = _PART.match(text)
        if part:
            self.key_section = _CHINESE.index(part[1]) + 1
            text = text[part.end() :]
        sections = sorted({d.section for d in self.drafts})
        wanted = sections[self.key_section - 1] if 0 < self.key_section <= len(sections) else None
        plain = half_width(text)
        known: dict[int, str] = {}
        for run in _RUN.finditer(plain):
            signs = re.findall(r"[A-Ja-j√×✓✗对错TF]", run[3])
            if len(signs) == int(run[2]) - int(run[1]) + 1:
                known |= {int(run[1]) + at: sign for at, sign in enumerate(signs)}
        for number, sign in _KEY.findall(_RUN.sub(" ", plain)):
            known.setdefault(int(number), sign)
        for draft in self.drafts:
            if draft.number in known and wanted in (None, draft.section) and "answer" not in draft.labels:
                draft.labels["answer"] = [known[draft.number]]
        essay = _NUMBER.match(text)
        if not known and essay:
            count = int(next(g for g in essay.groups()[:3] if g))
            for draft in self.drafts:
                if draft.number == count and wanted in (None, draft.section) and "answer" not in draft.labels:
                    draft.labels["answer"] = [essay[4]]


def _name(label: str) -> str:
    if "解析" in label or label in ("分析", "说明"):
        return "explanation"
    if label.startswith("难"):
        return "difficulty"
    if label.startswith("分"):
        return "score"
    if label in ("考点", "知识点", "类别"):
        return "category"
    return "type" if label in ("类型", "题型") else "answer"


def _several(text: str, before: int) -> list[str]:
    """An option, and those that follow it on the same line."""
    found: list[str] = []
    rest = text
    while True:
        due = before + len(found) + 1
        if due >= len(LETTERS):
            break
        letter = f"[{LETTERS[due]}{chr(0xFF21 + due)}]"
        cut = re.search(rf"[\s\u3000]+[（(]?{letter}\s*[)）]?\s*[.．、:：)）]", rest)
        if cut is None:
            break
        found.append(rest[: cut.start()])
        rest = rest[cut.end() :]
    return [each.strip().strip("\u3000") for each in (*found, rest)]


def _unspaced(text: str, before: int) -> list[str]:
    """Options typed without a blank between them: ``A.宪法B.民法典C.刑法``."""
    found: list[str] = []
    rest = text
    while before + len(found) + 1 < len(LETTERS):
        cut = re.search(rf"{LETTERS[before + len(found) + 1]}[.．、]", rest)
        if cut is None:
            break
        found.append(rest[: cut.start()])
        rest = rest[cut.end() :]
    return [each.strip() for each in (*found, rest)]


def read(lines: Sequence[str], pictures: Sequence[tuple[str, bytes]] = ()) -> list[Question]:
    """Every question of a paper in order."""
    paper = _Paper()
    for line in lines:
        paper.take(line[:MAX_TEXT])
    return [_question(draft, pictures) for draft in paper.drafts]


def _question(draft: _Draft, files: Sequence[tuple[str, bytes]]) -> Question:
    stem = "\n".join(draft.stem)
    options = list(draft.options)
    if not options and draft.kind not in (ESSAY, TRUE_FALSE):
        plain = half_width(stem).replace("\u3000", " ")
        last = max(plain.rfind(f"B{sign}") for sign in ".．、")
        inline = re.search(r"[\s)?:。]A[.．、]", plain[: max(last, 0)])
        if inline:
            options = _several(stem[inline.start() + 3 :].strip(), 0)
            options = options if len(options) > 1 else _unspaced(stem[inline.start() + 3 :].strip(), 0)
            stem = stem[: inline.start() + 1].strip()
    if len(options) == 1 and len(parts := _unspaced(options[0], 0)) > 1:
        options = parts
    answer = "\n".join(draft.labels.get("answer", ()))
    kind = draft.kind
    if kind != ESSAY:
        stem, filled = _emptied(stem, kind)
        answer = answer or filled
    if not kind:
        letters = letters_of(answer)
        kind = (MULTIPLE if len(letters) > 1 else SINGLE) if options else TRUE_FALSE if truth_of(answer) else ESSAY
    if kind == SINGLE and "不定项" in stem:
        kind = MULTIPLE
    if kind in CHOICES:
        answer = letters_of(answer) or letters_of(answer.split()[0] if answer.split() else "")
    elif kind == TRUE_FALSE:
        answer = truth_of(answer) or truth_of(answer[:2]) or truth_of(answer[:1])
    elif kind != ESSAY:
        answer = "\n".join(part for part in re.split(r"[；;\n]", answer) if part.strip())
    notes = Notes()
    marks = _Marks(files, notes)
    score = number_of("".join(draft.labels.get("score", ())).rstrip("分 ") or "-") or draft.score
    return normal(
        Question(
            type=kind, stem=marks.put(stem), options=tuple(marks.put(o) for o in options), answer=marks.put(answer),
            explanation=marks.put("\n".join(draft.labels.get("explanation", ()))), score=score,
            difficulty=difficulty_of("".join(draft.labels.get("difficulty", ()))),
            category="".join(draft.labels.get("category", ())), pictures=tuple(marks.pictures.found),
            notes=tuple(notes.found),
        )
    )  # fmt: skip


def _emptied(stem: str, kind: str) -> tuple[str, str]:
    """The stem with its bracket emptied, and what stood in it."""
    found = [m for m in _FILLED.finditer(stem) if _fits(m[1] or "", kind)]
    told = [m for m in found if (m[1] or "").strip()]
    chosen = told[-1] if told else found[-1] if found else None
    if chosen is None:
        return stem, ""
    return f"{stem[: chosen.start()]}{_BLANK}{stem[chosen.end() :]}", (chosen[1] or "").strip()


def _fits(inside: str, kind: str) -> bool:
    if not inside.strip():
        return True
    return (
        bool(truth_of(inside))
        if kind == TRUE_FALSE
        else bool(letters_of(inside)) or (not kind and bool(truth_of(inside)))
    )


class _Marks:
    """Puts pictures where the marks of a line stand."""

    def __init__(self, files: Sequence[tuple[str, bytes]], notes: Notes) -> None:
        by_name = {f"{at}:{name}": data for at, (name, data) in enumerate(files, 1)}
        self._names = list(by_name)
        self.pictures = Pictures(by_name.get if files else no_file, notes)

    def put(self, text: str) -> str:
        return re.sub(f"{PICTURE}(\\d+){PICTURE}", lambda m: self.pictures.mark(self._names[int(m[1]) - 1]), text)
