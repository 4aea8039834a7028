"""What a caller got wrong or may not do.

An outcome the business expects (already scanned, seats full) is a returned decision, not one of these.
"""

from __future__ import annotations

from collections.abc import Mapping

from training_app.core.text import N_


class DomainError(Exception):
    """Base of all expected errors: a stable ``code`` for programs, a message for people.

    ``message`` is an English gettext id; the web ground translates it. ``params`` fill its placeholders.
    """

    code = "error"
    message = N_("Something went wrong.")

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        fields: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        """Remember what happened; ``fields`` maps a form field to its own message."""
        self.message = message or type(self).message
        self.code = code or type(self).code
        self.fields = dict(fields or {})
        self.params = params
        super().__init__(self.message % params if params else self.message)


class NotFound(DomainError):
    """There is no such thing, or this person may not know that there is."""

    code = "not_found"
    message = N_("This does not exist, or you may not see it.")


class Conflict(DomainError):
    """Somebody else's change, or the present state, stands in the way."""

    code = "conflict"
    message = N_("This does not fit the present state.")


class Refused(DomainError):
    """A rule of the domain says no; the message says which."""

    code = "refused"
    message = N_("A rule forbids this.")


class NotAllowed(DomainError):
    """The person may see this but not act on it."""

    code = "not_allowed"
    message = N_("You may not do this.")


class InvalidInput(DomainError):
    """What was sent has the wrong shape or value."""

    code = "invalid_input"
    message = N_("Please check what you entered.")
