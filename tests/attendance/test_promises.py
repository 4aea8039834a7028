"""What SECURITY.md 2.4 asks beside the rules: nothing kept that should not be, nothing let in that is no code."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, func, inspect, select, text

from tests.attendance_hall import Hall, build_hall, teacher
from training_app.attendance.models import AttendanceRecord
from training_app.attendance.services import windows
from training_app.core import logs
from training_app.core.db import db

PACKAGE = Path(__file__).resolve().parents[2] / "training_app"
AGENT = "Mozilla/5.0 (Linux; Android 10; ZX-RARE9 Build/QX77) AppleWebKit/537.36 Chrome/79 MicroMessenger/8.0.49"
ADDRESS = "203.0.113.77"
COORDINATES = {"latitude": 26.647661, "longitude": 106.630153}
HTML = {"Accept": "text/html"}


@pytest.fixture
def room(app: Flask) -> Hall:
    """Three people, check-in open, on both databases."""
    made = build_hall(people=3)
    windows.open_check_in(made.lesson_id)
    return made


def _every_value() -> dict[str, str]:
    """Every column of every table as one text, by its name."""
    db.session.rollback()
    values: dict[str, str] = {}
    tables = inspect(db.engine)
    for table in tables.get_table_names():
        for column in tables.get_columns(table):
            if isinstance(column["type"], LargeBinary):
                continue
            rows = db.session.execute(text(f'SELECT "{column["name"]}" FROM "{table}"')).scalars()
            values[f"{table}.{column['name']}"] = " ".join(str(row) for row in rows if row is not None)
    return values


def test_no_column_holds_coordinates_an_address_or_what_the_browser_says_of_itself(
    app: Flask, room: Hall, sign_in: Callable[..., Any], capfd: pytest.CaptureFixture[str]
) -> None:
    said = {"headers": {**HTML, "User-Agent": AGENT}, "environ_overrides": {"REMOTE_ADDR": ADDRESS}}
    staff = sign_in(app, account_id=teacher(room.class_id))
    visitor = app.test_client()
    visitor.get(f"/c/{room.code()}", **said)
    visitor.post("/sign-in", data={"username": "nobody", "password": "wrong"}, **said)
    for person in (0, 1):
        phone = sign_in(app, account_id=room.accounts[person])
        phone.client.set_cookie("dk", "the-same-phone")
        phone.get(f"/c/{room.code()}", **said)
        phone.post("/api/v1/check-ins", json={"nonce": "n", "kind": "in", **COORDINATES}, **said)
        phone.post("/api/v1/check-ins", json={"nonce": "n", "kind": "in"}, **said)
        phone.post("/api/v1/check-ins", json={"nonce": "w", "code": "1.1.1.AAAA", "kind": "in"}, **said)
        phone.get("/me/attendance", **said)
    staff.post(f"/lessons/{room.lesson_id}/people/{room.enrollments[2]}/tick", {"reason": "no_phone"}, **said)
    staff.get(f"/lessons/{room.lesson_id}/attendance", **said)

    values = _every_value()

    assert room.status(0) == room.status(1) == room.status(2) == "present"
    assert len(values) > 200
    assert "学员1" in values["classes_enrollment.name"]  # the search sees what is there
    pieces = ("ZX-RARE9", "QX77", "AppleWebKit", "Mozilla/5.0", ADDRESS, "26.647", "106.630")
    assert {(name, piece) for name, value in values.items() for piece in pieces if piece in value} == set()
    names = re.compile(r"(^|_)(lat|lon|lng|latitude|longitude|user_agent|remote_addr|ip|ip_address)($|_)")
    of_people = [name for name in values if not name.startswith("courses_teaching_site.")]  # where a place lies
    assert [name for name in of_people if names.search(name.rpartition(".")[2])] == []
    logged = capfd.readouterr()
    assert not any(piece in logged.out + logged.err for piece in pieces)


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": None}, {"code": " "}, {"code": "null"}, {"code": "0"}])
def test_a_press_without_a_code_and_without_a_ticket_is_no_check_in(
    app: Flask, room: Hall, sign_in: Callable[..., Any], body: dict[str, Any]
) -> None:
    phone = sign_in(app, account_id=room.accounts[0])

    answer = phone.post("/api/v1/check-ins", json={"nonce": "n", "kind": "in", **body})

    assert answer.status_code == 422, answer.text
    assert answer.json["error"]["code"] in ("bad_code", "invalid")
    assert db.session.scalar(select(func.count(AttendanceRecord.id))) == 0


@pytest.mark.parametrize("path", ["/c/", "/c/%20", "/c/null", "/c/undefined", "/c/1...", "/c/1.1.1.", "/C/%00", "/c"])
def test_a_link_without_a_code_buys_nothing(app: Flask, room: Hall, sign_in: Callable[..., Any], path: str) -> None:
    phone = sign_in(app, account_id=room.accounts[0])

    answer = phone.get(path, headers=HTML)

    assert answer.status_code in (303, 404)
    assert "bad_code" in answer.headers.get("Location", "bad_code")
    assert phone.client.get_cookie("ticket") is None


def test_secrets_are_compared_in_constant_time_wherever_they_are_compared() -> None:
    """No ``==`` beside a MAC, a token or a digest of something sent: only hmac.compare_digest."""
    secret = re.compile(r"mac|token|digest|signature|expected_code", re.IGNORECASE)
    public = {"id_hash", "key_hash", "device_hash"}  # looked up by, not compared with
    wrong = []
    for feature in ("attendance/code_rules.py", "attendance/lane.py", "web/csrf.py"):
        tree = ast.parse((PACKAGE / feature).read_text(encoding="utf-8"))
        compares = "csrf.fits" if feature == "attendance/lane.py" else "compare_digest"
        assert compares in ast.unparse(tree), feature
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                sides = [ast.unparse(side) for side in (node.left, *node.comparators)]
                if any(secret.search(side) and side not in public and "len(" not in side for side in sides):
                    wrong.append(f"{feature}:{node.lineno}: {ast.unparse(node)}")
    assert wrong == []


@pytest.mark.parametrize("path", ["/c/1.5.99.SECRET", "/C/1.5.99.SECRET", "/verify/SECRET", "/V/SECRET"])
def test_what_the_log_keeps_of_an_address_holds_no_code(path: str) -> None:
    assert "SECRET" not in logs.masked(path)
    assert logs.masked("/classes/5") == "/classes/5"


def test_the_screen_says_where_its_code_leads(
    sqlite_app: Flask, sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = build_hall()
    windows.open_check_in(hall.lesson_id)
    staff = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    page = f"/lessons/{hall.lesson_id}/projector"

    assert "localhost" in staff.get(page).text
    monkeypatch.setitem(sqlite_app.config, "BASE_URL", "https://peixun.example.gov.cn")
    assert "peixun.example.gov.cn" in staff.get(page).text
