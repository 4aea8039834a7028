"""Moodle XML: categories, pictures, and every type of question we hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from training_app.exams.formats.markup import Pictures, decode_base64, no_file, text_of_html
from training_app.exams.formats.questions import (
    CUT,
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
_KNOWN = frozenset(  # everything else a question says about itself is a setting of Moodle's
    (
        "name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber", "answer", "single",
        "shuffleanswers", "answernumbering", "tags", "hint", "usecase", "units", "unitgradingtype", "unitpenalty",
        "showunits", "unitsleft", "graderinfo", "responsetemplate", "subquestion", "shownumcorrect",
        "showstandardinstruction", "instructions", *_FEEDBACK,
    )
)  # fmt: skip
_USUAL_SETTINGS = frozenset(
    ("responseformat=editor", "responserequired=1", "responsefieldlines=15", "responsefieldlines=10", "attachments=0",
     "attachmentsrequired=0", "maxbytes=0", "responserequired=0", "editor=", "filetypeslist=")
)  # fmt: skip
_OPENING, _CLOSING = re.compile(r"<question(?=[\s>/])"), "</question>"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_NAMED = re.compile(r"[QqＱ]?\d{1,6}")  # a name that only counts


def read(root: Element) -> list[Question]:
    """Every question of a quiz, with the category it stands under."""
    return _read((element, 0) for element in root.iter("question"))


def read_damaged(text: str) -> list[Question]:
    """Every whole question of a file that is no XML as it stands: cut off, or with a fault in one of its questions.

    Where something is missing there stands a broken question that tells the line.

    Raises:
        ParseError: not one question can be read.
    """
    questions = _read(_pieces(text))
    if all(question.broken for question in questions):
        fault = ParseError("no whole question")
        fault.code = 0
        raise fault
    return questions


def _read(elements: Iterable[tuple[Element | None, int]]) -> list[Question]:
    questions, category = [], ""
    about: list[tuple[str, str]] = []
    for element, line in elements:
        kind = (element.get("type") or "").strip().lower() if element is not None else ""
        if element is None:
            questions.append(Question(broken=f"{CUT}{line}", category=category))
        elif kind == "category":
            category = _text(element.find("category"))
            told = (_plain(_text(element.find("info"))), (element.findtext("idnumber") or "").strip())
            about = [("about", text) for text in told if text]
        else:
            question = _question(element, kind, category)
            questions.append(replace(question, notes=(*question.notes, *about)) if about else question)
            about = []
        if len(questions) > MAX_QUESTIONS:
            break
    return questions


def _pieces(text: str) -> Iterator[tuple[Element | None, int]]:
    """The questions one by one with the lines they begin at; None for one that is cut off or broken."""
    starts = [found.start() for found in _OPENING.finditer(text)]
    line, before, end = 1, 0, -1
    for start, following in zip(starts, [*starts[1:], len(text)], strict=True):
        line += text.count("\n", before, start)
        before = start
        end = text.find(_CLOSING, start, following)
        yield (_mended(text[start : end + len(_CLOSING)]) if end >= 0 else None), line
    if end >= 0 and "</quiz>" not in text[end:]:
        yield None, line + text.count("\n", before)


def _mended(piece: str) -> Element | None:
    for text in (piece, _LONE.sub("&amp;", _CONTROL.sub("", piece))):
        try:
            found: Element = fromstring(text)
        except ParseError:
            continue
        return found
    return None


def _plain(text: str) -> str:
    return text_of_html(text, Pictures(no_file, Notes()), Notes())


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
        self._raw = ""
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
                self._files.setdefault(quote(name), data)
        raw = _text(element)
        self._raw += unquote(raw)
        if element.get("format") == "plain_text":
            return clean(raw)
        return text_of_html(raw, self.pictures, self.notes)

    def tell_idle_files(self) -> None:
        """Name the files that came along and are no pictures of a text."""
        for name in self._files:
            if name and unquote(name) not in self._raw:
                self.notes.add("file", unquote(name))


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
    for child in element:
        said = f"{child.tag}={(child.text or '').strip()}"
        if child.tag not in _KNOWN and len(child) == 0 and said.partition("=")[2] and said not in _USUAL_SETTINGS:
            texts.notes.add("setting", said)
    name = _plain(_text(element.find("name")))
    if name and not _NAMED.fullmatch(name):
        texts.notes.add("title", name)
    number = (element.findtext("idnumber") or "").strip()
    if number:
        texts.notes.add("id", number)
    for answer in element.findall("answer"):
        said = texts.read(answer.find("feedback"))
        if said:
            texts.notes.add("feedback", said)
    texts.tell_idle_files()


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
    minus = [i for i, share in enumerate(shares) if share < 0 and share != -100]
    if minus and not odd:
        texts.notes.add("minus", "; ".join(f"{options[i]} {shown_number(shares[i])}%" for i in minus))
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
    if any("*" in text for text, share in answers if share > 0):
        texts.notes.add("wildcard", "; ".join(text for text, share in answers if "*" in text and share > 0))
    if (element.findtext("usecase") or "0").strip() == "1":
        texts.notes.add("usecase", "1")
    return Question(type=SHORT_ANSWER, answer="\n".join(text for text, share in answers if share > 0))


def _numerical(element: Element, texts: _Texts) -> Question:
    given = [a for a in element.findall("answer") if _fraction(a) > 0]
    given = [a for a in given if _text(a).strip() != "*"] or given
    answers = [(number_of(_text(a)), a) for a in given]
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
