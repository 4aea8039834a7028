"""Forms of people's records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from training_app.cadres import rules
from training_app.web.fields import DayField, MonthField
from training_app.web.forms import Form

_MONTH_HELP = _l("A month such as 1985.03")


def unit_choices(units: Sequence[Any]) -> list[tuple[int, str]]:
    """Units for a select, those below another one moved in."""
    return [(unit.id, "\u3000" * max(unit.path.count("/") - 2, 0) + unit.name) for unit in units]


def _number(value: object) -> int | None:
    return int(str(value)) if value not in (None, "", "None") else None


class _PostForm(Form):
    """The fields of a post."""

    unit_id = SelectField(_l("Unit"), coerce=_number, validators=[InputRequired(_l("Please choose the unit."))])
    post_title = StringField(
        _l("Post"),
        validators=[InputRequired(_l("Please name the post.")), Length(max=120)],
        description=_l("Without the unit's name: 副局长"),
    )
    post_level = SelectField(_l("Post level"), validators=[Optional()])
    rank = SelectField(_l("Rank"), validators=[Optional()])

    def offer(self, units: Sequence[Any]) -> None:
        """Fill the selects; a value no list knows (from a file) stays on offer."""
        self.unit_id.choices = [("", ""), *unit_choices(units)]
        _offer(self.post_level, rules.POST_LEVELS)
        _offer(self.rank, rules.RANKS)


class PostForm(_PostForm):
    """Another post taken up."""

    since = DayField(
        _l("Since"),
        validators=[InputRequired(_l("Please enter the day."))],
        description=_l("A day such as 2023.05.10, or the month"),
    )


class CadreForm(_PostForm):
    """A person's particulars."""

    name = StringField(_l("Name"), validators=[InputRequired(_l("Please enter the name.")), Length(max=60)])
    id_number = StringField(_l("Citizen number"), validators=[Length(max=30)])
    sex = RadioField(_l("Sex"), choices=[("男", _l("male")), ("女", _l("female"))], validators=[Optional()])
    birth_month = MonthField(_l("Month of birth"), description=_MONTH_HELP)
    ethnic_group = SelectField(_l("Ethnic group"), validators=[Optional()])
    native_place = StringField(_l("Native place"), validators=[Length(max=60)])
    phone = StringField(_l("Mobile number"), validators=[Length(max=20)])
    political_status = SelectField(_l("Political status"), validators=[Optional()])
    party_joined = MonthField(_l("Joined the party"), description=_MONTH_HELP)
    work_started = MonthField(_l("Began to work"), description=_MONTH_HELP)
    full_time_education = StringField(_l("Full-time education"), validators=[Length(max=40)])
    degree = StringField(_l("Degree"), validators=[Length(max=40)])
    in_service_education = StringField(_l("In-service education"), validators=[Length(max=40)])
    school_and_major = StringField(_l("School and major"), validators=[Length(max=120)])
    post_since = MonthField(_l("In this post since"), description=_MONTH_HELP)
    rank_since = MonthField(_l("In this rank since"), description=_MONTH_HELP)
    category = SelectField(_l("Cadre category"), validators=[Optional()])
    in_register = BooleanField(_l("In the cadre register"), default=True)
    note = TextAreaField(_l("Note"), validators=[Length(max=500)])

    def offer(self, units: Sequence[Any]) -> None:
        """Fill the selects; a value no list knows (from a file) stays on offer."""
        super().offer(units)
        _offer(self.ethnic_group, tuple(f"{name}族" for name in rules.ETHNIC_GROUPS))
        _offer(self.political_status, rules.POLITICAL_STATUSES)
        _offer(self.category, rules.CATEGORIES)


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


class TakeFormsForm(Form):
    """What appointment forms are needed for, outside the system."""

    reason = StringField(
        _l("What it is needed for"),
        validators=[InputRequired(_l("Please say what it is needed for.")), Length(max=200)],
        description=_l("Kept in the audit trail with your name and the time."),
    )


class TakeFormForm(TakeFormsForm):
    """The same for one form, in one of the ways it can be taken."""

    file_format = RadioField(
        _l("As"),
        choices=[
            ("lrmx", _l("Appointment file (.lrmx)")),
            ("pdf", _l("PDF, to sign and stamp")),
            ("docx", _l("Word, to go on writing")),
        ],
        default="lrmx",
    )


class NumbersForm(Form):
    """Which numbers a list shall hold in full, and what for."""

    id_number = BooleanField(_l("Citizen numbers in full"))
    phone = BooleanField(_l("Mobile numbers in full"))
    reason = StringField(
        _l("What it is needed for"),
        validators=[InputRequired(_l("Please say what it is needed for.")), Length(max=200)],
        description=_l("Kept in the audit trail with your name, the time and whose numbers they are."),
    )

    def wanted(self) -> list[str]:
        """The numbers that were ticked."""
        return [name for name in ("id_number", "phone") if self[name].data]


def _offer(field: SelectField, values: Sequence[str]) -> None:
    known = [*values, *([field.data] if field.data and field.data not in values else [])]
    field.choices = [("", ""), *((value, value) for value in known)]
