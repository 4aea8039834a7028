"""Reading a person's file leaves a trace."""

from __future__ import annotations

from training_app.archives.events import PersonalFileRead
from training_app.core.db import command
from training_app.core.events import publish


@command
def note_personal_file_read(cadre_id: int, *, printed: bool) -> None:
    """Note that somebody opened or printed a person's file."""
    publish(PersonalFileRead(cadre_id=cadre_id, printed=printed))
