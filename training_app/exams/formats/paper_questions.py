"""A question of a paper from its lines: type, gaps, options, answer, points."""

from __future__ import annotations

import re
from collections.abc import Sequence

from training_app.core.spreadsheets.text import half_width
from training_app.exams.formats.markup import Pictures, no_file
from training_app.exams.formats.paper_parts import (
    BLANK,
    FILLED,
    SIGNS,
    UNDERLINE,
    Draft,
    spaced_options,
    unspaced_options,
    without_kind,
    without_points,
)
from training_app.exams.formats.questions import (
    CHOICES,
    ESSAY,
    LETTERS,
    MULTIPLE,
    SHORT_ANSWER,
    SINGLE,
    TRUE_FALSE,
    Notes,
    Question,
    clean,
    difficulty_of,
    is_true_or_false,
    letters_of,
    normal,
    number_of,
    truth_of,
    type_of,
)
from training_app.exams.formats.word import PICTURE

_TRAILING = re.compile(rf"(?<!\s)\s*([{SIGNS}])\s*$")
_PUT_RIGHT = re.compile(
    rf"[（(]\s*([{SIGNS}]|对|错误|错|正确|不正确)\s*[，,。:：;；]\s*([^（）()]{{1,300}})[)）]\s*[。.]?\s*$"
)
_MARKED = re.compile(rf"(?<!\s)\s*[（(\[]\s*(?:正确答案|正确选项|正确|答案|{'|'.join('√✓✔')})\s*[)）\]]\s*$")
_GAPS = re.compile(r"_{2,}|[（(][\s\u3000]*[)）]")
_UNDERLINED = re.compile(rf"{UNDERLINE}([^{UNDERLINE}]+){UNDERLINE}|(?<!_)_{{2,}}([^_\s][^_\n]{{0,80}}?)_{{2,}}")
_IN_BRACKETS = re.compile(r"[（(]([^（）()]{1,60})[)）]")


def question_of(draft: Draft, files: Sequence[tuple[str, bytes]]) -> Question:
    """The question that a draft's lines make; ``files`` are the pictures of the document."""
    stem, told_score = without_points("\n".join(draft.stem))
    stem, told_kind = without_kind(stem)
    kind = told_kind or type_of("".join(draft.labels.get("type", ()))) or draft.kind
    stem, options = _options(draft, stem, kind)
    answer = "\n".join(draft.labels.get("answer", ()))
    explanation = list(draft.labels.get("explanation", ()))
    options, marked = _marked(options)
    answer = answer or marked
    kind = _kind_by_options(kind, options, answer, stem)
    if kind == ESSAY and options:
        stem += "".join(f"\n{LETTERS[at]}.{option}" for at, option in enumerate(options))
        options = []
    if kind == TRUE_FALSE and not answer and (right := _PUT_RIGHT.search(stem)):
        stem, answer = f"{stem[: right.start()]}{BLANK}", right[1]
        explanation.insert(0, right[2])
    gaps = 0
    if kind == SHORT_ANSWER:
        stem, answer, gaps = _gapped(stem, answer)
    elif kind != ESSAY:
        stem, filled = _emptied(stem, kind)
        answer = answer or filled
    if kind in (TRUE_FALSE, "") and not options and not answer and (sign := _TRAILING.search(stem)):
        stem, answer = stem[: sign.start()], sign[1]
    if not kind:
        letters = letters_of(answer)
        kind = (MULTIPLE if len(letters) > 1 else SINGLE) if options else TRUE_FALSE if truth_of(answer) else ESSAY
    if kind == SINGLE and "不定项" in stem:
        kind = MULTIPLE
    answer, options = _told(kind, answer, options, gaps)
    notes = Notes()
    marks = _Marks(files, notes)
    score = number_of("".join(draft.labels.get("score", ())).rstrip("分 ]】") or "-") or told_score or draft.score
    if score is not None and draft.per_blank and not told_score and gaps > 1:
        score *= gaps
    stem = "\n".join([*draft.material, stem]) if draft.material else stem
    return normal(
        Question(
            type=kind, stem=marks.put(stem), options=tuple(marks.put(o) for o in options), answer=marks.put(answer),
            explanation=marks.put("\n".join(explanation)), score=score,
            difficulty=difficulty_of("".join(draft.labels.get("difficulty", ())).rstrip("]】 ")),
            category="".join(draft.labels.get("category", ())), pictures=tuple(marks.pictures.found),
            notes=tuple(notes.found),
        )
    )  # fmt: skip


def _options(draft: Draft, stem: str, kind: str) -> tuple[str, list[str]]:
    """The options, and the stem without those that stand on its own line."""
    options = list(draft.options)
    if not options and kind not in (ESSAY, TRUE_FALSE, SHORT_ANSWER):
        plain = half_width(stem).replace("\u3000", " ")
        last = max(plain.rfind(f"B{sign}") for sign in ".．、")
        inline = re.search(r"[\s)?:。]A[.．、]", plain[: max(last, 0)])
        if inline:
            options = spaced_options(stem[inline.start() + 3 :].strip(), 0)
            options = options if len(options) > 1 else unspaced_options(stem[inline.start() + 3 :].strip(), 0)
            stem = stem[: inline.start() + 1].strip()
    if len(options) == 1 and len(parts := unspaced_options(options[0], 0)) > 1:
        options = parts
    return stem, options


