"""Tables of a Word document as lines: questions listed in columns, answers below their numbers, options in cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from training_app.exams.formats.questions import LETTERS

Cell = Sequence[str]
_COLUMNS = {
    "number": "序号|题号|编号",
    "type": "题型|类型|试题类型",
    "stem": "题干|题目|试题|试题内容|题目内容|内容|问题",
    "options": "选项|备选答案|备选项|选项内容",
    "answer": "答案|正确答案|参考答案|标准答案",
    "explanation": "解析|答案解析|试题解析|说明|依据|出处",
    "difficulty": "难度|难易度|难易程度",
    "score": "分值|分数",
    "category": "类别|知识点|考点",
}
_LABELS = {
    "answer": "答案", "explanation": "解析", "difficulty": "难度", "score": "分值", "category": "知识点",
}  # fmt: skip


def lines_of_table(rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """The lines of a table, given the lines of each cell."""
    head = _head(rows[0]) if len(rows) > 1 else {}
    if "stem" in head.values() and "answer" in head.values():
        for count, row in enumerate(rows[1:], 1):
            yield from _question(row, head, count)
        return
    for row in rows:
        cells = [[line for line in cell if line.strip()] for cell in row]
        if len(cells) > 1 and all(len(cell) <= 1 for cell in cells):
            line = "\t".join(cell[0].strip() if cell else "" for cell in cells)
            if line.strip():
                yield line
        else:
            for cell in cells:
                yield from cell


def _head(row: Sequence[Cell]) -> dict[int, str]:
    found: dict[int, str] = {}
    for at, cell in enumerate(row):
        word = re.sub(r"\s", "", "".join(cell))
        option = re.fullmatch(r"(?:选项)?([A-Ha-h])(?:选项)?", word)
        if option:
            found[at] = option[1].upper()
        elif name := next((name for name, words in _COLUMNS.items() if re.fullmatch(words, word)), ""):
            found.setdefault(at, name)
    return found


def _question(row: Sequence[Cell], head: dict[int, str], count: int) -> Iterator[str]:
    cells = {name: [line for line in row[at] if line.strip()] for at, name in head.items() if at < len(row)}
    if not cells.get("stem"):
        for cell in row:
            yield from cell
        return
    told = re.search(r"\d{1,4}", "".join(cells.get("number", ())))
    kind = "".join(cells.get("type", ())).strip()
    first, *rest = cells["stem"]
    bare = re.sub(r"^\s*\d{1,4}\s*[.．、]\s*", "", first)
    yield f"{told[0] if told else count}.{f'（{kind}）' if kind else ''}{bare}"
    yield from rest
    yield from cells.get("options", ())
    for letter in LETTERS[:8]:
        text = " ".join(cells.get(letter, ())).strip()
        if text and text not in ("/", "无", "—", "-"):
            yield f"{letter}.{re.sub(rf'^{letter}[.．、]', '', text)}"
    for name, label in _LABELS.items():
        lines = cells.get(name)
        if lines:
            yield f"{label}：{lines[0]}"
            yield from lines[1:]
