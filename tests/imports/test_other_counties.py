"""Other counties: other headers, another order, further columns and title lines; names people give to units."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import openpyxl
import pytest

from tests.imports.test_county import fates
from training_app.accounts.unit_finder import Named, UnitFinder
from training_app.core.spreadsheets.grids import Grid
from training_app.imports.registry import recognise
from training_app.imports.services.files import File, import_file

COUNTY = Path(__file__).parent.parent / "data" / "county"
OTHER_HEADERS = {
    "姓名": "姓 名",
    "身份证号码": "公民身份号码（18位）",
    "出生年月": "出生日期",
    "工作单位及职务": "现任职务（单位+职务）",
    "职务层次": "职务级别",
    "职级": "现任职级",
    "联系电话": "手机",
    "籍贯": "祖籍",
    "入党时间": "入党年月",
    "参加工作时间": "参工时间",
    "干部类别": "人员类别",
    "备注": "说明",
}


def spelled_otherwise(name: str, *, top: int, height: int) -> tuple[bytes, int]:
    """The county's file with other headers, shuffled columns, one column and two title lines more."""
    old = openpyxl.load_workbook(COUNTY / name, data_only=True).active
    order = list(range(2, old.max_column + 1))
    two_rows = [c for c in order if old.cell(top + height - 1, c).value is not None and height == 2]
    alone = [c for c in order if c not in two_rows]
    random.Random(3).shuffle(alone)  # noqa: S311 - an order, no secret
    new = openpyxl.Workbook()
    sheet = new.active
    sheet.title = old.title
    sheet.append(["附件2"])
    sheet.append(["报送单位：某某县委组织部", None, None, "联系人：张三", "联系电话：0873-1234567"])
    for row in range(1, old.max_row + 1):
        cells = [old.cell(row, c).value for c in (*alone[:5], *two_rows, *alone[5:])]
        head = row == top
        cells = [OTHER_HEADERS.get(str(value), value) if head else value for value in cells]
        extra = "核对情况" if head else "已核" if row > top + height and any(cells) else None
        sheet.append([old.cell(row, 1).value, *cells[:4], extra, *cells[4:]])
    for row, dimension in old.row_dimensions.items():
        sheet.row_dimensions[row + 2].hidden = dimension.hidden
    out = io.BytesIO()
    new.save(out)
    return out.getvalue(), 2


@pytest.mark.slow
def test_headers_order_and_title_lines_do_not_matter(sqlite_app):
    import_file(File("单位名册.xlsx", (COUNTY / "单位名册.xlsx").read_bytes()))
    truth = json.loads((COUNTY / "干部名册.expected.json").read_text(encoding="utf-8"))["sheets"][0]
    data, moved = spelled_otherwise("干部名册.xlsx", top=3, height=2)

    (entry,) = import_file(File("花名册.xlsx", data))

    def rows(findings, by=0):
        return {(row + by, code) for row, _, code in fates(findings)}

    assert entry.kind == "cadres"
    assert entry.header_row == truth["header_row"] + moved
    assert (entry.rows_read, entry.accepted) == (truth["rows_read"], truth["accepted"])
    assert rows(entry.refused) == rows(truth["refused"], moved)
    assert rows(entry.flagged) == rows(truth["flagged"], moved)
    assert entry.unknown_columns == ["核对情况"]


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        (
            "roster",
            [["知行学堂第1期学员名单"], ["序号", "参训人员", "单位及职务", "小组"], [1, "张三", "县委科员", "一组"]],
        ),
        ("attendance", [["姓名", "单位", "2月6日上午", "2月6日下午"], ["张三", "县委", "√", "√"]]),
        ("timetable", [["日期", "上午", "下午"], ["4月10日", "课程甲", "课程乙"]]),
        ("scores", [["姓名", "单位", "笔试成绩", "学习心得"], ["张三", "县委", 80, 90]]),
        ("party-class", [["姓名", "身份证号", "所属支部", "签到", "测试分数"], ["张三", "1", "某支部", "出勤", 80]]),
        ("quotas", [["名额分配表"], ["单位", "知行学堂第1期", "合计"], ["县委", 3, 3]]),
        ("questions", [["题型", "题干", "选项A", "正确答案"], ["单选", "甲", "乙", "A"]]),
        ("units", [["单位代码", "机构名称", "上级编码"], ["001", "某县", None]]),
    ],
)
def test_a_sheet_is_told_by_its_columns_and_title(kind, rows):
    assert recognise(Grid("Sheet1", rows), file="表.xlsx").kind == kind


