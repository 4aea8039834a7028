"""Bulletins: written from the records, numbered without gaps, frozen, corrected by new ones."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdfium2 import PdfDocument
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.concurrency.test_simultaneous_check_ins import at_once
from tests.discipline.conftest import School
from training_app.attendance.services import staff, windows
from training_app.attendance.services.corrections import ask_correction, decide_correction
from training_app.classes.services.enrolment import withdraw
from training_app.classes.services.timetable import cancel_lesson
from training_app.core.actor import acting_as
from training_app.core.db import db, unit_of_work
from training_app.core.errors import Conflict, InvalidInput, NotFound
from training_app.core.pages import ListQuery
from training_app.core.papers import to_pdf, to_word
from training_app.discipline.opinions import ELSEWHERE, propose
from training_app.discipline.papers import bulletin_paper, paragraphs
from training_app.discipline.queries.bulletins import (
    digest_of,
    due_bulletins,
    for_units,
    get_bulletin_visible_to,
    list_bulletins,
    write_bulletin,
)
from training_app.discipline.services.bulletins import issue_bulletin


@pytest.fixture
def taught(school: School) -> School:
    """The first day is over: one came, one late once, one never."""
    one, two, three = school.hall.enrollments
    for lesson in school.lessons[:2]:
        staff.mark(lesson, one, status="present", reason="no_phone", timed=False)
    staff.mark(school.lessons[0], two, status="late", reason="no_phone", timed=False)
    staff.mark(school.lessons[1], two, status="leave_official", reason="", timed=False)
    for lesson in school.lessons[:2]:
        windows.close_check_in(lesson)
    assert three
    return school


def issue(school: School, kind: str = "daily", **more: object) -> int:
    with acting_as(school.teacher):
        return issue_bulletin(school.hall.class_id, kind, school.first, **more)  # type: ignore[arg-type]


def test_a_day_is_written_from_its_records(taught):
    content = write_bulletin(taught.hall.class_id, "daily", taught.first)
    totals = content["totals"]
    assert (totals["people"], totals["full"], totals["due"], totals["attended"]) == (3, 1, "24", "12")
    assert (totals["leave_times"], totals["late"], totals["absent_times"], totals["rate"]) == (1, 1, 2, "0.5")
    said = "\n".join(paragraphs(content))
    assert "全勤1人" in said
    assert "学员2（县财政局，公假1次4学时）" in said
    assert "学员3（县财政局，2次8学时）" in said
    assert "建议按退学处理" in said


def test_who_left_the_class_since_stays_in_the_bulletin_of_the_day(taught):
    before = write_bulletin(taught.hall.class_id, "daily", taught.first)
    with acting_as(taught.teacher):
        withdraw([taught.hall.enrollments[2]], reason="缺课超过七分之一")
    after = write_bulletin(taught.hall.class_id, "daily", taught.first)
    assert after["totals"] == before["totals"]
    assert [each["share"] for each in after["people"]] == [each["share"] for each in before["people"]]
    said = "\n".join(paragraphs(after))
    assert "学员3（县财政局，2次8学时）" in said
    assert [each["standing"] for each in before["people"]] == ["", "over", "over"]
    assert [each["standing"] for each in after["people"]] == ["", "over", ""]


def put_right(taught: School) -> None:
    """Two days after the lesson a correction takes two people."""
    with acting_as(taught.teacher):
        asked = ask_correction(taught.lessons[0], taught.hall.enrollments[2], status="leave_sick", reason="补交假条")
    with acting_as(taught.academic):
        decide_correction(asked, approved=True)


def test_a_day_without_closed_lessons_has_none(school):
    with pytest.raises(NotFound):
        write_bulletin(school.hall.class_id, "daily", school.first)
    assert due_bulletins(school.teacher) == []


def test_what_is_issued_stays_as_it_was(taught):
    (due,) = due_bulletins(taught.teacher)
    assert (due.kind, due.day) == ("daily", taught.first)
    first = issue(taught)
    assert due_bulletins(taught.teacher) == []
    put_right(taught)
    row = get_bulletin_visible_to(taught.teacher, first)
    assert row.number == f"{row.class_name}考勤通报〔{row.issued_at.year}〕1号"
    assert row.content["totals"]["absent_times"] == 2
    assert digest_of(row.content) == row.sha256
    with pytest.raises(Conflict):
        issue(taught)
    with pytest.raises(InvalidInput):
        issue(taught, corrects_id=first)
    second = issue(taught, corrects_id=first, reason="补交假条")
    later = get_bulletin_visible_to(taught.teacher, second)
    assert (later.corrects_number, later.content["totals"]["absent_times"]) == (row.number, 1)
    assert get_bulletin_visible_to(taught.teacher, first).corrected_by == (second, later.number)
    with pytest.raises(Conflict):
        issue(taught, corrects_id=first, reason="再改一次")


def test_a_preview_that_grew_old_is_not_issued(taught):
    seen = digest_of(write_bulletin(taught.hall.class_id, "daily", taught.first))
    put_right(taught)
    with pytest.raises(Conflict, match="changed"):
        issue(taught, expected=seen)


def test_the_database_itself_refuses_to_change_a_bulletin(taught):
    issue(taught)
    with pytest.raises(DatabaseError), unit_of_work() as session:
        session.execute(text("UPDATE discipline_bulletin SET content = '{}'"))


def test_numbers_have_no_gaps_when_two_issue_at_once(app, taught):
    class_id, day = taught.hall.class_id, taught.first
    db.session.remove()

    def act(kind):
        with acting_as(taught.teacher):
            return issue_bulletin(class_id, kind, day)

    done = at_once(app, [lambda: act("daily"), lambda: act("weekly"), lambda: act("daily")])
    assert sum(isinstance(each, Conflict) for each in done) == 1
    rows = list_bulletins(taught.teacher, ListQuery(sort="number")).items
    assert sorted(row.number[-2:] for row in rows) == ["1号", "2号"]


def test_a_week_is_due_once_all_of_it_is_closed(taught):
    for lesson in taught.lessons[2:]:
        if lesson % 2:
            cancel_lesson(lesson, reason="调整")
        else:
            windows.close_check_in(lesson)
    assert {each.kind for each in due_bulletins(taught.teacher)} == {"daily", "weekly"}


def test_a_week_has_one_bulletin_also_when_an_earlier_day_is_closed_later(school):
    earlier = 1 if school.first.weekday() == 6 else 0  # two days of one week
    day = school.first + timedelta(days=earlier)
    windows.close_check_in(school.lessons[2 * earlier + 2])
    with acting_as(school.teacher):
        first = issue_bulletin(school.hall.class_id, "weekly", day)
        windows.close_check_in(school.lessons[2 * earlier])
        with pytest.raises(Conflict) as caught:
            issue_bulletin(school.hall.class_id, "weekly", day)
        assert caught.value.code == "issued"
        assert issue_bulletin(school.hall.class_id, "weekly", day, corrects_id=first, reason="补记前一日")
    due = [(each.kind, each.day) for each in due_bulletins(school.teacher)]
    assert ("weekly", day) not in due


def test_pdf_and_word_say_the_same(taught):
    row = get_bulletin_visible_to(taught.teacher, issue(taught))
    paper = bulletin_paper(row.content, number=row.number, issued=row)
    assert to_pdf(paper).startswith(b"%PDF-")
    word = ZipFile(BytesIO(to_word(paper))).read("word/document.xml").decode()
    assert row.number in word
    assert "学员考勤情况的通报" in word


def test_an_officer_sees_the_unit_s_own_people_alone(taught):
    content = write_bulletin(taught.hall.class_id, "daily", taught.first)
    people = [{**person, "unit_id": n} for n, person in enumerate(content["people"])]
    seen = for_units({**content, "people": people}, frozenset({1}))
    assert [person["name"] for person in seen["people"]] == ["学员2"]
    assert "学员3" not in "".join(paragraphs(seen))


def test_the_opinion_is_proposed_and_may_be_put_into_own_words(taught):
    content = write_bulletin(taught.hall.class_id, "daily", taught.first)
    seen = digest_of(content)
    first = get_bulletin_visible_to(
        taught.teacher, issue(taught, expected=seen, opinion="  对学员3批评教育。\r\n\r\n下周复查。 ")
    )
    assert (first.content["opinion"], first.content["opinion_edited"]) == ("对学员3批评教育。\n下周复查。", True)
    assert digest_of(first.content) == first.sha256
    assert paragraphs(first.content)[-2:] == ["六、处理意见。对学员3批评教育。", "下周复查。"]
    paper = bulletin_paper(first.content, number=first.number, issued=first)
    assert "下周复查。" in ZipFile(BytesIO(to_word(paper))).read("word/document.xml").decode()
    text_of_pdf = "".join(page.get_textpage().get_text_range() for page in PdfDocument(to_pdf(paper)))
    assert "对学员3批评教育。" in text_of_pdf
    second = get_bulletin_visible_to(taught.teacher, issue(taught, corrects_id=first.id, reason="改写意见"))
    assert (second.content["opinion"], second.content["opinion_edited"]) == (propose(content), False)


@pytest.mark.parametrize("typed", ["", " \n ", "长" * 801])
def test_an_opinion_is_needed_and_not_endless(taught, typed):
    with pytest.raises(InvalidInput) as caught:
        issue(taught, opinion=typed)
    assert set(caught.value.fields) == {"opinion"}
    assert list_bulletins(taught.teacher, ListQuery(sort="number")).items == []


def test_an_officer_reads_no_opinion_about_other_units_people(taught):
    content = write_bulletin(taught.hall.class_id, "daily", taught.first)
    content["people"] = [{**person, "unit_id": n} for n, person in enumerate(content["people"])]
    proposed = {**content, "opinion": propose(content), "opinion_edited": False}
    edited = {**content, "opinion": "学员2作检查。学员3通报批评！\n全班引以为戒。", "opinion_edited": True}
    assert "学员3" not in "".join(paragraphs(for_units(proposed, frozenset({1}))))
    assert for_units(edited, frozenset({1}))["opinion"] == f"学员2作检查。全班引以为戒。{ELSEWHERE}"
    assert for_units(edited, None)["opinion"] == edited["opinion"]
    assert edited["opinion"].startswith("学员2作检查。学员3")
