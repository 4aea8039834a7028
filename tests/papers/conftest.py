"""The forms are tried on the demonstration county."""

from tests.demo_world import as_, demo_app, demo_template  # noqa: F401 - fixtures
