"""Templates: what is filled in goes in whole, is known for what it is, and an empty one says that it is empty."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from training_app.core.spreadsheets.templates import CHOICES_SHEET, HELP_SHEET, write_template
from training_app.core.spreadsheets.text import label_key
from training_app.exams.question_imports import QUESTION_SHEETS
from training_app.imports import commands
from training_app.imports.registry import IMPORTERS, KINDS
from training_app.imports.services import files as service
from training_app.imports.services.files import File, import_file, recognise_file, sheet_of
from training_app.imports.services.templates import template_of

COUNTY = Path(__file__).parent.parent / "data" / "county"
UNITS = {"units": ["县财政局", "县委组织部"]}


def county_rows(kind: str) -> list[dict[str, Any]]:
    """Raw rows of the county's own sheet of this kind: field → cell."""
    for path in sorted(COUNTY.rglob("*")):
        if path.suffix not in service.TABLES:
            continue
        file = File(path.name, path.read_bytes(), path.parent.name)
        for each in recognise_file(file, "auto"):
            if each.kind == kind and not each.reason:
                rows = sheet_of(file, each).rows
                return [{k: v for k, v in row.cells.items() if v is not None} for row in rows][:20]
    return []


def filled(template: bytes, kind: str, rows: list[dict[str, Any]], name: str = "填好的表.xlsx") -> File:
    book = openpyxl.load_workbook(io.BytesIO(template))
    for number, row in enumerate(rows, 2):
        for at, field in enumerate(IMPORTERS[kind].columns.fields, 1):
            if field in row:
                book.worksheets[0].cell(number, at, row[field])
    out = io.BytesIO()
    book.save(out)
    return File(name, out.getvalue())


@pytest.mark.parametrize("kind", KINDS)
def test_filled_template_is_read_back_cell_by_cell_and_known_for_its_kind(kind):
    columns = IMPORTERS[kind].columns
    rows = county_rows(kind)
    if kind == QUESTION_SHEETS.kind and not rows:
        rows = [{"type": "单选题", "stem": "题干", "option_a": "甲", "option_b": "乙", "answer": "A"}]
    assert rows
    file = filled(write_template(columns, UNITS), kind, rows)
    (found,) = recognise_file(file, "auto")
    assert (found.kind, found.reason) == (kind, "")
    assert found.layout is not None
    assert not found.layout.unknown
    assert set(found.layout.columns) == set(columns.fields)
    assert list(found.layout.dynamic.values()) == list(columns.dynamic_examples)
    read = [{k: v for k, v in row.cells.items() if v is not None} for row in sheet_of(file, found).rows]
    assert [{k: str(v) for k, v in row.items()} for row in read] == [
        {k: str(v) for k, v in row.items() if k in columns.fields} for row in rows
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_has_help_and_the_required_ones_are_marked(kind):
    columns = IMPORTERS[kind].columns
    book = openpyxl.load_workbook(io.BytesIO(write_template(columns, UNITS)))
    sheet = book.worksheets[0]
    assert sheet.max_row == 1
    assert sheet.freeze_panes == "A2"
    assert book[CHOICES_SHEET].sheet_state == "hidden"
    explained = {row[0]: row for row in book[HELP_SHEET].iter_rows(min_row=2, values_only=True)}
    assert "红底的列必须填写" in "".join(explained)
    for at, each in enumerate(columns.fields.values(), 1):
        cell = sheet.cell(1, at)
        assert cell.value == each.title
        assert each.help.text, each.name
        assert each.help.text in cell.comment.text
        assert (explained[each.title][1] == "是") == each.required
        others = {name for name in (explained[each.title][5] or "").split("、") if name}
        assert others == each.keys - {label_key(each.title)}


def test_numbers_and_phones_are_text_and_units_come_from_the_database(app):
    with app.app_context():
        import_file(File("单位名册.xlsx", (COUNTY / "单位名册.xlsx").read_bytes()))
        book = openpyxl.load_workbook(io.BytesIO(template_of("online-hours")))
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet.column_dimensions[heads["证件号码"]].number_format == "@"
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert [str(rule.sqref) for rule in lists] == [f"{heads['单位']}2:{heads['单位']}2001"]
    assert "县财政局" in "".join(str(row[0]) for row in book[CHOICES_SHEET].iter_rows(values_only=True))


def test_filled_templates_are_taken_in_and_empty_ones_say_so(app):
    with app.app_context():
        for kind in ("units", "cadres", "party-members", "teachers", "courses", "sites"):
            direct, template = county_rows(kind), template_of(kind)
            (empty,) = import_file(File("空表.xlsx", template))
            assert empty.error is not None
            assert (empty.kind, empty.error["code"]) == (kind, "no_rows")
            if kind == "units":  # all of them: the others look theirs up
                import_file(File("单位名册.xlsx", (COUNTY / "单位名册.xlsx").read_bytes()))
            (entry,) = import_file(filled(template, kind, direct))
            assert entry.error is None
            assert entry.rows_read == len(direct)
            assert entry.accepted >= len(direct) - len(entry.refused)
            assert entry.accepted > 0
            assert entry.unknown_columns == []


def test_command_writes_the_file(sqlite_app, tmp_path):
    with sqlite_app.app_context():
        target = tmp_path / "模板.xlsx"
        done = CliRunner().invoke(commands.template_command, ["roster", str(target)])
        assert done.exit_code == 0, done.output
        assert openpyxl.load_workbook(target).worksheets[0].title == "学员名单"


def test_page_offers_every_template_and_hands_it_out(sqlite_app, sign_in):
    browser = sign_in(sqlite_app, "org_dept")
    page = browser.get("/imports/new").get_data(as_text=True)
    assert all(f"/imports/templates/{kind}.xlsx" in page for kind in KINDS)
    answer = browser.get("/imports/templates/roster.xlsx")
    assert answer.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].title == "学员名单"
    assert browser.get("/imports/templates/nothing.xlsx").status_code == 404


def test_a_page_explains_every_column_of_a_kind(sqlite_app, sign_in):
    browser = sign_in(sqlite_app, "org_dept")
    page = browser.get("/imports/kinds/cadres").get_data(as_text=True)
    assert all(each.title in page for each in IMPORTERS["cadres"].columns.fields.values())
    assert "单位及现任职务" in page
    found = browser.get("/imports/kinds/cadres?q=花名").get_data(as_text=True)
    assert "身份证号码</td>" not in found
    assert browser.get("/imports/kinds/cadres?format=csv").get_data().startswith(b"\xef\xbb\xbf")
    assert browser.get("/imports/kinds/nothing").status_code == 404
