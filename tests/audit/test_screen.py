"""The audit trail on the screen: sentences, masks, filters, the chain."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from tests.people_world import NUMBERS, make_units, values
from training_app.accounts.api import create_account
from training_app.audit import rules
from training_app.audit.models import AuditEntry
from training_app.audit.services import number_all_entries
from training_app.cadres.services import records
from training_app.core.actor import acting_as, system
from training_app.core.db import db, unit_of_work
from training_app.core.events import publish
from training_app.discipline.events import DisciplineExported
from training_app.exams.events import QuestionsExported


@pytest.fixture
def trail(sqlite_app):
    units = make_units()
    cadre_id = records.add_cadre(values(NUMBERS[0], units["001.031"]))
    records.change_cadre(cadre_id, values("", units["001.031"], native_place="云南昆明"))
    records.reveal(cadre_id, what="id_number", reason="办理证书")
    create_account(username="planner", display_name="罗文静", roles=["planner"])
    number_all_entries()
    return sqlite_app, cadre_id


def test_entries_are_sentences_with_personal_values_masked(trail, sign_in):
    app, _cadre_id = trail
    auditor = sign_in(app, "auditor")

    page = auditor.get("/audit").text

    assert "查看马**的身份证号：办理证书" in page
    assert "马兴云" not in page
    assert NUMBERS[0] not in page
    assert "新建账号planner" in page.replace(" ", "")


def test_a_change_shows_before_and_after_without_giving_values_away(trail, sign_in):
    app, _cadre_id = trail
    auditor = sign_in(app, "auditor")
    entry_id = db.session.scalar(select(AuditEntry.id).where(AuditEntry.kind == "cadres.CadreChanged"))

    page = auditor.get(f"/audit/{entry_id}").text

    assert "籍贯" in page
    assert "云***" in page
    assert "云南昆明" not in page
    assert "在日志链中的位置" in page


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("?kind=cadres.IdNumberRevealed", True), ("?about=cadre&subject=1", True), ("?q=办理证书", True),
        ("?person=test", True), ("?person=nobody", False), ("?since=2001-01-01&until=2001-12-31", False),
        ("?since=2001-01-01", True), ("?since=notaday", True), ("?q=%25", False), ("?kind=accounts.SignedIn", False),
    ],
)  # fmt: skip
def test_the_trail_is_searched_by_person_kind_subject_and_time(trail, sign_in, more, found):
    app, _cadre_id = trail

    page = sign_in(app, "auditor").get(f"/audit{more}").text

    assert ("查看马**的身份证号" in page) is found


def test_an_export_holds_the_sentences_and_is_itself_recorded(trail, sign_in):
    app, _cadre_id = trail
    auditor = sign_in(app, "auditor")

    exported = auditor.get("/audit?format=csv").data.decode("utf-8-sig")

    assert "查看马**的身份证号：办理证书" in exported
    assert "马兴云" not in exported
    db.session.rollback()
    assert db.session.scalar(select(AuditEntry.id).where(AuditEntry.kind == "core.ListExported"))


def test_the_chain_is_verified_on_a_page_and_tampering_is_named(trail, sign_in):
    app, _cadre_id = trail
    auditor = sign_in(app, "auditor")
    assert "条完好" in auditor.get("/audit/chain?verify=1").text
    with unit_of_work() as session:
        for (name,) in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("UPDATE audit_entry SET actor_name = 'somebody else' WHERE id = 3"))

    assert "第3号处断开" in auditor.get("/audit/chain?verify=1").text.replace(" ", "")


def test_only_the_auditor_reads_the_trail_and_nothing_of_it_can_be_changed(trail, sign_in):
    app, _cadre_id = trail

    for role in ("planner", "org_dept", "leader", "sysadmin", "secadmin", "trainee"):
        assert sign_in(app, role).get("/audit").status_code == 403
    methods = {m for rule in app.url_map.iter_rules() if rule.endpoint.startswith("audit.") for m in rule.methods}
    assert methods == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [("马兴云", "马**"), ("马", "马"), ("", ""), (None, ""), ("a long value indeed", "a****"),
     ({"name": ("马兴云", "罗花")}, {"name": ["马**", "罗*"]})],
)  # fmt: skip
def test_a_mask_keeps_the_shape_and_the_first_character(value, shown):
    assert rules.mask(value) == shown


def test_differences_are_found_in_changes_and_in_two_pictures():
    assert rules.differences({"changes": {"name": ["a", "b"]}}) == [("name", "a", "b")]
    assert rules.differences({"before": {"x": 1, "y": 2}, "after": {"x": 1, "y": 3}}) == [("y", 2, 3)]
    assert rules.differences({"before": {}, "after": {"x": 1}}) == [("x", None, 1)]
    assert rules.differences({"rows": 3}) == []


def test_entries_of_kinds_that_are_no_longer_written_still_speak(trail, sign_in):
    app, _cadre_id = trail
    with acting_as(system("test")), unit_of_work():
        publish(DisciplineExported(what="bulletins", rows=7))
        publish(QuestionsExported(rows=11, file_format="gift"))

    page = sign_in(app, "auditor").get("/audit").text

    assert "导出考勤通报7行" in page
    assert "导出11道试题（gift）" in page
