"""Every kind of the county's files, brought in, undone and brought in again: nothing is left, nothing is missing.

On PostgreSQL in a file of its own, since files are what the test processes share out.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.imports.test_county import COUNTY, wrong_figures
from tests.imports.undo_world import differences, dump
from training_app.imports.registry import IMPORTERS, order_of
from training_app.imports.services import files as service
from training_app.imports.services.undoing import obstacles_of, undo_import

EACH = 2  # so many files of every kind are undone; all are brought in


def county_files():
    """The county's tables in the order in which they go in: (kind, file)."""
    found = []
    for path in sorted(COUNTY.rglob("*")):
        if path.suffix in service.TABLES:
            file = service.File(path.relative_to(COUNTY).as_posix(), path.read_bytes())
            kinds = [each.kind for each in service.recognise_file(file, "auto")]
            found.append((min(kinds, key=order_of), file))
    return sorted(found, key=lambda each: (order_of(each[0]), each[1].name))


def bring_in_undo_and_bring_in_again():
    undone = dict.fromkeys(IMPORTERS, 0)
    wrong = []
    for kind, file in county_files():
        if kind in undone and undone[kind] < EACH:
            before = dump()
            entries = service.import_file(file)
            number = next(e.import_id for e in entries if e.import_id is not None)
            assert obstacles_of(number) == []
            undo_import(number)
            wrong += [f"{file.name} ({kind}): {each}" for each in differences(before, dump())]
            for entry in entries:
                undone[entry.kind] = undone.get(entry.kind, 0) + 1
        service.import_file(file)

    assert wrong == []
    assert [kind for kind in IMPORTERS if not undone[kind]] == []
    assert wrong_figures(SimpleNamespace(folder=COUNTY)) == []


@pytest.mark.slow(seconds=70)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("app")
def test_every_kind_leaves_nothing_and_comes_in_again():
    bring_in_undo_and_bring_in_again()
