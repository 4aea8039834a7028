"""Forms of exams: shape only; the rules say what fits."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from training_app.core import clock
from training_app.exams.admission_rules import AdmissionRules
from training_app.exams.services.scheduling import Schedule
from training_app.web.forms import Form


class ExamForm(Form):
    """When, where, for how many marks."""

    title = StringField(_l("Exam title"), [DataRequired(), Length(max=200)])
    starts_at = DateField(_l("Day of the exam"), [InputRequired()])
    time = TimeField(_l("Exam begins at"), [InputRequired()])
    duration_minutes = IntegerField(_l("Minutes allowed"), [InputRequired()], default=90)
    place = StringField(_l("Exam room"), [DataRequired(), Length(max=120)])
    full_marks = DecimalField(
        _l("Full marks"), [InputRequired(), NumberRange(1, 999)], places=None, default=Decimal(100)
    )
    pass_mark = DecimalField(_l("Pass mark"), [InputRequired(), NumberRange(1, 999)], places=None, default=Decimal(60))
    lesson_id = SelectField(
        _l("Lesson of the timetable"), [Optional()], coerce=lambda value: int(value or 0), default=0
    )

    def schedule(self) -> Schedule:
        """What was filled in."""
        day, time = self.starts_at.data, self.time.data
        return Schedule(
            title=self.title.data.strip(),
            starts_at=clock.at_local(day, time.hour, time.minute),
            duration_minutes=self.duration_minutes.data,
            place=self.place.data.strip(),
            full_marks=_one_place(self.full_marks.data),
            pass_mark=_one_place(self.pass_mark.data),
            lesson_id=self.lesson_id.data or None,
        )

    def start_from(self, starts_at: datetime) -> None:
        """Show an instant as day and time of the county."""
        local = clock.local(starts_at)
        self.starts_at.data, self.time.data = local.date(), local.time()


class ReasonForm(Form):
    """Why something is taken back."""

    reason = StringField(_l("Reason"), [DataRequired(), Length(max=300)])


class AdmissionRulesForm(Form):
    """How much absence shuts out of the exam, and from which day on."""

    excludes = BooleanField(_l("Who missed too much is not admitted to the exam"))
    counts = RadioField(
        _l("Which hours count against somebody"),
        choices=[("missed", _l("Leave and absence, granted leave to come included")), ("leave", _l("Leave only"))],
        default="missed",
    )
    numerator = IntegerField(_l("Numerator"), [InputRequired(), NumberRange(1, 100)], default=1)
    denominator = IntegerField(_l("Denominator"), [InputRequired(), NumberRange(1, 100)], default=7)
    counts_from = DateField(_l("For exams sat on this day or later"), [InputRequired()])

    def laid_down(self) -> AdmissionRules:
        """What was filled in."""
        return AdmissionRules(bool(self.excludes.data), self.counts.data, self.numerator.data, self.denominator.data)


class SettleForm(Form):
    """What counts where two entries differ."""

    score = StringField(_l("What counts"), [Length(max=16)])
    reason = StringField(_l("Reason"), [Length(max=300)])


class ChangeForm(Form):
    """Another value of a published score, and why."""

    score = StringField(_l("Right score"), [DataRequired(), Length(max=16)])
    reason = TextAreaField(_l("Reason"), [DataRequired(), Length(max=300)])


class DecisionForm(Form):
    """Yes or no to a change."""

    note = StringField(_l("Note on the decision"), [Length(max=300)])


def _one_place(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))
