"""Every template, filled in with the county's rows, goes in whole and stores what the county's own sheet does."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from tests.imports.test_county import COUNTY
from training_app.classes import api as classes
from training_app.classes.models import Enrollment
from training_app.core.db import db
from training_app.core.spreadsheets.templates import CHOICES_SHEET
from training_app.imports.registry import IMPORTERS, order_of
from training_app.imports.services.files import NO_WISHES as PLAIN
from training_app.imports.services.files import TABLES, File, import_file, judge, recognise_file, sheet_of
from training_app.imports.services.templates import template_of, template_of_class

CLASS = "中青年干部培训班"


def county_files() -> dict[str, File]:
    """The first file of every kind, with all its sheets; of class sheets that of one class."""
    found: dict[str, File] = {}
    for path in sorted(COUNTY.rglob("*")):
        if path.suffix not in TABLES or ("班次" in path.parts and CLASS not in path.parts and "党员" not in path.name):
            continue
        file = File(path.relative_to(COUNTY).as_posix(), path.read_bytes())
        for each in recognise_file(file, "auto"):
            if each.kind and each.kind not in found:
                found[each.kind] = file
    return dict(sorted(found.items(), key=lambda pair: order_of(pair[0])))


def accepted_rows(kind: str, file: File) -> tuple[str, list[str], list[dict[str, Any]], dict[str, str]]:
    """Title, headers that are data, cells of the rows that are taken in, and what the columns are called."""
    recognised = [each for each in recognise_file(file, "auto") if each.kind == kind]
    (entry,) = judge(file, recognised, class_code="", wishes=PLAIN)
    assert entry.error is None, (kind, entry.error)
    sheet = sheet_of(file, recognised[0])
    wrong = {finding["row"] for finding in (*entry.refused, *entry.flagged)}
    rows = [
        row.cells | {sheet.layout.dynamic[at]: cell for at, cell in row.dynamic.items()}
        for row in sheet.rows
        if row.number not in wrong
    ]
    title = next((text for text in sheet.table.titles if text), "")
    return title, list(sheet.layout.dynamic.values()), rows, sheet.layout.labels


def fill_in(template: bytes, kind: str, title: str, headers: list[str], rows: list[dict[str, Any]]) -> File:
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    names = list(IMPORTERS[kind].columns.fields)
    for at, label in enumerate(headers, len(names) + 1):
        sheet.cell(1, at, label)
    for at in range(len(names) + len(headers) + 1, sheet.max_column + 1):
        sheet.cell(1, at).value = None
    for number, row in enumerate(rows, 2):
        for at, name in enumerate([*names, *headers], 1):
            if row.get(name) is not None:
                sheet.cell(number, at, row[name])
    out = io.BytesIO()
    book.save(out)
    return File(f"{title}.xlsx", out.getvalue())


@pytest.mark.slow
def test_every_template_goes_in_whole_and_stores_what_the_countys_own_sheet_does(app):
    files = county_files()
    assert {kind for kind in files if kind in IMPORTERS} | {"questions"} == set(IMPORTERS)
    wrong = []
    for kind, file in files.items():
        title, headers, rows, _ = accepted_rows(kind, file)
        (entry,) = import_file(fill_in(template_of(kind), kind, title or file.name, headers, rows))
        if (entry.kind, entry.accepted, entry.refused) != (kind, len(rows), []):
            wrong.append(f"{kind}: {entry.kind} {entry.error} {entry.accepted} of {len(rows)}, {entry.refused[:2]}")
        doubts = {finding["code"] for finding in entry.flagged} - {"hidden_row", "same_name"}
        if doubts:
            wrong.append(f"{kind}: {doubts}")
        own = next(each for each in import_file(file) if each.kind == kind)
        if own.unchanged < len(rows):
            wrong.append(f"{kind}: of {len(rows)} rows its own sheet finds only {own.unchanged} unchanged")
    assert wrong == []


def test_questions_from_the_template_go_in_whole(app):
    rows = [
        {"type": "单选题", "stem": "甲乙丙", "option_a": "甲", "option_b": "乙", "answer": "A", "difficulty": "易"},
        {"type": "判断题", "stem": "对不对", "answer": "对", "explanation": "说明"},
        {"type": "简答题", "stem": "为什么", "answer": "因为"},
    ]  # fmt: skip
    (entry,) = import_file(fill_in(template_of("questions"), "questions", "试题", [], rows))
    assert (entry.kind, entry.accepted, entry.created) == ("questions", 3, 3)


@pytest.mark.slow
def test_a_classs_sheets_come_filled_and_go_in_as_they_are(app):
    for name in ("单位名册", "干部名册", "年度培训计划", f"班次/{CLASS}/学员名单", f"班次/{CLASS}/课程表"):
        import_file(File(f"{name}.xlsx", (COUNTY / f"{name}.xlsx").read_bytes()))
    class_id = db.session.scalars(select(Enrollment.class_id)).first()
    people = classes.list_enrollments(class_id)
    lessons = classes.list_lessons(class_id)

    roster = openpyxl.load_workbook(io.BytesIO(template_of_class("roster", class_id))).worksheets[0]
    assert CLASS in roster.cell(1, 1).value
    assert [roster.cell(n, 1).value for n in range(3, roster.max_row + 1)] == [each.name for each in people]
    for kind, rows in (("roster", len(people)), ("timetable", 1)):
        (entry,) = import_file(File("填好的.xlsx", template_of_class(kind, class_id)))
        assert (entry.kind, entry.error, entry.refused) == (kind, None, [])
        assert entry.accepted >= rows
        assert entry.class_id == class_id
    assert [each.id for each in classes.list_lessons(class_id)] == [each.id for each in lessons]

    sheet = openpyxl.load_workbook(io.BytesIO(template_of_class("attendance", class_id)))
    page = sheet.worksheets[0]
    heads = [cell.value for cell in page[2]]
    marks = [at for at, head in enumerate(heads, 1) if re.search("[上下]午|晚上", str(head))]
    assert len(marks) == len({(each.day, each.half_day) for each in lessons})
    assert "迟到" in {cell.value for row in sheet[CHOICES_SHEET] for cell in row}
    for row in range(3, page.max_row + 1):
        for at in marks:
            page.cell(row, at, "迟到" if row == 3 and at == marks[0] else "出勤")
    out = io.BytesIO()
    sheet.save(out)
    (entry,) = import_file(File("考勤.xlsx", out.getvalue()))
    assert (entry.kind, entry.accepted, entry.flagged) == ("attendance", len(people), [])
    again = openpyxl.load_workbook(io.BytesIO(template_of_class("attendance", class_id))).worksheets[0]
    assert [again.cell(3, at).value for at in marks[:2]] == ["迟到", "出勤"]

    scores = openpyxl.load_workbook(io.BytesIO(template_of_class("scores", class_id)))
    page = scores.worksheets[0]
    at = 1 + [cell.value for cell in page[2]].index(IMPORTERS["scores"].columns.fields["score"].title)
    for row in range(3, page.max_row + 1):
        page.cell(row, at, 80)
    out = io.BytesIO()
    scores.save(out)
    (entry,) = import_file(File("成绩.xlsx", out.getvalue()))
    assert (entry.kind, entry.accepted, entry.refused) == ("scores", len(people), [])


def test_only_who_may_bring_in_a_classs_sheets_gets_them(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")
    assert officer.get("/imports/templates/classes/1/roster.xlsx").status_code == 404
    assert officer.get("/imports/templates/classes/1/units.xlsx").status_code == 404
