"""What the audit trail's keepers see on their start page."""

from __future__ import annotations

from flask_babel import gettext as _

from training_app.core import clock_offset
from training_app.core.actor import Actor
from training_app.core.ports import Task


def start_tasks(*, actor: Actor) -> list[Task]:
    """Tell system administrators when the server's clock is more than a second off."""
    if "sysadmin" not in actor.roles:
        return []
    offset = clock_offset.read_offset()
    if offset.state != "degraded":
        return []
    return [
        Task(
            _("The server's clock is %(seconds)s seconds off", seconds=f"{offset.worst_ms / 1000:.1f}"),
            _("Check-in, sessions and the audit trail go by it. Please set the time service (NTP) right."),
            "/readyz",
            _("Look"),
            icon="clock",
            urgent=True,
        )
    ]
