"""The second, unannounced code of a lesson: in the first lesson of every class that has begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from training_app.attendance.models import AttendanceFlag, RollCall, RollCallAnswer
from training_app.demo.rows import add_all, write_all
from training_app.demo.training import Slot


def write_call(
    session: Session, slot: Slot, rows: Sequence[Mapping[str, Any]], ids: Sequence[int], *, operator: int, doubt: bool
) -> None:
    """A call an hour into the lesson that everybody answers; but one, where a doubt is to wait for somebody."""
    started = slot.starts_at + timedelta(hours=1)
    here = [
        (record_id, row)
        for record_id, row in zip(ids, rows, strict=True)
        if row["lesson_id"] == slot.lesson_id and row["method"] == "scan"
    ]
    (call_id,) = add_all(
        session,
        RollCall,
        [
            {
                "lesson_id": slot.lesson_id,
                "slot": "mid",
                "started_at": started,
                "until": started + timedelta(minutes=5),
                "settled_at": started + timedelta(minutes=5),
                "account_id": operator,
            }
        ],
    )
    answering = here[:-1] if doubt else here
    write_all(
        session,
        RollCallAnswer,
        [
            {
                "roll_call_id": call_id,
                "enrollment_id": row["enrollment_id"],
                "answered_at": started + timedelta(seconds=20 + 4 * number),
                "recorded_at": started + timedelta(seconds=21 + 4 * number),
                "step_lag": 0,
                "device_hash": row["device_hash"],
            }
            for number, (_record, row) in enumerate(answering)
        ],
    )
    write_all(
        session,
        AttendanceFlag,
        [
            {"record_id": record_id, "code": "missed_call", "raised_at": started + timedelta(minutes=5)}
            for record_id, _row in here[len(answering) :]
        ],
    )
