"""The few columns of lower floors that our lists join, by table name as foreign keys do."""

from __future__ import annotations

from sqlalchemy import Date, Integer, String, column, table

from training_app.core.db import Hundredths, Instant

classes = table("classes_training_class", column("id", Integer), column("name", String), column("state", String))
enrollments = table(
    "classes_enrollment",
    column("id", Integer),
    column("class_id", Integer),
    column("account_id", Integer),
    column("cadre_id", Integer),
    column("name", String),
    column("unit_id", Integer),
    column("unit_name", String),
    column("post_title", String),
    column("status", String),
)
accounts = table("accounts_account", column("id", Integer), column("display_name", String))
lessons = table(
    "classes_lesson",
    column("id", Integer),
    column("class_id", Integer),
    column("day", Date),
    column("half_day", String),
    column("starts_at", Instant),
    column("title", String),
    column("credit_hours", Hundredths),
    column("state", String),
)
records = table(
    "attendance_record",
    column("lesson_id", Integer),
    column("enrollment_id", Integer),
    column("status", String),
)
windows = table("attendance_check_in_window", column("lesson_id", Integer), column("state", String))
