"""What an official form prints is what the database holds: every person, every hour; in PDF and in Word alike."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from decimal import Decimal

import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from sqlalchemy import event, select

from training_app.attendance.models import AttendanceRecord
from training_app.attendance.papers import sign_in
from training_app.audit.models import AuditEntry
from training_app.classes import api as classes
from training_app.classes.models import Enrollment
from training_app.core.db import db
from training_app.core.documents import number_text
from training_app.core.papers import to_pdf, to_word
from training_app.exams import api as exams
from training_app.results import api as results

FORMS = ("roster", "timetable", "sign-in", "attendance", "exams/sheet", "registration", "appraisal")


def words_of_pdf(data: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages))


def words_of_word(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    return re.sub(r"\s", "", "".join(node.text or "" for node in document.element.body.iter(qn("w:t"))))


def taken(browser, class_id, name, form, more=""):
    answer = browser.get(f"/classes/{class_id}/{name}.{form}{more}")
    assert answer.status_code == 200, answer.text
    return words_of_pdf(answer.data) if form == "pdf" else words_of_word(answer.data)


@pytest.fixture
def finished(demo_app):
    """The finished class with the most lessons."""
    found = [each for each in classes.list_classes() if each.state == "finished"]
    return max(found, key=lambda each: len(classes.list_lessons(each.id)))


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_every_person_is_on_every_form(as_, finished, form):
    browser = as_("org_dept")
    people = classes.list_enrollments(finished.id)
    assert len(people) >= 8
    for name in FORMS:
        if name == "timetable":
            continue
        words = taken(browser, finished.id, name, form)
        missing = [each.name for each in people if each.name not in words]
        assert missing == [], name


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_timetable_holds_every_lesson_with_its_hours(as_, finished, form):
    words = taken(as_("org_dept"), finished.id, "timetable", form)
    for lesson in classes.list_lessons(finished.id):
        if lesson.state != "cancelled":
            assert re.sub(r"\s", "", lesson.title) in words
            assert f"（{number_text(lesson.credit_hours)}学时）" in words
            assert lesson.teacher_text in words
            assert lesson.place in words
    assert f"合计{number_text(finished.credit_hours)}学时" in words


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_sum_of_the_attendance_sheet_is_that_of_the_records(as_, finished, form):
    words = taken(as_("org_dept"), finished.id, "attendance", form)
    hours = {each.id: each.credit_hours for each in classes.list_lessons(finished.id)}
    people = {each.id for each in classes.list_enrollments(finished.id)}
    due = attended = leave = absent = Decimal(0)
    for record in db.session.scalars(select(AttendanceRecord).where(AttendanceRecord.lesson_id.in_(hours))):
        if record.enrollment_id not in people or record.status == "exempt":
            continue
        due += hours[record.lesson_id]
        attended += hours[record.lesson_id] * (record.status in ("present", "late", "left_early"))
        leave += hours[record.lesson_id] * record.status.startswith("leave")
        absent += hours[record.lesson_id] * (record.status == "absent")
    sums = "".join(number_text(each) or "0" for each in (due, attended, leave, absent))
    assert f"合计{sums}" in words
    for legend in ("√出勤", "○迟到", "◇早退", "△病假", "☆事假", "◎公假", "×旷课"):
        assert legend in words


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_scores_and_their_mean_are_those_of_the_exam(as_, finished, form):
    words = taken(as_("org_dept"), finished.id, "exams/sheet", form)
    for score in exams.scores_of_class(finished.id).values():
        if score.exam_score is not None:
            name = classes.get_enrollment(score.enrollment_id).name
            line = words[words.index(name) :]
            assert number_text(score.exam_score) in line[:60]
    assert "评卷人：" in words
    assert "复核人：" in words
    assert "（盖章）" in words


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_each_trainee_has_a_page_with_the_hours_of_the_result(as_, finished, form):
    browser = as_("org_dept")
    for row in results.preview_of_class(finished.id).rows[:5]:
        words = taken(browser, finished.id, "registration", form, f"?person={row.enrollment.id}")
        assert words.count("教育培训登记表") == 1
        assert row.enrollment.name in words
        assert f"应到{number_text(row.hours.due)}学时，实到{number_text(row.hours.earned) or '0'}学时" in words
        words = taken(browser, finished.id, "appraisal", form, f"?person={row.enrollment.id}")
        assert f"出勤学时{number_text(row.hours.earned) or '0'}" in words


def test_phones_that_checked_in_are_named_and_the_signature_stays_blank(as_, demo_app):
    record = db.session.scalars(select(AttendanceRecord).where(AttendanceRecord.method == "scan")).first()
    assert record is not None
    answer = as_("org_dept").get(f"/lessons/{record.lesson_id}/sign-in.pdf")
    words = words_of_pdf(answer.data)
    assert re.search(r"扫码\d\d:\d\d", words)
    assert re.search(r"签到（签名）|签名", words)
    assert re.search(r"应到：\d+人实到：\d+人.*请假：\d+人缺勤：", words)


def test_the_citizen_number_is_never_printed_in_full(as_, finished):
    words = taken(as_("org_dept"), finished.id, "registration", "docx")
    assert re.search(r"\d{17}[\dX]", words) is None
    assert re.search(r"1\d{10}", words) is None
    assert "********" in words


def test_each_download_is_in_the_audit_trail(as_, finished):
    before = db.session.query(AuditEntry).filter_by(kind="core.PaperTaken").count()
    taken(as_("org_dept"), finished.id, "roster", "pdf")
    taken(as_("org_dept"), finished.id, "roster", "docx")
    db.session.expire_all()
    db.session.rollback()
    found = db.session.query(AuditEntry).filter_by(kind="core.PaperTaken").order_by(AuditEntry.id).all()
    assert len(found) == before + 2
    assert found[-1].subject_id == str(finished.id)


def test_a_sign_no_font_has_is_named_instead_of_printing_a_box(as_, finished):
    person = db.session.scalars(select(Enrollment).where(Enrollment.class_id == finished.id)).first()
    assert person is not None
    person.name = "李𬊤𪚥"
    db.session.commit()
    browser = as_("org_dept")
    words = taken(browser, finished.id, "roster", "pdf")
    assert "本机字库缺字" in words
    assert f"U+{ord('𪚥'):04X}" in words
    assert "〓" in words
    assert "𪚥" in taken(browser, finished.id, "roster", "docx")


def test_a_whole_class_is_asked_for_at_once_not_person_by_person(as_, finished, demo_app):
    browser, counts = as_("org_dept"), {}
    small = min(
        (each for each in classes.list_classes() if each.state == "finished"),
        key=lambda each: len(classes.list_enrollments(each.id)),
    )
    big = max(
        (each for each in classes.list_classes() if each.state == "finished"),
        key=lambda each: len(classes.list_enrollments(each.id)),
    )
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for name in ("roster", "sign-in", "attendance", "registration", "appraisal"):
        for klass in (small, big):
            statements.clear()
            taken(browser, klass.id, name, "pdf")
            counts[name, klass.id] = len(statements)
    for name in ("roster", "sign-in", "attendance", "registration", "appraisal"):
        assert counts[name, big.id] <= counts[name, small.id] + 2, counts


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_class_of_a_hundred_signs_in_two_columns(demo_app, finished, form):
    person = classes.list_enrollments(finished.id)[0]
    people = [replace(person, id=number, name=f"学员{number}") for number in range(1, 101)]
    lesson = classes.list_lessons(finished.id)[0]
    paper = sign_in(finished, people, [(lesson, "none", {})], "签到表")
    data = to_pdf(paper) if form == "pdf" else to_word(paper)
    words = words_of_pdf(data) if form == "pdf" else words_of_word(data)
    assert [each.name for each in people if each.name not in words] == []
    assert "应到：100人" in words
    if form == "pdf":
        assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == 2
