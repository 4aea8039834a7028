"""What pages tell: who only is expected is not said to be there, and a scan before signing in is said to be kept."""

from __future__ import annotations

import re

from tests.attendance_hall import build_hall, teacher
from training_app.attendance.services import windows


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
