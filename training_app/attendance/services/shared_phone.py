"""Two people on one phone: the doubt stands beside both, whoever was first.

Only asked for once the second one is in doubt, so that everybody else's check-in keeps its two round trips.
"""

from __future__ import annotations

from training_app.attendance.queries.shared_phone import others_with
from training_app.attendance.services.calls import note_flag


def point_at_others(flags: tuple[str, ...], *, lesson_id: int, enrollment_id: int, device: str) -> None:
    """Note the doubt beside those, too, who checked in to the lesson, or answered a call in it, with the same browser.

    Nobody's status changes. Within the transaction that notes the doubt of the one who came later.
    """
    if "shared_device" not in flags or not device:
        return
    for other in others_with(lesson_id, device, but=enrollment_id):
        note_flag(other.record_id, lesson_id=lesson_id, enrollment_id=other.enrollment_id, code="shared_device")
