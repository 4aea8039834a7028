"""The same on PostgreSQL: every kind of the county's files, brought in, undone and brought in again."""

from __future__ import annotations

import pytest

from tests.imports.test_undo_county import bring_in_undo_and_bring_in_again


@pytest.mark.slow(seconds=130)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("app")
def test_every_kind_leaves_nothing_and_comes_in_again_on_postgresql():
    bring_in_undo_and_bring_in_again()
