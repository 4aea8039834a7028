"""Halls for the tests of attendance."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.attendance_hall import Hall, build_hall
from training_app.attendance.services import windows


@pytest.fixture
def hall(app: Flask) -> Hall:
    """Three people, check-in open, on both databases."""
    made = build_hall(people=3)
    windows.open_check_in(made.lesson_id)
    return made
