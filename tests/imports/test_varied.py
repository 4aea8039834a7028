"""Laid out by another office, a whole county's files say the same: every finding on its row, every figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.imports.test_county import COUNTY, Imported, _imported, expected, wrong_figures
from tests.imports.varied import MORE_LINES, varied_folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def varied(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    folder = tmp_path_factory.mktemp("varied")
    varied_folder(COUNTY, folder, 1)
    yield from _imported(folder, sqlite_template, tmp_path_factory.mktemp("county"))


def codes(rows: list[dict[str, Any]], by: int = 0) -> set[tuple[int, str]]:
    """Row and code; the column is named as the file names it, and here it has another name."""
    return {(row["row"] + by, row["code"]) for row in rows}


def test_every_finding_is_on_its_row_and_no_other_is_made(varied):
    wrong, compared = [], 0
    for name, truth in expected(COUNTY):
        if not name.endswith(".xlsx") or truth["kind"] == "questions":
            continue
        entry = varied.by_place.get((name, truth["kind"]))
        if entry is None:
            wrong.append(f"{name} {truth['kind']}: not in the report")
            continue
        compared += 1
        if (entry.header_row, entry.accepted) != (truth["header_row"] + MORE_LINES, truth["accepted"]):
            wrong.append(f"{name}: header {entry.header_row}, accepted {entry.accepted} not {truth['accepted']}")
        for key in ("refused", "flagged"):
            ours, theirs = codes(getattr(entry, key)), codes(truth.get(key, []), MORE_LINES)
            if ours != theirs:
                wrong.append(f"{name}: {key}: missed {sorted(theirs - ours)[:3]}, too many {sorted(ours - theirs)[:3]}")
    assert wrong == []
    assert compared > 30


def test_the_figures_are_the_same(varied):
    assert wrong_figures(varied) == []
