"""The teacher pool: entering, admission and removal, the register, the pages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.people_world import NUMBERS, make_units, values
from training_app.accounts.api import create_account
from training_app.accounts.models import Account
from training_app.audit.models import AuditEntry
from training_app.cadres.api import store_cadres
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput, Refused
from training_app.teachers import api, rules, services
from training_app.teachers.models import Teacher


def teacher(**more):
    known = {
        "name": "龙红英",
        "teacher_kind": "school",
        "employment": "full_time",
        "post_title": "教师",
        "phone": "19900001234",
    }
    return api.TeacherValues(**{**known, **more})


def test_a_teacher_is_a_candidate_first_and_is_admitted_with_a_reason(app):
    units = make_units()
    teacher_id = services.add_teacher(teacher(unit_id=units["001.031"]))

    assert api.get_teacher(teacher_id).pool_status == "candidate"
    assert api.list_teachers() == []
    with pytest.raises(InvalidInput):
        services.change_pool_status(teacher_id, "active", reason=" ")
    services.change_pool_status(teacher_id, "active", reason="师资评审会通过")

    found = api.get_teacher(teacher_id)
    assert (found.pool_status, found.unit_name) == ("active", "县财政局")
    assert found.admitted_on
    assert [t.name for t in api.list_teachers()] == ["龙红英"]
    body = db.session.scalar(select(AuditEntry.body).where(AuditEntry.kind == "teachers.PoolStatusChanged"))
    assert (body["old_status"], body["new_status"], body["reason"]) == ("candidate", "active", "师资评审会通过")


@pytest.mark.parametrize("status", rules.POOL_STATUSES)
def test_every_status_can_be_left_again(status):
    assert rules.NEXT_STATUSES[status]
    assert not rules.may_follow(status, status)
    assert not rules.may_follow("removed", "active")


def test_a_step_the_pool_does_not_know_is_refused(sqlite_app):
    teacher_id = services.add_teacher(teacher())

    with pytest.raises(Refused):
        services.change_pool_status(teacher_id, "suspended", reason="停课")


def test_a_local_teacher_is_linked_to_the_cadre_of_the_same_number(app):
    units = make_units()
    [cadre_id] = store_cadres([values(NUMBERS[0], units["001.031"])], source="x").ids

    teacher_id = services.add_teacher(teacher(id_number=NUMBERS[0]))

    assert api.get_teacher(teacher_id).cadre_id == cadre_id
    assert api.find_teacher_by_cadre(cadre_id) == api.get_teacher(teacher_id)
    with pytest.raises(Conflict):
        services.add_teacher(teacher(id_number=NUMBERS[0], name="另一人"))


def test_a_register_taken_in_twice_changes_nothing_the_second_time(app):
    rows = [teacher(id_number=NUMBERS[0]), teacher(name="白伟", unit_name="县委党校")]

    first = api.store_teachers(rows, source="师资库.xlsx")
    again = api.store_teachers(rows, source="师资库.xlsx")
    changed = api.store_teachers([teacher(id_number=NUMBERS[0], title="高级讲师")], source="x")

    assert (first.created, again.unchanged, changed.updated) == (2, 2, 1)
    assert again.ids == first.ids
    assert {t.pool_status for t in api.list_teachers()} == {"active"}


def test_number_and_phone_are_not_in_the_database_in_clear(app):
    services.add_teacher(teacher(id_number=NUMBERS[0]))

    stored = " ".join(str(value) for value in db.session.execute(select(Teacher.__table__)).one())

    assert NUMBERS[0] not in stored
    assert "19900001234" not in stored


def test_a_correction_says_what_changed(app):
    teacher_id = services.add_teacher(teacher())

    assert services.change_teacher(teacher_id, teacher(title="讲师", phone="")) == {"title": ("", "讲师")}
    assert services.change_teacher(teacher_id, teacher(title="讲师")) == {}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": " "}, "name"), ({"id_number": "123"}, "id_number"), ({"phone": "12"}, "phone"),
     ({"teacher_kind": "x"}, "teacher_kind"), ({"admitted_on": "2999-01"}, "admitted_on")],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(sqlite_app, wrong, field):
    with pytest.raises(InvalidInput) as refused:
        services.add_teacher(teacher(**wrong))

    assert list(refused.value.fields) == [field]


def test_lists_are_taken_apart_as_they_are_typed():
    assert rules.split_list("党的理论，法律; 公文") == ["党的理论", "法律", "公文"]
    assert rules.split_courses("红色路线：3号阵地—老卡、新店通道；党章学习") == [
        "红色路线：3号阵地—老卡、新店通道",
        "党章学习",
    ]


def test_an_instructor_sees_the_own_file_only(sqlite_app, sign_in):
    ids = api.store_teachers([teacher(), teacher(name="白伟")], source="x").ids
    instructor = sign_in(sqlite_app, "instructor")
    api.link_account(ids[0], instructor.account_id)

    assert instructor.get("/teachers").location.endswith("/teachers/me")
    assert "龙红英" in instructor.get("/teachers/me").text
    assert instructor.get(f"/teachers/{ids[0]}").status_code == 200
    assert instructor.get(f"/teachers/{ids[1]}").status_code == 404
    assert instructor.get(f"/teachers/{ids[0]}/edit").status_code == 403
    assert sign_in(sqlite_app, "trainee").get("/teachers").status_code == 403


def test_the_pages_of_the_pool_work_from_entering_to_removal(sqlite_app, sign_in):
    planner = sign_in(sqlite_app, "planner")
    form = {"name": "陶莉", "teacher_kind": "expert", "employment": "part_time", "admitted_on": "2021年2月"}

    answer = planner.post("/teachers/new", form)
    page = answer.location
    assert answer.status_code == 302
    assert "陶莉" in planner.get(page).text
    assert planner.post(f"{page}/edit", {**form, "title": "讲师"}).status_code == 302
    assert planner.post(f"{page}/status", {"status": "active", "reason": ""}).status_code == 422
    assert planner.post(f"{page}/status", {"status": "active", "reason": "评审通过"}).status_code == 302
    assert planner.get(f"{page}/status?to=active").status_code == 404
    assert planner.get(f"{page}/status?to=removed").status_code == 200
    for more in ("", "?q=tl", "?kind=expert&employment=part_time", "?status=removed", "?speciality=x&at_fields=yes"):
        assert planner.get(f"/teachers{more}").status_code == 200
    assert "陶莉" in planner.get("/teachers?format=csv").data.decode("utf-8-sig")


def test_an_account_belongs_to_one_teacher(app):
    ids = api.store_teachers([teacher(), teacher(name="白伟")], source="x").ids
    account_id = create_account(username="lhy", display_name="龙红英", roles=["instructor"])

    api.link_account(ids[0], account_id)

    assert api.find_teacher_by_account(account_id) == api.get_teacher(ids[0])
    with pytest.raises(Conflict):
        api.link_account(ids[1], account_id)


def test_an_account_is_linked_on_the_page(sqlite_app, sign_in):
    [teacher_id] = api.store_teachers([teacher()], source="x").ids
    planner, instructor = sign_in(sqlite_app, "planner"), sign_in(sqlite_app, "instructor")
    name = db.session.scalar(select(Account.username).where(Account.id == instructor.account_id))

    assert planner.post(f"/teachers/{teacher_id}/account", {"username": "nobody.at.all"}).status_code == 422
    assert planner.post(f"/teachers/{teacher_id}/account", {"username": name}).status_code == 302
    assert "龙红英" in instructor.get("/teachers/me").text
    assert planner.post(f"/teachers/{teacher_id}/account", {"username": ""}).status_code == 302
    assert instructor.get("/teachers/me").status_code == 404
