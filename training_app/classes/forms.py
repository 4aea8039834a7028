"""Shapes of what people type about plans, classes and lessons."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from training_app.classes.labels import DUTY, FILL_ORDER, LESSON_KIND, NAMES_SHOWN, PROGRAM_CATEGORY
from training_app.classes.seating_rules import MOST_COLUMNS, MOST_ROWS, Hall, read_aisles
from training_app.classes.timetable_rules import read_near_day
from training_app.core import clock
from training_app.core.typed import normalise
from training_app.web.fields import DayField
from training_app.web.forms import Form

_NEEDED = InputRequired(_l("This is needed."))


def _strip(text: Any) -> Any:
    return text.strip() if isinstance(text, str) else ""  # a field left out of the form is an empty one


def _optional_id(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class NearDayField(DayField):
    """A day, also typed without its year (12月2日, 12.2): then the one nearest to today."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        text = str(valuelist[0]) if valuelist else ""
        self.data = read_near_day(normalise(text), clock.today())
        if self.data is None:
            super().process_formdata(valuelist)


class PlanLineForm(Form):
    """A line of the annual plan."""

    program = StringField(
        _l("Program"),
        [_NEEDED, Length(max=120)],
        filters=[_strip],
        description=_l("Choose one of the list or type a new one."),
    )
    name = StringField(
        _l("Class name"),
        [_NEEDED, Length(max=120)],
        filters=[_strip],
        description=_l("The cohort is read from it, as 第6期."),
    )
    code = StringField(_l("Class code"), [_NEEDED, Length(max=40)], filters=[_strip])
    audience = StringField(_l("Audience"), [Length(max=120)], filters=[_strip])
    starts_on = NearDayField(_l("First day"), [_NEEDED], description=_l("As 12月2日 or 2026.12.2."))
    ends_on = NearDayField(_l("Last day"), [_NEEDED])
    seats = IntegerField(_l("Planned people"), [_NEEDED, NumberRange(1, 5000)])
    days = IntegerField(_l("Days"), [_NEEDED, NumberRange(1, 366)])
    credit_hours = DecimalField(_l("Credit hours"), [_NEEDED, NumberRange(0.25, 2000)], places=2)
    venue = StringField(_l("Venue"), [Length(max=120)], filters=[_strip])
    host = StringField(_l("Host"), [Length(max=120)], filters=[_strip])
    organiser = StringField(_l("Carried out by"), [Length(max=120)], filters=[_strip])
    note = TextAreaField(_l("Note"), [Length(max=500)], filters=[_strip])


class OpenClassForm(Form):
    """Opening a class from the plan."""

    class_teacher_id = SelectField(_l("Class teacher"), coerce=_optional_id)
    exam_required = BooleanField(_l("This class ends with an exam"), default=True)


class ProgramForm(Form):
    """A program."""

    name = StringField(_l("Program"), [_NEEDED, Length(max=120)], filters=[_strip])
    category = SelectField(_l("Category"), choices=[(key, _l(word)) for key, word in PROGRAM_CATEGORY.items()])
    for_party_members = BooleanField(_l("For party members"))


class ClassSettingsForm(Form):
    """What may be changed of an opened class."""

    name = StringField(_l("Class name"), [_NEEDED, Length(max=120)], filters=[_strip])
    starts_on = NearDayField(_l("First day"), [_NEEDED], description=_l("As 12月2日 or 2026.12.2."))
    ends_on = NearDayField(_l("Last day"), [_NEEDED])
    venue = StringField(_l("Venue"), [Length(max=120)], filters=[_strip])
    is_main = BooleanField(_l("Main class (主体班次)"))
    exam_required = BooleanField(_l("This class ends with an exam"))
    step_seconds = IntegerField(
        _l("The code on the screen changes every"), [_NEEDED, NumberRange(3, 15)], description=_l("3 to 15 seconds.")
    )
    names_shown = SelectField(
        _l("Names on the screen"),
        choices=[(key, _l(word)) for key, word in NAMES_SHOWN.items()],
        description=_l("What the hall sees on the projector and the live wall; lists of staff have the full names."),
    )


class HallForm(Form):
    """Rows of seats."""

    rows = IntegerField(_l("Rows of seats"), [_NEEDED, NumberRange(1, MOST_ROWS)])
    columns = IntegerField(_l("Seats in a row"), [_NEEDED, NumberRange(1, MOST_COLUMNS)])
    aisles = StringField(
        _l("Aisles behind seat"), [Length(max=60)], filters=[_strip], description=_l("As 4, 8; left empty: none.")
    )

    def validate_aisles(self, field: StringField) -> None:
        """Columns of the hall, the last one excepted: behind it is the wall."""
        if read_aisles(field.data, self.columns.data or 0) is None:
            raise ValidationError(_l("Please write the numbers of seats in the row, as 4, 8."))

    @property
    def hall(self) -> Hall:
        """The hall that was described."""
        return Hall(self.rows.data, self.columns.data, read_aisles(self.aisles.data, self.columns.data) or ())


class FillForm(Form):
    """Giving everybody a seat."""

    order = SelectField(_l("Order"), choices=[(key, _l(word)) for key, word in FILL_ORDER.items()])
    keep = BooleanField(_l("Who has a seat keeps it"), default=True)


class StaffForm(Form):
    """Giving somebody a duty."""

    account_id = SelectField(_l("Person"), coerce=int)
    duty = SelectField(_l("Duty"), choices=[(key, _l(word)) for key, word in DUTY.items()])


class LessonForm(Form):
    """A lesson."""

    day = NearDayField(_l("Day"), [_NEEDED], description=_l("As 12月2日 or 2026.12.2."))
    starts = TimeField(_l("Begins at"), [_NEEDED])
    ends = TimeField(_l("Ends at"), [_NEEDED])
    course_id = SelectField(_l("Course of the catalogue"), coerce=_optional_id)
    title = StringField(
        _l("Lesson title"),
        [Length(max=200)],
        filters=[_strip],
        description=_l("Left empty, the course's name is used."),
    )
    kind = SelectField(_l("Form of teaching"), choices=[(key, _l(word)) for key, word in LESSON_KIND.items()])
    teacher_ids = SelectMultipleField(_l("Teachers"), coerce=int)
    room_id = SelectField(_l("Room"), coerce=_optional_id)
    site_id = SelectField(_l("Teaching site"), coerce=_optional_id)
    credit_hours = DecimalField(
        _l("Credit hours"),
        [Optional(), NumberRange(0, 24)],
        places=2,
        description=_l("Left empty, the course's hours are used."),
    )
    reason = StringField(_l("Reason for the change"), [Length(max=300)], filters=[_strip])


class ReasonForm(Form):
    """A reason."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Say why.")), Length(max=300)], filters=[_strip])


class RoomForm(Form):
    """A room."""

    name = StringField(_l("Room"), [_NEEDED, Length(max=120)], filters=[_strip])
    capacity = IntegerField(_l("Seats"), [Optional(), NumberRange(1, 5000)])
