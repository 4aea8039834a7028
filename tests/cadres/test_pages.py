"""The list, the file, the forms and the reveal, as each role meets them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.people_world import NUMBERS, make_units, values
from training_app.accounts.models import Account
from training_app.audit.models import AuditEntry
from training_app.cadres import api
from training_app.core.db import db

FORM = {
    "name": "罗花", "id_number": NUMBERS[2], "post_title": "局长", "work_started": "1999.08", "post_since": "2020年5月",
    "in_register": "y",
}  # fmt: skip


@pytest.fixture
def world(sqlite_app):
    units = make_units()
    rows = [values(NUMBERS[0], units["001.031"]), values(NUMBERS[1], units["001.032"], name="罗花", phone="")]
    ids = api.store_cadres(rows, source="x").ids
    return sqlite_app, units, ids


def test_a_unit_officer_sees_the_own_unit_only(world, sign_in):
    app, units, (own, other) = world
    officer = sign_in(app, "unit_officer", unit_id=units["001.031"])

    listed = officer.get("/cadres").text

    assert "马兴云" in listed
    assert "罗花" not in listed
    assert officer.get(f"/cadres/{own}").status_code == 200
    assert officer.get(f"/cadres/{other}").status_code == 404
    assert "罗花" not in officer.get(f"/cadres?unit={units['001.032']}").text
    assert officer.get("/cadres/new").status_code == 403
    assert officer.get(f"/cadres/{own}/edit").status_code == 403


def test_reading_somebody_elses_file_is_recorded_and_ones_own_is_not(world, sign_in):
    app, units, (own, _other) = world
    trainee = sign_in(app, "trainee", unit_id=units["001.031"])
    api.link_account(own, trainee.account_id)

    assert trainee.get("/cadres/me").status_code == 200
    assert trainee.get(f"/cadres/{own}").status_code == 200
    assert reads() == 0
    sign_in(app, "planner").get(f"/cadres/{own}")

    assert reads() == 1
    assert trainee.get("/cadres").status_code == 403


def test_numbers_are_masked_on_every_page_of_the_file(world, sign_in):
    app, _units, (own, _other) = world
    planner = sign_in(app, "planner")

    pages = [planner.get(f"/cadres/{own}{more}").text for more in ("", "?tab=posts", "?tab=particulars", "/edit")]

    assert all(NUMBERS[0] not in page and "19900001234" not in page for page in pages)
    assert "5325********" in pages[2]


def test_a_number_is_shown_once_for_a_reason(world, sign_in):
    app, units, (own, other) = world
    planner = sign_in(app, "planner")

    refused = planner.post(f"/cadres/{own}/reveal", {"what": "id_number", "reason": ""})
    shown = planner.post(f"/cadres/{own}/reveal", {"what": "id_number", "reason": "办理证书"})

    assert refused.status_code == 422
    assert NUMBERS[0] not in refused.text
    assert NUMBERS[0] in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    officer = sign_in(app, "unit_officer", unit_id=units["001.031"])
    assert officer.post(f"/cadres/{own}/reveal", {"what": "phone", "reason": "通知"}).status_code == 403
    assert planner.post("/cadres/999999/reveal", {"what": "phone", "reason": "通知"}).status_code == 404
    assert planner.post(f"/cadres/{other}/reveal", {"what": "phone", "reason": "通知"}).status_code == 422


def test_a_person_is_entered_by_the_form(world, sign_in):
    app, units, _ids = world
    planner = sign_in(app, "planner")

    answer = planner.post("/cadres/new", {**FORM, "unit_id": units["001.031"]})

    assert answer.status_code == 302
    db.session.rollback()
    cadre = api.find_cadre_by_id_number(NUMBERS[2])
    assert cadre is not None
    assert (cadre.unit_and_post, cadre.birth_month, cadre.in_register) == ("县财政局局长", "1977-03", True)


def test_errors_stand_beside_their_fields_and_what_was_typed_is_kept(world, sign_in):
    app, units, _ids = world
    planner = sign_in(app, "planner")
    wrong = {**FORM, "unit_id": units["001.031"], "id_number": "53259019770315033", "work_started": "去年"}

    answer = planner.post("/cadres/new", wrong)

    assert answer.status_code == 422
    assert 'id="work_started-error"' in answer.text
    assert 'value="去年"' in answer.text
    answer = planner.post("/cadres/new", {**wrong, "work_started": "1999.08"})
    assert 'id="id_number-error"' in answer.text


def test_a_new_post_is_recorded_by_the_form(world, sign_in):
    app, units, (own, _other) = world
    form = {"unit_id": units["001.032"], "post_title": "局长", "post_level": "乡科级正职", "since": "2023.05.10"}

    assert sign_in(app, "planner").post(f"/cadres/{own}/post", form).status_code == 302

    db.session.rollback()
    assert api.get_cadre(own).unit_and_post == "县水务局局长"


@pytest.mark.parametrize(
    "more",
    [
        "",
        "?q=mxy",
        "?people=all&sort=name&dir=desc",
        "?post_level=乡科级&category=公务员&columns=rank",
        "?people=members",
        "?unit=x",
    ],
)
def test_the_list_answers_every_filter(world, sign_in, more):
    app, _units, _ids = world

    assert sign_in(app, "planner").get(f"/cadres{more}").status_code == 200


def test_an_export_is_a_file_and_is_recorded(world, sign_in):
    app, _units, _ids = world
    planner = sign_in(app, "planner")

    answer = planner.get("/cadres?format=csv")

    assert answer.mimetype == "text/csv"
    assert "马兴云" in answer.data.decode("utf-8-sig")
    assert NUMBERS[0] not in answer.data.decode("utf-8-sig")
    db.session.rollback()
    assert db.session.scalar(select(AuditEntry.body).where(AuditEntry.kind == "core.ListExported"))["rows"] == 2


def test_chosen_columns_stay_with_the_list(world, sign_in):
    app, _units, _ids = world
    planner = sign_in(app, "planner")

    answer = planner.get("/cadres?show=rank&show=sex&category=公务员&q=")

    assert answer.status_code == 302
    page = planner.get(answer.location).text
    assert "三级主任科员" in page
    assert "县财政局副局长" not in page
    assert page.count("columns=rank%2Csex") > 3


def test_chosen_people_are_exported_within_ones_reach(world, sign_in):
    app, units, (own, other) = world
    officer = sign_in(app, "unit_officer", unit_id=units["001.031"])

    answer = officer.post("/cadres/export?format=csv", {"id": [own, other, "x", "99999999999999"]})

    text = answer.data.decode("utf-8-sig")
    assert "马兴云" in text
    assert "罗花" not in text
    assert officer.post("/cadres/export", {"id": [other]}).status_code == 422


def test_an_account_is_linked_and_unlinked_by_its_name(world, sign_in):
    app, _units, (own, other) = world
    planner, trainee = sign_in(app, "planner"), sign_in(app, "trainee")
    name = db.session.scalar(select(Account.username).where(Account.id == trainee.account_id))

    assert planner.get(f"/cadres/{own}/account").status_code == 200
    assert planner.post(f"/cadres/{own}/account", {"username": "nobody.at.all"}).status_code == 422
    assert planner.post(f"/cadres/{own}/account", {"username": f" {name} "}).status_code == 302
    assert planner.post(f"/cadres/{other}/account", {"username": name}).status_code == 422
    assert "马兴云" in trainee.get("/cadres/me").text
    assert planner.post(f"/cadres/{own}/account", {"username": ""}).status_code == 302
    assert trainee.get("/cadres/me").status_code == 404


def reads() -> int:
    db.session.rollback()  # ends this session's view of before
    return len(list(db.session.scalars(select(AuditEntry.id).where(AuditEntry.kind == "cadres.CadreFileRead"))))
