"""Whatever a trainee asks for in any journey of attendance, nothing about another person comes back, and no secret.

SECURITY.md 2.4, privacy: the whole map of addresses is walked, with one's own ids and with those of others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.routing import IntegerConverter

from tests.attendance_hall import Hall, build_hall, teacher
from tests.discipline.conftest import actor_of
from training_app.accounts.services import sessions
from training_app.attendance.place_rules import Fix, Point
from training_app.attendance.queries.class_rules import rules_for
from training_app.attendance.queries.places import place_of_person
from training_app.attendance.services import badges, contests, staff, windows
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.class_rules import lay_down_rules
from training_app.attendance.services.judging import Who
from training_app.cadres.models import Cadre
from training_app.classes.api import get_lesson
from training_app.classes.models import Enrollment, Lesson
from training_app.core import crypto
from training_app.core.actor import acting_as, system
from training_app.core.db import db, unit_of_work
from training_app.courses.models import TeachingSite
from training_app.discipline import rules as leave_rules
from training_app.discipline.services import leave as leaves

SITE, FAR = Point(26.647661, 106.630153), Point(26.912345, 106.998877)
ID_NUMBERS = ("530122198803071234", "532501197911244321", "530113199002289876")
PHONES = ("13708801234", "13987654321", "15012349876")
OTHERS = ("祁连朵娅·艾山", "罗欣", "密州粮食局", "督查室主任", "肾内科住院复查", "我坐在后排立柱旁", "打针去了医务室")


@dataclass(frozen=True)
class Journey:
    """A class in which much has happened to others."""

    hall: Hall
    secrets: tuple[str, ...]


@pytest.fixture
def journey(sqlite_app: Flask) -> Journey:
    """The second and third trainee came, left, contested, asked for leave; the first shares a phone with one."""
    hall = build_hall(people=3)
    teacher(hall.class_id)
    with unit_of_work() as session:
        site = TeachingSite(name="红军标语馆", latitude=SITE.latitude, longitude=SITE.longitude)
        session.add(site)
        session.flush()
        session.execute(update(Lesson).where(Lesson.id == hall.lesson_id).values(site_id=site.id))
        for number, (account, enrollment) in enumerate(zip(hall.accounts, hall.enrollments, strict=True)):
            values = {"name": ("方某", *OTHERS[:2])[number]}
            session.execute(
                update(Cadre)
                .where(Cadre.account_id == account)
                .values(
                    **values,
                    id_number_encrypted=crypto.encrypt(ID_NUMBERS[number]),
                    id_number_masked=f"{ID_NUMBERS[number][:6]}********{ID_NUMBERS[number][-4:]}",
                    phone_encrypted=crypto.encrypt(PHONES[number]),
                    phone_masked=f"{PHONES[number][:3]}****{PHONES[number][-4:]}",
                )
            )
            if number:
                values |= {"unit_name": OTHERS[2], "post_title": OTHERS[3]}
            session.execute(update(Enrollment).where(Enrollment.id == enrollment).values(**values))
    db.session.expire_all()
    laid_down = replace(rules_for(hall.class_id, get_lesson(hall.lesson_id).starts_at), location_asked=True)
    lay_down_rules(hall.class_id, laid_down, from_lesson_id=hall.lesson_id)
    windows.open_check_in(hall.lesson_id)
    scanning.check_in(Who(hall.accounts[1], "one phone"), code=hall.code(), nonce="n1", fix=Fix(FAR, 20))
    scanning.check_in(Who(hall.accounts[0], "one phone"), code=hall.code(), nonce="n0", fix=Fix(FAR, 20))
    staff.mark(hall.lesson_id, hall.enrollments[2], status="left_early", reason=OTHERS[6])
    with acting_as(actor_of(hall.accounts[2])):
        contests.contest(hall.lesson_id, hall.enrollments[2], said=OTHERS[5])
        tomorrow = get_lesson(hall.tomorrow_id).day
        half = leave_rules.Half(tomorrow, 1)
        leaves.ask_leave(hall.enrollments[2], leaves.Request("leave_sick", leave_rules.Period(half, half), OTHERS[4]))
    assert place_of_person(hall.lesson_id, hall.enrollments[1]) is not None  # there is something to hide
    hidden = (*OTHERS, *ID_NUMBERS, *PHONES, *(f"{n[:3]}****{n[-4:]}" for n in PHONES[1:]), "26.91", "106.99")
    codes = [badges.make_badge(each) for each in hall.enrollments[1:]]
    keys = [hall.key().hex(), *(badges.badge_digest(each) for each in hall.enrollments)]
    return Journey(hall, (*hidden, *codes, *keys))


def _addresses(app: Flask) -> list[str]:
    """Every address that can be asked for, with the ids 1, 2 and 3 for each of its parts."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static" or ".static" in rule.endpoint:
            continue
        numbers = rule.arguments - set(rule.defaults or ())
        if any(not isinstance(rule._converters[name], IntegerConverter) for name in numbers):
            continue
        with app.test_request_context():
            for number in (1, 2, 3) if numbers else (1,):
                built = rule.build(dict.fromkeys(numbers, number))
                if built is not None:
                    found.append(built[1])
    return sorted(set(found))


