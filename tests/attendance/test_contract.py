"""The interface of CONTRACT.md, and the phone's pages without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.attendance_hall import Hall, build_hall, teacher
from training_app.attendance.services import windows


@pytest.fixture
def room(sqlite_app: Flask) -> Hall:
    """Three people, check-in open, on SQLite."""
    made = build_hall(people=3)
    windows.open_check_in(made.lesson_id)
    return made


@pytest.fixture
def staff(sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]) -> Any:
    """The class teacher's browser."""
    return sign_in(sqlite_app, account_id=teacher(room.class_id))


@pytest.fixture
def phone(sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]) -> Any:
    """The first trainee's phone."""
    return sign_in(sqlite_app, account_id=room.accounts[0])


def press(browser: Any, code: str | None, nonce: str = "n1", **more: Any) -> Any:
    body = {"nonce": nonce, "kind": "in", **more}
    return browser.post("/api/v1/check-ins", json=body if code is None else {**body, "code": code})


def test_one_current_code_that_nothing_may_keep(room: Hall, staff: Any) -> None:
    answer = staff.get(f"/api/v1/lessons/{room.lesson_id}/code")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["step_seconds"] == 5
    assert 0 < answer.json["next_in_ms"] <= 5000
    assert answer.json["url"].upper() == answer.json["url"]
    assert answer.json["url"].endswith("/C/" + answer.json["code"])
    assert answer.json["code"] in (room.code(), room.code(steps_ago=1))


def test_opening_twice_and_closing_twice(sqlite_app: Flask, sign_in: Callable[..., Any]) -> None:
    hall = build_hall()
    browser = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    base = f"/api/v1/lessons/{hall.lesson_id}/check-in"

    assert browser.get(f"/api/v1/lessons/{hall.lesson_id}/code").json["error"]["code"] == "not_open"
    assert [browser.post(f"{base}/open", json={}).status_code for _ in range(2)] == [201, 200]
    closed = browser.post(f"{base}/close", json={})
    assert (closed.status_code, closed.json["marked_absent"], closed.json["counts"]["absent"]) == (200, 3, 3)
    assert browser.post(f"{base}/close", json={}).json["error"]["code"] == "closed"
    assert browser.post(f"{base}/open", json={}).status_code == 409
    assert browser.get(f"/api/v1/lessons/{hall.lesson_id}/code").json["error"]["code"] == "closed"


def test_accepted_then_repeated_and_the_same_press_answered_alike(room: Hall, phone: Any) -> None:
    first = press(phone, room.code(), "a")
    retry = press(phone, room.code(), "a")
    again = press(phone, room.code(), "b")

    assert (first.status_code, first.json["outcome"], first.json["status"]) == (201, "accepted", "present")
    assert first.json["lesson"]["title"] == "干部任用条例与干部监督"
    assert (retry.status_code, retry.json) == (201, first.json)
    assert (again.status_code, again.json["outcome"]) == (200, "repeated")
    assert again.json["checked_in_at"] == first.json["checked_in_at"]


def test_refusals_have_their_codes(room: Hall, phone: Any, staff: Any) -> None:
    code = room.code()
    bad = code[:-1] + ("A" if code[-1] != "A" else "B")

    assert press(phone, room.code(steps_ago=2)).json["error"]["code"] == "expired_code"
    assert press(phone, bad).json["error"]["code"] == "bad_code"
    assert press(phone, None).json["error"]["code"] == "bad_code"
    assert press(staff, room.code()).json["error"]["code"] == "not_enrolled"
    for _try in range(4):
        last = press(phone, "x")
    assert last.json["error"]["code"] == "bad_code"
    limited = press(phone, room.code())
    assert (limited.status_code, limited.json["error"]["code"]) == (429, "too_many_attempts")
    assert limited.headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"nonce": "n", "kind": "in", "checked_in_at": "2023-05-15T08:00:00"}, 422),
        ({"nonce": "n", "account_id": 3}, 422),
        ({"kind": "in"}, 422),
        ({"nonce": "n", "kind": "maybe"}, 422),
        ({"nonce": 5}, 422),
        ({"nonce": "n", "code": None}, 422),
        ({"nonce": "n", "code": ""}, 422),
        ({"nonce": "n", "code": "x" * 500}, 422),
    ],
)
def test_what_does_not_belong_into_a_press_is_refused(
    room: Hall, phone: Any, body: dict[str, Any], status: int
) -> None:
    assert phone.post("/api/v1/check-ins", json=body).status_code == status


