"""A question as plain values, in one normal form whatever file it came from."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from training_app.core.spreadsheets.parsed import Parsed
from training_app.core.spreadsheets.text import half_width

SINGLE, MULTIPLE, TRUE_FALSE = "single", "multiple", "true_false"
SHORT_ANSWER, NUMERICAL, ESSAY, MATCHING = "short_answer", "numerical", "essay", "matching"
TYPES = (SINGLE, MULTIPLE, TRUE_FALSE, SHORT_ANSWER, NUMERICAL, ESSAY, MATCHING)
CHOICES = (SINGLE, MULTIPLE)
CHINESE = {
    SINGLE: "单选", MULTIPLE: "多选", TRUE_FALSE: "判断", SHORT_ANSWER: "填空", NUMERICAL: "数值", ESSAY: "简答",
    MATCHING: "匹配",
}  # fmt: skip
DIFFICULTIES = {"easy": "易", "medium": "中", "hard": "难"}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CELLS = "abcdefghij"  # options that have a cell of their own
MAX_QUESTIONS = 100_000
MAX_TEXT = 20_000
CUT = "cut: "  # what is broken is the file itself, at this line
_ARROW = " → "
_RIGHT = frozenset(["对", "√", "✓", "✔", "☑", "✅", "∨", "正确", "是", "t", "true", "y", "yes", "1", "v", "r"])
_WRONG = frozenset(
    [
        "错",
        "×",
        "✗",
        "✘",
        "✕",
        "✖",
        "╳",
        "❌",
        "☒",
        "x",
        "错误",
        "否",
        "f",
        "false",
        "n",
        "no",
        "0",
        "不对",
        "不正确",
        "w",
    ]
)
_LETTERS = frozenset("txyfnvw01")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?")
_SPACES = re.compile(r"[ \t\x0b\x0c\xa0]+")
_TYPE_WORDS = (
    (MULTIPLE, ("多项选择", "多选", "不定项", "multiple", "multiresponse")),
    (SINGLE, ("单项选择", "单选", "选择题", "single", "multichoice")),
    (TRUE_FALSE, ("判断", "是非", "对错", "truefalse", "true_false")),
    (SHORT_ANSWER, ("填空", "shortanswer", "short_answer")),
    (NUMERICAL, ("数值", "计算", "numerical", "numeric")),
    (MATCHING, ("匹配", "连线", "配对", "matching")),
    (ESSAY, ("简答", "论述", "问答", "名词解释", "案例", "材料", "essay", "分析题")),
)


@dataclass(frozen=True)
class Picture:
    """A picture of a question; its place in the texts is marked ``[图n]``, n from 1."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """The picture by its content."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Question:
    """A question. ``answer``: letters; true or false; a number; a line per accepted text; points of an essay.

    ``broken`` says why it could not be read; ``notes`` are what its file held that we do not hold: (what, value).
    """

    type: str = ""
    stem: str = ""
    options: tuple[str, ...] = ()
    answer: str = ""
    explanation: str = ""
    difficulty: str = ""
    category: str = ""
    score: Decimal | None = None
    tolerance: Decimal | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    distractors: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    broken: str = ""

    def right(self) -> list[int]:
        """Which options are right, from 0; an option that does not exist counts too."""
        return [LETTERS.index(c) for c in self.answer if c in LETTERS] if self.type in CHOICES else []

    def content(self) -> Question:
        """Without what a file happened to add: what must survive being written and read again."""
        return replace(self, notes=(), pictures=tuple(replace(p, name="") for p in self.pictures))


@dataclass
class Notes:
    """Gathers what a file holds that we do not."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, what: str, value: str) -> None:
        """Keep one; the same is kept once."""
        if (what, value) not in self.found:
            self.found.append((what, value[:1000]))


def clean(text: str) -> str:
    """A text in normal form: composed, no control characters, blanks single, lines trimmed, no empty lines."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    text = "".join(c for c in text if c in "\n\t" or _is_text(c))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line.strip("\u3000"))[:MAX_TEXT]


def _is_text(character: str) -> bool:
    """No control character, and none that XML forbids."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs") and character not in "\ufffe\uffff"


def one_line(text: str) -> str:
    """The same in a single line."""
    return clean(text).replace("\n", " ")


def type_of(word: str) -> str:
    """A type by one of its names; '' when it is none."""
    plain = half_width(word).replace(" ", "").lower()
    if plain in TYPES:
        return plain
    if plain == "选择":
        return SINGLE
    return next((kind for kind, names in _TYPE_WORDS if any(name in plain for name in names)), "")


def difficulty_of(word: str) -> str:
    """A level of difficulty by one of its names; '' when it is none."""
    plain = word.strip().lower()
    if plain in DIFFICULTIES:
        return plain
    for code, names in (
        ("hard", "难 困难 较难 高 hard"),
        ("easy", "易 容易 简单 较易 低 easy"),
        ("medium", "中 中等 适中 一般 medium"),
    ):
        if plain in names.split() or plain.removesuffix("度") in names.split():
            return code
    return ""


def truth_of(word: str) -> str:
    """``true``, ``false``, or '' for what says neither."""
    plain = half_width(word).strip().strip("。.()").lower()
    return "true" if plain in _RIGHT else "false" if plain in _WRONG else ""


def is_true_or_false(options: Sequence[str]) -> bool:
    """Whether two options say nothing but right and wrong; letters such as x and y may mean anything."""
    words = [half_width(o).strip("。. ").lower() for o in options]
    return len(words) == 2 and not _LETTERS.intersection(words) and {truth_of(w) for w in words} == {"true", "false"}


def letters_of(text: str) -> str:
    """The letters of an answer, each once, in order: ``A、C`` as ``AC``; '' when it holds anything else."""
    plain = half_width(text).upper()
    found = re.sub(r"[\s、,，;；/|&和\-.()]+", "", plain)
    return "".join(sorted(set(found))) if found and all(c in LETTERS for c in found) else ""


def number_of(text: str) -> Decimal | None:
    """A number as people type it; None when it is none."""
    plain = half_width(text).strip().replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return None
    value = Decimal(plain)
    return value if value.is_finite() and -30 < value.adjusted() < 30 else None


def shown_number(value: Decimal | None) -> str:
    """A number without idle zeros."""
    return "" if value is None else f"{value.normalize():f}" if value else "0"


def shown_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Pairs as lines of a cell."""
    return "\n".join(f"{left}{_ARROW}{right}" for left, right in pairs)


