"""Forms of signing in and of one's own account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from training_app.accounts import labels
from training_app.web.fields import WholeNumberField
from training_app.web.forms import Form


class SignInForm(Form):
    """User name and password."""

    username = StringField(
        _l("User name"),
        validators=[InputRequired(), Length(max=60)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"), validators=[InputRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )


class ChangePasswordForm(Form):
    """The present password, and the new one twice."""

    old = PasswordField(
        _l("Present password"),
        validators=[InputRequired(), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("New password"),
        validators=[InputRequired(), Length(max=200)],
        description=_l("At least 10 characters; a sentence you remember is best."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        validators=[InputRequired(), EqualTo("new", _l("The two new passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class ConfirmPasswordForm(Form):
    """The password once more, before an act that wants it fresh."""

    password = PasswordField(
        _l("Password"), validators=[InputRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )


class PasskeyForm(Form):
    """What the owner calls a new passkey."""

    name = StringField(
        _l("Name of the passkey"),
        validators=[InputRequired(_l("Please give it a name of at most 60 characters.")), Length(max=60)],
        description=_l("Such as the phone or the computer it lies in"),
        render_kw={"autocomplete": "off"},
    )


class UnitForm(Form):
    """A unit of the tree."""

    name = StringField(
        _l("Unit name"), validators=[InputRequired(_l("Please enter the name of the unit.")), Length(max=120)]
    )
    code = StringField(
        _l("Unit code"),
        validators=[InputRequired(_l("Please enter a code.")), Length(max=40)],
        description=_l("Such as 001.013.003: the code of the unit above comes first"),
    )
    short_name = StringField(_l("Short name"), validators=[Length(max=120)])
    aliases = TextAreaField(
        _l("Other names"),
        validators=[Length(max=2000)],
        description=_l("One per line; imports find the unit under them"),
    )
    parent_code = SelectField(_l("Unit above"), validators=[Optional()])
    kind = StringField(_l("Kind"), validators=[Length(max=40)])
    grade = StringField(_l("Unit grade"), validators=[Length(max=40)])
    admin_staff = WholeNumberField(_l("Administrative staff approved"))
    institution_staff = WholeNumberField(_l("Institution staff approved"))
    chiefs_approved = WholeNumberField(_l("Chief posts approved"))
    deputies_approved = WholeNumberField(_l("Deputy posts approved"))
    note = TextAreaField(_l("Note"), validators=[Length(max=500)])

    def offer(self, units: Sequence[Any]) -> None:
        """Fill the select of units above."""
        named = [(u.code, "\u3000" * max(u.path.count("/") - 2, 0) + u.name) for u in units]
        self.parent_code.choices = [("", "—"), *named]


class AccountForm(Form):
    """A new account; what it may do is granted by the security administrator afterwards."""

    username = StringField(
        _l("User name"),
        validators=[InputRequired(_l("Please enter a user name.")), Length(max=60)],
        description=_l("2 to 60 letters, digits, dots or dashes"),
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    display_name = StringField(_l("Name"), validators=[InputRequired(_l("Please enter the name.")), Length(max=60)])
    position = StringField(_l("Position"), validators=[Length(max=120)])
    unit_id = SelectField(
        _l("Unit"),
        coerce=lambda value: int(value) if value not in ("", "None", None) else None,
        validators=[Optional()],
    )
    family = RadioField(
        _l("Kind of account"), choices=[(k, _l(t)) for k, t in labels.FAMILIES.items()], default="business"
    )

    def offer(self, units: Sequence[Any]) -> None:
        """Fill the select of units."""
        named = [(u.id, "\u3000" * max(u.path.count("/") - 2, 0) + u.name) for u in units]
        self.unit_id.choices = [("", "—"), *named]


class ReasonForm(Form):
    """Why something is done to somebody's account."""

    reason = StringField(
        _l("Reason"),
        validators=[InputRequired(_l("Please give a reason.")), Length(max=200)],
        description=_l("Kept in the audit trail with your name and the time."),
    )
