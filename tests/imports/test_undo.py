"""Undoing an import: what stands in the way is named; what does not goes as a whole, once."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text

from tests.concurrency.test_simultaneous_check_ins import at_once
from tests.conftest import settings_for
from tests.imports.test_services import COUNTY, UNITS, _check, of_county, sheet
from tests.imports.undo_world import differences, dump
from training_app import create_app
from training_app.accounts.models import Unit
from training_app.audit.models import AuditEntry
from training_app.cadres.models import Cadre
from training_app.cadres.services import records as cadre_records
from training_app.classes.models import Enrollment, EnrollmentStep, PlanLine
from training_app.classes.services.classes import set_class_state
from training_app.classes.services.enrolment import enroll
from training_app.classes.services.plan import open_class_from_plan
from training_app.classes.values import NewEnrollment
from training_app.core import clock
from training_app.core.actor import acting_as, system
from training_app.core.db import db, unit_of_work
from training_app.core.errors import Conflict
from training_app.imports.models import ImportBatch, TakenBack
from training_app.imports.registry import order_of
from training_app.imports.services import files as service
from training_app.imports.services.files import File, import_file
from training_app.imports.services.undoing import StandsInTheWayError, obstacles_of, plan_of, undo_import
from training_app.imports.services.uploads import check_file, store_checked
from training_app.imports.undo_command import undo_command
from training_app.results.models import HourEntry
from training_app.results.services.certificates import issue_certificates

HEAD = ["姓名", "性别", "身份证号", "工作单位及职务", "职务层次", "职级", "政治面貌", "联系电话"]
SERIAL = itertools.count(1)
NAMES = ("李明", "王芳", "张伟", "赵敏")
NUMBERS = [n + _check(n) for n in ("53259019850312001", "53259019860312002", "53259019870312003", "53259019880312004")]


def number_of(entries) -> int:
    return next(e.import_id for e in entries if e.import_id is not None)


def units() -> int:
    return number_of(import_file(sheet("单位.xlsx", *UNITS)))


def people(*which: int, post: str = "科员") -> int:
    rows = [[NAMES[n], "男", NUMBERS[n], f"县财政局{post}", None, None, "群众", f"1990000000{n}"] for n in which]
    return number_of(import_file(sheet(f"干部{next(SERIAL)}.xlsx", HEAD, *rows)))


def plan() -> int:
    head = ["班次编号", "班次名称", "班次类别", "计划人数", "学时", "起止时间"]
    return number_of(
        import_file(sheet("计划.xlsx", head, ["B1", "测试班第1期", "测试班", 10, 8, "2023年4月10日至4月11日"]))
    )


def roster(*which: int) -> int:
    rows = [[NAMES[n], "县财政局科员", f"1990000000{n}", "第一组"] for n in which]
    head = ["姓名", "单位及职务", "电话", "组别"]
    return number_of(import_file(sheet("名单.xlsx", ["测试班第1期学员名单"], head, *rows)))


def codes(number: int) -> list[tuple[str, str]]:
    return [(each.code, each.entity) for each in obstacles_of(number)]


def test_undoing_takes_side_rows_along_and_says_so(app):
    units()
    before = dump()
    number = people(0, 1)
    amounts = {each.entity: each.taken_away for each in plan_of(number).amounts}

    undo_import(number)

    assert amounts == {"cadres_cadre": 2, "cadres_post_holding": 2}
    assert differences(before, dump()) == []
    assert db.session.get(ImportBatch, number).state == "undone"
    said = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "imports.ImportUndone")).one()
    assert said.body["taken_away"] == 4


def test_undoing_twice_and_undoing_what_was_only_checked_are_refused(app):
    number = units()
    undo_import(number)
    (checked,) = check_file(sheet("单位.xlsx", *UNITS))

    with pytest.raises(Conflict) as twice:
        undo_import(number)
    with pytest.raises(Conflict) as never:
        undo_import(checked.import_id)
    assert (twice.value.code, never.value.code) == ("already_undone", "not_stored")


def test_what_was_checked_on_screen_and_stored_later_can_be_undone(app):
    before = dump()
    (checked,) = check_file(sheet("单位.xlsx", *UNITS))
    store_checked(checked.import_id)

    undo_import(checked.import_id)

    assert differences(before, dump()) == []


def test_changed_values_come_back_unless_somebody_changed_them_since(app):
    units()
    people(0)
    before = dump()
    number = people(0, post="副局长")
    assert db.session.scalars(select(Cadre.post_title)).one() == "副局长"
    undo_import(number)
    assert differences(before, dump()) == []

    again = people(0, post="局长")
    cadre = db.session.scalars(select(Cadre)).one()
    cadre_records.change_post(
        cadre.id, unit_id=cadre.unit_id, post_title="主任", post_level="", rank="", since=clock.today()
    )
    with pytest.raises(StandsInTheWayError) as refused:
        undo_import(again)

    changed = next(o for o in refused.value.obstacles if o.entity == "cadres_cadre")
    assert changed.code == "changed"
    assert "post_title" in changed.fields
    assert changed.by == "test"
    assert changed.examples[0].page == ("cadres.show", {"cadre_id": cadre.id})
    assert db.session.scalars(select(Cadre.post_title)).one() == "主任"


def test_a_new_record_edited_by_hand_stands_in_the_way(app):
    number = units()
    with unit_of_work():
        db.session.scalars(select(Unit).where(Unit.code == "001.002")).one().note = "撤乡设镇"

    assert codes(number) == [("changed", "accounts_unit")]


def test_an_enrolment_of_an_imported_person_stands_in_the_way(app):
    units()
    number = people(0)
    plan()
    class_id = open_class_from_plan(db.session.scalars(select(PlanLine.id)).one())
    enroll(class_id, NewEnrollment(db.session.scalars(select(Cadre.id)).one()))
    before = dump()

    with pytest.raises(StandsInTheWayError) as refused:
        undo_import(number)

    (obstacle,) = refused.value.obstacles
    assert (obstacle.code, obstacle.entity, obstacle.count) == ("built", "classes_enrollment", 1)
    assert obstacle.examples[0].text == "李明"
    assert obstacle.examples[0].page == ("classes.show", {"class_id": class_id})
    assert differences(before, dump()) == []


def test_a_later_import_stands_in_the_way_and_is_named(app):
    first = units()
    second = people(0)
    third = people(0, 1, post="副局长")

    assert [(o.code, o.import_id) for o in obstacles_of(first)] == [("later_import", third), ("later_import", second)]
    assert next((o.code, o.import_id) for o in obstacles_of(second)) == ("later_import", third)
    assert obstacles_of(third) == []
    for number in (third, second, first):
        undo_import(number)
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 0


def test_a_roster_goes_with_its_class_and_the_history_of_enrolments_lies_in_the_drawer(app):
    units(), people(0, 1), plan()
    before = dump()
    number = roster(0, 1)

    undo_import(number)

    assert differences(before, dump()) == []
    kept = db.session.scalars(select(TakenBack)).all()
    assert [(each.entity, each.values["status"]) for each in kept] == [("classes_enrollment_step", "studying")] * 2
    assert db.session.get(ImportBatch, number).class_id is None


def test_lines_of_ledgers_leave_only_with_an_import_that_is_being_undone(app):
    units(), people(0, 1), plan()
    undo_import(roster(0, 1))
    roster(0, 1)
    taken = db.session.scalars(select(TakenBack.entity_id)).all()
    standing = db.session.scalars(select(EnrollmentStep.id)).all()
    db.session.remove()

    for step in (*taken, *standing):
        gone = delete(EnrollmentStep).where(EnrollmentStep.id.in_([step, *standing]))
        with pytest.raises(Exception, match="only grows"), unit_of_work():
            db.session.execute(gone)
    with pytest.raises(Exception, match="only grows"), unit_of_work():
        db.session.execute(text("DELETE FROM imports_taken_back"))
    assert db.session.scalar(select(func.count()).select_from(EnrollmentStep)) == 2


def online(hours: int, day: str) -> int:
    head = ["姓名", "身份证号", "单位", "总学时", "统计截止日期"]
    return number_of(
        import_file(sheet(f"网络学习学时{hours}.xlsx", head, [NAMES[0], NUMBERS[0], "县财政局", hours, day]))
    )


def test_a_later_difference_in_the_ledger_stands_in_the_way(app):
    units(), people(0)
    first = online(20, "2023-03-31")
    second = online(50, "2023-06-30")

    assert [(o.code, o.import_id) for o in obstacles_of(first)] == [("later_import", second)]
    undo_import(second)
    assert db.session.scalars(select(HourEntry.hours)).all() == [Decimal(20)]
    undo_import(first)
    assert db.session.scalars(select(HourEntry.hours)).all() == []


@pytest.fixture
def held(app):
    """A class of the county with everything it has: roster, timetable, attendance, scores, results."""
    for name in (
        "单位名册.xlsx",
        "干部名册.xlsx",
        "师资库.xlsx",
        "课程目录.xlsx",
        "现场教学点.xlsx",
        "年度培训计划.xlsx",
    ):
        import_file(of_county(name))
    wanted = {"roster", "timetable", "attendance", "scores"}
    folder = next(f for f in sorted((COUNTY / "班次").iterdir()) if len(list(f.glob("*.json"))) == len(wanted))
    numbers, scores = {}, None
    found = [File(p.name, p.read_bytes(), folder.name) for p in sorted(folder.iterdir()) if p.suffix != ".json"]
    for kind, file in sorted(((recognised_kind(f), f) for f in found), key=lambda each: order_of(each[0])):
        (entry, *_) = import_file(file)
        assert entry.error is None, entry.error
        numbers[kind] = entry.import_id
        scores = file if kind == "scores" else scores
    assert set(wanted) <= set(numbers)
    return numbers, scores


def recognised_kind(file: File) -> str:
    return service.recognise_file(file, "auto")[0].kind


def test_certificates_and_sealed_classes_stand_in_the_way_and_everything_goes_in_reverse_order(held):
    numbers, scores = held
    class_id = db.session.get(ImportBatch, numbers["scores"]).class_id
    in_the_way = [(o.code, o.import_id) for o in obstacles_of(numbers["attendance"])]
    assert ("later_import", numbers["scores"]) in in_the_way
    undo_import(numbers["scores"])
    assert not {"results_class_result", "exams_exam", "exams_score_version"} & set(dump())
    assert obstacles_of(numbers["attendance"]) == []
    again = number_of(import_file(scores))

    issue_certificates(class_id)
    found = {o.code: o for o in obstacles_of(again)}
    assert found["certificate"].examples[0].page[0] == "results.certificate"
    set_class_state(class_id, "archived", "测试")
    assert "sealed" in {o.code for o in obstacles_of(again)}
    with pytest.raises(StandsInTheWayError):
        undo_import(again)


def test_an_enrolment_at_the_very_moment_is_either_refused_or_keeps_the_import(app):
    units()
    number = people(0)
    plan()
    class_id = open_class_from_plan(db.session.scalars(select(PlanLine.id)).one())
    cadre_id = db.session.scalars(select(Cadre.id)).one()
    db.session.remove()

    undone, enrolled = at_once(app, [lambda: undo_import(number), lambda: enroll(class_id, NewEnrollment(cadre_id))])

    db.session.rollback()
    left = db.session.scalar(select(func.count()).select_from(Cadre))
    placed = db.session.scalar(select(func.count()).select_from(Enrollment))
    state = db.session.get(ImportBatch, number, populate_existing=True).state
    assert (left, placed, state) in ((0, 0, "undone"), (1, 1, "stored"))
    assert isinstance(undone if placed else enrolled, Exception)


def test_the_command_undoes_by_number_and_says_what_stands_in_the_way(sqlite_app):
    first = units()
    second = people(0)

    refused = CliRunner().invoke(undo_command, [str(first)])
    rehearsed = CliRunner().invoke(undo_command, [str(second), "--dry-run"])
    done = CliRunner().invoke(undo_command, [str(second)])
    again = CliRunner().invoke(undo_command, [str(second)])

    assert refused.exit_code == 1
    assert f"第{second}号" in refused.output
    assert rehearsed.exit_code == 0, rehearsed.output
    assert done.exit_code == 0, done.output
    assert again.exit_code == 1
    assert db.session.scalar(select(func.count()).select_from(Cadre)) == 0


def test_a_register_of_1200_people_is_undone_within_seconds(app):
    import_file(of_county("单位名册.xlsx"))
    before = dump()
    number = number_of(import_file(of_county("干部名册.xlsx")))
    began = clock.now()

    undo_import(number)

    assert clock.now() - began < timedelta(seconds=20)  # a hang, not a race: it takes about one
    assert differences(before, dump()) == []


ACTS = st.lists(st.tuples(st.sampled_from("po"), st.sets(st.integers(0, 3), min_size=1), st.booleans()), max_size=6)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(acts=ACTS, order=st.randoms(use_true_random=False))
def test_any_sequence_of_imports_undone_leaves_what_never_importing_leaves(
    acts, order, sqlite_template, tmp_path_factory
):
    place = tmp_path_factory.mktemp("undo")
    (place / "test.db").write_bytes(sqlite_template.read_bytes())
    made = create_app(settings_for(f"sqlite:///{place / 'test.db'}", place))
    with made.app_context(), acting_as(system("test")):
        try:
            units()
            before = dump()
            standing = []
            for what, which, undo in acts:
                post = "科员" if what == "p" else "副局长"
                standing.append(people(*sorted(which), post=post))
                if undo:
                    _undo_one(standing, order)
            while standing:
                assert _undo_one(standing, order), [obstacles_of(number) for number in standing]
            assert differences(before, dump()) == []
        finally:
            db.session.remove()
            db.engine.dispose()


def _undo_one(standing: list[int], order) -> bool:
    """Undo one of the imports that can be undone; at least the last one always can."""
    for number in order.sample(standing, len(standing)):
        if not obstacles_of(number):
            undo_import(number)
            standing.remove(number)
            return True
    return False
