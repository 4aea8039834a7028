from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.classes.class_world import FIRST_DAY, World, account, lesson, open_class, plan
from training_app.audit.models import AuditEntry
from training_app.cadres.api import link_account
from training_app.classes.api import NewEnrollment, add_staff, enroll, get_class, list_enrollments, list_lessons
from training_app.classes.queries.plan import find_plan_line_by_code
from training_app.classes.services.enrolment import nominate
from training_app.classes.services.timetable import schedule_lesson
from training_app.classes.tasks import start_tasks
from training_app.core import clock
from training_app.core.db import db

OFFICE, FINANCE = "县委办公室", "县财政局"


def lesson_form(**changes: object) -> dict[str, object]:
    return {
        "day": FIRST_DAY.isoformat(),
        "starts": "08:30",
        "ends": "11:30",
        "title": "舆情应对",
        "kind": "teaching",
        "credit_hours": "4",
        "course_id": "",
        "room_id": "",
        "site_id": "",
        **changes,
    }


def test_a_line_is_planned_divided_and_opened(sqlite_app: Flask, sqlite_world: World, sign_in):
    planner = sign_in(sqlite_app, "planner")
    teacher = account("class_teacher")

    made = planner.post(
        "/plan/new",
        {
            "program": "知行学堂",
            "name": "知行学堂第7期",
            "code": "BC7",
            "audience": "县直机关干部",
            "starts_on": "2030-05-13",
            "ends_on": "2030-05-14",
            "seats": "10",
            "days": "2",
            "credit_hours": "14",
            "venue": "报告厅",
            "host": "县委组织部",
            "organiser": "县委党校",
            "note": "",
        },
    )
    db.session.rollback()
    line = find_plan_line_by_code("BC7")
    assert line is not None
    assert made.headers["Location"] == f"/plan/{line.id}"
    too_many = planner.post(f"/plan/{line.id}/seats", {f"unit-{sqlite_world.units[OFFICE]}": "11"})
    assert too_many.status_code == 422
    planner.post(f"/plan/{line.id}/seats", {f"unit-{sqlite_world.units[OFFICE]}": "2"})
    opened = planner.post(f"/plan/{line.id}/open", {"class_teacher_id": str(teacher), "exam_required": "y"})

    db.session.rollback()
    class_id = int(opened.headers["Location"].rsplit("/", 1)[1])
    found = get_class(class_id)
    assert (found.cohort_no, found.state, found.teacher_names) == (7, "enrolling", ("class_teacher",))
    assert "知行学堂第7期" in planner.get(f"/classes/{class_id}").text


def test_a_form_that_does_not_fit_is_shown_again(sqlite_app: Flask, sqlite_world: World, sign_in):
    plan("BC7")
    planner = sign_in(sqlite_app, "planner")

    answer = planner.post(
        "/plan/new",
        {
            "program": "知行学堂",
            "name": "x",
            "code": "BC7",
            "starts_on": "2030-05-13",
            "ends_on": "2030-05-12",
            "seats": "10",
            "days": "2",
            "credit_hours": "14",
        },
    )

    assert answer.status_code == 422
    assert "知行学堂" in answer.text


def test_nominated_approved_declined_and_withdrawn_by_hand(sqlite_app: Flask, sqlite_world: World, sign_in):
    class_id = open_class("B1", {sqlite_world.units[OFFICE]: 3})
    officer = sign_in(sqlite_app, "unit_officer", unit_id=sqlite_world.units[OFFICE])
    planner = sign_in(sqlite_app, "planner")
    people = sqlite_world.cadres[OFFICE][:3]

    page = officer.get(f"/classes/{class_id}/nominate")
    assert "岩温" in page.text
    assert "陶莉" not in page.text
    assert officer.post(f"/classes/{class_id}/nominate", {"id": people}).status_code == 302
    db.session.rollback()
    first, second, third = list_enrollments(class_id, ("nominated",))
    planner.post(f"/classes/{class_id}/enrollments/approve", {"id": [first.id]})
    asked = planner.post(f"/classes/{class_id}/enrollments/decline", {"id": [second.id]})
    assert asked.status_code == 200
    planner.post(f"/classes/{class_id}/enrollments/decline", {"id": [second.id], "reason": "名额调整"})
    officer.post(f"/classes/{class_id}/enrollments/withdraw", {"id": [third.id], "reason": "公务冲突"})

    db.session.rollback()
    statuses = {each.id: each.status for each in list_enrollments(class_id, None)}
    assert statuses == {first.id: "approved", second.id: "declined", third.id: "withdrawn"}
    history = planner.get(f"/classes/{class_id}/enrollments/{second.id}").text
    assert "名额调整" in history
    assert officer.post(f"/classes/{class_id}/enrollments/withdraw", {"id": [first.id]}).status_code == 403


