"""The content of a class's file as plain rows: what a package holds and what its documents print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from training_app.attendance import api as attendance
from training_app.classes import api as classes
from training_app.core import clock, documents
from training_app.exams import api as exams
from training_app.results import api as results

STATUS_WORDS = {
    "present": "出勤",
    "late": "迟到",
    "left_early": "早退",
    "absent": "旷课",
    "leave_sick": "病假",
    "leave_personal": "事假",
    "leave_official": "公假",
    "exempt": "免",
}
REASON_WORDS = {
    "met": "结业",
    "withdrawn": "退学",
    "attendance_open": "考勤未完",
    "hours_missed": "缺课超过规定",
    "exam_open": "成绩未出",
    "exam_misconduct": "考试违纪",
    "exam_absent": "缺考",
    "exam_failed": "考试不合格",
    "exam_deferred": "缓考",
    "exam_excluded": "取消考试资格",
}
GRADE_WORDS = {"excellent": "优秀", "good": "良好", "pass": "合格", "fail": "不合格", "": ""}
STATE_WORDS = {"valid": "有效", "revoked": "已撤销", "replaced": "已换发"}


@dataclass(frozen=True)
class Content:
    """Everything about a class, as rows that go into JSON, CSV and documents alike."""

    info: classes.ClassInfo
    outcomes: list[results.Outcome]
    about: dict[str, Any]
    roster: list[dict[str, Any]]
    timetable: list[dict[str, Any]]
    attendance: list[dict[str, Any]]
    results: list[dict[str, Any]]
    certificates: list[dict[str, Any]]
    hours: list[dict[str, Any]]
    exams: list[dict[str, Any]]
    daily: list[dict[str, Any]]


def content_of(class_id: int) -> Content:
    """Collect a class."""
    info = classes.get_class(class_id)
    lessons = [lesson for lesson in classes.list_lessons(class_id) if lesson.state != "cancelled"]
    preview = results.preview_of_class(class_id)
    enrollments = [row.enrollment for row in preview.rows]
    numbers = {enrollment.id: at for at, enrollment in enumerate(enrollments, 1)}
    outcomes = {row.enrollment.id: row for row in preview.rows}
    records = attendance.records_of_class(class_id)
    decided = [outcomes[e.id] for e in enrollments]
    certificates = sorted(results.certificates_of_class(class_id), key=lambda c: c.number)
    return Content(
        info=info,
        outcomes=decided,
        about=_about(info, preview, lessons),
        roster=[_roster_row(e, numbers[e.id]) for e in enrollments],
        timetable=[_lesson_row(lesson) for lesson in lessons],
        attendance=[
            _attendance_row(record, lessons={x.id: x for x in lessons}, names={e.id: e.name for e in enrollments})
            for record in sorted(records, key=lambda r: (r.lesson_id, r.enrollment_id))
            if record.enrollment_id in numbers
        ],
        results=[_result_row(row, numbers[row.enrollment.id]) for row in decided],
        certificates=[_certificate_row(each) for each in certificates],
        hours=[_hour_row(line) for line in results.lines_of_class(class_id)],
        exams=[_exam_row(exam) for exam in exams.exams_of_class(class_id)],
        daily=_daily(lessons, records),
    )


def _about(info: classes.ClassInfo, preview: results.Preview, lessons: list[classes.LessonInfo]) -> dict[str, Any]:
    scheme = preview.scheme
    return {
        "code": info.code,
        "name": info.name,
        "program": info.program,
        "starts_on": info.starts_on.isoformat(),
        "ends_on": info.ends_on.isoformat(),
        "venue": info.venue,
        "host": info.host,
        "organiser": info.organiser,
        "class_teachers": list(info.teacher_names),
        "exam_required": info.exam_required,
        "lessons": len(lessons),
        "credit_hours": _number(preview.class_hours),
        "people": len(preview.rows),
        "completed": sum(row.decided is not None and row.decided.completed for row in preview.rows),
        "scheme": {
            "exam": scheme.exam,
            "reflection": scheme.reflection,
            "conduct": scheme.conduct,
            "attendance": scheme.attendance,
            "pass_mark": _number(scheme.pass_mark),
            "missed": f"{scheme.missed_numerator}/{scheme.missed_denominator}",
        },
    }


def _roster_row(each: classes.EnrollmentInfo, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "enrollment_id": each.id,
        "name": each.name,
        "unit": each.unit_name,
        "post": each.post_title,
        "post_level": each.post_level,
        "rank": each.rank,
        "category": each.category,
        "group": each.group_name,
        "class_role": each.class_role,
        "status": each.status,
        "note": each.note,
    }


def _lesson_row(lesson: classes.LessonInfo) -> dict[str, Any]:
    starts, ends = clock.local(lesson.starts_at), clock.local(lesson.ends_at)
    return {
        "lesson_id": lesson.id,
        "day": lesson.day.isoformat(),
        "half_day": lesson.half_day,
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "title": lesson.title,
        "kind": lesson.kind,
        "method": lesson.method,
        "teacher": lesson.teacher_text,
        "place": lesson.place,
        "hours": _number(lesson.credit_hours),
        "state": lesson.state,
    }


def _attendance_row(
    record: attendance.RecordInfo, *, lessons: Mapping[int, classes.LessonInfo], names: Mapping[int, str]
) -> dict[str, Any]:
    lesson = lessons.get(record.lesson_id)
    at = clock.local(record.check_in_at) if record.check_in_at else None
    return {
        "lesson_id": record.lesson_id,
        "day": lesson.day.isoformat() if lesson else "",
        "lesson": lesson.title if lesson else "",
        "enrollment_id": record.enrollment_id,
        "name": names[record.enrollment_id],
        "status": record.status,
        "checked_in_at": f"{at:%Y-%m-%d %H:%M:%S}" if at else "",
        "method": record.method,
    }


def _result_row(row: results.Outcome, number: int) -> dict[str, Any]:
    """The result as it was decided; the parts it was made of beside it."""
    decided = row.decided
    return {
        "number": number,
        "enrollment_id": row.enrollment.id,
        "name": row.enrollment.name,
        "unit": row.enrollment.unit_name,
        "hours_due": _number(row.hours.due),
        "hours_earned": _number(row.hours.earned),
        "hours_missed": _number(row.hours.missed),
        "attendance_rate": _number(row.hours.rate),
        "exam": _number(row.exam.score),
        "exam_code": row.exam.code,
        "resit": _number(row.resit.score),
        "resit_code": row.resit.code,
        "reflection": _number(row.reflection),
        "conduct": _number(row.conduct),
        "total": _number(decided.total) if decided else "",
        "grade": decided.grade if decided else "",
        "completed": bool(decided and decided.completed),
        "reason": decided.reason if decided else "",
        "version": decided.version if decided else 0,
        "certificate": row.certificate.number if row.certificate else "",
    }


def _certificate_row(each: results.CertificateInfo) -> dict[str, Any]:
    return {
        "certificate_id": each.id,
        "number": each.number,
        "enrollment_id": each.enrollment_id,
        "holder": each.holder_name,
        "class_name": each.class_name,
        "hours": _number(each.credit_hours),
        "from": each.trained_from.isoformat(),
        "to": each.trained_to.isoformat(),
        "issued_on": each.issued_on.isoformat(),
        "state": each.state,
        "state_reason": each.state_reason,
        "replaced_by": each.replaced_by,
    }


def _hour_row(line: results.HourLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "enrollment_id": line.enrollment_id,
        "day": line.earned_on.isoformat(),
        "kind": line.kind,
        "hours": _number(line.hours),
        "title": line.title,
        "revision": line.revision,
        "note": line.note,
    }


def _exam_row(exam: exams.ExamInfo) -> dict[str, Any]:
    return {
        "exam_id": exam.id,
        "title": exam.title,
        "attempt_no": exam.attempt_no,
        "starts_at": f"{clock.local(exam.starts_at):%Y-%m-%d %H:%M}",
        "place": exam.place,
        "mode": exam.mode,
        "full_marks": _number(exam.full_marks),
        "pass_mark": _number(exam.pass_mark),
        "state": exam.state,
    }


def _daily(lessons: list[classes.LessonInfo], records: list[attendance.RecordInfo]) -> list[dict[str, Any]]:
    """The bulletin of each day: how many of how many, by status."""
    day_of = {lesson.id: lesson.day for lesson in lessons}
    counted: dict[Any, dict[str, int]] = {}
    for record in records:
        if record.lesson_id in day_of:
            of_day = counted.setdefault(day_of[record.lesson_id], {})
            of_day[record.status] = of_day.get(record.status, 0) + 1
    rows = []
    for day in sorted(counted):
        of_day = counted[day]
        total = sum(of_day.values())
        present = of_day.get("present", 0) + of_day.get("late", 0)
        rows.append(
            {
                "day": day.isoformat(),
                "lessons": sum(x.day == day for x in lessons),
                "due": total,
                "present": present,
                "rate": f"{present * 100 / total:.1f}%" if total else "",
                **{name: of_day.get(name, 0) for name in STATUS_WORDS},
            }
        )
    return rows


def _number(value: Decimal | None) -> str:
    return documents.number_text(value)
