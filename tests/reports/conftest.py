"""The small demonstration county for these tests."""

from __future__ import annotations

from tests.demo_world import as_, demo_app, demo_template

__all__ = ["as_", "demo_app", "demo_template"]
