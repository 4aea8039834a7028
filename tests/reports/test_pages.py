"""Start page, overview, statistics, people behind a figure, search: on a small county."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.demo_world import As
from training_app.audit.models import AuditEntry
from training_app.cadres.models import Cadre
from training_app.classes.models import PlanLine
from training_app.core import clock
from training_app.core.db import db
from training_app.core.pages import ListQuery
from training_app.reports.commands import figures
from training_app.reports.figures import figures_of
from training_app.reports.queries.outlook import closable_people, coming_classes
from training_app.reports.queries.people import Standings
from training_app.results import api as results

OFFICE = ("org_dept", "planner", "leader", "unit_officer")
PAGES = ("/overview", "/reports", "/reports?by=unit", "/reports/people", "/reports/classes")


def test_hours_and_requirement_agree_with_each_persons_statement(demo_app: Flask) -> None:
    standings = Standings(clock.today().year, on=clock.today())

    for row in standings.page(ListQuery(sort="name", per_page=60)).items:
        statement = results.training_statement(row.id, standings.year)
        assert (row.counted, row.days, row.reached) == (statement.counted, statement.counted_days, statement.met)
        assert (row.missing, row.online) == (statement.missing, statement.hours.online)
        assert row.rule == statement.requirement.rule


def test_groups_add_up_to_everybody(demo_app: Flask) -> None:
    standings = Standings(clock.today().year, on=clock.today())
    total = standings.total()

    for groups in (standings.by_category(), standings.by_level(), [group for _unit, group in standings.by_unit()]):
        assert sum(g.people for g in groups) == total.people == standings.count()
        assert sum(g.reached for g in groups) == total.reached == standings.count(state="reached")
        assert sum(g.behind for g in groups) == total.behind == standings.count(state="behind")
        assert sum(g.hours for g in groups) == total.hours


def test_every_number_of_the_statistics_is_the_length_of_its_list(demo_app: Flask) -> None:
    standings = Standings(clock.today().year, on=clock.today())

    for group in standings.by_level():
        assert standings.count(level=group.key) == group.people
        assert standings.count(level=group.key, state="trained") == group.trained
        assert standings.count(level=group.key, state="none") == group.none
    for unit_id, group in standings.by_unit():
        assert standings.count(unit=str(unit_id), state="missing") == group.people - group.reached


def test_who_a_coming_class_would_bring_to_the_requirement_can_be_listed(demo_app: Flask) -> None:
    standings = Standings(clock.today().year, on=clock.today())
    coming = coming_classes(standings, clock.today())

    for one in coming:
        assert standings.count(line=str(one.plan_line_id)) == one.closes
    assert closable_people(standings, coming) <= standings.count(state="missing")
    assert standings.count(line="999999") == 0


def test_figures_of_a_period_hold_only_its_classes(demo_app: Flask) -> None:
    code, begins = db.session.execute(
        select(PlanLine.code, PlanLine.starts_on).order_by(PlanLine.starts_on)
    ).first() or ("", date.min)

    found = figures_of(begins, begins)

    assert [k["code"] for k in found["classes"]] == [code]
    assert found["all_classes"]["classes"] == 1
    assert found["cadres"]["total"] == db.session.scalar(select(func.count()).where(Cadre.in_register.is_(True)))
    assert list(found)[2:] == [
        "units",
        "cadres",
        "party_members",
        "party_training",
        "courses",
        "teachers",
        "sites",
        "route_stops",
        "class_kinds",
        "all_classes",
        "online",
        "external",
        "cadre_hours",
        "classes",
        "questions",
    ]


def test_the_command_writes_json(demo_app: Flask) -> None:
    run = demo_app.test_cli_runner()
    today = clock.today()

    done = run.invoke(figures, ["--from", f"{today.year}-01-01", "--to", today.isoformat()])
    wrong = run.invoke(figures, ["--from", today.isoformat(), "--to", "2020-01-01"])

    assert json.loads(done.output)["as_of"] == today.isoformat()
    assert wrong.exit_code == 2


@pytest.mark.parametrize("username", OFFICE)
def test_pages_open_for_those_who_answer_for_figures(as_: As, username: str) -> None:
    browser = as_(username)

    for page in (*PAGES, "/", "/today/running", "/search?q=云"):
        assert browser.get(page).status_code == 200, page


@pytest.mark.parametrize("username", ["class_teacher", "instructor", "exam_officer", "trainee", "sysadmin", "auditor"])
def test_pages_are_closed_to_everybody_else(as_: As, username: str) -> None:
    browser = as_(username)

    for page in PAGES:
        assert browser.get(page).status_code == 403, page


def test_a_units_officer_sees_the_own_unit_only(demo_app: Flask, as_: As) -> None:
    officer = as_("unit_officer")
    own = set(db.session.scalars(select(Cadre.id).where(Cadre.in_register.is_(True))))
    standings = Standings(clock.today().year, on=clock.today(), path=officer.actor.unit_path)

    listed = {row.id for row in standings.everybody(ListQuery())}

    assert listed
    assert listed < own
    page = officer.get("/reports/people?per_page=200").text
    assert sum(f'/cadres/{i}"' in page for i in own - listed) == 0
    assert "按班型" not in officer.get("/reports").text


def test_an_export_is_typed_and_leaves_a_trace(demo_app: Flask, as_: As) -> None:
    before = db.session.scalar(select(func.count()).where(AuditEntry.kind == "core.ListExported")) or 0

    answer = as_("planner").get("/reports/people?format=xlsx&state=missing")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    head = [cell.value for cell in sheet[1]]
    missing = head.index("还差学时")
    assert all(isinstance(row[missing].value, int | float) for row in sheet.iter_rows(min_row=2))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(AuditEntry.kind == "core.ListExported")) == before + 1
    for by in ("level", "unit", "program"):
        assert as_("planner").get(f"/reports?by={by}&format=csv").data.startswith(b"\xef\xbb\xbf")


def test_search_finds_people_by_pinyin_within_reach(demo_app: Flask, as_: As) -> None:
    mine = as_("unit_officer")
    other = db.session.scalar(
        select(Cadre).where(Cadre.in_register.is_(True), Cadre.unit_id != mine.actor.unit_id, Cadre.note == "").limit(1)
    )
    assert other is not None
    word = other.pinyin.split()[0]

    assert f'/cadres/{other.id}"' in as_("planner").get(f"/search?q={word}").text
    assert f'/cadres/{other.id}"' not in mine.get(f"/search?q={word}").text
    assert "云溪讲堂" in as_("planner").get("/search?q=云溪讲堂").text
    assert "没有找到" in as_("sysadmin").get("/search?q=云溪讲堂").text


def test_a_trainee_is_sent_home(as_: As) -> None:
    answer = as_("trainee").get("/")

    assert answer.status_code == 302
    assert answer.location.endswith("/me")


def test_odd_addresses_fall_back(as_: As) -> None:
    browser = as_("planner")

    for page in (
        "/reports?year=abc&by=x",
        "/reports/people?year=9999&unit=x&state=nonsense&level=x&line=7",
        "/search?q=",
    ):
        assert browser.get(page).status_code == 200, page
