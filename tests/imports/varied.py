"""A county's workbooks as another office would have laid them out: what they say is the same, row for row."""

from __future__ import annotations

import io
import json
import random
import shutil
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from training_app.core.spreadsheets.columns import ColumnSet
from training_app.core.spreadsheets.tables import label
from training_app.imports.registry import IMPORTERS

MORE_LINES = 2  # title lines above the others
EXTRA = "核对情况"


def varied_folder(folder: Path, target: Path, seed: int) -> None:
    """The whole folder anew: columns in another order, other headers, a column and two title lines more."""
    chance = random.Random(seed)  # noqa: S311 - an order, no secret
    for path in sorted(folder.rglob("*")):
        place = target / path.relative_to(folder)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif path.suffix == ".xlsx" and "题库" not in path.parts:
            place.parent.mkdir(parents=True, exist_ok=True)
            truth = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
            place.write_bytes(varied(path.read_bytes(), truth["sheets"], chance))
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def varied(data: bytes, truths: list[dict[str, Any]], chance: random.Random) -> bytes:
    """One workbook anew."""
    old = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    new = openpyxl.Workbook()
    new.remove(new.active)
    for sheet, truth in zip(old.worksheets, truths, strict=True):
        _lay_out(sheet, new.create_sheet(sheet.title), truth, chance)
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def _lay_out(old: Worksheet, new: Worksheet, truth: dict[str, Any], chance: random.Random) -> None:
    top = truth["header_row"]
    heads = [s["row"] for s in truth["skipped"] if s["code"] == "header_row" and s["row"] >= top]
    bottom = max([top, *(row for row in heads if row <= top + 1)])
    columns = IMPORTERS[truth["kind"]].columns
    order = _order(old, top, bottom, columns, chance)
    at = {column: n for n, column in enumerate(order, 1)}
    new.append(["附件3"])
    new.append([None, "联系人：张三", None, "联系电话：0873-1234567"])
    extra = len(order) + 1
    for row in range(1, old.max_row + 1):
        for column in order:
            cell = old.cell(row, column)
            value = cell.value
            if value is None:
                continue
            if top <= row <= bottom and isinstance(value, str):
                value = _called(old, columns, row, column, (top, bottom), chance)
            made = new.cell(row + MORE_LINES, at[column], value)
            made.number_format = cell.number_format
    taken = {f["row"] for f in truth["refused"]} | {row for row, *_ in truth["rows"]}
    new.cell(top + MORE_LINES, extra, EXTRA)
    for row in taken:
        new.cell(row + MORE_LINES, extra, "已核")
    for merge in old.merged_cells.ranges:
        if merge.max_col - merge.min_col >= len(order) - 2:
            first, last = 1, len(order)
        else:
            first, last = at[merge.min_col], at[merge.max_col]
        new.merge_cells(
            start_row=merge.min_row + MORE_LINES,
            end_row=merge.max_row + MORE_LINES,
            start_column=first,
            end_column=last,
        )
    for row, dimension in old.row_dimensions.items():
        new.row_dimensions[row + MORE_LINES].hidden = dimension.hidden


def _order(old: Worksheet, top: int, bottom: int, columns: ColumnSet, chance: random.Random) -> list[int]:
    """The first column stays first, headers that are data keep their order, all others are shuffled by groups."""
    groups: list[list[int]] = []
    column = 1
    while column <= old.max_column:
        end = next(
            (
                m.max_col
                for m in old.merged_cells.ranges
                if m.min_col == column and top <= m.min_row <= bottom and m.max_col - m.min_col < old.max_column - 2
            ),
            column,
        )
        groups.append(list(range(column, end + 1)))
        column = end + 1
    loose = [group for group in groups[1:] if not _is_data(old, top, bottom, group, columns)]
    fixed = [group for group in groups[1:] if group not in loose]
    chance.shuffle(loose)
    cut = chance.randrange(len(loose) + 1) if loose else 0
    return [column for group in (groups[0], *loose[:cut], *fixed, *loose[cut:]) for column in group]


def _is_data(old: Worksheet, top: int, bottom: int, group: list[int], columns: ColumnSet) -> bool:
    if columns.dynamic is None:
        return False
    labels = [label(old.cell(row, column).value) for row in range(top, bottom + 1) for column in group]
    return len(group) > 1 or any(columns.dynamic.search(each) and not columns.exact(each) for each in labels if each)


def _called(
    old: Worksheet, columns: ColumnSet, row: int, column: int, header: tuple[int, int], chance: random.Random
) -> str:
    """Another name of the same column, where this kind of sheet knows one and it means no other column."""
    value = str(old.cell(row, column).value)
    group = any(m.min_row == row and m.max_col > m.min_col and m.min_col == column for m in old.merged_cells.ranges)
    name = "" if group or row > header[0] else columns.exact(value)
    if not name:
        return value
    taken = {label(cell.value) for cell in old[header[0]]}
    others = sorted(_synonyms(columns, name) - taken)
    return chance.choice(others) if others else value


def _synonyms(columns: ColumnSet, name: str) -> set[str]:
    return {key for key in columns.fields[name].keys if columns.exact(key) == name and len(key) > 1}
