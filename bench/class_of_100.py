"""A class of a hundred people as the forms see it, and the forms the house prints of it: the house's own builders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from training_app.attendance import papers as attendance
from training_app.attendance.api import PersonMarks, RecordInfo
from training_app.cadres.api import CadreFile
from training_app.cadres.lrmx.form import AppointmentForm, Relative
from training_app.cadres.papers import appointment_form
from training_app.classes import papers as classes
from training_app.classes.values import ClassInfo, EnrollmentInfo, LessonInfo
from training_app.core.papers import Paper
from training_app.results import papers as results
from training_app.results.queries.outcomes import Outcome
from training_app.results.rules import Attended, Completion, Sitting

PEOPLE = 100
DAY = date(2026, 5, 11)
_HOURS = Decimal(40)
_RESUME = "\n".join(
    f"{year}.07--{year + 3}.07  某川县{unit}{post}"
    for year, unit, post in (
        *((1999, "云山乡", "科员"), (2002, "云山乡", "党政办主任"), (2005, "清溪镇", "副镇长")),
        *((2008, "清溪镇", "党委副书记"), (2011, "县农业农村局", "副局长"), (2014, "县水务局", "局长")),
    )
)


def papers() -> Iterator[tuple[str, Paper]]:
    """Name and paper: sheets of the whole class, and a form a person."""
    people = [_enrollment(number) for number in range(PEOPLE)]
    files = {each.cadre_id: _file(each) for each in people}
    rows = [_outcome(each) for each in people]
    marks = {
        each.id: PersonMarks({"present": 9, "late": 1}, {"present": Decimal(36), "late": Decimal(4)}) for each in people
    }
    lessons = [_lesson(number) for number in range(10)]
    records = {each.id: _record(each, number) for number, each in enumerate(people)}
    yield "roster", classes.roster(_CLASS, people, files)
    yield "sign_in", attendance.sign_in(_CLASS, people, [(each, "closed", records) for each in lessons], "签到表")
    yield "registration", results.registration(_CLASS, rows, files, marks, lessons)
    yield "appraisal", results.appraisal(_CLASS, rows, files, marks)
    yield "appointment", appointment_form(_FORM)


def name_of(number: int) -> str:
    """A name of two or three characters."""
    return (
        f"{'王李张刘陈杨赵黄周吴'[number % 10]}{'伟芳娜敏静丽强磊军洋'[number // 10 % 10]}{'' if number % 7 else '明'}"
    )


_CLASS = ClassInfo(
    id=1,
    code="2026-01",
    name="知行学堂第6期",
    program="知行学堂",
    program_id=1,
    cohort_no=6,
    starts_on=DAY,
    ends_on=DAY + timedelta(days=4),
    venue="县委党校",
    host="县委组织部",
    organiser="县委党校",
    state="closed",
    is_main=True,
    for_party_members=False,
    exam_required=True,
    step_seconds=15,
    opens_before_minutes=30,
    late_after_minutes=5,
    closes_after_minutes=30,
    credit_hours=_HOURS,
    plan_line_id=1,
    teacher_names=("陈静",),
)
_FORM = AppointmentForm(
    name="王伟明",
    sex="男",
    birth_month="197703",
    ethnic_group="汉族",
    native_place="云南某川",
    birth_place="云南某川",
    party_joined="200006",
    work_started="199907",
    health="健康",
    full_time_education="大学",
    full_time_degree="农学学士",
    full_time_school="云南农业大学农学系农学专业",
    unit_and_post="某川县水务局局长、党组书记",
    resume=_RESUME,
    honours="2019年度被评为全县优秀公务员。",
    assessments="2022年、2023年、2024年称职。",
    family=tuple(
        Relative(relation, name, "197805", "中共党员", "某川县第一中学教师")
        for relation, name in (("妻子", "李芳"), ("儿子", "王磊"), ("父亲", "王军"), ("母亲", "张敏"))
    ),
)


def _enrollment(number: int) -> EnrollmentInfo:
    unit = f"县某某局{number % 30}"
    return EnrollmentInfo(
        id=number + 1,
        class_id=1,
        cadre_id=number + 1,
        account_id=None,
        name=name_of(number),
        unit_id=number % 30,
        unit_name=unit,
        post_title=f"{unit}副局长、党组成员",
        post_level="乡科级副职",
        rank="一级主任科员",
        category="公务员",
        group_name=f"第{'一二三四五'[number % 5]}组",
        class_role="班长" if number == 0 else "",
        status="attended",
        source="nominated",
    )


def _file(person: EnrollmentInfo) -> CadreFile:
    return CadreFile(
        id=person.cadre_id,
        account_id=None,
        in_register=True,
        name=person.name,
        sex="男",
        ethnic_group="汉族",
        native_place="云南某川",
        birth_month="1985-03",
        id_number_masked="5328**********1234",
        phone_masked="199****1234",
        political_status="中共党员",
        party_joined="2008-06",
        work_started="2007-07",
        full_time_education="大学",
        degree="农学学士",
        in_service_education="",
        school_and_major="云南农业大学农学专业",
        unit_id=person.unit_id,
        post_title=person.post_title,
        unit_and_post=person.post_title,
        post_level=person.post_level,
        rank=person.rank,
        post_since="2021-03",
        rank_since="2021-06",
        category=person.category,
        note="",
    )


def _lesson(number: int) -> LessonInfo:
    starts = datetime(DAY.year, DAY.month, DAY.day + number // 2, 1 if number % 2 == 0 else 6, 0, tzinfo=UTC)
    return LessonInfo(
        id=number + 1,
        class_id=1,
        day=starts.date(),
        half_day="afternoon" if number % 2 else "morning",
        starts_at=starts,
        ends_at=starts + timedelta(hours=3),
        title=f"学习贯彻党的二十大精神专题辅导之{number + 1}",
        kind="course",
        course_id=None,
        method="lecture",
        room_id=None,
        site_id=None,
        place="党校报告厅",
        teacher_text="李明教授",
        credit_hours=Decimal(4),
        state="planned",
    )


def _record(person: EnrollmentInfo, number: int) -> RecordInfo:
    status = "late" if number % 20 == 0 else "present"
    return RecordInfo(1, person.id, status, datetime(2026, 5, 11, 0, 21, tzinfo=UTC), "scan")


def _outcome(person: EnrollmentInfo) -> Outcome:
    return Outcome(
        enrollment=person,
        hours=Attended(_HOURS, _HOURS, Decimal(0), 10, 10),
        class_hours=_HOURS,
        exam=Sitting(Decimal(86)),
        resit=Sitting(),
        conduct=Decimal(90),
        reflection=Decimal(85),
        total=Decimal("86.6"),
        decision=Completion(completed=True, reason="met"),
        grade="good",
        decided=None,
        certificate=None,
    )
