"""Moodle XML: categories, pictures, and every type of question we hold."""

from __future__ import annotations

from decimal import Decimal
from xml.etree.ElementTree import Element

from training_app.exams.formats.markup import Pictures, decode_base64, text_of_html
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
    truth_of,
)

_KINDS = {
    "multichoice": SINGLE, "truefalse": TRUE_FALSE, "shortanswer": SHORT_ANSWER, "numerical": NUMERICAL,
    "essay": ESSAY, "matching": MATCHING, "match": MATCHING,
}  # fmt: skip
_FEEDBACK = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_IDLE_FEEDBACK = frozenset(  # what Moodle writes by itself
    (
        "", "您的答案正确。", "您的答案部分正确。", "您的答案不正确。", "回答正确", "部分正确", "回答不正确",
        "Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.",
    )
)  # fmt: skip
_USUAL_PENALTIES = ("", "0", "0.1", "0.3333333", "0.33333", "1", "0.0000000", "0.1000000", "1.0000000")
LEVEL = "难度："


def read(root: Element) -> list[Question]:
    """Every question of a quiz, with the category it stands under."""
    questions, category = [], ""
    for element in root.iter("question"):
        kind = (element.get("type") or "").strip().lower()
        if kind == "category":
            category = _text(element.find("category"))
        else:
            questions.append(_question(element, kind, category))
        if len(questions) > MAX_QUESTIONS:
            break
    return questions


def _text(element: Element | None) -> str:
    if element is None:
        return ""
    inner = element.find("text")
    return (inner.text if inner is not None else element.text) or ""


class _Texts:
    """Reads the texts of one question, each with the files it brings along."""

    def __init__(self) -> None:
        self.notes = Notes()
        self._files: dict[str, bytes] = {}
        self.pictures = Pictures(lambda name: self._files.get(name.rpartition("/")[2]), self.notes)

    def read(self, element: Element | None, *, as_feedback: bool = False) -> str:
        if element is None:
            return ""
        for file in element.findall("file"):
            data = decode_base64(file.text or "") if file.get("encoding", "base64") == "base64" else None
            name = (file.get("name") or "").rpartition("/")[2]
            if data is None:
                self.notes.add("picture_missing", name)
            else:
                self._files[name] = data
                self._files.setdefault(_quoted(name), data)
        raw = _text(element)
        if element.get("format") == "plain_text":
            return clean(raw)
        return text_of_html(raw, self.pictures, self.notes)


