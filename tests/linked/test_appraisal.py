"""The annual assessment: a linked module that can be left out."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import settings_for
from tests.demo_world import As
from training_app import create_app
from training_app.accounts import api as accounts
from training_app.audit.models import AuditEntry
from training_app.cadres.models import Cadre
from training_app.core import clock
from training_app.core.actor import Actor, system
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.linked.appraisal import queries, rules
from training_app.linked.appraisal.rules import Taken
from training_app.results import api as results

FULL = Taken(is_class=True, lessons_attended=4, lessons_due=4, completed=True)
HALF = Taken(is_class=True, lessons_attended=1, lessons_due=4, completed=False)
OUTSIDE = Taken(is_class=False, lessons_attended=0, lessons_due=0, completed=None)


@pytest.mark.parametrize(
    ("taken", "share"),
    [
        pytest.param([FULL, HALF], Decimal("62.5"), id="lessons of all classes together"),
        pytest.param([OUTSIDE], None, id="training outside has no attendance"),
        pytest.param([], None, id="nothing taken"),
    ],
)
def test_attendance_of_a_year(taken: list[Taken], share: Decimal | None) -> None:
    assert rules.attendance_share(taken) == share


@pytest.mark.parametrize(
    ("met", "online_met", "taken", "found"),
    [
        pytest.param(True, True, [FULL, HALF], "failed", id="a class not completed comes first"),
        pytest.param(False, True, [FULL], "missing", id="hours are missing"),
        pytest.param(True, False, [FULL], "online_missing", id="network hours have their own requirement"),
        pytest.param(True, True, [FULL, OUTSIDE], "fine", id="all is reached"),
    ],
)
def test_what_the_assessment_has_to_know_first(met: bool, online_met: bool, taken: list[Taken], found: str) -> None:
    assert rules.finding(met=met, online_met=online_met, taken=taken) == found


def test_units_add_up_to_the_statements_of_their_people(demo_app: Flask) -> None:
    year = clock.today().year
    lines = queries.list_units_of_year(system("test"), year)

    assert sum(line.people for line in lines) == db.session.scalar(
        select(func.count()).where(Cadre.in_register.is_(True))
    )
    for line in lines[:6]:
        people = queries.people_of_unit(line.unit, year)
        assert len(people) == line.people
        assert sum(p.statement.met for p in people) == line.met
        assert line.missing == line.people - line.met
        in_year = sum((p.statement.hours.counted for p in people), Decimal(0))
        assert line.hours == in_year
        assert line.mean == in_year / len(people)


def test_a_line_says_what_the_statement_says(demo_app: Flask) -> None:
    year = clock.today().year
    unit = next(u for u in accounts.list_units() if u.name == "县委党校")

    for line in queries.people_of_unit(unit, year):
        statement = results.training_statement(line.cadre.id, year)
        assert line.statement == statement
        assert line.completed + line.not_completed <= line.taken
        assert line.certificates.count("号") == sum(bool(c.certificate_number) for c in statement.classes)


def test_the_office_sees_every_unit_an_officer_the_own_one(demo_app: Flask, as_: As) -> None:
    officer, own = as_("unit_officer"), accounts.get_unit(as_("unit_officer").actor.unit_id or 0)
    other = next(u for u in accounts.list_units() if u.name == "县委党校")

    assert len(queries.list_units_of_year(as_("planner").actor, clock.today().year)) > 1
    assert [line.unit.id for line in queries.list_units_of_year(officer.actor, clock.today().year)] == [own.id]
    assert officer.get(f"/appraisal/units/{own.id}").status_code == 200
    assert officer.get(f"/appraisal/units/{other.id}").status_code == 404
    stranger = db.session.scalar(select(Cadre.id).where(Cadre.unit_id == other.id).limit(1))
    assert officer.get(f"/appraisal/people/{stranger}").status_code == 404
    assert as_("planner").get(f"/appraisal/people/{stranger}").status_code == 200
    with pytest.raises(NotFound):
        queries.path_of(Actor(account_id=1, name="nobody"))


@pytest.mark.parametrize("username", ["leader", "class_teacher", "instructor", "exam_officer", "trainee", "sysadmin"])
def test_it_is_closed_to_everybody_else(as_: As, username: str) -> None:
    assert as_(username).get("/appraisal").status_code == 403


def test_pages_of_the_assessment_show_figures_with_their_sources(demo_app: Flask, as_: As) -> None:
    planner = as_("planner")
    unit = next(u for u in accounts.list_units() if u.name == "县委党校")
    person = queries.people_of_unit(unit, clock.today().year)[0]

    assert unit.name in planner.get("/appraisal").text
    assert person.cadre.name in planner.get(f"/appraisal/units/{unit.id}").text
    page = planner.get(f"/appraisal/people/{person.cadre.id}").text
    assert all(source.label in page for source in person.statement.sources)
    assert planner.get("/appraisal?year=1850").status_code == 200
    assert planner.get(f"/appraisal/units/{unit.id}?finding={person.finding}").status_code == 200
    assert "年度考核" in planner.get(f"/cadres/{person.cadre.id}").text


def test_the_export_has_typed_cells_and_says_what_they_mean(demo_app: Flask, as_: As) -> None:
    unit = next(u for u in accounts.list_units() if u.name == "县委党校")
    planner = as_("planner")

    answer = planner.get(f"/appraisal/units/{unit.id}?format=xlsx")
    details = planner.get(f"/appraisal/units/{unit.id}?format=xlsx&by=training")
    text = planner.get(f"/appraisal/units/{unit.id}?format=csv")

    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    head = [cell.value for cell in book.worksheets[0][1]]
    first = next(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert isinstance(first[head.index("计入学时")], int | float)
    assert first[head.index("截止日期")].date() == clock.today()
    notes = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert notes["单位"] == "县委党校"
    assert "从不相加" in notes["计入学时"]
    assert openpyxl.load_workbook(io.BytesIO(details.data)).worksheets[0].max_row > 1
    assert text.data.startswith(b"\xef\xbb\xbf")
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(AuditEntry.kind == "linked.appraisal.StatementsTaken")) == 3


def test_the_whole_county_goes_into_one_file(demo_app: Flask, as_: As) -> None:
    answer = as_("planner").get("/appraisal?format=xlsx")
    of_unit = as_("unit_officer").get("/appraisal?format=xlsx")

    everybody = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].max_row - 1
    own = openpyxl.load_workbook(io.BytesIO(of_unit.data)).worksheets[0].max_row - 1
    assert everybody == db.session.scalar(select(func.count()).where(Cadre.in_register.is_(True)))
    assert 0 < own < everybody


def test_off_means_off(demo_app: Flask, demo_template: Path, tmp_path: Path, as_: As) -> None:
    without = create_app(settings_for(f"sqlite:///{tmp_path / 'demo.db'}", tmp_path, linked_modules=()))
    cadre = db.session.scalar(select(Cadre.id).where(Cadre.in_register.is_(True)).limit(1))

    browser = as_("planner")
    browser.app, browser.client = without, without.test_client()
    with without.app_context():
        from training_app.accounts.services import sessions
        from training_app.core.actor import acting_as

        with acting_as(system("test")):
            browser.client.set_cookie("sid", sessions.open_session(browser.account_id))

    assert browser.get("/appraisal").status_code == 404
    for page in ("/", "/cadres", f"/cadres/{cadre}", "/reports", "/overview", "/classes"):
        answer = browser.get(page)
        assert answer.status_code == 200, page
        assert "/appraisal" not in answer.text
