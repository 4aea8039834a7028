"""The form of a question: the fields of its type, no others."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from training_app.exams import question_labels as labels
from training_app.exams.formats.markup import MAX_PICTURE, picture_kind
from training_app.exams.formats.questions import (
    CHOICES,
    ESSAY,
    MATCHING,
    NUMERICAL,
    SHORT_ANSWER,
    TRUE_FALSE,
    Picture,
    Question,
    pairs_of,
    shown_pairs,
)
from training_app.web.fields import NumberField
from training_app.web.forms import Form

_FIELDS = {
    **dict.fromkeys(CHOICES, ("options", "answer")),
    TRUE_FALSE: ("truth",),
    SHORT_ANSWER: ("texts",),
    NUMERICAL: ("answer", "tolerance"),
    ESSAY: ("points",),
    MATCHING: ("pairs", "distractors"),
}
_ANSWER_FIELDS = ("answer", "truth", "texts", "points", "pairs")


class QuestionForm(Form):
    """A question; ``for_type`` leaves the fields of its type."""

    stem = TextAreaField(
        _l("Stem"),
        validators=[InputRequired(_l("Please enter the stem.")), Length(max=20_000)],
        description=_l("（　） marks where the answer goes; [图1] where the first picture goes."),
    )
    options = TextAreaField(_l("Options"), validators=[Optional()], description=_l("One a line; the first is A."))
    answer = StringField(_l("Answer"), validators=[Length(max=200)])
    truth = RadioField(_l("Answer"), choices=[("true", _l("right")), ("false", _l("wrong"))], validators=[Optional()])
    texts = TextAreaField(_l("Accepted answers"), description=_l("One a line."))
    tolerance = NumberField(_l("Tolerance"), description=_l("How far the answer may be off; empty: not at all."))
    points = TextAreaField(_l("Points of the answer"), description=_l("What a marker looks for."))
    pairs = TextAreaField(_l("Pairs"), description=_l("One a line: left → right."))
    distractors = TextAreaField(_l("Further right sides"), description=_l("One a line; they belong to nothing."))
    explanation = TextAreaField(_l("Explanation"), validators=[Length(max=20_000)])
    category = StringField(
        _l("Category"), validators=[Length(max=200)], description=_l("A path such as 党的建设/组织制度.")
    )
    difficulty = SelectField(
        _l("Difficulty"), choices=[("", _l("not given")), *labels.DIFFICULTIES.items()], default=""
    )
    score = NumberField(_l("Points for it"))
    picture = FileField(_l("Add a picture"), description=_l("PNG, JPEG, GIF or WebP up to 2 MB."))

    def for_type(self, kind: str) -> QuestionForm:
        """Leave out what a question of this type has not."""
        kept = _FIELDS[kind]
        for name in ("options", "answer", "truth", "texts", "tolerance", "points", "pairs", "distractors"):
            if name not in kept:
                delattr(self, name)
        if kind in CHOICES:
            self.answer.description = (
                _("The letter of the right option.") if kind == "single" else _("The letters of the right options.")
            )
        return self

    def validate_picture(self, field: Any) -> None:
        """A picture by its own bytes, and not too large."""
        if not field.data:
            return
        data = field.data.read(MAX_PICTURE + 1)
        field.data.seek(0)
        if len(data) > MAX_PICTURE or not picture_kind(data):
            raise ValidationError(_("This is no PNG, JPEG, GIF or WebP picture, or it is larger than 2 MB."))

    def validate_score(self, field: Any) -> None:
        """Points are above 0 and have two places at most."""
        if field.data is not None and not (0 < field.data < 1000 and round(field.data, 2) == field.data):
            raise ValidationError(_("Please type a number above 0."))

    def take_fault(self, fields: dict[str, str]) -> dict[str, str]:
        """The fault of an answer beside the field that this type has for it."""
        there = next((name for name in _ANSWER_FIELDS if name in self._fields), "stem")
        moved = {("stem" if name == "type" else there if name == "answer" else name): m for name, m in fields.items()}
        return {name if name in self._fields else "stem": message for name, message in moved.items()}

    def question(self, kind: str, before: Question | None = None) -> Question:
        """What was typed, with the pictures there were and the one added."""
        pictures = before.pictures if before else ()
        stem = self.stem.data or ""
        if self.picture.data:
            pictures = (*pictures, Picture(self.picture.data.filename or "", self.picture.data.read(MAX_PICTURE)))
            if f"[图{len(pictures)}]" not in stem:
                stem = f"{stem}\n[图{len(pictures)}]"
        given = {name: field.data for name, field in self._fields.items()}
        answer = given.get("answer") or given.get("truth") or given.get("texts") or given.get("points") or ""
        pairs = given.get("pairs") or ""
        same = before is not None and pairs.split() == shown_pairs(before.pairs).split()
        return Question(
            type=kind, stem=stem, options=_lines(given.get("options")), answer=answer,
            explanation=given["explanation"] or "",
            difficulty=given["difficulty"] or "", category=given["category"] or "", score=given["score"],
            tolerance=given.get("tolerance"), pairs=before.pairs if before and same else pairs_of(pairs),
            distractors=_lines(given.get("distractors")), pictures=pictures,
        )  # fmt: skip


def known(question: Question) -> dict[str, Any]:
    """What the form shows of a question there is."""
    return {
        "stem": question.stem, "options": "\n".join(question.options), "answer": question.answer,
        "truth": question.answer, "texts": question.answer, "points": question.answer,
        "tolerance": question.tolerance or None, "pairs": shown_pairs(question.pairs),
        "distractors": "\n".join(question.distractors), "explanation": question.explanation,
        "category": question.category, "difficulty": question.difficulty, "score": question.score,
    }  # fmt: skip


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line for line in (text or "").replace("\r", "").split("\n") if line.strip())
