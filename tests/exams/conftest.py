"""Worlds for the tests of exams."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.exams.exam_world import World, build_world


@pytest.fixture
def world(app: Flask) -> World:
    """Four people whose exam began an hour ago, on both databases."""
    return build_world()
