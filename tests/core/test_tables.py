"""Lists as spreadsheets: typed cells, text that stays text, CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.core import tables
from training_app.core.tables import Column

COLUMNS = (
    Column("name", "姓名"),
    Column("number", "身份证号"),
    Column("hours", "学时", "number"),
    Column("day", "日期", "date"),
    Column("at", "时间", "date"),
)
ROW = {
    "name": "张三",
    "number": "532801198503150011",
    "hours": Decimal("7.5"),
    "day": date(2026, 5, 11),
    "at": datetime(2026, 5, 11, 0, 30, tzinfo=UTC),
}
DANGEROUS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "　＝1",
    "＋1",
    "－1",
    "＠a",
    "\0=1",
    "\u200b=1",
)


def cells(text: bytes) -> list[list[str]]:
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def test_excel_cells_are_typed_and_ids_are_text():
    book = openpyxl.load_workbook(io.BytesIO(tables.to_xlsx("名单", COLUMNS, [ROW], [("列表", "名单")])))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["姓名", "身份证号", "学时", "日期", "时间"]
    name, number, hours, day, at = sheet[2]
    assert (name.value, number.value, number.data_type) == ("张三", "532801198503150011", "s")
    assert (hours.value, hours.data_type) == (7.5, "n")
    assert day.value == datetime(2026, 5, 11)  # noqa: DTZ001 - Excel knows no zones
    assert at.value == datetime(2026, 5, 11, 8, 30)  # noqa: DTZ001 - in Asia/Shanghai
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:E2")
    assert sheet.column_dimensions["B"].width > 18
    assert [each.value for each in book["说明"][1]] == ["列表", "名单"]


def test_a_long_list_is_written_row_by_row_and_complete():
    rows = [{**ROW, "name": f"张{n}"} for n in range(20_050)]
    book = openpyxl.load_workbook(io.BytesIO(tables.to_xlsx("名单", COLUMNS, rows)), read_only=True)
    found = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(found) == len(rows) + 1
    assert found[-1][0] == "张20049"


@pytest.mark.parametrize("text", DANGEROUS)
def test_excel_keeps_what_looks_like_a_formula_as_text(text):
    sheet = openpyxl.load_workbook(io.BytesIO(tables.to_xlsx("名单", COLUMNS[:1], [{"name": text}]))).worksheets[0]
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize("text", DANGEROUS)
def test_csv_prefixes_what_looks_like_a_formula(text):
    assert cells(tables.to_csv(COLUMNS[:1], [{"name": text}]))[1][0].startswith("'")


@given(st.text())
def test_no_text_reaches_a_csv_as_a_formula(text):
    found = cells(tables.to_csv(COLUMNS[:1], [{"name": text}]))
    value = found[1][0] if len(found) > 1 and found[1] else ""
    seen = [sign for sign in value if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf")]
    assert value[:1] not in tuple("=+-@\t\r\n＝＋－＠")
    assert not seen or seen[0] not in "=+-@＝＋－＠"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), min_size=1))
def test_a_csv_says_every_text_again(texts):
    found = cells(tables.to_csv(COLUMNS[:1], [{"name": text} for text in texts]))[1:]
    assert [line[0] if line else "" for line in found] == [tables.csv_text(text) for text in texts]


def test_numbers_below_zero_stay_numbers():
    assert cells(tables.to_csv(COLUMNS[2:3], [{"hours": Decimal("-2.5")}]))[1] == ["-2.5"]
    assert cells(tables.to_csv(COLUMNS[4:], [ROW]))[1] == ["2026-05-11 08:30"]
