"""Forms of the catalogue, the sites and the routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional

from training_app.web.fields import NumberField, WholeNumberField
from training_app.web.forms import Form


def _number(value: object) -> int | None:
    return int(str(value)) if value not in (None, "", "None") else None


class CourseForm(Form):
    """A course of the catalogue."""

    name = StringField(_l("Course title"), validators=[InputRequired(_l("Please enter the title.")), Length(max=200)])
    code = StringField(_l("Number"), validators=[Length(max=40)])
    course_domain = StringField(
        _l("Course category"),
        validators=[InputRequired(_l("Please choose the category.")), Length(max=40)],
        description=_l("One of the catalogue's categories, or a new one"),
    )
    credit_hours = NumberField(_l("Credit hours"), validators=[InputRequired(_l("Please enter the hours."))])
    method = StringField(_l("Method"), validators=[Length(max=40)])
    audience = StringField(_l("Suited for"), validators=[Length(max=120)])
    teacher_ids = SelectMultipleField(_l("Teachers who can give it"), coerce=int, validators=[Optional()])
    objectives = TextAreaField(_l("Objectives"), validators=[Length(max=2000)])
    note = TextAreaField(_l("Note"), validators=[Length(max=500)])

    def offer(self, teachers: Sequence[Any]) -> None:
        """Fill the list of teachers."""
        self.teacher_ids.choices = [(t.id, f"{t.name}\u3000{t.unit_name}{t.post_title}") for t in teachers]


class SiteForm(Form):
    """A teaching site."""

    name = StringField(_l("Name of the place"), validators=[InputRequired(_l("Please enter a name.")), Length(max=120)])
    kind = StringField(_l("Kind"), validators=[Length(max=40)])
    unit_id = SelectField(_l("Unit"), coerce=_number, validators=[Optional()])
    address = StringField(_l("Address"), validators=[Length(max=200)])
    longitude = NumberField(_l("Longitude"), description=_l("Degrees east, WGS 84"))
    latitude = NumberField(_l("Latitude"), description=_l("Degrees north, WGS 84"))
    capacity = WholeNumberField(_l("Capacity"))
    minutes = WholeNumberField(_l("Guided visit"))
    contact_name = StringField(_l("Contact"), validators=[Length(max=60)])
    contact_phone = StringField(_l("Contact's phone"), validators=[Length(max=20)])
    note = TextAreaField(_l("Note"), validators=[Length(max=500)])

    def offer(self, units: Sequence[Any]) -> None:
        """Fill the select of units, those below another one moved in."""
        named = [(u.id, "\u3000" * max(u.path.count("/") - 2, 0) + u.name) for u in units]
        self.unit_id.choices = [("", ""), *named]


class StopForm(PlainForm):  # type: ignore[misc]
    """A stop of a route; an empty site leaves the line out."""

    site_id = SelectField(_l("Stop"), coerce=_number, validators=[Optional()])
    stay_minutes = WholeNumberField(_l("Stay (minutes)"))
    km_to_next = NumberField(_l("To the next stop (km)"))


class RouteForm(Form):
    """A route with its stops in order."""

    code = StringField(
        _l("Number"), validators=[InputRequired(_l("Please enter the number of the route.")), Length(max=40)]
    )
    name = StringField(_l("Route name"), validators=[InputRequired(_l("Please enter a name.")), Length(max=120)])
    stops = FieldList(FormField(StopForm), min_entries=2, max_entries=30)

    def offer(self, sites: Sequence[Any]) -> None:
        """Fill the selects of sites."""
        choices = [("", ""), *((s.id, s.name) for s in sites)]
        for stop in self.stops:
            stop.form.site_id.choices = choices
