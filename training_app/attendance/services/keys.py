"""The keys of check-ins end with their class: thirty days after it was sealed nobody needs to judge its codes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from training_app.attendance.models import CheckInWindow
from training_app.core import clock
from training_app.core.db import command, db
from training_app.core.ports import ask

KEPT_AFTER_SEALING = timedelta(days=30)  # SECURITY.md 2.3


@command
def delete_keys() -> int:
    """Delete the keys of classes sealed long enough ago (port ``class.sealed_before``); how many.

    What was recorded stays; a code of such a lesson is one that nobody was shown.
    """
    sealed = {i for ids in ask("class.sealed_before", moment=clock.now() - KEPT_AFTER_SEALING) for i in ids}
    if not sealed:
        return 0
    gone = db.session.execute(
        update(CheckInWindow)
        .where(CheckInWindow.class_id.in_(sealed), CheckInWindow.key_encrypted != "")
        .values(key_encrypted="")
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
