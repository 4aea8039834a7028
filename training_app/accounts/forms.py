"""Forms of signing in and of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

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
