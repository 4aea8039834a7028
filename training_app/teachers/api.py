"""The front door of the teacher pool."""

from __future__ import annotations

from training_app.teachers.queries import (
    TeacherInfo,
    find_teacher_by_account,
    find_teacher_by_cadre,
    find_teachers_by_name,
    get_teacher,
    list_teachers,
)
from training_app.teachers.services import (
    Stored,
    TeacherValues,
    link_account,
    store_teachers,
)

__all__ = [
    "Stored",
    "TeacherInfo",
    "TeacherValues",
    "find_teacher_by_account",
    "find_teacher_by_cadre",
    "find_teachers_by_name",
    "get_teacher",
    "link_account",
    "list_teachers",
    "store_teachers",
]