def test_all_waiting_are_taken_in_at_once(sqlite_app: Flask, sqlite_world: World, sign_in):
    class_id = open_class("B1")
    nominate(class_id, sqlite_world.cadres[OFFICE][:4])
    planner = sign_in(sqlite_app, "planner")

    planner.post(f"/classes/{class_id}/enrollments/approve", {"all": "waiting"})

    db.session.rollback()
    assert {each.status for each in list_enrollments(class_id)} == {"approved"}


def test_people_of_another_class_or_unit_do_not_exist(sqlite_app: Flask, sqlite_world: World, sign_in):
    mine = open_class("B1", {sqlite_world.units[OFFICE]: 2})
    other = open_class("B2", {sqlite_world.units[FINANCE]: 2}, name="共富学堂第1期")
    theirs = enroll(mine, NewEnrollment(sqlite_world.cadres[FINANCE][0]))
    foreign = enroll(other, NewEnrollment(sqlite_world.cadres[FINANCE][1]))
    lesson_id = schedule_lesson(other, lesson()).lesson_id
    officer = sign_in(sqlite_app, "unit_officer", unit_id=sqlite_world.units[OFFICE])
    planner = sign_in(sqlite_app, "planner")

    assert officer.get(f"/classes/{other}").status_code == 404
    assert officer.get(f"/classes/{mine}/enrollments/{theirs}").status_code == 404
    assert officer.post(f"/classes/{mine}/nominate", {"id": [sqlite_world.cadres[FINANCE][2]]}).status_code == 404
    assert planner.get(f"/classes/{mine}/enrollments/{foreign}").status_code == 404
    assert planner.post(f"/classes/{mine}/enrollments/approve", {"id": [foreign]}).status_code == 404
    assert planner.get(f"/classes/{mine}/lessons/{lesson_id}").status_code == 404
    assert planner.post(f"/classes/{mine}/lessons/{lesson_id}/cancel", {"reason": "x"}).status_code == 404
    assert planner.get(f"/classes/{mine}/lessons/check?lesson_id={lesson_id}").status_code == 404


def test_a_clash_is_shown_and_what_is_free_instead(sqlite_app: Flask, sqlite_world: World, sign_in):
    first, second = open_class("B1"), open_class("B2", name="共富学堂第1期")
    hall = sqlite_world.rooms["报告厅"]
    schedule_lesson(first, lesson(room=hall))
    planner = sign_in(sqlite_app, "planner")

    refused = planner.post(f"/classes/{second}/lessons/new", lesson_form(room_id=hall))

    assert refused.status_code == 422
    assert "知行学堂第6期" in refused.text
    assert "201教室" in refused.text
    assert "舆情应对" in refused.text
    assert list_lessons(second) == []
    db.session.rollback()
    kinds = set(db.session.scalars(select(AuditEntry.kind)))
    assert "classes.ClashFound" in kinds
    free = planner.post(f"/classes/{second}/lessons/new", lesson_form(room_id=hall, starts="14:30", ends="17:30"))
    assert free.status_code == 302


def test_a_lesson_is_moved_and_cancelled_on_the_page(sqlite_app: Flask, sqlite_world: World, sign_in):
    class_id = open_class("B1")
    lesson_id = schedule_lesson(class_id, lesson()).lesson_id
    teacher = sign_in(sqlite_app, "class_teacher")
    add_staff(class_id, teacher.account_id, "class_teacher")
    url = f"/classes/{class_id}/lessons/{lesson_id}"

    assert teacher.post(f"{url}/edit", lesson_form(starts="14:30", ends="17:30")).status_code == 422
    assert (
        teacher.post(f"{url}/edit", lesson_form(starts="14:30", ends="17:30", reason="报告厅开会")).status_code == 302
    )
    assert "报告厅开会" in teacher.get(f"/classes/{class_id}/timetable").text
    teacher.post(f"{url}/cancel", {"reason": "老师生病"})

    db.session.rollback()
    assert [each.state for each in list_lessons(class_id)] == ["cancelled"]
    assert "老师生病" in teacher.get(url).text


