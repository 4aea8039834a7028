"""Official forms: what one says (``content``), and the two writers that print it, PDF and Word.

A feature builds a ``Paper`` once; nothing about the form is decided a second time by a writer.
"""

from __future__ import annotations

from training_app.core.papers.content import (
    Cell,
    Column,
    Line,
    Note,
    Paper,
    Row,
    Sheet,
    Table,
    block,
    filling,
    label,
    listing,
    spread,
    value,
)
from training_app.core.papers.pdf import to_pdf, unprintable
from training_app.core.papers.word import to_word

__all__ = [
    "Cell",
    "Column",
    "Line",
    "Note",
    "Paper",
    "Row",
    "Sheet",
    "Table",
    "block",
    "filling",
    "label",
    "listing",
    "spread",
    "to_pdf",
    "to_word",
    "unprintable",
    "value",
]
