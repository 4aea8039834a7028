"""Nobody records or corrects themselves."""

from __future__ import annotations

from training_app.attendance.evidence_rules import Someone
from training_app.attendance.queries.someone import someone
from training_app.classes.api import EnrollmentInfo
from training_app.core.actor import current_actor
from training_app.core.errors import Refused
from training_app.core.text import N_


def not_oneself(person: EnrollmentInfo) -> None:
    """Refuse who acts about themselves: somebody who runs a class they attend has a colleague do it.

    With another account of theirs neither: who they are is known from the register, the teacher pool, the class lists.

    Raises:
        Refused: it is the acting person's own record.

    """
    if someone(current_actor().account_id).is_also(Someone(person.account_id, frozenset({person.cadre_id}))):
        raise Refused(N_("Nobody records or corrects themselves; a colleague does it."), code="own_record")
