"""The pages of undoing: numbers first, then the question; or what stands in the way, with where to settle it."""

from __future__ import annotations

from sqlalchemy import func, select

from tests.imports.test_undo import people, plan, units
from training_app.cadres.models import Cadre
from training_app.classes.models import PlanLine
from training_app.classes.services.enrolment import enroll
from training_app.classes.services.plan import open_class_from_plan
from training_app.classes.values import NewEnrollment
from training_app.core.db import db


def test_the_page_says_in_numbers_what_goes_and_the_button_does_it(sqlite_app, sign_in):
    units()
    number = people(0, 1)
    officer = sign_in(sqlite_app, "org_dept")

    assert f"/imports/{number}/undo" in officer.get(f"/imports/{number}").text
    page = officer.get(f"/imports/{number}/undo").text
    assert "撤去4条" in page
    done = officer.post(f"/imports/{number}/undo")

    assert done.status_code == 302
    assert "撤去4条记录" in officer.get(f"/imports/{number}").text
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Cadre)) == 0
    again = officer.post(f"/imports/{number}/undo", follow_redirects=True)
    assert "已经撤销过了" in again.text
    assert f"/imports/{number}/undo" not in officer.get(f"/imports/{number}").text


def test_the_page_lists_what_stands_in_the_way_with_links(sqlite_app, sign_in):
    first = units()
    number = people(0)
    plan()
    class_id = open_class_from_plan(db.session.scalars(select(PlanLine.id)).one())
    enroll(class_id, NewEnrollment(db.session.scalars(select(Cadre.id)).one()))
    officer = sign_in(sqlite_app, "org_dept")

    page = officer.get(f"/imports/{number}/undo").text
    below = officer.get(f"/imports/{first}/undo").text
    refused = officer.post(f"/imports/{number}/undo", follow_redirects=True)

    assert f'href="/classes/{class_id}"' in page
    assert "李明" in page
    assert "/undo-now" not in page
    assert f'href="/imports/{number}"' in below
    assert "不能撤销这次导入" in refused.text
    assert db.session.scalar(select(func.count()).select_from(Cadre)) == 1


def test_another_persons_import_does_not_exist_for_a_class_teacher(sqlite_app, sign_in):
    number = units()
    teacher = sign_in(sqlite_app, "class_teacher")

    assert teacher.get(f"/imports/{number}/undo").status_code == 404
    assert teacher.post(f"/imports/{number}/undo").status_code == 404
