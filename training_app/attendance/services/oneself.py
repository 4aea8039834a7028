"""Nobody records or corrects themselves."""

from __future__ import annotations

from training_app.classes.api import EnrollmentInfo
from training_app.core.actor import current_actor
from training_app.core.errors import Refused
from training_app.core.text import N_


def not_oneself(person: EnrollmentInfo) -> None:
    """Refuse who acts about themselves: somebody who runs a class they attend has a colleague do it.

    Raises:
        Refused: it is the acting person's own record.

    """
    if person.account_id is not None and person.account_id == current_actor().account_id:
        raise Refused(N_("Nobody records or corrects themselves; a colleague does it."), code="own_record")
