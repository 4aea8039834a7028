"""The pages: choose, check, decide; only what and where one may."""

from __future__ import annotations

import io
from pathlib import Path

from sqlalchemy import func, select

from training_app.accounts.models import Unit
from training_app.audit.models import AuditEntry
from training_app.classes import api as classes
from training_app.core.actor import acting_as, system
from training_app.core.db import db
from training_app.imports.models import ImportBatch
from training_app.imports.services.files import File, import_file

COUNTY = Path(__file__).parent.parent / "data" / "county"


def send(browser, name: str, **fields):
    data = {
        "file": (io.BytesIO((COUNTY / name).read_bytes()), Path(name).name),
        "kind": "auto",
        "class_code": "",
        **fields,
    }
    return browser.post("/imports/new", data=data, content_type="multipart/form-data")


def count(table) -> int:
    db.session.rollback()  # ends this test's own reading: the pages work in other sessions
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def prepare(*names: str) -> None:
    with acting_as(system("test")):
        for name in names:
            import_file(File(name, (COUNTY / name).read_bytes()))


def test_a_file_is_checked_shown_and_imported(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")

    answer = send(officer, "单位名册.xlsx")
    page = officer.get(answer.location).get_data(as_text=True)

    assert answer.status_code == 302
    assert count(Unit) == 0
    assert "导入115行" in page
    assert "没有这个编码的上级单位" in page
    import_id = int(answer.location.rpartition("/")[2])
    assert officer.post(f"/imports/{import_id}/store").status_code == 302
    assert count(Unit) == 115
    assert "已导入" in officer.get(f"/imports/{import_id}").get_data(as_text=True)
    assert "单位名册.xlsx" in officer.get("/imports").get_data(as_text=True)
    kinds = set(db.session.scalars(select(AuditEntry.kind)))
    assert {"imports.SheetChecked", "imports.SheetImported"} <= kinds


def test_every_filter_and_both_downloads_answer(sqlite_app, sign_in):
    prepare("单位名册.xlsx", "干部名册.xlsx")
    officer = sign_in(sqlite_app, "planner")
    batch = db.session.scalars(select(ImportBatch).where(ImportBatch.kind == "cadres")).one()

    for show in ("refused", "flagged", "ready"):
        assert officer.get(f"/imports/{batch.id}?show={show}&page=2").status_code == 200
    assert officer.get(f"/imports/{batch.id}/original").get_data() == (COUNTY / "干部名册.xlsx").read_bytes()
    assert officer.get(f"/imports/{batch.id}/refused").get_data().startswith(b"PK")


def test_citizen_numbers_that_are_right_are_masked(sqlite_app, sign_in):
    prepare("单位名册.xlsx", "干部名册.xlsx")
    officer = sign_in(sqlite_app, "org_dept")
    batch = db.session.scalars(select(ImportBatch).where(ImportBatch.kind == "cadres")).one()

    page = officer.get(f"/imports/{batch.id}?show=ready").get_data(as_text=True)

    assert "511090197303237935" not in page
    assert "5110" in page


def test_a_wrong_file_is_refused_at_the_field(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")

    answer = officer.post(
        "/imports/new",
        data={"file": (io.BytesIO(b"%PDF-1.7"), "名册.xlsx"), "kind": "auto", "class_code": ""},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert "这不是Excel或CSV文件" in answer.get_data(as_text=True)


def test_a_check_can_be_put_aside(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")
    import_id = int(send(officer, "单位名册.xlsx").location.rpartition("/")[2])

    officer.post(f"/imports/{import_id}/discard")

    assert officer.get(f"/imports/{import_id}").status_code == 404
    assert count(ImportBatch) == 0


def test_a_class_teacher_brings_in_sheets_of_own_classes_only(sqlite_app, sign_in):
    prepare("单位名册.xlsx", "干部名册.xlsx", "年度培训计划.xlsx")
    teacher = sign_in(sqlite_app, "class_teacher")
    with acting_as(system("test")):
        lines = {line.name: line for line in classes.list_planned_classes()}
        own = classes.open_class_from_plan(lines["知行学堂第1期"].plan_line_id, state="running")
        classes.open_class_from_plan(lines["知行学堂第2期"].plan_line_id, state="running")
        classes.add_staff(own, teacher.account_id, "class_teacher")

    mine = send(teacher, "班次/知行学堂第1期/学员名单.xlsx")
    others = send(teacher, "班次/知行学堂第2期/学员名单.xlsx")
    register = send(teacher, "单位名册.xlsx")

    assert "导入72行" in teacher.get(mine.location).get_data(as_text=True)
    assert "只能导入自己班次的表" in teacher.get(others.location).get_data(as_text=True)
    assert "只能导入自己班次的表" in teacher.get(register.location).get_data(as_text=True)
    stored = db.session.scalars(select(ImportBatch.id).where(ImportBatch.kind == "cadres")).one()
    assert teacher.get(f"/imports/{stored}").status_code == 404


def test_others_may_not(sqlite_app, sign_in):
    for role in ("trainee", "instructor", "leader", "auditor", "sysadmin", "unit_officer"):
        assert sign_in(sqlite_app, role).get("/imports").status_code in (403, 404)
