"""Forms of results."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from training_app.results import labels
from training_app.web.forms import Form

_WEIGHT = NumberRange(0, 100, message=_l("A weight lies between 0 and 100."))


class SchemeForm(Form):
    """How a class weighs its parts."""

    exam_weight = IntegerField(_l("Exam"), validators=[InputRequired(), _WEIGHT])
    reflection_weight = IntegerField(_l("Reflection"), validators=[InputRequired(), _WEIGHT])
    conduct_weight = IntegerField(_l("Conduct"), validators=[InputRequired(), _WEIGHT])
    attendance_weight = IntegerField(_l("Attendance"), validators=[InputRequired(), _WEIGHT])
    pass_mark = DecimalField(
        _l("Pass mark of the total"), places=None, validators=[InputRequired(), NumberRange(0, 100)]
    )
    missed_denominator = IntegerField(
        _l("Part of the hours that may be missed: one in"), validators=[InputRequired(), NumberRange(1, 100)]
    )


class RevokeForm(Form):
    """Why a certificate is no longer valid."""

    reason = TextAreaField(_l("Reason"), validators=[InputRequired(), Length(max=300)])


class ReplaceForm(Form):
    """What is wrong with a certificate, and the right name."""

    holder_name = StringField(_l("Name on the new certificate"), validators=[InputRequired(), Length(max=60)])
    reason = TextAreaField(_l("Reason"), validators=[InputRequired(), Length(max=300)])


class RequirementForm(Form):
    """A dated requirement of hours."""

    rule = SelectField(_l("Whom it binds"), choices=list(labels.RULES.items()))
    valid_from = DateField(_l("Holds from"), validators=[InputRequired()])
    years = IntegerField(_l("In so many years"), validators=[InputRequired(), NumberRange(1, 10)])
    hours = DecimalField(_l("Hours"), validators=[InputRequired(), NumberRange(Decimal(1), Decimal(9999))])
    days = IntegerField(_l("or days"), default=0, validators=[Optional(), NumberRange(0, 999)])
