"""GIFT, as Moodle and others write it."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from training_app.exams.formats.markup import Pictures, no_file, text_of_html
from training_app.exams.formats.questions import (
    ESSAY,
    LETTERS,
    MATCHING,
    MAX_QUESTIONS,
    MULTIPLE,
    NUMERICAL,
    SHORT_ANSWER,
    SINGLE,
    TRUE_FALSE,
    Notes,
    Question,
    clean,
    difficulty_of,
    normal,
    number_of,
    shown_number,
)

CATEGORY = re.compile(r"\s*\$CATEGORY:\s*(.*)", re.IGNORECASE)
POINTS = "参考要点："
_POINTS = re.compile(r"//\s*(?:参考要点|参考答案|答案要点)[:：]\s*(.*)", re.DOTALL)
_TAGS = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])*)\]")
_TITLE = re.compile(r"\s*::((?:\\.|[^\\:]|:(?!:))*)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|plain|moodle|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"%(-?\d+(?:\.\d+)?)%")
_TRUTH = re.compile(r"(T|TRUE|F|FALSE)\s*(?=#|$)", re.IGNORECASE)
_NUMBERED = re.compile(r"[QqＱ]?\d{1,6}")  # a title that only counts
_BLANK = "（　）"


def unescape(text: str) -> str:
    """What the backslashes stand for."""
    return re.sub(
        r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1] if m[1] in "~=#{}:\\[]" else m[0], text, flags=re.DOTALL
    )


@lru_cache(maxsize=32)
def _signs(signs: str) -> re.Pattern[str]:
    return re.compile(rf"\\.|[{re.escape(signs)}]", re.DOTALL)


def find(text: str, signs: str, start: int = 0) -> int:
    """Where one of the signs stands unescaped; -1 when nowhere."""
    return next((m.start() for m in _signs(signs).finditer(text, start) if m[0][0] != "\\"), -1)


def split(text: str, signs: str) -> list[str]:
    """The text cut before every unescaped sign; what stands before the first one comes first."""
    cuts = [0, *(m.start() for m in _signs(signs).finditer(text) if m[0][0] != "\\")]
    return [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def read(text: str) -> list[Question]:
    """Every question in order, with the category it stands under."""
    questions: list[Question] = []
    category, points, tags = "", "", []
    for block in _blocks(text):
        lines, words = [], []
        for line in block.split("\n"):
            if line.lstrip().startswith("//"):
                tags += _TAGS.findall(line)
                said = _POINTS.match(line.strip())
                points = unescape(said[1]) if said else points
            elif named := CATEGORY.match(line):
                category = unescape(named[1])
            else:
                lines.append(line)
                words.append(line.strip())
        if any(words):
            questions.append(_question("\n".join(lines), category, points, tags))
            points, tags = "", []
        if len(questions) > MAX_QUESTIONS:
            break
    return questions


def _blocks(text: str) -> list[str]:
    """Questions, apart by empty lines, or by a title after a closed brace; an open one may go on behind its gap."""
    blocks: list[str] = []
    for piece in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        parts = re.split(r"(?<=\})[ \t]*\n(?=[ \t]*::)", piece)
        for part in parts:
            starts = part.lstrip().startswith(("::", "$", "//"))
            if blocks and not starts and _is_open(blocks[-1]) and _closes(part):
                blocks[-1] += "\n" + part
            else:
                blocks.append(part)
    return blocks


def _is_open(block: str) -> bool:
    body = "\n".join(line for line in block.split("\n") if not line.lstrip().startswith("//"))
    at = find(body, "{")
    return at >= 0 and find(body, "}", at) < 0


def _closes(part: str) -> bool:
    closing, opening = find(part, "}"), find(part, "{")
    return closing >= 0 and (opening < 0 or closing < opening)


def _question(block: str, category: str, points: str, tags: list[tuple[str, str]]) -> Question:
    notes = Notes()
    pictures = Pictures(no_file, notes)
    title = _TITLE.match(block)
    if title and (name := clean(unescape(title[1]))) and not _NUMBERED.fullmatch(name):
        notes.add("title", name)
    rest = block[title.end() :] if title else block
    form = _FORMAT.match(rest)
    how = form[1].lower() if form else "moodle"
    rest = rest[form.end() :] if form else rest
    opening = find(rest, "{")
    closing = find(rest, "}", opening + 1) if opening >= 0 else -1
    if opening < 0 or closing < 0 or 0 <= find(rest, "{", opening + 1) < closing:
        broken = "{ }" if opening >= 0 else "description"
        return Question(stem=clean(unescape(rest.partition("{")[0])), category=category, broken=broken)

    def told(raw: str, default: str = how) -> str:
        own = _FORMAT.match(raw)
        plain = unescape(raw[own.end() :] if own else raw)
        style = own[1].lower() if own else default
        return clean(plain) if style == "plain" else text_of_html(plain, pictures, notes)

    tail = rest[closing + 1 :].strip()
    stem = told(rest[:opening])
    if tail:
        stem = f"{stem}{_BLANK}{told(tail)}"
    body, _, general = _general(rest[opening + 1 : closing])
    question = _answered(body.strip(), told, notes)
    score, difficulty = None, ""
    for key, value in tags:
        name, _, word = unescape(value).partition("=")
        if key == "tag" and name == "难度" and word:
            difficulty = difficulty_of(word)
        elif key == "tag" and name == "分值" and word:
            score = number_of(word)
        else:
            notes.add(key, unescape(value))
    answer = points if question.type == ESSAY and points else question.answer
    done = Question(
        type=question.type, stem=stem, options=question.options, answer=answer, tolerance=question.tolerance,
        pairs=question.pairs, distractors=question.distractors, explanation=told(general), difficulty=difficulty,
        category=category, score=score,
        pictures=tuple(pictures.found), notes=tuple(notes.found), broken=question.broken,
    )  # fmt: skip
    return normal(done)


def _general(body: str) -> tuple[str, str, str]:
    at = find(body, "#")
    while at >= 0:
        if body[at : at + 4] == "####":
            return body[:at], "####", body[at + 4 :]
        at = find(body, "#", at + 1)
    return body, "", ""


def _answered(body: str, told: object, notes: Notes) -> Question:
    say = told if callable(told) else str
    if not body:
        return Question(type=ESSAY)
    truth = _TRUTH.match(body)
    if truth:
        for part in split(body[truth.end() :], "#"):
            if part.strip("# \n"):
                notes.add("feedback", say(part.lstrip("#")))
        return Question(type=TRUE_FALSE, answer="true" if truth[1][0] in "Tt" else "false")
    if body.startswith("#"):
        return _numerical(body[1:], say, notes)
    first, *parts = split(body, "=~")
    if first.strip():
        return Question(broken="= ~")
    answers = [_Answer(part, notes, say) for part in parts]
    if all(a.sign == "=" for a in answers):
        if all(a.arrow >= 0 for a in answers):
            return _matching(answers, say)
        accepted = [a for a in answers if a.weight is None or a.weight > 0]
        if stars := [a.text for a in accepted if "*" in a.text]:
            notes.add("wildcard", "; ".join(stars))
        if any(a.weight not in (None, 100) for a in answers):
            notes.add("weights", "; ".join(f"{a.text} {a.weight}%" for a in answers if a.weight is not None))
        return Question(type=SHORT_ANSWER, answer="\n".join(a.text.replace("\n", " ") for a in accepted))
    return _choices(answers, notes)


class _Answer:
    def __init__(self, part: str, notes: Notes, say: object) -> None:
        tell = say if callable(say) else str
        self.sign, rest = part[0], part[1:].strip()
        weight = _WEIGHT.match(rest)
        self.weight = Decimal(weight[1]) if weight else None
        rest = rest[weight.end() :] if weight else rest
        feedback = find(rest, "#")
        if feedback >= 0:
            if rest[feedback + 1 :].strip():
                notes.add("feedback", str(tell(rest[feedback + 1 :].strip())))
            rest = rest[:feedback]
        self.raw = rest.strip()
        self.arrow = _arrow(self.raw)
        self.text = str(tell(self.raw))


def _arrow(raw: str) -> int:
    return next(
        (
            m.start()
            for m in re.finditer(r"->", raw)
            if raw[: m.start()].count("\\") % 2 == 0 or raw[m.start() - 1] != "\\"
        ),
        -1,
    )


def _matching(answers: list[_Answer], say: object) -> Question:
    tell = say if callable(say) else str
    pairs = [(tell(a.raw[: a.arrow].strip()), tell(a.raw[a.arrow + 2 :].strip())) for a in answers]
    return Question(
        type=MATCHING,
        pairs=tuple((left, right) for left, right in pairs if left),
        distractors=tuple(right for left, right in pairs if not left),
    )


def _choices(answers: list[_Answer], notes: Notes) -> Question:
    exact = [i for i, a in enumerate(answers) if a.sign == "=" and (a.weight is None or a.weight == 100)]
    whole = [i for i, a in enumerate(answers) if a.weight == 100 and a.sign == "~"]
    positive = [i for i, a in enumerate(answers) if (a.weight or 0) > 0]
    weighted = [a for a in answers if a.weight is not None]
    if exact:
        kind, right = (SINGLE if len(exact) == 1 else MULTIPLE), exact
        odd = [a for a in weighted if a.weight not in (100, 0)]
    elif whole and len(positive) > 1:
        kind, right, odd = SINGLE, whole, [answers[i] for i in positive if i not in whole]
    elif weighted:
        kind, right = MULTIPLE, positive
        odd = weighted if len({answers[i].weight for i in positive}) > 1 else []
    else:
        kind, right, odd = SINGLE, [], []
    if odd:
        notes.add("weights", "; ".join(f"{a.text} {a.weight}%" for a in answers if a.weight is not None))
    if not odd and (minus := [a for a in weighted if a.weight is not None and a.weight < 0 and a.weight != -100]):
        notes.add("minus", "; ".join(f"{a.text} {a.weight}%" for a in minus))
    letters = "".join(LETTERS[i] for i in right if i < len(LETTERS))
    broken = "> 26" if len(answers) > len(LETTERS) else ""
    return Question(type=kind, options=tuple(a.text for a in answers), answer=letters, broken=broken)


def _numerical(body: str, say: object, notes: Notes) -> Question:
    tell = say if callable(say) else str
    parts = split(body, "=~") if body.lstrip().startswith(("=", "~")) else [f"={body}"]
    values = []
    for part in parts:
        text = part.strip().lstrip("=~").strip()
        if not text:
            continue
        weight = _WEIGHT.match(text)
        text = text[weight.end() :] if weight else text
        said = find(text, "#")
        if said >= 0:
            notes.add("feedback", str(tell(text[said + 1 :].strip())))
            text = text[:said]
        if not text.strip():
            continue  # what is said to wrong answers
        found = _range(unescape(text).strip())
        if found is None:
            return Question(type=NUMERICAL, broken=text.strip()[:40] or "#")
        values.append((found, Decimal(weight[1]) if weight else Decimal(100)))
    if not values:
        return Question(type=NUMERICAL)
    best, _weight = max(values, key=lambda v: v[1])
    for (value, tolerance), share in values:
        if (value, tolerance) != best:
            notes.add("weights", f"{shown_number(value)}±{shown_number(tolerance)} {share}%")
    return Question(type=NUMERICAL, answer=shown_number(best[0]), tolerance=best[1])


def _range(text: str) -> tuple[Decimal, Decimal] | None:
    low, dots, high = text.partition("..")
    if dots:
        a, b = number_of(low), number_of(high)
        return None if a is None or b is None or a > b else ((a + b) / 2, (b - a) / 2)
    value, _, tolerance = text.partition(":")
    a, b = number_of(value), number_of(tolerance or "0")
    return None if a is None or b is None else (a, abs(b))
