"""Reactions to what happens below."""

from __future__ import annotations

from training_app.cadres.events import CadreAccountLinked
from training_app.classes.services.enrolment import link_enrollments


def account_linked(event: CadreAccountLinked) -> None:
    """A cadre can sign in now: so can the trainee."""
    link_enrollments(event.cadre_id, event.account_id)
