"""Official forms of trainees: 培训登记表 and 学员考核（结业鉴定）登记表, a page a person; 考核结果汇总表."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from training_app.attendance.api import PersonMarks
from training_app.cadres.api import CadreFile
from training_app.classes.api import ClassInfo, LessonInfo
from training_app.core import documents
from training_app.core.papers import (
    Cell,
    Column,
    Line,
    Note,
    Paper,
    Row,
    Sheet,
    Table,
    block,
    label,
    listing,
    spread,
    value,
)
from training_app.results.queries.outcomes import Outcome
from training_app.results.rules import Scheme, Sitting

_MARGINS = (14.0, 18.0, 15.0, 22.0)
_DATE = "　　年　　月　　日"
_CODE_WORDS = {"absent": "缺考", "misconduct": "违纪", "deferred": "缓考", "excluded": "取消资格", "open": "", "": ""}
_GRADE_WORDS = {"excellent": "优秀", "good": "良好", "pass": "合格", "fail": "不合格", "": ""}
_REASON_WORDS = {
    "met": "结业",
    "withdrawn": "退学",
    "attendance_open": "",
    "hours_missed": "缺课超过规定，不予结业",
    "exam_open": "",
    "exam_misconduct": "考试违纪，不予结业",
    "exam_absent": "缺考，不予结业",
    "exam_failed": "考试不合格，不予结业",
    "exam_deferred": "",
    "exam_excluded": "取消考试资格，不予结业",
}
_KNOWN = PersonMarks()


def registration(
    klass: ClassInfo,
    rows: Sequence[Outcome],
    files: Mapping[int, CadreFile],
    marks: Mapping[int, PersonMarks],
    lessons: Sequence[LessonInfo],
) -> Paper:
    """培训登记表 of one person or a whole class."""
    courses = courses_text(lessons)
    title = "党员教育培训登记表" if klass.for_party_members else "干部教育培训登记表"
    sheets = tuple(
        Sheet(
            title,
            (_registration(klass, row, files.get(row.enrollment.cadre_id), marks.get(row.enrollment.id), courses),),
            title_size=20,
        )
        for row in rows
    )
    return Paper(_file_name(klass, rows, "培训登记表"), sheets, margins=_MARGINS)


def appraisal(
    klass: ClassInfo, rows: Sequence[Outcome], files: Mapping[int, CadreFile], marks: Mapping[int, PersonMarks]
) -> Paper:
    """学员考核登记表（结业鉴定表） of one person or a whole class."""
    sheets = tuple(
        Sheet(
            "学员考核登记表（结业鉴定表）",
            (_appraisal(klass, row, files.get(row.enrollment.cadre_id), marks.get(row.enrollment.id)),),
            title_size=20,
        )
        for row in rows
    )
    return Paper(_file_name(klass, rows, "学员考核登记表"), sheets, margins=_MARGINS)


def outcomes(klass: ClassInfo, rows: Sequence[Outcome], scheme: Scheme) -> Paper:
    """考核结果汇总表: each part of the total, the grade and the completion, with the scheme they follow."""
    name = f"{klass.name}考核结果汇总表"
    columns = (
        Column("序号", 10),
        Column("姓名", 20, "name"),
        Column("单位及职务", 0, "fit"),
        Column("应到\n学时", 14),
        Column("实到\n学时", 14),
        Column("出勤率", 16),
        Column("考试", 15),
        Column("补考", 15),
        Column("心得\n体会", 14),
        Column("日常\n表现", 14),
        Column("综合\n得分", 15),
        Column("等次", 15),
        Column("结业情况", 26, "fit"),
        Column("证书编号", 27, "fit"),
    )
    lines = [_outcome_line(number, row) for number, row in enumerate(rows, 1)]
    parts = [f"考试（有补考的用补考）{scheme.exam}%", f"心得体会{scheme.reflection}%", f"日常表现{scheme.conduct}%"]
    if scheme.attendance:
        parts.append(f"考勤{scheme.attendance}%")
    counted = sum(row.decided is not None and row.decided.completed for row in rows)
    margins = (15.0, 14.0, 14.0, 14.0)
    whole = Paper(name, (), landscape=True, margins=margins).width
    span = documents.chinese_span(klass.starts_on, klass.ends_on)
    blocks = (
        Line((f"时间：{span}", f"地点：{klass.venue}" if klass.venue else "", f"共{len(rows)}人，结业{counted}人")),
        listing(columns, lines, whole, height=6.8, head_height=11),
        Note(f"综合得分＝{'＋'.join(parts)}。"),
        Line((f"登分人：{'＿' * 6}", f"复核人：{'＿' * 6}", f"教务负责人：{'＿' * 6}")),
        Line(("", "（盖章）　　　　　　　　年　　月　　日")),
    )
    return Paper(name, (Sheet(name, blocks),), landscape=True, margins=margins)


def _outcome_line(number: int, row: Outcome) -> tuple[str, ...]:
    """What was decided; what was not yet decided stays blank."""
    decided = row.decided
    return (
        str(number),
        row.enrollment.name,
        unit_and_post(row),
        _number(row.hours.due),
        _number(row.hours.earned),
        f"{_number(row.hours.rate)}%",
        _sitting(row.exam),
        _sitting(row.resit),
        _number(row.reflection),
        _number(row.conduct),
        _number(decided.total) if decided else "",
        _GRADE_WORDS[decided.grade] if decided else "",
        _REASON_WORDS[decided.reason] if decided else "未定",
        row.certificate.number if row.certificate else "",
    )


def unit_and_post(row: Outcome) -> str:
    """Where somebody worked and as what, at the time of the class."""
    return row.enrollment.unit_name + row.enrollment.post_title.removeprefix(row.enrollment.unit_name)


def _file_name(klass: ClassInfo, rows: Sequence[Outcome], name: str) -> str:
    return f"{klass.name}{name}-{rows[0].enrollment.name}" if len(rows) == 1 else f"{klass.name}{name}"


def courses_text(lessons: Sequence[LessonInfo]) -> str:
    """What was taught, with the hours; what goes on over several half days is said once."""
    hours: dict[str, Decimal] = {}
    for lesson in lessons:
        if lesson.state != "cancelled":
            hours[lesson.title] = hours.get(lesson.title, Decimal(0)) + lesson.credit_hours
    said = [f"{title}（{_number(each)}学时）" if each else title for title, each in hours.items()]
    return "；".join(said) + (f"。共{_number(sum(hours.values(), Decimal(0)))}学时。" if said else "")


def _number(number: Decimal | None) -> str:
    return "" if number is None else documents.number_text(number) or "0"


def _month(month: str) -> str:
    return month.replace("-", ".")


def _sitting(sitting: Sitting) -> str:
    return _CODE_WORDS.get(sitting.code, "") or _number(sitting.score)


def _post(row: Outcome) -> str:
    post, rank = unit_and_post(row), row.enrollment.rank
    return f"{post}（{rank}）" if rank else post


def hours_text(row: Outcome, marks: PersonMarks | None) -> str:
    """应到, 实到, 请假, 旷课 in hours; blank while no lesson is recorded."""
    marks = marks or _KNOWN
    if not marks.times:
        return "应到　　　学时，实到　　　学时，请假　　　学时"
    leave = sum((marks.hours.get(each, Decimal(0)) for each in LEAVE), Decimal(0))
    return (
        f"应到{_number(row.hours.due)}学时，实到{_number(row.hours.earned)}学时，请假{_number(leave)}学时，"
        f"旷课{_number(marks.hours.get('absent', Decimal(0)))}学时"
    )


LEAVE = ("leave_sick", "leave_personal", "leave_official")


def _exam_text(row: Outcome) -> str:
    first, again = _sitting(row.exam), _sitting(row.resit)
    if not first:
        return ""
    grade = f"，{_GRADE_WORDS[row.grade]}" if _GRADE_WORDS.get(row.grade) else ""
    return f"考试{first}{f'，补考{again}' if again else ''}{grade}"


def _signed(who: str, *, seal: bool) -> str:
    if seal:
        return f"\n\n{who}（盖章）　\n{_DATE}　"
    return f"\n\n{who}（签字）：　　　　　　　　{_DATE}　"


def _registration(
    klass: ClassInfo, row: Outcome, file: CadreFile | None, marks: PersonMarks | None, courses: str
) -> Table:
    w = (24.0, 25.0, 18.0, 22.0, 24.0, 28.0, 29.0)
    person = row.enrollment

    def of(name: str) -> str:
        return str(getattr(file, name)) if file else ""

    def pair(words: str, text: str, at: int, across: int = 1) -> tuple[Cell, Cell]:
        return label(words, w[at]), value(text, sum(w[at + 1 : at + 1 + across]), across=across)

    education = of("full_time_education") or of("in_service_education")
    if of("degree") and of("degree") not in education:
        education = f"{education}\n{of('degree')}" if education else of("degree")
    size = 10 if len(courses) <= 240 else 8.5 if len(courses) <= 360 else 7  # what the box holds
    rows = (
        Row(
            (
                *pair("姓　名", spread(person.name), 0),
                *pair("性　别", of("sex"), 2),
                *pair("民　族", of("ethnic_group"), 4),
                value("照　片", w[6], down=4),
            ),
            9,
        ),
        Row(
            (
                *pair("出生年月", _month(of("birth_month")), 0),
                *pair("籍　贯", of("native_place"), 2),
                *pair("政治面貌", of("political_status"), 4),
            ),
            9,
        ),
        Row(
            (
                *pair("入党时间", _month(of("party_joined")), 0),
                *pair("参加工\n作时间", _month(of("work_started")), 2),
                *pair("学历学位", education, 4),
            ),
            9,
        ),
        Row((*pair("身份证号", of("id_number_masked"), 0, 3), *pair("联系电话", of("phone_masked"), 4)), 9),
        Row(
            (
                *pair("毕业院校\n及专业", of("school_and_major"), 0, 3),
                *pair("任现职（级）\n时间", _month(of("rank_since") or of("post_since")), 4, 2),
            ),
            10,
        ),
        Row(pair("工作单位及\n职务（职级）", _post(row), 0, 6), 10),
        Row((*pair("培训班名称\n及期次", klass.name, 0, 3), *pair("班内职务", person.class_role, 4, 2)), 10),
        Row((*pair("主办单位", klass.host, 0, 3), *pair("承办（培训）\n机构", klass.organiser, 4, 2)), 10),
        Row(
            (
                *pair("起止时间", documents.chinese_span(klass.starts_on, klass.ends_on), 0, 3),
                *pair("培训形式", "□脱产 □半脱产 □不脱产", 4, 2),
            ),
            9,
        ),
        Row((label("培训内容\n（课程及学时）", w[0], size=10.5), block(courses, across=6, size=size)), 34),
        Row((label("个人小结\n（学习收获）", w[0]), block("", across=6)), 44),
        Row(pair("考勤情况", hours_text(row, marks), 0, 6), 9),
        Row((*pair("考试（考核）\n成绩", _exam_text(row), 0, 3), *pair("奖惩情况", "", 4, 2)), 10),
        Row((label("班主任\n（组织员）\n意见", w[0]), _opinion("班主任", 6, seal=False)), 24),
        Row(
            (
                label("培训机构\n鉴定意见", w[0]),
                _opinion("培训机构", 3, seal=True),
                label("主管部门\n意见", w[4]),
                _opinion("主管部门", 2, seal=True),
            ),
            27,
        ),
        Row(pair("备　注", "退学" if person.status == "withdrawn" else "", 0, 6), 9),
    )
    return Table(w, rows)


def _opinion(who: str, across: int, *, seal: bool) -> Cell:
    return Cell(_signed(who, seal=seal), "right", 10, across=across)


def _appraisal(klass: ClassInfo, row: Outcome, file: CadreFile | None, marks: PersonMarks | None) -> Table:
    w = (26.0, 28.0, 22.0, 24.0, 22.0, 48.0)
    person, marks = row.enrollment, marks or _KNOWN

    def pair(words: str, text: str, at: int, across: int = 1) -> tuple[Cell, Cell]:
        return label(words, w[at]), value(text, sum(w[at + 1 : at + 1 + across]), across=across)

    def times(*statuses: str) -> str:
        return str(sum(marks.times.get(each, 0) for each in statuses)) if marks.times else ""

    def hours(status: str) -> str:
        return _number(marks.hours.get(status, Decimal(0))) if marks.times else "　　"

    leave = f"病假{hours('leave_sick')}学时，事假{hours('leave_personal')}学时，公假{hours('leave_official')}学时"
    known = bool(marks.times)
    total = _number(row.total)
    verdict = _REASON_WORDS.get(row.decision.reason, "")
    grade = _GRADE_WORDS.get(row.grade, "")
    rows = (
        Row(
            (
                *pair("姓　名", spread(person.name), 0),
                *pair("性　别", file.sex if file else "", 2),
                *pair("出生年月", _month(file.birth_month) if file else "", 4),
            ),
            10,
        ),
        Row((*pair("单位及职务", _post(row), 0, 3), *pair("班内职务", person.class_role, 4)), 10),
        Row(
            (
                *pair("班　次", klass.name, 0, 3),
                *pair("起止时间", documents.chinese_span(klass.starts_on, klass.ends_on), 4),
            ),
            10,
        ),
        Row(
            (
                *pair("总学时", _number(row.class_hours), 0),
                *pair("出勤学时", _number(row.hours.earned) if known else "", 2),
                *pair("出勤率", f"{_number(row.hours.rate)}%" if known else "", 4),
            ),
            9,
        ),
        Row((*pair("请　假", leave, 0, 3), *pair("旷课学时", hours("absent").strip("　"), 4)), 9),
        Row(
            (*pair("迟到次数", times("late"), 0), *pair("早退次数", times("left_early"), 2), *pair("备　注", "", 4)), 9
        ),
        Row((*pair("学习态度", "", 0), *pair("作风养成", "", 2), *pair("遵规守纪\n情况", "", 4)), 11),
        Row(
            (
                *pair("考试成绩", _sitting(row.exam), 0),
                *pair("补考成绩", _sitting(row.resit), 2),
                *pair("日常表现", _number(row.conduct), 4),
            ),
            10,
        ),
        Row(
            (
                *pair("心得体会\n成绩", _number(row.reflection), 0),
                *pair("研讨调研\n擂台比武", "", 2),
                *pair("党性锻炼", "", 4),
            ),
            11,
        ),
        Row(
            (
                *pair("综合得分", total, 0),
                *pair("等　次", grade, 2),
                *pair("结业情况", verdict, 4),
            ),
            10,
        ),
        Row((label("班委会（小组）\n意见", w[0]), Cell(_signed("班委会", seal=False), "right", 10, across=5)), 34),
        Row((label("班主任意见", w[0]), Cell(_signed("班主任", seal=False), "right", 10, across=5)), 34),
        Row((label("党校意见", w[0]), Cell(_signed("党校", seal=True), "right", 10, across=5)), 38),
        Row((*pair("学员签名", "", 0, 3), *pair("日　期", _DATE.strip("　"), 4)), 12),
    )
    return Table(w, rows)
