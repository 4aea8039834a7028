"""Forms of leave and bulletins: they check shape, the rules check meaning."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, DecimalField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import DateInput

from training_app.attendance.api import RULE_LIMITS
from training_app.core.handed_in import Paper
from training_app.discipline import labels, rules
from training_app.discipline.services.leave import Request
from training_app.web.fields import DayField
from training_app.web.forms import Form

_NEEDED = InputRequired(_l("This is needed."))
_AGAIN = _l("After a mistake the files have to be chosen again.")
HALF_CHOICES = [("morning", _l("Morning")), ("afternoon", _l("Afternoon"))]


class PickedDayField(DayField):
    """A day from the browser's own calendar."""

    widget = DateInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""


def _half(day: DayField, half: str) -> rules.Half:
    if day.data is None:
        raise ValueError("asked before the form was found in order")
    return rules.Half.of(day.data, half)


class LeaveForm(Form):
    """Asking for leave."""

    enrollment_id = SelectField(_l("Class"), [DataRequired(_l("Please choose the person."))], coerce=int)
    kind = RadioField(_l("Kind of leave"), [InputRequired(_l("Please choose the kind of leave."))])
    first_day = PickedDayField(_l("First day"), [_NEEDED])
    first_half = RadioField(_l("Away from"), choices=HALF_CHOICES, default="morning")
    last_day = PickedDayField(_l("Last day"), [_NEEDED])
    last_half = RadioField(_l("Away until the end of"), choices=HALF_CHOICES, default="afternoon")
    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Please say why.")), Length(max=500)])
    papers = MultipleFileField(
        _l("Certificate (photo or PDF)"),
        [Optional()],
        description=_l("Hospital's or unit's certificate; only those who decide see it. At most 3 files of 8 MB each."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the kinds in the reader's language."""
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            (kind, _("%(kind)s: %(help)s", kind=_(labels.KIND[kind]), help=_(labels.KIND_HELP[kind])))
            for kind in rules.KINDS
        ]
        if self.is_submitted():
            self.papers.description = f"{self.papers.description} {_AGAIN}"

    @property
    def request(self) -> Request:
        """What is asked for; only after the form has been found in order."""
        return Request(
            kind=self.kind.data,
            period=rules.Period(_half(self.first_day, self.first_half.data), _half(self.last_day, self.last_half.data)),
            reason=self.reason.data or "",
            papers=[Paper(file.filename, file.read()) for file in self.papers.data or () if file and file.filename],
        )


class DecisionForm(Form):
    """A note with a yes or a no."""

    note = TextAreaField(_l("Note"), [Length(max=300)], description=_l("Needed when it is refused."))


class BackForm(Form):
    """From when somebody is back."""

    back_day = PickedDayField(_l("Back on"), [_NEEDED])
    back_half = RadioField(_l("From"), choices=HALF_CHOICES, default="morning")

    @property
    def back(self) -> rules.Half:
        """The first half-day there again."""
        return _half(self.back_day, self.back_half.data)


class WithdrawalForm(Form):
    """Why somebody is withdrawn or stays."""

    note = StringField(_l("Reason"), [InputRequired(_l("Please say why.")), Length(max=300)])


def _number(name: str, label: Any, help_: Any) -> IntegerField:
    return IntegerField(label, _within(name), description=help_)


def _within(name: str) -> list[Any]:
    least, most = RULE_LIMITS[name]
    said = _l("A number from %(least)s to %(most)s, please.", least=least, most=most)
    return [_NEEDED, NumberRange(least, most, said)]


class RulesForm(Form):
    """The rules of a class."""

    from_lesson_id = SelectField(
        _l("Counts from lesson"),
        coerce=int,
        description=_l("Earlier lessons keep what was recorded under the earlier rules."),
    )
    opens_before_minutes = _number(
        "opens_before_minutes",
        _l("Check-in is due"),
        _l("Minutes before the lesson begins: from then on the class teacher is asked to open it."),
    )
    late_after_minutes = _number(
        "late_after_minutes", _l("Late from"), _l("Minutes after the lesson has begun, or after check-in was opened.")
    )
    closes_after_minutes = _number(
        "closes_after_minutes", _l("Check-in ends"), _l("Minutes after the lesson has begun; no scan counts after it.")
    )
    check_out_needed = BooleanField(
        _l("People check out, too"),
        description=_l("Who scanned in and never out is recorded as having left early when the lesson is closed."),
    )
    early_minutes = _number(
        "early_minutes",
        _l("Early leaving"),
        _l("Checking out more than so many minutes before the end is early leaving."),
    )
    lates_per_absence = _number(
        "lates_per_absence",
        _l("Lateness adds up"),
        _l("So many times late count as one absence of half a day; 0 switches it off."),
    )
    surprise_wanted = BooleanField(
        _l("A call in mid-lesson"),
        description=_l("Each lesson is to have a second, unannounced code; the class teacher is reminded of it."),
    )
    surprise_minutes = _number(
        "surprise_minutes", _l("A call lasts"), _l("Minutes in which an answer counts; then it ends by itself.")
    )
    location_asked = BooleanField(
        _l("Ask the phone where it is"),
        description=_l(
            "Once, at the press, at teaching sites with coordinates only. Kept is whether it was there, never where;"
            " who does not allow it checks in all the same."
        ),
    )
    location_radius = _number("location_radius", _l("On the spot is"), _l("Metres around the site."))
    half_day_hours = DecimalField(
        _l("Hours of half a day"),
        _within("half_day_hours"),
        places=2,
        description=_l("What an absence by lateness weighs, and leave while the timetable is not there yet."),
    )
    academic_over_half_days = _number(
        "academic_over_half_days",
        _l("Academic affairs decide, too"),
        _l("When leave is longer than so many half-days."),
    )
    organisation_over_half_days = _number(
        "organisation_over_half_days",
        _l("The organisation department decides, too"),
        _l("When leave is longer than so many half-days."),
    )
    absent_days = DecimalField(
        _l("Withdrawal is proposed after"),
        [_NEEDED],
        places=1,
        description=_l(
            "Days absent without leave in all, lateness that adds up included; half days count, 0 switches it off."
            " A person decides."
        ),
        render_kw={"min": 0, "max": 30, "step": 0.5},
    )
