"""Pages and the JSON interface of exams: who sees what, and that the first entry never leaves the server."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests.exams.exam_world import World, build_world, staff_of
from training_app.accounts.services import people
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.exams.queries import published
from training_app.exams.services.entering import settle_difference
from training_app.exams.services.publishing import ask_change

SCORES = ("85", "92.5", "Q", "59")


@pytest.fixture
def here(sqlite_app: Flask) -> World:
    return build_world()


def account(role: str, name: str) -> int:
    return people.create_account(username=name, display_name=name, roles=[role], password="a long test passphrase")


def test_every_page_opens_through_the_whole_life_of_an_exam(here: World, sqlite_app: Flask, sign_in):
    officer = sign_in(sqlite_app, "exam_officer", account_id=here.accounts["third"])
    pages = [
        "/exams",
        f"/classes/{here.class_id}/exams",
        f"/exams/{here.exam_id}",
        f"/exams/{here.exam_id}/edit",
        f"/classes/{here.class_id}/marks",
        f"/exams/{here.exam_id}/differences",
        f"/exams/{here.exam_id}/publish",
    ]

    def all_open() -> None:
        for page in pages:
            assert officer.get(page).status_code == 200, page

    all_open()
    here.enter("first", 1, SCORES)
    all_open()
    here.enter("second", 2, ("85", "29", "Q", "69"))
    all_open()
    with acting_as(here.acting("third")):
        for person, text in ((1, "92.5"), (3, "59")):
            settle_difference(here.exam_id, here.enrollments[person], text, reason="对照原卷")
    all_open()
    assert officer.post(f"/exams/{here.exam_id}/publish").status_code == 302
    pages += [
        f"/exams/{here.exam_id}/scores",
        f"/exams/{here.exam_id}/scores?low=90&high=100",
        f"/exams/{here.exam_id}/scores?only=absent",
        f"/exams/{here.exam_id}/scores/{here.enrollments[0]}",
        f"/classes/{here.class_id}/exams/sheet",
        f"/classes/{here.class_id}/exams/resit",
    ]
    all_open()
    with acting_as(here.acting("first")):
        request = ask_change(here.exam_id, here.enrollments[3], "64", reason="漏加5分")
    pages.append(f"/exams/changes/{request}")
    all_open()
    assert officer.post(f"/exams/changes/{request}", {"decision": "approve"}).status_code == 302
    all_open()
    assert "更正" in officer.get(f"/exams/{here.exam_id}/scores").text


def test_the_values_of_the_first_entry_never_reach_the_second_person(here: World, sqlite_app: Flask, sign_in):
    here.enter("first", 1, ("71.3", "82.4", "93.7", "64.9"))
    second = sign_in(sqlite_app, "exam_officer", account_id=here.accounts["second"])
    second.post(f"/exams/{here.exam_id}/entries/2/take")
    answers = [
        second.get(f"/exams/{here.exam_id}"),
        second.get(f"/exams/{here.exam_id}/entries/2"),
        second.get(f"/exams/{here.exam_id}/differences"),
        second.get(f"/exams/{here.exam_id}/publish"),
        second.get(f"/api/v1/exams/{here.exam_id}"),
        second.get(f"/api/v1/exams/{here.exam_id}/entries/2"),
        second.get(f"/api/v1/exams/{here.exam_id}/scores"),
        second.put(
            f"/api/v1/exams/{here.exam_id}/entries/2",
            json={"cells": [{"enrollment_id": here.enrollments[0], "value": "55"}]},
        ),
    ]

    assert [answer.status_code for answer in answers] == [200] * 8
    for answer in answers:
        for value in ("71.3", "82.4", "93.7", "64.9"):
            assert value not in answer.text
    assert second.get(f"/exams/{here.exam_id}/entries/1").status_code == 403
    assert second.get(f"/api/v1/exams/{here.exam_id}/entries/1").status_code == 403


def test_the_grid_saves_each_cell_by_itself(here: World, sqlite_app: Flask, sign_in):
    first = sign_in(sqlite_app, "exam_officer", account_id=here.accounts["first"])
    first.post(f"/exams/{here.exam_id}/entries/1/take")
    url = f"/api/v1/exams/{here.exam_id}/entries/1"

    answer = first.put(
        url,
        json={
            "cells": [
                {"enrollment_id": here.enrollments[0], "value": "８５"},
                {"enrollment_id": here.enrollments[1], "value": "185"},
            ]
        },
    )

    body = answer.get_json()
    assert answer.status_code == 200
    assert [(each["outcome"], each["value"]) for each in body["cells"]] == [("saved", "85"), ("refused", "")]
    assert body["cells"][1]["code"] == "score_out_of_range"
    assert (body["progress"]["entered"], body["progress"]["missing"]) == (1, 3)
    refused = first.post(f"{url}/submit")
    assert refused.status_code == 422
    assert refused.get_json()["error"]["code"] == "incomplete"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"cells": []}, 422),
        ({"cells": [{"enrollment_id": "1", "value": "85"}]}, 422),
        ({"cells": [{"enrollment_id": 1, "value": 85}]}, 422),
        ({"cells": [{"enrollment_id": 1, "value": "85", "account_id": 3}]}, 422),
        ({}, 422),
    ],
)
def test_a_wrong_body_is_refused(here: World, sqlite_app: Flask, sign_in, body, status):
    first = sign_in(sqlite_app, "exam_officer", account_id=here.accounts["first"])
    first.post(f"/exams/{here.exam_id}/entries/1/take")

    assert first.put(f"/api/v1/exams/{here.exam_id}/entries/1", json=body).status_code == status


def test_without_javascript_the_grid_is_a_form_that_says_what_is_wrong_where(here: World, sqlite_app: Flask, sign_in):
    first = sign_in(sqlite_app, "exam_officer", account_id=here.accounts["first"])
    first.post(f"/exams/{here.exam_id}/entries/1/take")
    fields = {f"s{person}": text for person, text in zip(here.enrollments, ("85", "八十", "Q", ""), strict=True)}

    answer = first.post(f"/exams/{here.exam_id}/entries/1", fields)

    assert answer.status_code == 422
    assert 'value="八十"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    again = first.get(f"/exams/{here.exam_id}/entries/1").text
    assert 'value="85"' in again
    assert 'value="缺考"' in again


def test_taking_both_entries_is_refused_in_words(here: World, sqlite_app: Flask, sign_in):
    first = sign_in(sqlite_app, "exam_officer", account_id=here.accounts["first"])
    first.post(f"/exams/{here.exam_id}/entries/1/take")

    answer = first.post(f"/exams/{here.exam_id}/entries/2/take", follow_redirects=True)

    assert "须由另一人" in answer.text


def test_reach(here: World, sqlite_app: Flask, sign_in):
    other = build_world(code="KS2")
    teacher = account("class_teacher", "teacher1")
    staff_of(here.class_id, teacher, "class_teacher")
    lecturer = account("instructor", "lecturer1")
    staff_of(here.class_id, lecturer, "instructor")
    statuses = {}
    for name, browser in {
        "teacher": sign_in(sqlite_app, "class_teacher", account_id=teacher),
        "instructor": sign_in(sqlite_app, "instructor", account_id=lecturer),
        "leader": sign_in(sqlite_app, "leader"),
        "unit": sign_in(sqlite_app, "unit_officer"),
        "trainee": sign_in(sqlite_app, "trainee", account_id=here.trainees[0]),
        "auditor": sign_in(sqlite_app, "auditor"),
        "sysadmin": sign_in(sqlite_app, "sysadmin"),
    }.items():
        statuses[name] = (
            browser.get(f"/exams/{here.exam_id}").status_code,
            browser.get(f"/exams/{other.exam_id}").status_code,
            browser.get(f"/exams/{here.exam_id}/edit").status_code,
            browser.post(f"/exams/{other.exam_id}/entries/1/take").status_code,
            browser.get("/api/v1/exams").status_code,
        )

    assert statuses == {
        "teacher": (200, 404, 200, 404, 200),
        "instructor": (200, 404, 403, 404, 200),
        "leader": (200, 200, 403, 403, 200),
        "unit": (403, 403, 403, 403, 403),
        "trainee": (403, 403, 403, 403, 403),
        "auditor": (403, 403, 403, 403, 403),
        "sysadmin": (403, 403, 403, 403, 403),
    }


def test_a_person_of_another_exam_is_not_found_under_this_one(here: World, sqlite_app: Flask, sign_in):
    other = build_world(code="KS2")
    here.publish(*SCORES)
    other.publish(*SCORES)
    officer = sign_in(sqlite_app, "exam_officer", account_id=here.accounts["third"])

    assert officer.get(f"/exams/{here.exam_id}/scores/{other.enrollments[0]}").status_code == 404
    asked = officer.post(f"/exams/{here.exam_id}/scores/{other.enrollments[0]}", {"score": "1", "reason": "试一试看"})
    assert asked.status_code == 404


def test_a_trainee_sees_the_own_score_once_it_is_published(here: World, sqlite_app: Flask, sign_in):
    trainee = sign_in(sqlite_app, "trainee", account_id=here.trainees[1])
    here.enter("first", 1, SCORES)
    assert "92.5" not in trainee.get("/me/scores").text

    here.enter("second", 2, SCORES)
    sign_in(sqlite_app, "exam_officer", account_id=here.accounts["third"]).post(f"/exams/{here.exam_id}/publish")

    page = trainee.get("/me/scores").text
    assert "92.5" in page
    assert "85" not in re.sub(r"<[^>]*>", "", page).replace("1985", "")


def test_lists_leave_as_excel(here: World, sqlite_app: Flask, sign_in):
    here.publish(*SCORES)
    officer = sign_in(sqlite_app, "exam_officer", account_id=here.accounts["third"])

    for url in (
        "/exams",
        f"/exams/{here.exam_id}/scores",
        f"/classes/{here.class_id}/exams/sheet",
        f"/classes/{here.class_id}/marks",
    ):
        answer = officer.get(f"{url}?format=xlsx")
        assert answer.status_code == 200
        assert answer.data.startswith(b"PK")


def test_both_languages_are_whole(here: World, sqlite_app: Flask, sign_in):
    officer = sign_in(sqlite_app, "exam_officer", account_id=here.accounts["third"])

    page = officer.get(f"/exams/{here.exam_id}").text

    assert "接手第一次录入" in page
    officer.client.set_cookie("locale", "en")
    assert "Take over First entry" in officer.get(f"/exams/{here.exam_id}").text


def test_publishing_and_deciding_want_the_password_given_lately(here: World, sqlite_app: Flask, sign_in):
    here.publish(*SCORES)
    with acting_as(here.acting("first")):
        request = ask_change(here.exam_id, here.enrollments[3], "64", reason="漏加5分")
    officer = sign_in(sqlite_app, "exam_officer", account_id=here.accounts["third"])

    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        answers = [
            officer.get(f"/exams/{here.exam_id}/publish"),
            officer.get(f"/exams/changes/{request}"),
            officer.post(f"/exams/changes/{request}", {"decision": "approve"}),
        ]

    assert [answer.status_code for answer in answers] == [302] * 3
    assert published.published_scores(here.exam_id)[here.enrollments[3]].version == 1