def test_start_says_first_what_it_will_do(sqlite_app: Flask, sqlite_world: World, sign_in):
    class_id = open_class("B1")
    planner = sign_in(sqlite_app, "planner")

    assert planner.post(f"/classes/{class_id}/start").status_code == 422
    enroll(class_id, NewEnrollment(sqlite_world.cadres[OFFICE][0]))
    assert planner.get(f"/classes/{class_id}/start").status_code == 200
    assert planner.post(f"/classes/{class_id}/start").status_code == 302
    db.session.rollback()
    assert get_class(class_id).state == "running"


def test_a_trainee_sees_only_their_own_timetable(sqlite_app: Flask, sqlite_world: World, sign_in):
    class_id = open_class("B1")
    schedule_lesson(class_id, lesson(title="党的二十大精神"))
    trainee = sign_in(sqlite_app, "trainee")
    link_account(sqlite_world.cadres[OFFICE][0], trainee.account_id)
    enroll(class_id, NewEnrollment(sqlite_world.cadres[OFFICE][0]))

    assert "党的二十大精神" in trainee.get("/me/timetable").text
    assert "SUMMARY:党的二十大精神" in trainee.get("/me/timetable.ics").text
    assert trainee.get(f"/classes/{class_id}").status_code == 403
    people = trainee.get(f"/api/v1/classes/{class_id}/enrollments").json
    assert [each["name"] for each in people["items"]] == ["岩温"]


def test_the_interface_answers_as_the_contract_says(sqlite_app: Flask, sqlite_world: World, sign_in):
    class_id = open_class("B1")
    schedule_lesson(class_id, lesson(room=sqlite_world.rooms["报告厅"]))
    enroll(class_id, NewEnrollment(sqlite_world.cadres[OFFICE][0]))
    planner = sign_in(sqlite_app, "planner")

    classes = planner.get("/api/v1/classes").json
    one = planner.get(f"/api/v1/classes/{class_id}").json
    lessons = planner.get(f"/api/v1/classes/{class_id}/lessons?date={FIRST_DAY}").json
    people = planner.get(f"/api/v1/classes/{class_id}/enrollments").json

    assert set(classes) == set(lessons) == set(people) == {"items", "total", "next"}
    assert classes["items"][0]["code"] == one["code"] == "B1"
    assert (one["starts_on"], one["ends_on"], one["state"]) == ("2030-05-13", "2030-05-14", "enrolling")
    assert lessons["items"][0]["starts_at"] == "2030-05-13T08:30:00+08:00"
    assert lessons["items"][0]["place"] == "报告厅"
    assert people["items"][0]["status"] == "approved"
    assert planner.get(f"/api/v1/classes/{class_id}/lessons?date=2030-05-14").json["total"] == 0
    assert planner.get(f"/api/v1/classes/{class_id}/lessons?date=heute").status_code == 422
    assert planner.get("/api/v1/classes/999").status_code == 404


PAGES = (
    "/plan",
    "/plan?year=2030",
    "/plan?program=x&state=nonsense&year=99999999999",
    "/plan/new",
    "/plan/1",
    "/plan/1/edit",
    "/plan/1/seats",
    "/plan/1/seats?add=4",
    "/plan/programs",
    "/plan/programs/1",
    "/rooms",
    "/rooms/new",
    "/rooms/1",
    "/classes",
    "/classes?q=%25&sort=people&dir=desc&page=9",
    "/classes/1",
    "/classes/1/enrollments?status=nominated",
    "/classes/1/enrollments?sort=unit&dir=desc",
    "/classes/1/enrollments/1",
    "/classes/1/nominate?q=岩",
    "/classes/1/enroll?q=yan",
    "/classes/1/timetable",
    "/classes/1/timetable.ics",
    "/classes/1/lessons/new?day=x&half_day=y",
    "/classes/1/lessons/1",
    "/classes/1/lessons/1/edit",
    "/classes/1/lessons/check?day=2030-05-13&starts=08:30&ends=11:30",
    "/classes/1/lessons/check?day=morgen",
    "/classes/1/settings",
    "/classes/1/staff",
    "/classes/1/start",
    "/classes/1/finish",
    "/classes/1/cancel",
    "/classes/1/reopen",
    "/my/lessons",
    "/my/lessons.ics",
    "/classes/1/enrollments?format=xlsx",
    "/plan?year=2030&format=csv",
    "/classes?format=xlsx",
)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_page_opens(sqlite_app: Flask, sqlite_world: World, sign_in, locale):
    class_id = open_class("B1", {sqlite_world.units[OFFICE]: 2})
    schedule_lesson(class_id, lesson(room=sqlite_world.rooms["报告厅"], teachers=tuple(sqlite_world.teachers.values())))
    nominate(class_id, sqlite_world.cadres[OFFICE][:2])
    planner = sign_in(sqlite_app, "planner")
    planner.client.set_cookie("locale", locale)

    answers = {url: planner.get(url).status_code for url in PAGES}

    assert {url: status for url, status in answers.items() if status not in (200, 302)} == {}


