"""Papers as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training_app.core import documents
from training_app.core.papers.content import Block, Cell, Line, Paper, Row, Table
from training_app.core.papers.pictures import fitted_size

_TEMPLATE = Path(documents.__file__).parent / "documents_shared" / "paper.typ"
_MISSING = "〓"  # what printers set where a type is wanting


def to_pdf(paper: Paper) -> bytes:
    """The paper as PDF. Signs that no font has are set as 〓, and a note at the end says which they are."""
    missing = unprintable(paper)
    blanks = str.maketrans(dict.fromkeys(missing, _MISSING))
    data: dict[str, Any] = {
        "landscape": paper.landscape,
        "margins": list(paper.margins),
        "numbered": paper.numbered,
        "counted": paper.counted,
        "sheets": [
            {
                "title": sheet.title.translate(blanks),
                "size": sheet.title_size,
                "subtitle": sheet.subtitle.translate(blanks),
                "blocks": [_block(each, blanks) for each in sheet.blocks],
            }
            for sheet in paper.sheets
        ],
        "missing": [f"U+{ord(sign):04X}" for sign in missing],
    }
    return documents.render_pdf(_TEMPLATE, data)


def unprintable(paper: Paper) -> tuple[str, ...]:
    """The signs of a paper that no document font can print."""
    return documents.missing_glyphs("".join({sign for text in paper.texts() for sign in text}))


def _block(block: Block, blanks: dict[int, str]) -> dict[str, Any]:
    if isinstance(block, Table):
        rows = [_row(row, blanks) for row in block.rows]
        head = _row(block.heads, blanks) if block.heads else None
        return {"kind": "table", "widths": list(block.widths), "head": head, "rows": rows, "whole": block.whole}
    if isinstance(block, Line):
        return {"kind": "line", "parts": [part.translate(blanks) for part in block.parts], "size": block.size}
    text = block.text.translate(blanks)
    return {"kind": "note", "text": text, "size": block.size, "align": block.align, "keep": block.keep}


def _row(row: Row, blanks: dict[int, str]) -> dict[str, Any]:
    return {"height": row.height, "cells": [_cell(cell, blanks) for cell in row.cells]}


def _cell(cell: Cell, blanks: dict[int, str]) -> list[Any]:
    look = ("b" if cell.bold else "") + ("f" if cell.faint else "") + ("t" if cell.top else "") + "g" * cell.gap
    made = [cell.text.translate(blanks), cell.align[0], round(cell.size, 2), look, cell.across, cell.down]
    if cell.hang or cell.picture:
        made.append(cell.hang)
    size = fitted_size(cell.picture, cell.fit) if cell.picture else None
    if size is not None:
        made.append({"bytes": list(cell.picture), "width": size[0], "height": size[1]})
    return made
