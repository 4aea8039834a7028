"""Periodic work of attendance."""

from __future__ import annotations

from training_app.attendance.services.calls import settle_lapsed
from training_app.attendance.services.keys import delete_keys
from training_app.attendance.services.tickets import delete_outlived
from training_app.core.module import Job

JOBS = (
    Job("attendance.delete_outlived", delete_outlived, seconds=600),
    Job("attendance.settle_lapsed_calls", settle_lapsed, seconds=60),
    Job("attendance.delete_keys", delete_keys, cron={"hour": 3, "minute": 40}),
)