def test_a_column_nobody_knows_is_told_by_its_cells():
    rows = [["称呼", "本人号码", "职务级别", "现任职级", "政治身份", "单位职务"]]
    for n, name in enumerate(("张一三", "李二", "王五六", "赵七", "孙八九", "周十"), 1):
        rows.append([name, f"53259019850312{n}018", "股级", None, "群众", "县委科员"])

    found = recognise(Grid("干部名册", rows), file="x.xlsx")

    assert found.kind == "cadres"
    assert found.layout is not None
    assert (found.layout.columns["name"], found.layout.columns["id_number"]) == (1, 2)


UNITS = UnitFinder(
    [
        Named(1, "001", "某川县", (), None, "/1/", "县"),
        Named(2, "001.001", "县委", (), 1, "/1/2/", "县级领导"),
        Named(3, "001.013", "县委组织部", ("组织部",), 1, "/1/3/", "党委部门"),
        Named(4, "001.013.1", "县委组织部干部教育科", (), 3, "/1/3/4/", "科室"),
        Named(5, "001.044", "县农业农村局", (), 1, "/1/5/", "政府部门"),
        Named(6, "001.102", "南溪镇", (), 1, "/1/6/", "乡镇"),
        Named(7, "001.102.1", "南溪镇新寨村", (), 6, "/1/6/7/", "村"),
        Named(8, "001.104", "桥头乡", (), 1, "/1/8/", "乡镇"),
        Named(9, "001.104.1", "桥头乡新寨村", (), 8, "/1/8/9/", "村"),
        Named(10, "001.072", "团县委", (), 1, "/1/10/", "群团组织"),
    ]
)


@pytest.mark.parametrize(
    ("text", "unit", "post"),
    [
        ("县委书记", "县委", "县委书记"),
        ("县委常委、组织部部长", "县委", "县委常委、组织部部长"),
        ("中共某川县委组织部副部长", "县委组织部", "副部长"),
        ("组织部干教科科长", "县委组织部干部教育科", "科长"),
        ("某川县农业局局长", "县农业农村局", "局长"),
        ("南溪镇党委书记", "南溪镇", "党委书记"),
        ("南溪镇党委党委书记", "南溪镇", "党委书记"),
        ("南溪镇党委宣传委员", "南溪镇", "宣传委员"),
        ("南溪镇人民政府副镇长", "南溪镇", "副镇长"),
        ("南溪镇新寨村村委会委员", "南溪镇新寨村", "村委会委员"),
        ("共青团某川县委书记", "团县委", "书记"),
    ],
)
def test_unit_and_post_are_told_apart(text, unit, post):
    found = UNITS.post(text)

    assert found.unit is not None
    assert (found.unit.name, found.post) == (unit, post)


def test_a_village_two_towns_have_is_ambiguous_and_a_strange_unit_unknown():
    assert UNITS.post("新寨村村委会委员").ambiguous
    assert UNITS.branch("新寨村第一党支部").ambiguous
    assert {u.name for u in UNITS.whole("新寨村").candidates} == {"南溪镇新寨村", "桥头乡新寨村"}
    for strange in ("某川县大桥建设指挥部科员", "县委老干部活动中心主任", "省财政厅处长"):
        assert UNITS.post(strange).unit is None
        assert not UNITS.post(strange).ambiguous