def test_wrong_type_broken_json_no_token_no_session(sqlite_app: Flask, room: Hall, phone: Any) -> None:
    body = {"nonce": "n", "code": room.code()}
    assert sqlite_app.test_client().post("/api/v1/check-ins", json=body).status_code == 401
    assert phone.post("/api/v1/check-ins", data="nonce=1").status_code == 415
    assert phone.post("/api/v1/check-ins", data="{", content_type="application/json").status_code == 400
    assert phone.client.post("/api/v1/check-ins", json=body).status_code == 400


def test_a_trainee_may_not_open_see_the_code_or_record_others(room: Hall, phone: Any) -> None:
    base = f"/api/v1/lessons/{room.lesson_id}"

    assert phone.post(f"{base}/check-in/open", json={}).status_code == 403
    assert phone.post(f"{base}/check-in/close", json={}).status_code == 403
    assert phone.get(f"{base}/code").status_code == 403
    assert phone.get(f"{base}/attendance").status_code == 403
    assert phone.post(f"{base}/check-ins", json={"entries": []}).status_code == 403
    assert phone.get(f"/lessons/{room.lesson_id}/projector").status_code == 403


def test_another_class_does_not_exist_for_its_teacher(room: Hall, staff: Any) -> None:
    other = build_hall(people=1, code="BC2")

    for path in ("code", "attendance"):
        assert staff.get(f"/api/v1/lessons/{other.lesson_id}/{path}").status_code == 404
    assert staff.post(f"/api/v1/lessons/{other.lesson_id}/check-in/open", json={}).status_code == 404
    assert staff.get(f"/lessons/{other.lesson_id}/attendance").status_code == 404
    assert staff.get(f"/classes/{other.class_id}/attendance").status_code == 404
    mine = f"/lessons/{room.lesson_id}/people/{other.enrollments[0]}"
    assert staff.get(mine).status_code == 404
    assert staff.post(f"{mine}/tick", {"reason": "no_phone"}).status_code == 404
    assert staff.post(f"{mine}/phone").status_code == 404


def test_staff_entries_each_have_an_outcome(room: Hall, staff: Any) -> None:
    answer = staff.post(
        f"/api/v1/lessons/{room.lesson_id}/check-ins",
        json={
            "entries": [
                {"nonce": "1", "enrollment_id": room.enrollments[0], "reason": "no_phone"},
                {"nonce": "2", "enrollment_id": room.enrollments[1]},
                {"nonce": "3", "badge": "B.1.AAAAAAAAAAAAAAAA"},
            ]
        },
    )

    assert answer.status_code == 200
    assert [e["outcome"] for e in answer.json["entries"]] == ["accepted", "refused", "refused"]
    assert [e.get("error", {}).get("code") for e in answer.json["entries"]] == [None, "reason_needed", "bad_badge"]
    listed = staff.get(f"/api/v1/lessons/{room.lesson_id}/attendance").json
    assert (listed["total"], listed["counts"]["attended"], listed["counts"]["missing"]) == (3, 1, 2)
    assert {item["sign"] for item in listed["items"]} == {"√", ""}


@pytest.mark.parametrize("letter", ["c", "C"])
def test_the_whole_way_of_a_phone_by_plain_forms(
    sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any], letter: str
) -> None:
    stranger = sqlite_app.test_client()
    scanned = stranger.get(f"/{letter}/{room.code()}")
    assert (scanned.status_code, scanned.headers["Location"]) == (303, "/check-in")
    assert scanned.headers["Referrer-Policy"] == "no-referrer"
    kept = {line.split("=", 1)[0]: line for line in scanned.headers.getlist("Set-Cookie")}
    assert "HttpOnly" in kept["ticket"]
    assert "Max-Age=120" in kept["ticket"]
    assert "HttpOnly" in kept["dk"]
    assert stranger.get("/check-in").headers["Location"].startswith("/sign-in?next=")

    browser = sign_in(sqlite_app, account_id=room.accounts[0])
    for name in ("ticket", "dk"):
        browser.client.set_cookie(name, re.match(rf"{name}=([^;]+)", kept[name])[1])
    page = browser.get("/check-in")
    assert page.status_code == 200
    assert "学员1" in page.text
    assert room.code() not in page.text
    nonce = re.search(r'name="nonce" value="([^"]+)"', page.text)[1]
    done = browser.post("/check-in", {"nonce": nonce})
    assert (done.status_code, done.headers["Location"]) == (303, f"/check-in/lessons/{room.lesson_id}")
    ok = browser.get(done.headers["Location"])
    assert ok.status_code == 200
    assert "学员1" in ok.text
    assert "data-clock" in ok.text


