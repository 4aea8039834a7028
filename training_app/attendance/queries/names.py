"""Names in pinyin, for ordering, and as a screen shows them."""

from __future__ import annotations

from training_app.cadres.api import pinyin_of
from training_app.classes.api import name_shown


def spelled(name: str) -> str:
    """A name in pinyin, as the dictionary orders it."""
    return pinyin_of(name).partition(" ")[0]


def on_screen(name: str, way: str) -> str:
    """A name as a screen for the whole hall shows it; ``way``: the class's setting."""
    return name_shown(name, way, pinyin_of(name).partition(" ")[2].partition(" ")[0]) if way != "full" else name
