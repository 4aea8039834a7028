"""What pages tell: who only is expected is not said to be there, and a scan before signing in is said to be kept."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.attendance_hall import build_hall, teacher
from training_app.attendance.api import lay_down_rules, rules_for
from training_app.attendance.services import calls, windows
from training_app.classes.api import get_lesson


def row_of(page: str, lesson_id: int) -> str:
    found = re.search(rf'<tr data-href="/lessons/{lesson_id}/attendance">.*?</tr>', page, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", " ", found[0])


def test_expected_people_are_not_shown_as_present(sqlite_app, sign_in):
    hall = build_hall(people=3)
    desk = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    for path in ("/attendance", f"/classes/{hall.class_id}/attendance"):
        assert re.search(r"—\s*/ 3", row_of(desk.get(path).text, hall.lesson_id))
    windows.open_check_in(hall.lesson_id)
    for path in ("/attendance", f"/classes/{hall.class_id}/attendance"):
        assert re.search(r"0\s*/ 3", row_of(desk.get(path).text, hall.lesson_id))


def test_the_classs_attendance_leads_to_its_rules_and_bulletins(sqlite_app, sign_in):
    hall = build_hall()
    desk = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    page = desk.get(f"/classes/{hall.class_id}/attendance").text
    assert f'href="/classes/{hall.class_id}/attendance/rules"' in page
    assert 'href="/bulletins?q=' in page


def test_who_scans_before_signing_in_is_told_that_the_scan_is_kept(sqlite_app):
    hall = build_hall()
    windows.open_check_in(hall.lesson_id)
    phone = sqlite_app.test_client()
    answer = phone.get(f"/c/{hall.code()}", headers={"Accept": "text/html"}, follow_redirects=True)
    assert "已扫码" in answer.text
    assert 'name="password"' in answer.text
    assert "已扫码" not in sqlite_app.test_client().get(f"/c/{hall.code(steps_ago=5)}", follow_redirects=True).text


def test_closing_says_beforehand_whom_it_records_as_left_early(sqlite_app, sign_in):
    hall = build_hall(people=4)
    starts_at = get_lesson(hall.lesson_id).starts_at
    lay_down_rules(
        hall.class_id,
        replace(rules_for(hall.class_id, starts_at), check_out_needed=True),
        from_lesson_id=hall.lesson_id,
    )
    windows.open_check_in(hall.lesson_id)
    phones = [sign_in(sqlite_app, account_id=account) for account in hall.accounts[:3]]

    def press(phone: FlaskClient, kind: str) -> int:
        sent = {"nonce": kind, "code": hall.code(), "kind": kind}
        return phone.post("/api/v1/check-ins", json=sent).status_code

    assert [press(phone, "in") for phone in phones] == [201, 201, 201]
    calls.start_call(hall.lesson_id, "out")
    assert press(phones[1], "out") == 201
    desk = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    page = desk.get(f"/lessons/{hall.lesson_id}/check-in/close").text
    text = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))
    assert "保持不变已到0人，其中迟到或早退0人" in text
    assert "记为早退2人未签退" in text
    assert "记为早退1人提前签退" in text
    assert "请先让学员签退" in text
    assert desk.post(f"/lessons/{hall.lesson_id}/check-in/close").status_code == 303
    assert [hall.status(number) for number in range(4)] == ["left_early", "left_early", "left_early", "absent"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("学员2", ["学员2"]), ("xueyuan", ["学员1", "学员2", "学员3"]), ("财政 学员3", ["学员3"]), ("教育局", [])],
)
def test_somebody_is_found_in_a_lessons_list(sqlite_app, sign_in, typed, found):
    hall = build_hall(people=3)
    windows.open_check_in(hall.lesson_id)
    desk = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    page = desk.get(f"/lessons/{hall.lesson_id}/attendance", query_string={"show": "missing", "q": typed}).text
    assert re.findall(r'class="c-main"><a href="[^"]+">([^<]+)</a>', page) == found
    assert ("没有符合" in page) is (not found)
    assert f'value="{typed}"' in page


def test_a_reason_that_does_not_do_is_said_beside_the_words(sqlite_app, sign_in):
    hall = build_hall(people=1)
    windows.open_check_in(hall.lesson_id)
    desk = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    known = {"status": "present", "reason": "", "text": "忘"}
    answer = desk.post(f"/lessons/{hall.lesson_id}/people/{hall.enrollments[0]}", data=known)
    assert answer.status_code == 422
    (words,) = re.findall(r'<input[^>]*name="text"[^>]*>', answer.text)
    assert "aria-invalid" in words
    assert 'value="忘"' in words
    (chosen,) = re.findall(r'<select[^>]*name="reason"[^>]*>', answer.text)
    assert "aria-invalid" not in chosen
