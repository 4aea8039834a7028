"""Files into grids and tables; hostile files are refused before they do harm."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment

from training_app.core.spreadsheets import guards
from training_app.core.spreadsheets.guards import Unreadable
from training_app.core.spreadsheets.reading import read_book
from training_app.core.spreadsheets.tables import find_table
from training_app.core.spreadsheets.workbooks import decode


def workbook(*rows, name="表", change=None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, **changes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
        for name, content in changes.items():
            if name not in old.namelist():
                new.writestr(name, content)
    return out.getvalue()


def test_a_grid_keeps_merges_hidden_rows_columns_and_notes():
    def change(sheet):
        sheet.merge_cells("A1:C1")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet["A2"].comment = Comment("请核对", "审核人")

    grid = read_book(
        workbook(["标题"], ["姓名", "性别", "号码"], ["张三", "男", 532590198503120000], change=change)
    ).grids[0]

    assert grid.merges == ((1, 1, 1, 3),)
    assert grid.hidden_rows == {3}
    assert grid.hidden_columns == {2}
    assert grid.notes == {(2, 1): "请核对"}
    assert grid.at(3, 3) == 532590198503120000


def test_a_number_is_told_from_a_text_that_looks_like_one():
    grid = read_book(workbook(["a", "532590198503120018", 532590198503120018])).grids[0]

    assert isinstance(grid.at(1, 2), str)
    assert isinstance(grid.at(1, 3), int)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_encoding(encoding):
    book = read_book("姓名,单位\r\n张䶮,县委\r\n".encode(encoding))

    assert book.format == "csv"
    assert book.grids[0].rows[1] == ["张䶮", "县委"]


def test_csv_with_semicolons_or_tabs():
    assert read_book("姓名;单位\n张三;县委\n".encode()).grids[0].rows[1] == ["张三", "县委"]
    assert read_book("姓名\t单位\n张三\t县委\n".encode()).grids[0].rows[1] == ["张三", "县委"]
    assert decode("姓名".encode("gb18030"))[1] == "gb18030"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"%PDF-1.4 whatever", "wrong_type"),
        (b"MZ\x00\x00\x00binary", "wrong_type"),
        (b"PK\x03\x04 not a zip at all", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing", "damaged"),
        (b"\xff" * 50 + b"\xfe,\x81\xff", "encoding"),
    ],
)
def test_what_is_no_table_is_refused(data, code):
    with pytest.raises(Unreadable) as refused:
        read_book(data)

    assert refused.value.code == code


def test_a_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/passwd", "x")

    with pytest.raises(Unreadable):
        read_book(out.getvalue())


def test_a_bomb_is_refused_while_it_unpacks():
    bomb = repacked(workbook(["a"]), **{"xl/media/big.bin": b"\0" * (guards.SMALL_ENTRY * 30)})

    with pytest.raises(Unreadable) as refused:
        read_book(bomb)

    assert refused.value.code == "bomb"


def test_too_many_parts_are_refused():
    crowd = repacked(workbook(["a"]), **{f"xl/media/{n}.bin": b"x" for n in range(guards.MAX_ENTRIES + 1)})

    with pytest.raises(Unreadable) as refused:
        read_book(crowd)

    assert refused.value.code == "bomb"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_entities_are_refused(part):
    evil = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'

    with pytest.raises(Unreadable) as refused:
        read_book(repacked(workbook(["a"]), **{part: evil}))

    assert refused.value.code == "entities"


def test_one_cell_in_the_last_corner_is_refused():
    data = workbook(["a"], change=lambda sheet: sheet.cell(1_048_576, 16_384, "x"))

    with pytest.raises(Unreadable) as refused:
        read_book(data)

    assert refused.value.code == "too_many_cells"


def test_a_workbook_named_csv_is_read_as_what_it_is():
    assert read_book(workbook(["姓名"])).format == "xlsx"


def is_header(label: str) -> bool:
    return label in {"姓名", "单位", "性别", "正职", "副职", "领导职数", "行政", "编制"}


def test_the_header_is_found_below_titles():
    grid = read_book(
        workbook(["附件1"], ["全县名册（2023年）"], [None], ["序号", "姓名", "性别", "单位"], [1, "张三", "男", "县委"])
    ).grids[0]

    table = find_table(grid, is_header)

    assert table is not None
    assert (table.header_row, table.header_rows) == (4, 1)
    assert table.titles == ["附件1", "全县名册（2023年）"]


def test_a_two_row_header_gives_group_and_leaf():
    def change(sheet):
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:C1")

    grid = read_book(workbook(["姓名", "领导职数", None], [None, "正职", "副职"], ["张三", 1, 2], change=change)).grids[
        0
    ]

    table = find_table(grid, is_header)

    assert table is not None
    assert table.labels == ["姓名", "领导职数/正职", "领导职数/副职"]
    assert table.first_line == 3
