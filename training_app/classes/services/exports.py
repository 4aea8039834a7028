"""What leaves the system is a fact too."""

from __future__ import annotations

from training_app.classes.events import RosterExported
from training_app.core.db import command
from training_app.core.events import publish


@command
def say_exported(class_id: int, people: int) -> None:
    """Record that a roster was taken out."""
    publish(RosterExported(class_id=class_id, people=people))
