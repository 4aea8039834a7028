"""Forms: WTForms with our manners. Forms check shape; rules check meaning."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask import flash
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DecimalField, Field, IntegerField

from training_app.core.errors import DomainError

_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,6})?")


class Form(FlaskForm):  # type: ignore[misc]
    """Base of all forms. The token is checked for every post in ``web.csrf``, not here."""

    class Meta:
        """No second token of WTForms' own."""

        csrf = False

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read what was sent; numbers as people type them, full-width or not, and nothing else that Python takes.

        Python's own parsing takes ``1_0``, ``1e2``, ``nan`` and the digits of every script (SECURITY.md 5.6).
        """
        super().process(*args, **kwargs)
        for field in self:
            if isinstance(field, IntegerField | DecimalField) and field.raw_data:
                _read_number(field, str(field.raw_data[0]))

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


def _read_number(field: Field, typed: str) -> None:
    plain = unicodedata.normalize("NFKC", typed).strip()
    if not plain:
        return
    if not _NUMBER.fullmatch(plain):
        field.data = None
        field.process_errors = [_("Please type a number.")]
    elif plain != typed:
        field.process_errors = []
        try:
            field.process_formdata([plain])
        except ValueError as error:
            field.process_errors = [str(error)]
