"""Questions as a paper in Word, the way units type them: answers in the brackets, or none of them."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from training_app.exams.formats.questions import (
    CHOICES,
    DIFFICULTIES,
    ESSAY,
    LETTERS,
    MATCHING,
    NUMERICAL,
    TRUE_FALSE,
    TYPES,
    Question,
    shown_answer,
    shown_number,
)

_TITLES = {
    "single": "单项选择题", "multiple": "多项选择题", "true_false": "判断题", "short_answer": "填空题",
    "numerical": "数值题", "essay": "简答题", "matching": "匹配题",
}  # fmt: skip
_NUMERALS = "一二三四五六七八九十"
_BRACKET = re.compile(r"[（(][\s\u3000]*[)）]")
_PICTURE = re.compile(r"\[图(\d{1,3})\]")


def write(questions: Sequence[Question], title: str) -> bytes:
    """A paper with its answers, grouped by type; what a paper cannot show in brackets stands in lines of its own."""
    import docx  # noqa: PLC0415 - slow to load, and only papers need it
    from docx.shared import Cm, Pt  # noqa: PLC0415

    paper = docx.Document()
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(11)
    style.element.rPr.rFonts.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia", "宋体")
    paper.add_heading(title, 0)
    part = 0
    for kind in TYPES:
        chosen = [q for q in questions if q.type == kind]
        if not chosen:
            continue
        scores = {q.score for q in chosen}
        each = f"（每题{shown_number(chosen[0].score)}分）" if len(scores) == 1 and chosen[0].score else ""
        paper.add_paragraph(f"{_NUMERALS[part]}、{_TITLES[kind]}{each}").runs[0].bold = True
        part += 1
        for number, question in enumerate(chosen, 1):
            for line in _lines(question, number, own_score=not each):
                _put(paper.add_paragraph(), line, question, Cm(8))
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _put(paragraph: Any, line: str, question: Question, width: Any) -> None:
    at = 0
    for mark in _PICTURE.finditer(line):
        number = int(mark[1])
        if not 1 <= number <= len(question.pictures):
            continue
        paragraph.add_run(line[at : mark.start()])
        at = mark.end()
        try:
            paragraph.add_run().add_picture(io.BytesIO(question.pictures[number - 1].data), width=width)
        except Exception:  # noqa: BLE001 - whatever a picture of a kind Word does not take makes the library say
            paragraph.add_run(mark[0])
    paragraph.add_run(line[at:])


def _lines(question: Question, number: int, *, own_score: bool) -> list[str]:
    answer = {"对": "√", "错": "×"}.get(shown_answer(question), shown_answer(question))
    stem, told = question.stem, False
    if question.type in (*CHOICES, TRUE_FALSE):
        blanks = list(_BRACKET.finditer(stem))
        if blanks:
            stem, told = f"{stem[: blanks[-1].start()]}（ {answer} ）{stem[blanks[-1].end() :]}", True
        else:
            stem, told = f"{stem}（ {answer} ）", True
    lines = [f"{number}.{stem}", *(f"{LETTERS[at]}.{option}" for at, option in enumerate(question.options))]
    if question.type == ESSAY and answer:
        lines.append(f"答：{answer}")
    elif question.type in (MATCHING, NUMERICAL) or not told:
        lines.append(f"答案：{answer.replace(chr(10), '；')}")
    if question.explanation:
        lines.append(f"解析：{question.explanation}")
    if question.difficulty:
        lines.append(f"难度：{DIFFICULTIES[question.difficulty]}")
    if own_score and question.score:
        lines.append(f"分值：{shown_number(question.score)}")
    return lines
