"""Deciding about people whose withdrawal is proposed: always a person, never the program."""

from __future__ import annotations

from training_app.classes.api import get_enrollment, set_enrollment_status
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.discipline import rules
from training_app.discipline.events import WithdrawalDecided
from training_app.discipline.models import WithdrawalDecision
from training_app.discipline.queries.proposals import proposals_of_class


@command
def decide_withdrawal(enrollment_id: int, *, withdraw: bool, note: str) -> None:
    """Withdraw somebody from the class, or let them stay; either with a reason.

    Raises:
        Conflict: nothing is to be decided about this person.
        InvalidInput: no reason.
    """
    person = get_enrollment(enrollment_id)
    serialise(f"discipline.withdrawal:{enrollment_id}")
    note = note.strip()[:300]
    if len(note) < rules.SHORTEST_REASON:
        raise InvalidInput(fields={"note": N_("Please say why.")})
    proposal = next((p for p in proposals_of_class(person.class_id) if p.person.id == enrollment_id), None)
    if proposal is None:
        raise Conflict(N_("Nothing is to be decided about this person now."), code="no_proposal")
    share = proposal.share
    db.session.add(
        WithdrawalDecision(
            class_id=person.class_id,
            enrollment_id=enrollment_id,
            withdrawn=withdraw,
            missed=share.missed,
            planned=share.planned,
            absent=share.absent,
            grounds=",".join(proposal.grounds),
            note=note,
            at=clock.now(),
            account_id=current_actor().account_id,
        )
    )
    db.session.flush()
    publish(
        WithdrawalDecided(
            class_id=person.class_id,
            enrollment_id=enrollment_id,
            missed=f"{share.missed:f}",
            planned=f"{share.planned:f}",
            outcome="withdrawn" if withdraw else "kept",
            note=note,
            absent=f"{share.absent:f}",
            grounds=proposal.grounds,
        )
    )
    if withdraw:
        set_enrollment_status(enrollment_id, "withdrawn", note)
