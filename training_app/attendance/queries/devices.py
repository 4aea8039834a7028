"""When a browser was last used to check in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from training_app.attendance.models import AttendanceRecord
from training_app.attendance.queries.lower import enrollments
from training_app.core.db import db, table_of

_record = table_of(AttendanceRecord)


def last_used(account_id: int) -> dict[str, datetime]:
    """The time of the last scan with each browser of an account's own records, by the browser's digest."""
    rows = db.session.execute(
        select(_record.c.device_hash, func.max(_record.c.check_in_at).label("at"))
        .join(enrollments, enrollments.c.id == _record.c.enrollment_id)
        .where(enrollments.c.account_id == account_id, _record.c.device_hash != "", _record.c.check_in_at.is_not(None))
        .group_by(_record.c.device_hash)
    )
    return {row.device_hash: row.at for row in rows}
