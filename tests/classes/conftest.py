"""Worlds for the tests of classes."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.classes.class_world import World, build_world


@pytest.fixture
def world(app: Flask) -> World:
    """Units, people, rooms and teachers, on both databases."""
    return build_world()


@pytest.fixture
def sqlite_world(sqlite_app: Flask) -> World:
    """The same on SQLite, for pages."""
    return build_world()