def test_a_stale_code_leads_to_a_page_that_says_what_to_do(sqlite_app: Flask, room: Hall) -> None:
    visitor = sqlite_app.test_client()

    answer = visitor.get(f"/c/{room.code(steps_ago=3)}")
    page = visitor.get(answer.headers["Location"])

    assert answer.status_code == 303
    assert "ticket=;" in " ".join(answer.headers.getlist("Set-Cookie")) or "ticket=" not in " ".join(
        answer.headers.getlist("Set-Cookie")
    )
    assert page.status_code == 410
    assert "扫描大屏幕上的新二维码" in page.text


def test_a_typed_code_counts_by_a_plain_form_and_a_wrong_one_says_so(room: Hall, phone: Any, staff: Any) -> None:
    typed = staff.get(f"/api/v1/lessons/{room.lesson_id}/code").json["typed"]

    wrong = phone.post("/check-in", {"code": "222222" if typed != "222222" else "333333", "nonce": "w"})
    right = phone.post("/check-in", {"code": f"{typed[:3]} {typed[3:]}".lower(), "nonce": "r"})

    assert wrong.status_code == 422
    assert (right.status_code, right.headers["Location"]) == (303, f"/check-in/lessons/{room.lesson_id}")


def test_every_page_of_staff_and_trainee_can_be_opened(room: Hall, staff: Any, phone: Any) -> None:
    press(phone, room.code())
    person = f"/lessons/{room.lesson_id}/people/{room.enrollments[1]}"
    for path in (
        "/attendance",
        f"/lessons/{room.lesson_id}/attendance",
        f"/lessons/{room.lesson_id}/live",
        person,
        f"/lessons/{room.lesson_id}/projector",
        f"/lessons/{room.lesson_id}/check-in/close",
        f"/lessons/{room.lesson_id}/check-in/reopen",
        f"/classes/{room.class_id}/attendance",
        *(
            f"/lessons/{room.lesson_id}/attendance?show={group}"
            for group in ("missing", "here", "leave", "absent", "doubt", "all")
        ),
    ):
        assert staff.get(path).status_code == 200, path
    for path in ("/me", "/me/attendance", "/me/badge", "/check-in", f"/check-in/lessons/{room.lesson_id}"):
        assert phone.get(path).status_code == 200, path


def test_staff_by_plain_forms_from_tick_to_correction(room: Hall, staff: Any) -> None:
    base = f"/lessons/{room.lesson_id}"
    one, two, three = (f"{base}/people/{n}" for n in room.enrollments)

    assert staff.post(f"{one}/tick", {"reason": "flat_battery"}).status_code == 303
    assert staff.post(two, {"status": "leave_sick"}).status_code == 303
    assert staff.post(three, {"status": "present", "text": "x"}).status_code == 422
    assert staff.post(f"{base}/heads", {"seen": "2"}).status_code == 303
    assert "关闭考勤，1人记缺勤" in staff.get(f"{base}/check-in/close").text
    assert staff.post(f"{base}/check-in/close").status_code == 422  # one head more than recorded: why?
    assert staff.post(f"{base}/check-in/close", {"later": "1"}).status_code == 303
    assert [room.status(n) for n in range(3)] == ["present", "leave_sick", "absent"]
    assert staff.post(f"{three}/correct", {"status": "late", "reason": "arrived_with_group"}).status_code == 303
    assert room.status(2) == "late"
    assert staff.post(f"{base}/check-in/reopen", {"reason": "x"}).status_code == 422
    assert staff.post(f"{base}/check-in/reopen", {"reason": "关早了，重新开放"}).status_code == 303


def test_the_sheet_can_be_taken_away(room: Hall, staff: Any) -> None:
    answer = staff.get(f"/classes/{room.class_id}/attendance?format=xlsx")

    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"


def test_the_code_stands_in_no_page_but_the_code_answer(room: Hall, staff: Any) -> None:
    page = staff.get(f"/lessons/{room.lesson_id}/projector")

    assert room.code() not in page.text
    assert "1." + str(room.lesson_id) + "." not in page.text
