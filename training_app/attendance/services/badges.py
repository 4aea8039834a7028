"""A trainee's own badge."""

from __future__ import annotations

from training_app.attendance import code_rules
from training_app.core import crypto


def make_badge(enrollment_id: int) -> str:
    """The trainee's own code, for staff to scan: it works without a network, and only in its own class."""
    return code_rules.make_badge(crypto.mac("attendance.badge", str(enrollment_id)), enrollment_id)


def badge_digest(enrollment_id: int) -> str:
    """What a tablet needs to tell a genuine badge without a network, and cannot make one from."""
    return crypto.digest(make_badge(enrollment_id))


def read_badge(text: str) -> int | None:
    """Whose badge it is; None for one that we did not make."""
    enrollment_id = code_rules.parse_badge(text)
    if enrollment_id is None or not code_rules.same_text(make_badge(enrollment_id), text):
        return None
    return enrollment_id