def test_no_answer_a_trainee_can_get_tells_anything_of_another(sqlite_app: Flask, journey: Journey, sign_in) -> None:
    phone = sign_in(sqlite_app, account_id=journey.hall.accounts[0])
    addresses = _addresses(sqlite_app)
    assert len(addresses) > 250

    told: list[tuple[str, str]] = []
    pages = 0
    for address in addresses:
        if "sign-out" in address:
            continue
        for more in ("", "?format=csv&show=all"):
            answer = phone.get(address + more, headers={"Accept": "text/html"})
            body = answer.get_data(as_text=True) if answer.mimetype.startswith(("text", "application/json")) else ""
            assert answer.status_code != 500, address
            pages += answer.status_code == 200
            told += [(address + more, each) for each in journey.secrets if each in body + str(answer.headers)]
    assert told == []
    assert pages > 40  # one's own pages were among them


def test_what_the_phone_is_answered_in_a_check_in_is_about_oneself(
    sqlite_app: Flask, journey: Journey, sign_in
) -> None:
    hall, answers = journey.hall, []
    phone = sign_in(sqlite_app, account_id=hall.accounts[0])
    stranger = sqlite_app.test_client()
    for browser in (phone, stranger):
        answers += [
            browser.get(f"/c/{hall.code()}", headers={"Accept": "text/html"}),
            browser.get("/c/1.1.1.AAAAAAAAAAAAAAAAAAAAAAAAAA"),
            browser.get("/check-in"),
        ]
    for body in (
        {"nonce": "x", "code": hall.code(), "kind": "in"},
        {"nonce": "n1", "kind": "in"},  # somebody else's press
        {"nonce": "y", "code": hall.code(), "kind": "mid"},
        {"nonce": "z", "code": hall.code(), "kind": "out"},
    ):
        answers.append(phone.post("/api/v1/check-ins", json=body))
    answers.append(phone.post(f"/me/attendance/{hall.lesson_id}", {"said": "我没有借手机给别人"}))
    for entry in ({"badge": badges.make_badge(hall.enrollments[1])}, {"enrollment_id": hall.enrollments[1]}):
        body = {"entries": [{**entry, "nonce": "s", "reason": "no_phone"}]}
        answers.append(phone.post(f"/api/v1/lessons/{hall.lesson_id}/check-ins", json=body))

    assert [each.status_code for each in answers if each.status_code >= 500] == []
    for answer in answers:
        said = answer.get_data(as_text=True) + answer.headers.get("Location", "")
        assert [each for each in journey.secrets if each in said] == [], answer.request.path


def test_no_secret_travels_in_an_address(sqlite_app: Flask, journey: Journey, sign_in) -> None:
    """Neither the code after the first request, nor the ticket, nor the session stands in where a page leads to."""
    hall = journey.hall
    with acting_as(system("test")):
        cookie = sessions.open_session(hall.accounts[0])
    browser, code = sqlite_app.test_client(), hall.code()
    first: Any = browser.get(f"/c/{code}")
    ticket = next(each.value for each in browser._cookies.values() if each.key.endswith("ticket"))
    device = next(each.value for each in browser._cookies.values() if each.key.endswith("dk"))
    browser.set_cookie("sid", cookie)
    pages = [
        first,
        browser.get("/check-in"),
        browser.get("/me"),
        browser.get(f"/c/{code}", headers={"Accept": "text/html"}),
    ]

    assert first.status_code == 303
    for page in pages:
        said = page.headers.get("Location", "") + page.get_data(as_text=True)
        assert [each for each in (code, ticket, device, cookie) if each in said] == []
