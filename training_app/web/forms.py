"""Forms: WTForms with our manners. Forms check shape; rules check meaning."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from training_app.core.errors import DomainError


class Form(FlaskForm):  # type: ignore[misc]
    """Base of all forms. The token is checked for every post in ``web.csrf``, not here."""

    class Meta:
        """No second token of WTForms' own."""

        csrf = False

    def take(self, error: DomainError) -> None:
        """Put a rule's refusal beside the fields it names; what names none becomes a message on top."""
        named = False
        for name, message in error.fields.items():
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, _(message)]
                named = True
        if not named:
            flash(_(error.message, **error.params), "danger")