def test_a_program_is_entered_only_together_with_its_class(sqlite_app: Flask, sqlite_world: World, sign_in):
    plan("BC7")
    planner = sign_in(sqlite_app, "planner")

    planner.post(
        "/plan/new",
        {
            "program": "新班型",
            "name": "x",
            "code": "BC7",
            "starts_on": "2030.5.13",
            "ends_on": "2030.5.14",
            "seats": "10",
            "days": "2",
            "credit_hours": "14",
        },
    )

    assert "新班型" not in planner.get("/plan/programs").text


@pytest.mark.parametrize("role", ["auditor", "sysadmin", "secadmin"])
def test_administrators_have_no_business_here(sqlite_app: Flask, sqlite_world: World, sign_in, role):
    class_id = open_class("B1")
    nobody = sign_in(sqlite_app, role)

    for url in ("/plan", "/classes", f"/classes/{class_id}", "/api/v1/classes", f"/classes/{class_id}/enrollments"):
        assert nobody.get(url).status_code == 403


@pytest.mark.parametrize("role", ["leader", "exam_officer"])
def test_who_only_looks_changes_nothing(sqlite_app: Flask, sqlite_world: World, sign_in, role):
    class_id = open_class("B1")
    onlooker = sign_in(sqlite_app, role)

    assert onlooker.get(f"/classes/{class_id}").status_code == 200
    for url in (
        "/plan/1/open",
        f"/classes/{class_id}/start",
        f"/classes/{class_id}/lessons/new",
        f"/classes/{class_id}/groups",
        f"/classes/{class_id}/enrollments/approve",
        f"/classes/{class_id}/nominate",
        f"/classes/{class_id}/staff",
    ):
        assert onlooker.post(url).status_code == 403


def test_a_class_teacher_runs_only_their_own_class(sqlite_app: Flask, sqlite_world: World, sign_in):
    mine, other = open_class("B1"), open_class("B2", name="共富学堂第1期")
    teacher = sign_in(sqlite_app, "class_teacher")
    add_staff(mine, teacher.account_id, "class_teacher")

    assert teacher.get(f"/classes/{mine}/settings").status_code == 200
    assert teacher.get(f"/classes/{other}").status_code == 404
    assert teacher.post(f"/classes/{other}/lessons/new", lesson_form()).status_code == 404
    assert [each["id"] for each in teacher.get("/api/v1/classes").json["items"]] == [mine]


def test_numbers_too_large_for_any_id_do_not_exist(sqlite_app: Flask, sqlite_world: World, sign_in):
    class_id = open_class("B1")
    planner = sign_in(sqlite_app, "planner")

    for url in ("/classes/99999999999999999999", "/plan/4000000000", "/api/v1/classes/99999999999999999999"):
        assert planner.get(url).status_code == 404
    assert planner.get(f"/classes/{class_id}/lessons/check?lesson_id=99999999999999999999").status_code == 404
    assert planner.post(f"/classes/{class_id}/enrollments/approve", {"id": "99999999999999999999"}).status_code == 404


def test_the_start_page_is_told_what_waits(sqlite_app: Flask, sqlite_world: World):
    soon = clock.today() + timedelta(days=5)
    class_id = open_class("B1", {sqlite_world.units[OFFICE]: 2}, start=soon)
    plan("B2", name="知行学堂第8期", start=soon)
    nominate(class_id, sqlite_world.cadres[OFFICE][:1])

    with sqlite_app.test_request_context():
        planner = [(each.title, each.url) for each in start_tasks(sqlite_world.actor("planner"))]
        officer = [each.url for each in start_tasks(sqlite_world.actor("unit_officer", OFFICE))]
        nobody = start_tasks(sqlite_world.actor("unit_officer", FINANCE))

    urls = [url for _title, url in planner]
    assert f"/classes/{class_id}/enrollments?status=nominated" in urls
    assert f"/classes/{class_id}/timetable" in urls
    assert any(url.endswith("#open") for url in urls)
    assert officer == [f"/classes/{class_id}/nominate"]
    assert nobody == []
