"""Official forms of a class: 学员名册 and 课程表."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from training_app.cadres.api import CadreFile
from training_app.classes.queries.timetable import Week
from training_app.classes.seating_rules import Seat
from training_app.classes.values import ClassInfo, EnrollmentInfo, LessonInfo
from training_app.core import clock, documents
from training_app.core.papers import Cell, Column, Line, Note, Paper, Row, Sheet, Table, label, listing

HALF_DAYS = {"morning": "上午", "afternoon": "下午", "evening": "晚上"}
_WEEKDAYS = "一二三四五六日"
_STATUS_NOTES = {"withdrawn": "退学", "absent_no_show": "未报到", "declined": "未批准", "nominated": "待审批"}
_SIGNED = "＿" * 8


def facts_of(klass: ClassInfo, people: int | None = None) -> Line:
    """The line under the title: when, where, how many."""
    span = documents.chinese_span(klass.starts_on, klass.ends_on)
    number = "" if people is None else f"共{people}人"
    return Line((f"时间：{span}", f"地点：{klass.venue}" if klass.venue else "", number))


def unit_and_post(person: EnrollmentInfo) -> str:
    """Where somebody works and as what, as it was at the time of the class."""
    return person.unit_name + person.post_title.removeprefix(person.unit_name)


def month_text(month: str) -> str:
    """``1985-03`` as forms write it: 1985.03."""
    return month.replace("-", ".")


def roster(
    klass: ClassInfo,
    people: Sequence[EnrollmentInfo],
    files: Mapping[int, CadreFile],
    seats: Mapping[int, Seat] | None = None,
) -> Paper:
    """学员名册: who takes part, by group; with their seats once the class has given any."""
    columns = (
        Column("序号", 10),
        Column("组别", 18),
        Column("姓名", 19, "name"),
        Column("性别", 11),
        Column("民族", 16),
        Column("出生年月", 20),
        Column("政治面貌", 24),
        Column("单位及职务", 0, "text"),
        Column("联系电话", 28),
        Column("住宿", 16),
        *((Column("座位", 19),) if seats else ()),
        Column("备注", 24),
    )
    rows = []
    for number, person in enumerate(people, 1):
        file = files.get(person.cadre_id)
        rows.append(
            (
                str(number),
                person.group_name,
                person.name,
                file.sex if file else "",
                file.ethnic_group if file else "",
                month_text(file.birth_month) if file else "",
                file.political_status if file else "",
                unit_and_post(person),
                file.phone_masked if file else "",
                "",
                *((seats[person.id].text if person.id in seats else "",) if seats else ()),
                _STATUS_NOTES.get(person.status, person.class_role),
            )
        )
    name = f"{klass.name}学员名册"
    paper = Paper(name, (), landscape=True, margins=(18, 18, 16, 18))
    signed = Line((f"班主任（签字）：{_SIGNED}", "", "填表日期：　　　　年　　月　　日"))
    return Paper(
        name,
        (Sheet(name, (facts_of(klass, len(people)), listing(columns, rows, paper.width), signed)),),
        landscape=True,
        margins=paper.margins,
    )


def timetable(klass: ClassInfo, weeks: Sequence[Week]) -> Paper:
    """课程表: days across, half days down; each lesson with time, teacher, room and hours."""
    name = f"{klass.name}课程表"
    margins = (18.0, 18.0, 16.0, 18.0)
    whole = Paper(name, (), landscape=True, margins=margins).width
    blocks: list[Line | Table | Note] = [facts_of(klass)]
    taught = [week for week in weeks if any(_taught(week, day, half) for day in week.days for half in week.half_days)]
    for number, week in enumerate(taught, 1):
        if len(taught) > 1:
            blocks.append(Note(f"第{number}周", size=11, keep=True))
        blocks.append(_grid(week, whole))
    hours = documents.number_text(klass.credit_hours)
    teachers = "、".join(klass.teacher_names)
    blocks.append(Line((f"合计{hours}学时", f"班主任：{teachers}" if teachers else "")))
    return Paper(name, (Sheet(name, tuple(blocks)),), landscape=True, margins=margins)


def _taught(week: Week, day: date, half_day: str) -> list[LessonInfo]:
    return [each for each in week.cells.get((day, half_day), ()) if each.state != "cancelled"]


def _grid(week: Week, whole: float) -> Table:
    side = 18.0
    width = (whole - side) / len(week.days)
    size = 10.5 if len(week.days) <= 5 else 9
    heads = [label("时段", side)]
    heads += [label(f"{day.month}月{day.day}日\n（星期{_WEEKDAYS[day.weekday()]}）", width) for day in week.days]
    rows = []
    for half_day in week.half_days:
        cells = [label(HALF_DAYS[half_day], side)]
        for day in week.days:
            lessons = _taught(week, day, half_day)
            cells.append(Cell("\n\n".join(_lesson(each) for each in lessons), size=size))
        rows.append(Row(tuple(cells), 25 if half_day != "evening" else 18))
    return Table((side, *[width] * len(week.days)), tuple(rows), Row(tuple(heads), 12), whole=True)


def _lesson(lesson: LessonInfo) -> str:
    start, end = clock.local(lesson.starts_at), clock.local(lesson.ends_at)
    hours = f"（{documents.number_text(lesson.credit_hours)}学时）" if lesson.credit_hours else ""
    parts = [f"{start:%H:%M}—{end:%H:%M}{hours}", lesson.title]
    if lesson.teacher_text:
        parts.append(f"授课：{lesson.teacher_text}")
    if lesson.place:
        parts.append(f"地点：{lesson.place}")
    return "\n".join(parts)