def _quoted(name: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - one use

    return quote(name)


def _question(element: Element, kind: str, category: str) -> Question:
    texts = _Texts()
    notes = texts.notes
    stem = texts.read(element.find("questiontext"))
    if kind not in _KINDS:
        return Question(stem=stem or clean(_text(element.find("name"))), broken=kind or "type", category=category)
    explanation = texts.read(element.find("generalfeedback"))
    answered = {
        "multichoice": _choices, "truefalse": _truth, "shortanswer": _short, "numerical": _numerical,
        "essay": _essay, "matching": _matching, "match": _matching,
    }[kind](element, texts)  # fmt: skip
    tags = [clean(_text(tag)) for tag in element.findall("tags/tag")]
    levels = [difficulty_of(tag.removeprefix(LEVEL)) for tag in tags if tag.startswith(LEVEL)]
    tags = [tag for tag in tags if tag and not tag.startswith(LEVEL)]
    path = normal(Question(category=category)).category
    if not path and len(tags) == 1:
        path, tags = tags[0], []
    for tag in tags:
        if tag != path:
            notes.add("tag", tag)
    _remarks(element, texts)
    grade = element.find("defaultgrade")
    done = Question(
        type=answered.type, stem=stem, options=answered.options, answer=answered.answer, explanation=explanation,
        difficulty=levels[0] if levels else "", category=path, tolerance=answered.tolerance, pairs=answered.pairs,
        score=number_of(grade.text or "") if grade is not None else None, distractors=answered.distractors,
        pictures=tuple(texts.pictures.found), notes=tuple(notes.found), broken=answered.broken,
    )  # fmt: skip
    return normal(done)


def _remarks(element: Element, texts: _Texts) -> None:
    """What Moodle holds and we do not."""
    for hint in element.findall("hint"):
        texts.notes.add("hint", texts.read(hint))
    for name in _FEEDBACK:
        said = texts.read(element.find(name))
        if said not in _IDLE_FEEDBACK:
            texts.notes.add("feedback", said)
    penalty = (element.findtext("penalty") or "").strip()
    if penalty not in _USUAL_PENALTIES:
        texts.notes.add("penalty", penalty)
    number = (element.findtext("idnumber") or "").strip()
    if number:
        texts.notes.add("id", number)
    for answer in element.findall("answer"):
        said = texts.read(answer.find("feedback"))
        if said:
            texts.notes.add("feedback", said)


def _fraction(answer: Element) -> Decimal:
    return number_of(answer.get("fraction") or "0") or Decimal(0)


def _choices(element: Element, texts: _Texts) -> Question:
    answers = element.findall("answer")
    single = (element.findtext("single") or "true").strip().lower() in ("true", "1")
    options = [texts.read(answer).replace("\n", " ") for answer in answers]
    shares = [_fraction(answer) for answer in answers]
    if single:
        right = [i for i, share in enumerate(shares) if share >= 100]
        odd = [i for i, share in enumerate(shares) if share not in (0, 100)]
    else:
        right = [i for i, share in enumerate(shares) if share > 0]
        odd = right if len({round(shares[i]) for i in right}) > 1 else []
    if odd:
        texts.notes.add("weights", "; ".join(f"{o} {shown_number(s)}%" for o, s in zip(options, shares, strict=True)))
    letters = "".join(LETTERS[i] for i in right if i < len(LETTERS))
    broken = "> 26" if len(options) > len(LETTERS) else ""
    return Question(type=SINGLE if single else MULTIPLE, options=tuple(options), answer=letters, broken=broken)


def _truth(element: Element, texts: _Texts) -> Question:
    right = [texts.read(answer) for answer in element.findall("answer") if _fraction(answer) >= 100]
    return Question(type=TRUE_FALSE, answer=truth_of(right[0]) if right else "")


def _short(element: Element, texts: _Texts) -> Question:
    answers = [(texts.read(a).replace("\n", " "), _fraction(a)) for a in element.findall("answer")]
    if any(share not in (0, 100) for _, share in answers):
        texts.notes.add("weights", "; ".join(f"{text} {shown_number(share)}%" for text, share in answers))
    if (element.findtext("usecase") or "0").strip() == "1":
        texts.notes.add("usecase", "1")
    return Question(type=SHORT_ANSWER, answer="\n".join(text for text, share in answers if share > 0))


def _numerical(element: Element, texts: _Texts) -> Question:
    answers = [(number_of(_text(a)), a) for a in element.findall("answer") if _fraction(a) > 0]
    if any(value is None for value, _ in answers):
        return Question(type=NUMERICAL, broken="numerical")
    answers.sort(key=lambda each: -_fraction(each[1]))
    for value, answer in answers[1:]:
        texts.notes.add("weights", f"{shown_number(value)} {answer.get('fraction')}%")
    units = [clean(u.findtext("unit_name") or "") for u in element.findall("units/unit")]
    if any(units):
        texts.notes.add("unit", "、".join(units))
    if not answers:
        return Question(type=NUMERICAL)
    value, best = answers[0]
    tolerance = number_of(best.findtext("tolerance") or "0") or Decimal(0)
    return Question(type=NUMERICAL, answer=shown_number(value), tolerance=abs(tolerance))


def _essay(element: Element, texts: _Texts) -> Question:
    template = texts.read(element.find("responsetemplate"))
    if template:
        texts.notes.add("template", template)
    return Question(type=ESSAY, answer=texts.read(element.find("graderinfo")))


def _matching(element: Element, texts: _Texts) -> Question:
    pairs = []
    for sub in element.findall("subquestion"):
        left = texts.read(sub).replace("\n", " ")
        pairs.append((left, clean(_text(sub.find("answer"))).replace("\n", " ")))
    return Question(
        type=MATCHING,
        pairs=tuple((a, b) for a, b in pairs if a),
        distractors=tuple(b for a, b in pairs if not a and b),
    )
