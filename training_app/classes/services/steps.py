"""The one way an enrollment takes a status: with a step in its history and an event."""

from __future__ import annotations

from training_app.classes.events import (
    EnrollmentApproved,
    EnrollmentDeclined,
    EnrollmentEvent,
    EnrollmentStatusChanged,
    EnrollmentWithdrawn,
)
from training_app.classes.models import Enrollment, EnrollmentStep
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import db
from training_app.core.events import publish

_EVENTS: dict[str, type[EnrollmentEvent]] = {
    "approved": EnrollmentApproved,
    "declined": EnrollmentDeclined,
    "withdrawn": EnrollmentWithdrawn,
}


def take_status(enrollment: Enrollment, status: str, reason: str = "") -> None:
    """Give an enrollment a status, remember when, by whom and why, and say so."""
    old = enrollment.status
    enrollment.status = status
    record_step(enrollment, reason)
    if status == "studying" and old == "nominated":
        publish(_fact(EnrollmentApproved, enrollment, reason))
    elif status in _EVENTS:
        publish(_fact(_EVENTS[status], enrollment, reason))
    else:
        publish(
            EnrollmentStatusChanged(
                enrollment_id=enrollment.id,
                class_id=enrollment.class_id,
                cadre_id=enrollment.cadre_id,
                name=enrollment.name,
                reason=reason,
                old_status=old,
                new_status=status,
            )
        )


def record_step(enrollment: Enrollment, reason: str = "") -> None:
    """Write the present status into the history."""
    db.session.add(
        EnrollmentStep(
            enrollment_id=enrollment.id,
            status=enrollment.status,
            at=clock.now(),
            account_id=current_actor().account_id,
            reason=reason[:300],
        )
    )


def _fact(kind: type[EnrollmentEvent], enrollment: Enrollment, reason: str) -> EnrollmentEvent:
    return kind(
        enrollment_id=enrollment.id,
        class_id=enrollment.class_id,
        cadre_id=enrollment.cadre_id,
        name=enrollment.name,
        reason=reason,
    )
