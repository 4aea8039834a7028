"""What goes to a hall without a network, printed the evening before: how to do it, sign-in lists, badges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from training_app.attendance import papers, qr
from training_app.attendance.queries.records import RecordInfo
from training_app.classes.api import ClassInfo, EnrollmentInfo, LessonInfo
from training_app.core import clock, documents
from training_app.core.papers import Cell, Column, Line, Note, Paper, Row, Sheet, Table, listing

_ACROSS = 2
_BADGE = 36.0  # mm: the printed code with its edge
_NAME, _REST = 17.0, 22.0  # mm: the name, to be read from the door, and below it what only a scan needs
_STEPS = (
    "一、带齐本册、签字笔。平板电脑出发前打开当天每节课的“扫描胸牌”页，等右上角显示“已联网”，名单即存入本机。",
    "二、到场后先用平板扫描学员手机上的“我的胸牌”或本册胸牌页。没有网络也能扫，扫描存在本机，页面关掉再开不会丢失。",
    "三、平板不可用时，请学员在签到表上亲笔签名；迟到的在备注栏写明到达时间，早退的在签退栏写明离开时间。",
    "四、上课满十分钟清点人数，与签到表核对，将人数写在表末“实到”处；人数不符的当场查明，注明原因。",
    "五、不得代签。请假学员不签名，备注栏写“请假”；以系统内已批准的请假为准。",
    "六、恢复网络后，平板自动发送扫描，逐条显示结果；签到表由班主任在该课“录入纸质签到表”页录入，当天完成。",
    "七、录入后关闭考勤。签到时间与录入时间都会保存；纸质签到表装订归档，不得销毁。",
)


def pack(
    klass: ClassInfo,
    day: date,
    people: Sequence[EnrollmentInfo],
    lessons: Sequence[tuple[LessonInfo, str, Mapping[int, RecordInfo]]],
    badge_of: Callable[[int], str],
) -> Paper:
    """断网签到册 of one day: instructions with the day's lessons, a 签到表 each, a badge for everybody."""
    name = f"{klass.name}{day.month}月{day.day}日断网签到册"
    lists = papers.sign_in(klass, people, lessons, name)
    return replace(
        lists,
        sheets=(
            _first(klass, day, people, [lesson for lesson, _state, _records in lessons], lists.width),
            *lists.sheets,
            _badges(klass, people, badge_of, lists.width),
        ),
    )


def _first(
    klass: ClassInfo, day: date, people: Sequence[EnrollmentInfo], lessons: Sequence[LessonInfo], whole: float
) -> Sheet:
    columns = (
        Column("时间", 30),
        Column("课程", 0, "fit"),
        Column("地点", 45, "fit"),
        Column("应到", 14),
        Column("清点人数", 20),
        Column("清点人", 24),
    )
    rows = [
        (
            f"{clock.local(each.starts_at):%H:%M}—{clock.local(each.ends_at):%H:%M}",
            each.title,
            each.place,
            str(len(people)),
            "",
            "",
        )
        for each in lessons
    ]
    return Sheet(
        f"{klass.name}断网签到册",
        (
            Line((documents.chinese_day(day), f"共{len(people)}人，{len(lessons)}节课")),
            listing(columns, rows, whole, height=9),
            *(Note(step, size=11.5) for step in _STEPS),
            Line(("", f"班主任（签字）：{'＿' * 8}")),
        ),
        title_size=18,
    )


def _badges(klass: ClassInfo, people: Sequence[EnrollmentInfo], badge_of: Callable[[int], str], whole: float) -> Sheet:
    """Codes to be cut out or scanned from the sheet; each is good in its own class only."""
    width = whole / _ACROSS - _BADGE - 2
    badges: list[tuple[Cell, Cell, Cell]] = []
    for number, person in enumerate(people, 1):
        text = badge_of(person.id)
        badges.append(
            (
                Cell(text, picture=qr.png(text), fit=(_BADGE, _BADGE), down=2),
                Cell(person.name, align="left", size=18, bold=True),
                Cell(f"{number}　{person.unit_name}\n{text}", align="left", size=8.5, top=True),
            )
        )
    while len(badges) % _ACROSS:
        badges.append((Cell(down=2), Cell(), Cell()))
    rows: list[Row] = []
    for at in range(0, len(badges), _ACROSS):
        beside = badges[at : at + _ACROSS]
        rows.append(Row(tuple(cell for picture, name, _rest in beside for cell in (picture, name)), _NAME))
        rows.append(Row(tuple(rest for _picture, _name, rest in beside), _REST))
    return Sheet(
        f"{klass.name}学员胸牌",
        (
            Note("平板扫描即签到，只在本班有效。用后收回，不得外传。"),
            Table((_BADGE + 2, width) * _ACROSS, tuple(rows)),
        ),
        title_size=18,
    )
