"""Files into grids, safely: a child does the reading, so that no file can take the server down."""

from __future__ import annotations

from typing import Any

from training_app.core import confined
from training_app.core.confined import DEFAULT, Limits, LostError, TurnedDownError
from training_app.core.spreadsheets.grids import Book, Grid
from training_app.core.spreadsheets.guards import MAX_BYTES, Unreadable
from training_app.core.text import N_

_TASK = "training_app.core.spreadsheets.workbooks:pieces"


def read_book(data: bytes, limits: Limits = DEFAULT) -> Book:
    """Read a file, whatever its name says it is.

    Raises:
        Unreadable: it is no table, damaged, dangerous, or takes more memory or time than a file may.
    """
    book, *rest = in_child(_TASK, "", data, limits)
    grids: list[Grid] = []
    for piece in rest:
        if isinstance(piece, list):
            grids[-1].rows.extend(piece)
        else:
            grids.append(_grid(piece))
    return Book(book["format"], tuple(grids), book["encoding"])


def in_child(task: str, name: str, data: bytes, limits: Limits = DEFAULT) -> list[Any]:
    """What a parser (``module:function``) makes of a file, worked out in a child with limits.

    Raises:
        Unreadable: the parser refused the file, or was stopped.
    """
    if len(data) > MAX_BYTES:  # not even handed over
        raise Unreadable(N_("The file is larger than %(limit)s MB."), code="too_large", limit=MAX_BYTES // 1024 // 1024)
    try:
        return confined.call(task, name, data, limits)
    except TurnedDownError as error:
        raise Unreadable(error.message, code=error.code, **error.params) from error
    except LostError as error:
        code = error.why if error.why in _REASONS else "damaged"
        raise Unreadable(_REASONS.get(code), code=code) from error


_REASONS = {
    "too_slow": N_("Reading the file takes too long; it was stopped."),
    "too_big": N_("Reading the file needs too much memory; split it or delete what is not needed."),
    "stopped": N_("Reading the file was stopped from outside; the server may be short of memory. Please try again."),
    "busy": N_("Many files are being read just now. Please try again in a moment."),
    "damaged": N_("The file is damaged and cannot be opened."),
}


def _grid(plain: dict[str, Any]) -> Grid:
    return Grid(
        name=plain["name"],
        rows=[],
        merges=tuple((r1, c1, r2, c2) for r1, c1, r2, c2 in plain["merges"]),
        hidden_rows=frozenset(plain["hidden_rows"]),
        hidden_columns=frozenset(plain["hidden_columns"]),
        notes={(row, column): text for row, column, text in plain["notes"]},
        text_only=plain["text_only"],
    )
