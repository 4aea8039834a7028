"""A hall without a network: the printed pack, and keying in what was signed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.attendance_hall import Hall, build_hall, teacher
from training_app.attendance import papers, papers_pack
from training_app.attendance.models import AttendanceRecord
from training_app.attendance.queries.records import RecordInfo
from training_app.attendance.services import badges, keying, windows
from training_app.attendance.services.keying import PaperLine
from training_app.audit.models import AuditEntry
from training_app.classes.api import get_class, get_lesson, list_enrollments
from training_app.core import clock
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput
from training_app.core.papers import to_pdf


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """At noon in the county: half an hour ago was the same day, whenever the tests run."""
    with time_machine.travel(datetime(2026, 11, 27, 4, tzinfo=UTC), tick=True):
        yield


def rows_of(lesson_id: int) -> dict[int, AttendanceRecord]:
    found = db.session.scalars(select(AttendanceRecord).where(AttendanceRecord.lesson_id == lesson_id))
    return {each.enrollment_id: each for each in found}


def test_keying_in_keeps_when_people_signed_and_when_it_was_typed(app: Flask) -> None:
    hall = build_hall(people=3, starts_at=clock.now() - timedelta(minutes=40))
    start, before = get_lesson(hall.lesson_id).starts_at, clock.now()
    first, second, third = hall.enrollments
    lines = [
        PaperLine(first, "present"),
        PaperLine(second, "present", start + timedelta(minutes=25)),
        PaperLine(third, "leave_sick"),
    ]

    assert keying.key_in(hall.lesson_id, lines, reason="keyed_in_later") == 3

    stored = rows_of(hall.lesson_id)
    assert [stored[each].status for each in hall.enrollments] == ["present", "late", "leave_sick"]
    assert stored[first].check_in_at is None  # the paper does not say when
    assert stored[second].check_in_at == start + timedelta(minutes=25)
    assert all(each.recorded_at >= before for each in stored.values())
    assert stored[first].reason == "keyed_in_later"
    body = db.session.scalar(select(AuditEntry.body).where(AuditEntry.kind == "attendance.PaperKeyedIn"))
    assert body is not None
    assert (body["people"], body["reason"]) == (3, "keyed_in_later")


def test_a_list_is_keyed_in_whole_or_not_at_all(app: Flask) -> None:
    hall = build_hall(people=2)
    other = build_hall(people=1, code="BC2")
    tomorrow = clock.now() + timedelta(days=1)
    for line in (PaperLine(hall.enrollments[1], "asleep"), PaperLine(hall.enrollments[1], "present", tomorrow)):
        with pytest.raises(InvalidInput):
            keying.key_in(hall.lesson_id, [PaperLine(hall.enrollments[0], "present"), line], reason="no_signal")
        db.session.rollback()
    with pytest.raises(InvalidInput):
        keying.key_in(hall.lesson_id, [PaperLine(hall.enrollments[0], "present")], reason="x")
    assert rows_of(hall.lesson_id) == {}
    assert rows_of(other.lesson_id) == {}

    windows.close_check_in(hall.lesson_id)
    with pytest.raises(Conflict):
        keying.key_in(hall.lesson_id, [PaperLine(hall.enrollments[0], "present")], reason="no_signal")


def test_the_grid_keeps_what_was_typed_and_says_what_is_wrong(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = build_hall(people=3, starts_at=clock.now() - timedelta(minutes=40))
    browser = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    path = f"/lessons/{hall.lesson_id}/key-in"
    first, second, third = hall.enrollments
    form = {f"mark-{first}": "present", f"mark-{second}": "absent", f"mark-{third}": "", "reason": "keyed_in_later"}

    wrong = browser.post(path, data={**form, f"time-{first}": "8 o'clock"})

    assert wrong.status_code == 422
    assert "8 o&#39;clock" in wrong.text
    assert rows_of(hall.lesson_id) == {}
    assert browser.post(path, data=form).status_code == 303
    db.session.rollback()  # a read that is still open would see an older state
    assert {each: row.status for each, row in rows_of(hall.lesson_id).items()} == {first: "present", second: "absent"}


def test_the_pack_holds_lists_and_badges_that_work(hall: Hall) -> None:
    lesson = get_lesson(hall.lesson_id)
    people = list_enrollments(hall.class_id)

    paper = papers_pack.pack(get_class(hall.class_id), lesson.day, people, [(lesson, "none", {})], badges.make_badge)

    document = pypdfium2.PdfDocument(BytesIO(to_pdf(paper)))
    texts = [page.get_textpage().get_text_range() for page in document]
    assert len(texts) == 3
    assert "不得代签" in texts[0]
    assert "签到表" in texts[1]
    for person in people:
        assert badges.make_badge(person.id) in texts[2].replace("\r\n", "").replace("\n", "")


def test_a_list_to_be_signed_says_nothing_about_who_has_come(hall: Hall) -> None:
    people = list_enrollments(hall.class_id)
    away = {people[0].id: RecordInfo(hall.lesson_id, people[0].id, "leave_sick", None, "")}
    assert papers.counts_text(people, away, "none") == "应到：3人　　实到：＿＿＿人　　请假：1人　　缺勤：＿＿＿人"
    here = away | {people[1].id: RecordInfo(hall.lesson_id, people[1].id, "present", clock.now(), "scan")}
    assert "实到：1人" in papers.counts_text(people, here, "open")
    assert papers.counts_text(people, away, "closed").endswith("缺勤：0人")


def _key_in_closed(app: Flask, sign_in: Callable[..., Any], *, after: timedelta) -> tuple[Hall, Any, Any]:
    hall = build_hall(people=3, starts_at=clock.now() - timedelta(minutes=40))
    account_id = teacher(hall.class_id)
    keying.key_in(hall.lesson_id, [PaperLine(hall.enrollments[0], "present")], reason="keyed_in_later")
    windows.close_check_in(hall.lesson_id)
    db.session.remove()
    with time_machine.travel(clock.now() + after):
        staff = sign_in(app, account_id=account_id)
        return hall, staff, staff.get(f"/lessons/{hall.lesson_id}/key-in")


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(), "重新开放签到，再补录整张名单"),
        (timedelta(hours=20), "之前更正立即生效"),
        (timedelta(days=3), "须经第二人"),
    ],
)
def test_a_closed_lesson_says_why_it_takes_no_list_and_leads_on(
    sqlite_app: Flask, sign_in: Callable[..., Any], after: timedelta, words: str
) -> None:
    hall, _staff, page = _key_in_closed(sqlite_app, sign_in, after=after)

    assert page.status_code == 409
    assert "这次课的考勤已经关闭，不能再整张补录" in page.text
    assert words in page.text
    for person in hall.enrollments:
        assert f"/lessons/{hall.lesson_id}/people/{person}?reason=keyed_in_later#correct" in page.text
    assert (f"/lessons/{hall.lesson_id}/check-in/reopen" in page.text) == (after == timedelta())


def test_what_was_typed_while_somebody_closed_the_lesson_is_not_lost(
    sqlite_app: Flask, sign_in: Callable[..., Any]
) -> None:
    hall, staff, _page = _key_in_closed(sqlite_app, sign_in, after=timedelta())
    one, two, three = hall.enrollments

    sent = staff.post(
        f"/lessons/{hall.lesson_id}/key-in",
        data={f"mark-{one}": "present", f"mark-{two}": "leave_sick", f"mark-{three}": "absent"},
    )

    assert sent.status_code == 409
    assert f"/people/{two}?status=leave_sick&amp;reason=keyed_in_later#correct" in sent.text
    assert f"/people/{one}?" not in sent.text, "the record says the same"
    assert f"/people/{three}?" not in sent.text
    assert [rows_of(hall.lesson_id)[each].status for each in hall.enrollments] == ["present", "absent", "absent"]
    form = staff.get(f"/lessons/{hall.lesson_id}/people/{two}?status=leave_sick&reason=keyed_in_later").text
    assert re.search(r'<input[^>]*value="leave_sick"[^>]*checked|<input[^>]*checked[^>]*value="leave_sick"', form)
    assert re.search(r'<option selected[^>]*value="keyed_in_later"|value="keyed_in_later" selected', form)
