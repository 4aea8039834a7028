"""The corrected workbook goes round: downloaded, put right in Excel and sent again, nothing is lost."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from training_app.imports.services import repairing
from training_app.imports.services.corrected import corrected
from training_app.imports.services.files import File, import_file
from training_app.imports.services.uploads import check_file, store_checked

COUNTY = Path(__file__).parent.parent / "data" / "county"
FILES = (
    "单位名册.xlsx",
    "干部名册.xlsx",
    "课程目录.xlsx",
    "师资库.xlsx",
    "现场教学点.xlsx",
    "年度培训计划.xlsx",
    "网络学习学时.csv",
    "上级调训登记表.xls",
    "班次/知行学堂第1期/学员名单.xlsx",
    "班次/知行学堂第1期/课程表.xlsx",
    "班次/知行学堂第1期/考勤登记表.xlsx",
    "班次/知行学堂第1期/成绩登记表.xlsx",
    "班次/党员教育培训班第10期/党员培训登记表.xlsx",
    "题库/试题导入模板.xlsx",
)  # one of each kind, in the order in which they go in


def read(name: str) -> File:
    return File(name, (COUNTY / name).read_bytes())


def again(*entries, only=None, change=None):
    """What is read of the corrected workbook of a checked file, after ``change`` was made in Excel."""
    data = corrected([repairing.load(entry.import_id) for entry in entries], only)
    if change is not None:
        book = openpyxl.load_workbook(io.BytesIO(data))
        change(book.active)
        out = io.BytesIO()
        book.save(out)
        data = out.getvalue()
    return check_file(File(str(Path(entries[0].file).with_suffix(".xlsx")), data))


def said(entry):
    return [sorted((f["row"], f["name"], f["code"]) for f in each) for each in (entry.refused, entry.flagged)]


def facts(entry):
    return (
        entry.kind,
        entry.header_row,
        entry.rows_read,
        entry.accepted,
        entry.created,
        entry.updated,
        entry.unknown_columns,
        sorted(entry.columns.items()),
        said(entry),
    )


def test_a_file_of_every_kind_comes_back_as_it_was_sent(sqlite_app):
    with sqlite_app.app_context():
        for name in FILES:
            entries = check_file(read(name))
            back = again(*entries)
            assert [entry.error for entry in entries] == [None] * len(entries)
            assert [facts(entry) for entry in back] == [facts(entry) for entry in entries], name
            store_checked(entries[0].import_id)


def test_what_is_put_right_in_excel_is_taken_in(units):
    (entry,) = check_file(read("干部名册.xlsx"))
    short = next(f for f in entry.refused if f["code"] == "name_missing")

    def put_right(page) -> None:
        column = next(c.column for c in page[entry.header_row] if c.value == "姓名")
        page.cell(short["row"], column).value = "欧阳明月"

    (better,) = again(entry, change=put_right)

    assert better.accepted == entry.accepted + 1
    assert short["row"] not in {f["row"] for f in better.refused}


def test_only_the_refused_rows_keep_titles_header_and_reasons(units):
    (entry,) = check_file(read("干部名册.xlsx"))
    wrong = {f["row"] for f in entry.refused}

    (only,) = again(entry, only=wrong)
    page = openpyxl.load_workbook(io.BytesIO(corrected([repairing.load(entry.import_id)], wrong))).active

    assert only.rows_read == len(wrong)
    assert only.header_row == entry.header_row
    assert page.cell(1, 1).value == "澜川县干部名册（2023年6月）"
    last = page.max_column
    assert page.cell(entry.header_row, last).value
    assert all(page.cell(row, last).value for row in range(entry.header_row + 2, entry.header_row + 2 + len(wrong)))


def test_repairs_are_in_it_and_rows_left_out_are_gone(units):
    (entry,) = check_file(read("干部名册.xlsx"))
    first = next(f["row"] for f in entry.refused if f["code"] == "name_missing")
    second = next(f["row"] for f in entry.refused if f["code"] == "duplicate_row")
    repairing.set_cells(entry.import_id, [(first, "name", "欧阳明月")])
    repairing.leave_out(entry.import_id, [second])

    (better,) = again(entry)

    assert better.rows_read == entry.rows_read - 1
    assert len(better.refused) == len(entry.refused) - 2


@pytest.fixture
def units(sqlite_app):
    with sqlite_app.app_context():
        import_file(read("单位名册.xlsx"))
        yield