def _marked(options: list[str]) -> tuple[list[str], str]:
    """The options without ``（正确答案）``, and the letters of those that had it."""
    letters = "".join(LETTERS[at] for at, option in enumerate(options[: len(LETTERS)]) if _MARKED.search(option))
    return ([_MARKED.sub("", option) for option in options] if letters else options), letters


def _kind_by_options(kind: str, options: list[str], answer: str, stem: str) -> str:
    """The type, where options show that the heading was a general one: 材料分析题 with A to D below."""
    if kind not in (ESSAY, TRUE_FALSE, SHORT_ANSWER) or len(options) < 2 or is_true_or_false(options):
        return kind
    filled = _emptied(stem, SINGLE)[1]
    letters = letters_of(answer) or letters_of(filled)
    return (MULTIPLE if len(letters) > 1 else SINGLE) if letters else kind


def _told(kind: str, answer: str, options: list[str], gaps: int) -> tuple[str, list[str]]:
    """The answer as its type has it."""
    if kind in CHOICES:
        return letters_of(answer) or letters_of(answer.split(maxsplit=1)[0] if answer.split() else ""), options
    if kind == TRUE_FALSE:
        letters = letters_of(answer)
        if is_true_or_false(options) and letters in ("A", "B"):
            return truth_of(options[LETTERS.index(letters)]), []
        return truth_of(answer) or truth_of(answer[:2]) or truth_of(answer[:1]), []
    if kind == SHORT_ANSWER and gaps > 1:
        return answer, options
    if kind != ESSAY:
        return "\n".join(part.strip() for part in re.split(r"[；;\n]", answer) if part.strip()), options
    return answer, options


def _gapped(stem: str, answer: str) -> tuple[str, str, int]:
    """A fill-in's stem with empty gaps, its answer, and how many gaps there are.

    The answers of several gaps are one text, ``①…②…``: none of them alone is right.
    """
    filled = [a or b for a, b in _UNDERLINED.findall(stem)]
    if not answer and filled:
        stem, answer = _UNDERLINED.sub("____", stem), "\n".join(part.strip() for part in filled)
    stem = stem.replace(UNDERLINE, "")
    if not answer and not _GAPS.search(stem):
        inside = list(_IN_BRACKETS.finditer(stem))
        padded = [m for m in inside if m[1] != m[1].strip()]
        chosen = padded or (inside if len(inside) == 1 else [])
        answer = "\n".join(m[1].strip() for m in chosen)
        for m in reversed(chosen):
            stem = f"{stem[: m.start()]}{BLANK}{stem[m.end() :]}"
    stem, in_letters = _emptied(stem, SHORT_ANSWER) if not answer else (stem, "")
    answer = answer or in_letters
    gaps = len(_GAPS.findall(stem))
    if gaps > 1 and answer:
        for between in (r"[；;\n]", r"[、\s]+"):
            parts = [part.strip() for part in re.split(between, clean(answer)) if part.strip()]
            if len(parts) == gaps:
                return stem, "".join(f"{_circled(at)}{part}" for at, part in enumerate(parts)), gaps
        return stem, clean(answer).replace("\n", " "), gaps
    return stem, answer, gaps


def _circled(at: int) -> str:
    return chr(0x2460 + at) if at < 20 else f"（{at + 1}）"


def _emptied(stem: str, kind: str) -> tuple[str, str]:
    """The stem with its bracket emptied, and what stood in it."""
    found = [m for m in FILLED.finditer(stem) if _fits(m[1] or m[2] or "", kind)]
    told = [m for m in found if (m[1] or m[2] or "").strip()]
    chosen = told[-1] if told else found[-1] if found else None
    if chosen is None:
        return stem, ""
    inside = (chosen[1] or chosen[2] or "").strip()
    return f"{stem[: chosen.start()]}{BLANK}{stem[chosen.end() :]}", inside


def _fits(inside: str, kind: str) -> bool:
    if not inside.strip():
        return True
    if kind == TRUE_FALSE:
        return bool(truth_of(inside)) or letters_of(inside) in ("A", "B")
    return bool(letters_of(inside)) or (not kind and bool(truth_of(inside)))


class _Marks:
    """Puts pictures where the marks of a line stand."""

    def __init__(self, files: Sequence[tuple[str, bytes]], notes: Notes) -> None:
        by_name = {f"{at}:{name}": data for at, (name, data) in enumerate(files, 1)}
        self._names = list(by_name)
        self.pictures = Pictures(by_name.get if files else no_file, notes)

    def put(self, text: str) -> str:
        return re.sub(
            f"{PICTURE}(\\d+){PICTURE}",
            lambda m: self.pictures.mark(self._names[int(m[1]) - 1]),
            text.replace(UNDERLINE, ""),
        )