def pairs_of(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs from the lines of a cell."""
    found = []
    for line in re.split(r"[\n;；]", text):
        parts = re.split(r"\s*(?:→|->|=>|——|＝|=)\s*", line, maxsplit=1)
        if len(parts) == 2 and all(p.strip() for p in parts):
            found.append((one_line(parts[0]), one_line(parts[1])))
    return tuple(found)


def normal(question: Question) -> Question:
    """The question in normal form: texts tidy, its answer as its type has it."""
    kind, options = question.type, tuple(one_line(o) for o in question.options)
    answer = clean(question.answer)
    if kind in CHOICES and is_true_or_false(options):
        kind = TRUE_FALSE
        letters = letters_of(answer)
        answer = truth_of(options[LETTERS.index(letters)]) if letters in ("A", "B") else truth_of(answer)
        options = ()
    elif kind in CHOICES:
        answer = letters_of(answer)
    elif kind == TRUE_FALSE:
        answer, options = truth_of(answer), ()
    elif kind == NUMERICAL:
        answer = shown_number(number_of(answer)) if answer else ""
    return replace(
        question, type=kind, stem=clean(question.stem), options=options, answer=answer,
        explanation=clean(question.explanation), category=category_of(question.category),
        tolerance=(question.tolerance or Decimal(0)) if kind == NUMERICAL else None,
        pairs=tuple((one_line(a), one_line(b)) for a, b in question.pairs),
        distractors=tuple(one_line(d) for d in question.distractors if one_line(d)),
    )  # fmt: skip


def category_of(path: str) -> str:
    """A path of categories without Moodle's own first steps, its parts tidy."""
    parts = [one_line(part) for part in re.split(r"(?<!/)/(?!/)", path.replace("\\", "/"))]
    while parts and parts[0].lower() in (
        "",
        "$course$",
        "$system$",
        "$module$",
        "$cat1$",
        "$coursecat$",
        "top",
        "题库",
    ):
        parts.pop(0)
    return "/".join(part for part in parts if part)[:200]


def fingerprint(question: Question) -> str:
    """What makes a question the same as another one: its stem, and for choices and pairs what there is to choose."""
    stem = "".join(c for c in half_width(unicodedata.normalize("NFKC", question.stem)).lower() if c.isalnum())
    stem = stem or question.stem
    choices = sorted(re.sub(r"\s+", "", unicodedata.normalize("NFKC", o)) for o in question.options)
    pairs = sorted(f"{a}={b}" for a, b in question.pairs)
    parts = [stem, *choices, *pairs, *(p.digest for p in question.pictures)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def parsed_of(form: str, questions: list[Question]) -> Parsed:
    """Questions as the items of a file, for checking and repairing."""
    items, extras, findings = [], [], []
    for number, question in enumerate(questions, 1):
        items.append(_item(question))
        extras.append(
            {
                "options": list(question.options),
                "answers": question.answer,
                "pairs": [list(p) for p in question.pairs],
                "distractors": list(question.distractors),
                "tolerance": shown_number(question.tolerance) if question.tolerance else "",
                "pictures": [[p.name, base64.b64encode(p.data).decode()] for p in question.pictures],
                "notes": [list(n) for n in question.notes],
                "format": form,
            }
        )
        if question.broken.startswith(CUT):
            findings.append((number, "", "file_cut", {"line": question.broken.removeprefix(CUT)}))
        elif question.broken:
            findings.append((number, "", "format_broken", {"reason": question.broken}))
    return Parsed(form, items, extras, findings)


def _item(question: Question) -> dict[str, Any]:
    item = {
        "type": CHINESE.get(question.type, question.type), "stem": question.stem, "answer": shown_answer(question),
        "explanation": question.explanation, "difficulty": DIFFICULTIES.get(question.difficulty, ""),
        "category": question.category, "score": shown_number(question.score),
    }  # fmt: skip
    return item | {f"option_{c}": o for c, o in zip(CELLS, question.options, strict=False)}


def shown_answer(question: Question) -> str:
    """The answer as a cell has it."""
    if question.type == TRUE_FALSE:
        return {"true": "对", "false": "错"}.get(question.answer, "")
    if question.type == MATCHING:
        return shown_pairs(question.pairs)
    if question.type == NUMERICAL and question.tolerance:
        return f"{question.answer}±{shown_number(question.tolerance)}"
    return question.answer
