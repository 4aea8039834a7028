"""A register of cadres as units send it: 22 columns, two header rows, five lines in a hundred with a fault."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import date

import xlsxwriter

TOP = (
    *("序号", "姓名", "性别", "民族", "籍贯", "出生年月", "身份证号码", "政治面貌", "入党时间", "参加工作时间"),
    *(
        "学历学位",
        "",
        "",
        "",
        "工作单位及职务",
        "职务层次",
        "职级",
        "任现职务时间",
        "任现职级时间",
        "干部类别",
        "联系电话",
        "备注",
    ),
)
LEAVES = ("全日制学历", "学位", "在职学历", "毕业院校及专业")
UNITS = 120
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文志海燕春波辉鹏飞云峰雪梅"
_LEVELS = ("县处级副职", "乡科级正职", "乡科级副职", "股级", "")
_RANKS = ("三级调研员", "一级主任科员", "三级主任科员", "一级科员", "")
_FAULT = 0.05


def units() -> bytes:
    """The units, as a worksheet of their own."""
    rows = [("001", "某川县", "", "", "县")]
    rows += [(f"001.{n:03}", _unit(n), "", "001", "政府部门") for n in range(1, UNITS + 1)]
    return _book("单位名册", [("单位编码", "单位名称", "单位简称", "上级单位编码", "单位类别"), *rows])


def cadres(people: int, seed: int = 5) -> bytes:
    """So many lines; the same seed gives the same file."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    lines = [_line(number, chance) for number in range(1, people + 1)]
    for at in range(50, people, 200):  # the same person twice
        lines[at] = [lines[at][0], *lines[at - 7][1:]]
    top: list[list[object]] = [
        ["某川县干部名册（2023年6月）"],
        ["填报单位（盖章）：      填报时间：2023年6月30日"],
        list(TOP),
    ]
    return _book("干部名册", [*top, [""] * 10 + list(LEAVES), *lines], merged=True)


def _unit(number: int) -> str:
    place = "东西南北上下前后新旧"[number % 10]
    if number <= 60:
        return f"{place}{'溪河山桥坪湾'[number // 10 % 6]}{'镇' if number % 2 else '乡'}"
    return f"县{place}{'农林水财工教'[number // 10 % 6]}局"


def _line(number: int, chance: random.Random) -> list[object]:
    born = date(1963 + chance.randrange(38), 1 + chance.randrange(12), 1 + chance.randrange(28))
    male = chance.random() < 0.6
    citizen: object = _citizen_number(born, number, male=male)
    name = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2))))
    phone: object = f"199{chance.randrange(10**8):08}"
    unit = _unit(1 + chance.randrange(UNITS))
    joined = date(born.year + 20 + chance.randrange(15), 1 + chance.randrange(12), 1)
    if chance.random() < _FAULT:
        fault = chance.randrange(8)
        if fault == 0:
            citizen = str(citizen)[:-1] + ("0" if str(citizen)[-1] != "0" else "1")
        elif fault == 1:
            citizen = int(str(citizen)[:17] + "0")
        elif fault == 2:
            unit = "省某某厅"
        elif fault == 3:
            phone = "1380013800"
        elif fault == 4:
            citizen = None
        elif fault == 5:
            born = date(born.year + 1, born.month, 1)
        elif fault == 6:
            male = not male
        else:
            name = ""
    name = f"{name[0]} {name[1]}" if len(name) == 2 else name
    pick = chance.choice
    return [
        *(number, name, "男" if male else "女", pick(("汉族", "彝族", "壮族", "苗族", "")), "云南某川"),
        *(_month(born, chance), citizen, pick(("中共党员", "中共党员", "群众", "民盟盟员"))),
        *(_month(joined, chance), _month(joined, chance), pick(("大学", "大专", "中专", "研究生"))),
        *(pick(("学士", "硕士", "无", "")), pick(("", "省委党校研究生"))),
        f"云南大学{pick(('会计学', '农学', '法学', '中文', '财政学'))}专业",
        *(unit + pick(("局长", "副局长", "科员", "一级科员")), pick(_LEVELS), pick(_RANKS)),
        _month(date(2010 + chance.randrange(13), 3, 1), chance),
        _month(date(2010 + chance.randrange(13), 6, 1), chance),
        *(pick(("公务员", "事业干部")), phone, pick(("", "", "", "挂职", f"备注{number}"))),
    ]


def _month(day: date, chance: random.Random) -> object:
    """A month in one of the ways people type it."""
    forms: tuple[object, ...] = (
        f"{day:%Y.%m}", f"{day:%Y.%m}", f"{day:%Y-%m}", f"{day.year}/{day.month}", f"{day.year}年{day.month}月",
        f"{day:%Y%m}", day,
    )  # fmt: skip
    return chance.choice(forms)


def _citizen_number(born: date, number: int, *, male: bool) -> str:
    head = f"{530000 + number // 500:06}{born:%Y%m%d}{number % 500 * 2 + male:03}"
    return head + "10X98765432"[sum(int(c) * w for c, w in zip(head, _WEIGHTS, strict=True)) % 11]


def _book(title: str, rows: Sequence[Sequence[object]], *, merged: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(title)
    month = book.add_format({"num_format": 'yyyy"年"m"月"'})
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(r, c, value, month)
            elif value not in ("", None):
                sheet.write_string(r, c, value) if isinstance(value, str) else sheet.write_number(r, c, value)
    if merged:
        sheet.merge_range(2, 10, 2, 13, "学历学位")
        for column in (*range(10), *range(14, 22)):
            sheet.merge_range(2, column, 3, column, TOP[column])
        sheet.set_column(4, 4, 10, None, {"hidden": True})
    book.close()
    return out.getvalue()
