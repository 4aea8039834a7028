"""The few columns of lower floors that a scan, a count or a list joins, by table name as foreign keys do.

One statement instead of a call per floor: a hall of 500 checks in within a minute (decision 0011).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Date, Integer, String, column, table

from training_app.core.db import Hundredths, Instant

lessons = table(
    "classes_lesson",
    column("id", Integer),
    column("class_id", Integer),
    column("day", Date),
    column("starts_at", Instant),
    column("ends_at", Instant),
    column("title", String),
    column("place", String),
    column("teacher_text", String),
    column("credit_hours", Hundredths),
    column("state", String),
)
classes = table(
    "classes_training_class",
    column("id", Integer),
    column("name", String),
    column("state", String),
    column("step_seconds", Integer),
    column("closes_after_minutes", Integer),
    column("late_after_minutes", Integer),
    column("names_shown", String),
)
enrollments = table(
    "classes_enrollment",
    column("id", Integer),
    column("class_id", Integer),
    column("cadre_id", Integer),
    column("account_id", Integer),
    column("name", String),
    column("unit_id", Integer),
    column("nominated_by_unit_id", Integer),
    column("unit_name", String),
    column("post_title", String),
    column("group_name", String),
    column("status", String),
)
enrollment_steps = table(
    "classes_enrollment_step",
    column("id", Integer),
    column("enrollment_id", Integer),
    column("status", String),
    column("at", Instant),
)
devices = table(
    "accounts_device",
    column("key_hash", String),
    column("account_id", Integer),
    column("bound_at", Instant),
    column("browser", String),
)
accounts = table("accounts_account", column("id", Integer), column("display_name", String))
teachers = table("teachers_teacher", column("account_id", Integer), column("cadre_id", Integer))
cadres = table(
    "cadres_cadre",
    column("id", Integer),
    column("account_id", Integer),
    column("phone_masked", String),
    column("in_register", Boolean),
)
