"""Forms of the teacher pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from training_app.teachers import labels
from training_app.web.fields import MonthField
from training_app.web.forms import Form


def _number(value: object) -> int | None:
    return int(str(value)) if value not in (None, "", "None") else None


class TeacherForm(Form):
    """A teacher's particulars."""

    name = StringField(_l("Name"), validators=[InputRequired(_l("Please enter the name.")), Length(max=60)])
    teacher_kind = RadioField(_l("Kind"), choices=[(k, _l(t)) for k, t in labels.KINDS.items()], default="school")
    employment = RadioField(
        _l("Employment"), choices=[(k, _l(t)) for k, t in labels.EMPLOYMENTS.items()], default="part_time"
    )
    unit_id = SelectField(_l("Unit"), coerce=_number, validators=[Optional()])
    unit_name = StringField(
        _l("Unit by name"),
        validators=[Length(max=120)],
        description=_l("Only for people from outside the county's units"),
    )
    post_title = StringField(_l("Post"), validators=[Length(max=120)])
    title = StringField(_l("Professional title"), validators=[Length(max=60)], description=_l("Such as 高级讲师"))
    id_number = StringField(_l("Citizen number"), validators=[Length(max=30)])
    phone = StringField(_l("Mobile number"), validators=[Length(max=20)])
    sex = RadioField(_l("Sex"), choices=[("男", _l("male")), ("女", _l("female"))], validators=[Optional()])
    birth_month = MonthField(_l("Month of birth"), description=_l("A month such as 1985.03"))
    specialities = StringField(_l("Specialities"), validators=[Length(max=300)], description=_l("Apart by 、"))
    can_teach = TextAreaField(_l("Can teach"), validators=[Length(max=1000)], description=_l("Titles apart by ；"))
    admitted_on = MonthField(_l("In the pool since"), description=_l("A month such as 2021.02"))
    at_fields = BooleanField(_l("Teaches in the fields"))
    note = TextAreaField(_l("Note"), validators=[Length(max=500)])

    def offer(self, units: Sequence[Any]) -> None:
        """Fill the select of units, those below another one moved in."""
        named = [(u.id, "\u3000" * max(u.path.count("/") - 2, 0) + u.name) for u in units]
        self.unit_id.choices = [("", ""), *named]


class StatusForm(Form):
    """A step in the pool, and why."""

    status = HiddenField()
    reason = StringField(
        _l("Reason"),
        validators=[InputRequired(_l("Please give a reason.")), Length(max=200)],
        description=_l("Such as the decision or the review it rests on"),
    )


class AccountForm(Form):
    """Under which account a person signs in."""

    username = StringField(
        _l("User name"),
        validators=[Length(max=60)],
        description=_l("The system administrator creates accounts. Empty: no account."),
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )


class RevealForm(Form):
    """What to show in full, and what for."""

    what = RadioField(_l("What to show"), choices=[("id_number", _l("Citizen number")), ("phone", _l("Mobile number"))])
    reason = StringField(
        _l("What it is needed for"),
        validators=[InputRequired(_l("Please say what it is needed for.")), Length(max=200)],
        description=_l("Kept in the audit trail with your name and the time."),
    )
