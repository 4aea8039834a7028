"""The worksheets of files being repaired, kept at hand: each repair judges the whole sheet, and reading costs most."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from training_app.core.spreadsheets.grids import Book
from training_app.core.spreadsheets.reading import read_book

_MOST_CELLS = 1_500_000
_books: OrderedDict[str, tuple[int, Book]] = OrderedDict()
_lock = threading.Lock()


def read_cached(data: bytes) -> Book:
    """Read a file, or give what was read of the same content before. Nobody may change what it gives.

    Raises:
        Unreadable: it is no table, damaged, or dangerous.
    """
    key = hashlib.sha256(data).hexdigest()
    with _lock:
        if key in _books:
            _books.move_to_end(key)
            return _books[key][1]
    book = read_book(data)
    cells = sum(len(row) for grid in book.grids for row in grid.rows)
    if cells < _MOST_CELLS:
        with _lock:
            _books[key] = (cells, book)
            while sum(size for size, _ in _books.values()) > _MOST_CELLS:
                _books.popitem(last=False)
    return book
