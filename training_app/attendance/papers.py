"""Official forms of attendance: 签到表 and 考勤汇总表."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from training_app.attendance import rules
from training_app.attendance.queries.records import RecordInfo
from training_app.attendance.queries.sheets import Sheet as ClassSheet
from training_app.attendance.queries.sheets import SheetLesson, SheetRow
from training_app.classes.api import ClassInfo, EnrollmentInfo, LessonInfo
from training_app.core import clock, documents
from training_app.core.papers import Cell, Column, Line, Note, Paper, Row, Sheet, Table, label, listing

STATUS_WORDS = {
    "present": "出勤",
    "late": "迟到",
    "left_early": "早退",
    "leave_sick": "病假",
    "leave_personal": "事假",
    "leave_official": "公假",
    "absent": "旷课",
    "exempt": "免考勤",
}
_HALF_DAYS = {"morning": "上午", "afternoon": "下午", "evening": "晚上"}
_WAYS = {"scan": "扫码", "staff": "手签"}
_PORTRAIT = (15.0, 16.5, 16.0, 16.5)
_ONE_COLUMN = 30  # people on a page with room for posts and times
_TWO_COLUMNS = 36  # people in each half of a page
_LESSONS_ACROSS = 22
_BLANK = "＿＿＿"


def sign_in(
    klass: ClassInfo,
    people: Sequence[EnrollmentInfo],
    lessons: Sequence[tuple[LessonInfo, str, Mapping[int, RecordInfo]]],
    name: str,
    *,
    of: Mapping[int, Sequence[EnrollmentInfo]] | None = None,
) -> Paper:
    """签到表 of one lesson or several: (lesson, state of its attendance, records by enrollment).

    ``of``: who was of each lesson, where that is known; else it is ``people``.
    """
    sheets: list[Sheet] = []
    for lesson, state, records in lessons:
        sheets += _lesson_sheets(klass, (of or {}).get(lesson.id, people), lesson, state, records)
    return Paper(name, tuple(sheets), margins=_PORTRAIT)


def _lesson_sheets(
    klass: ClassInfo,
    people: Sequence[EnrollmentInfo],
    lesson: LessonInfo,
    state: str,
    records: Mapping[int, RecordInfo],
) -> list[Sheet]:
    whole = Paper("", (), margins=_PORTRAIT).width
    here = list(enumerate(people, 1))
    size = 2 * _TWO_COLUMNS
    wide = len(people) <= _ONE_COLUMN
    pages = [here] if wide else [here[at : at + size] for at in range(0, len(here), size)]
    start, end = clock.local(lesson.starts_at), clock.local(lesson.ends_at)
    time = f"{_HALF_DAYS.get(lesson.half_day, '')} {start:%H:%M}—{end:%H:%M}"
    heads = (
        Line((f"课程：{lesson.title}", f"授课：{lesson.teacher_text or _BLANK}")),
        Line(
            (
                f"时间：{documents.chinese_day(lesson.day)}{time}",
                f"地点：{lesson.place or _BLANK}　　学时：{documents.number_text(lesson.credit_hours)}",
            )
        ),
    )
    foot = (
        Line((counts_text(people, records, state),)),
        Line(("", f"班主任（签字）：{'＿' * 8}")),
    )
    return [
        Sheet(
            f"{klass.name}签到表",
            (*heads, _one_column(page, records, whole) if wide else _two_columns(page, records, whole), *foot),
            title_size=18,
        )
        for page in pages
    ]


def counts_text(people: Sequence[EnrollmentInfo], records: Mapping[int, RecordInfo], state: str) -> str:
    """应到, 实到, 请假, 缺勤 as recorded; blanks to be filled in while nothing is recorded."""
    statuses = [records[each.id].status for each in people if each.id in records]
    due = len(people) - statuses.count("exempt")
    if not statuses:
        return f"应到：{due}人　　实到：{_BLANK}人　　请假：{_BLANK}人　　缺勤：{_BLANK}人"
    came = sum(status in rules.ATTENDED_STATUSES for status in statuses)
    leave = sum(status in rules.LEAVE_STATUSES for status in statuses)
    if state != "closed" and not came:  # only leave is known yet: who comes is counted in the hall
        return f"应到：{due}人　　实到：{_BLANK}人　　请假：{leave}人　　缺勤：{_BLANK}人"
    absent = str(statuses.count("absent")) if state == "closed" else _BLANK
    late = f"（其中迟到{statuses.count('late')}人）" if "late" in statuses else ""
    return f"应到：{due}人　　实到：{came}人{late}　　请假：{leave}人　　缺勤：{absent}人"


def _mark(record: RecordInfo | None) -> str:
    """What stands beside the signature: 扫码 08:21, 病假 …; '' when the paper itself is the record."""
    if record is None or record.status in ("", "absent"):
        return "" if record is None or not record.status else "缺勤"
    if record.status in rules.LEAVE_STATUSES or record.status == "exempt":
        return STATUS_WORDS[record.status]
    way = _WAYS.get(record.method, "")
    time = f"{clock.local(record.check_in_at):%H:%M}" if record.check_in_at else ""
    late = "" if record.status == "present" else STATUS_WORDS[record.status]
    return " ".join(part for part in (way, time, late) if part)


def _two_columns(page: Sequence[tuple[int, EnrollmentInfo]], records: Mapping[int, RecordInfo], whole: float) -> Table:
    half = min(_TWO_COLUMNS, max(-(-len(page) // 2), 1))
    columns = (
        Column("序号", 8.6),
        Column("姓　名", 18.5, "name"),
        Column("单　位", 25, "fit"),
        Column("签　名", 0),
        Column("考勤记录", 16.5, "faint"),
    )
    gap = Column("", 1.6, "gap")

    def cells(at: int) -> tuple[str, ...]:
        if at >= len(page):
            return ("", "", "", "", "")
        number, person = page[at]
        return (str(number), person.name, person.unit_name, "", _mark(records.get(person.id)))

    rows = [(*cells(at), "", *cells(half + at)) for at in range(half)]
    return listing((*columns, gap, *columns), rows, whole, height=6.05, head_height=7.4)


def _one_column(page: Sequence[tuple[int, EnrollmentInfo]], records: Mapping[int, RecordInfo], whole: float) -> Table:
    columns = (
        Column("序号", 10),
        Column("姓　名", 20, "name"),
        Column("单位及职务", 0, "fit"),
        Column("签到（签名）", 30),
        Column("方式与时间", 24),
        Column("签退时间", 18),
        Column("备注", 18),
    )
    rows = []
    for number, person in page:
        record = records.get(person.id)
        came = record is not None and record.status in rules.ATTENDED_STATUSES
        time = f"{clock.local(record.check_in_at):%H:%M}" if record and came and record.check_in_at else ""
        way = _WAYS.get(record.method, "") if record and came else ""
        note = "" if record is None or record.status == "present" else STATUS_WORDS.get(record.status, "")
        post = person.unit_name + person.post_title.removeprefix(person.unit_name)
        rows.append((str(number), person.name, post, "", f"{way} {time}".strip(), "", note))
    return listing(columns, rows, whole, height=7.2)


def summary(sheet: ClassSheet) -> Paper:
    """考勤汇总表: a sign for each lesson, hours due, attended, on leave and absent."""
    name = f"{sheet.klass.name}考勤汇总表"
    margins = (15.0, 14.0, 14.0, 14.0)
    whole = Paper(name, (), landscape=True, margins=margins).width
    parts = [sheet.lessons[at : at + _LESSONS_ACROSS] for at in range(0, len(sheet.lessons), _LESSONS_ACROSS)] or [()]
    span = documents.chinese_span(sheet.klass.starts_on, sheet.klass.ends_on)
    facts = Line(
        (
            f"时间：{span}",
            f"已考勤{sheet.closed}次，共{len(sheet.lessons)}次",
            f"计划{documents.number_text(sheet.planned_hours)}学时　共{len(sheet.rows)}人",
        )
    )
    legend = "　".join(f"{sign} {STATUS_WORDS[code]}" for code, sign in rules.SIGNS.items())
    blocks: list[Line | Table | Note] = [facts]
    for at, part in enumerate(parts):
        if len(parts) > 1:
            blocks.append(Note(f"第{at + 1}部分，共{len(parts)}部分"))
        blocks.append(_signs_table(sheet, part, whole, last=at == len(parts) - 1))
    blocks += [
        Note(f"图例：{legend}。空格为尚未登记。请假比例＝请假学时÷计划学时；出勤率＝实到学时÷应到学时。"),
        Line((f"班主任（签字）：{'＿' * 8}", f"教务负责人（签字）：{'＿' * 8}", "日期：　　　年　　月　　日")),
    ]
    return Paper(name, (Sheet(name, tuple(blocks)),), landscape=True, margins=margins)


def _signs_table(sheet: ClassSheet, lessons: Sequence[SheetLesson], whole: float, *, last: bool) -> Table:
    sums = ("应到\n学时", "实到\n学时", "请假\n学时", "旷课\n学时", "请假\n比例", "出勤率") if last else ()
    fixed = [Column("序号", 9), Column("姓名", 18, "name"), Column("单位", 32, "fit")]
    tail = [Column(title, 12 if "学时" in title else 14) for title in sums]
    notes = [Column("备注", 20, "fit")] if last else []
    room = whole - sum(column.width for column in (*fixed, *tail, *notes))
    width = min(room / max(len(lessons), 1), 12)
    if width < 12 or not lessons:
        marks = [Column(_lesson_head(each), width) for each in lessons]
    else:  # few lessons: what they leave goes to the units
        marks = [Column(_lesson_head(each), width) for each in lessons]
        fixed[2] = Column("单位", 32 + room - width * len(lessons), "fit")
    rows = [
        (
            str(number),
            row.person.name,
            row.person.unit_name,
            *(rules.SIGNS.get(row.statuses.get(each.lesson.id, ""), "") for each in lessons),
            *(_sums(row, sheet.planned_hours) if last else ()),
        )
        for number, row in enumerate(sheet.rows, 1)
    ]
    table = listing((*fixed, *marks, *tail, *notes), rows, whole, size=9.5, height=6.4, head_height=11)
    return table if not last else Table(table.widths, (*table.rows, _total(sheet, len(lessons), table)), table.heads)


def _lesson_head(each: SheetLesson) -> str:
    return f"{each.lesson.day.month}.{each.lesson.day.day}\n{_HALF_DAYS.get(each.lesson.half_day, '')[:1]}"


def _sums(row: SheetRow, planned: Decimal) -> tuple[str, ...]:
    sums = row.sums
    notes = "缺课超七分之一" if row.too_much else ""
    hours = (sums.due, sums.attended, sums.on_leave, sums.absent)
    leave = percent(sums.on_leave / planned) if planned else "—"
    return (*(documents.number_text(each) or "0" for each in hours), leave, _rate(sums), notes)


def _rate(sums: rules.HourSums) -> str:
    return percent(sums.attended / sums.due) if sums.due else "—"


def percent(share: Decimal) -> str:
    """A share as forms print it: 12.5%."""
    return f"{documents.number_text((share * 100).quantize(Decimal('0.1'), ROUND_HALF_UP))}%"


def _total(sheet: ClassSheet, lessons: int, table: Table) -> Row:
    totals = sheet.totals
    hours = (totals.due, totals.attended, totals.on_leave, totals.absent)
    due = sheet.planned_hours * len(sheet.rows)
    texts = [documents.number_text(each) or "0" for each in hours]
    texts += [percent(totals.on_leave / due) if due else "—", _rate(totals), ""]
    first = label("合　计", sum(table.widths[:3]), across=3, size=9.5)
    widths = table.widths[3 + lessons :]
    signs = (Cell(across=lessons),) if lessons else ()
    made = tuple(label(text, width, size=9.5) for text, width in zip(texts, widths, strict=True))
    return Row((first, *signs, *made), 6.4)
