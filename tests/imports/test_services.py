"""Bringing files in: one transaction, nothing twice, nothing by halves; what cannot be taken says why."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from training_app.accounts.models import Unit, UnitAlias
from training_app.cadres.models import Cadre
from training_app.classes.models import Enrollment, TrainingClass
from training_app.core import crypto, files
from training_app.core.db import db
from training_app.core.spreadsheets.guards import Unreadable
from training_app.imports import commands
from training_app.imports.models import ImportBatch, ImportChange
from training_app.imports.services import files as service
from training_app.imports.services.files import File, import_file, import_folder
from training_app.imports.services.keeping import unseal
from training_app.imports.services.uploads import check_file, discard, store_checked

COUNTY = Path(__file__).parent.parent / "data" / "county"


def sheet(name: str, *rows, title: str = "表") -> File:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return File(name, out.getvalue())


def of_county(name: str) -> File:
    return File(name, (COUNTY / name).read_bytes())


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


UNITS = (
    ["单位编码", "单位名称", "单位简称", "上级单位编码", "单位类别"],
    ["001", "测试县", None, None, "县"],
    ["001.001", "县财政局", "财政局", "001", "政府部门"],
    ["001.002", "东山乡", None, "001", "乡镇"],
    ["001.002.1", "东山乡新寨村", None, "001.002", "村"],
)


def test_an_import_keeps_the_original_the_report_and_what_it_changed(app):
    file = sheet("单位.xlsx", *UNITS)

    (entry,) = import_file(file)

    batch = db.session.get(ImportBatch, entry.import_id)
    assert (entry.kind, entry.accepted, entry.created) == ("units", 4, 4)
    assert files.read(batch.file_sha256) == file.data
    assert "sealed" in batch.report
    assert unseal(batch.report)["columns"]["单位编码"] == "code"
    assert count(ImportChange) == 5  # four units and another name of one
    assert db.session.scalar(select(Unit.path).where(Unit.code == "001.002.1")).count("/") == 4
    assert db.session.scalars(select(UnitAlias.alias)).all() == ["财政局"]


def test_the_same_file_twice_changes_nothing(app):
    import_file(sheet("单位.xlsx", *UNITS))

    (entry,) = import_file(sheet("单位.xlsx", *UNITS))

    assert (entry.created, entry.updated, entry.unchanged) == (0, 0, 4)
    assert count(Unit) == 4


def test_a_changed_cell_is_an_update_that_remembers_what_was(app):
    import_file(sheet("单位.xlsx", *UNITS))
    rows = [list(row) for row in UNITS]
    rows[2][1] = "县财政和金融局"

    (entry,) = import_file(sheet("单位.xlsx", *rows))

    change = db.session.scalars(select(ImportChange).where(ImportChange.action == "updated")).one()
    assert (entry.updated, entry.unchanged) == (1, 3)
    assert change.before == {"name": "县财政局"}


def test_a_dry_run_leaves_nothing(app):
    (entry,) = import_file(sheet("单位.xlsx", *UNITS), dry_run=True)

    assert entry.created == 4
    assert entry.import_id is None
    assert (count(Unit), count(ImportBatch)) == (0, 0)


def test_a_failure_in_the_middle_leaves_nothing(app, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(service, "keep", fail)

    with pytest.raises(RuntimeError):
        import_file(sheet("单位.xlsx", *UNITS))
    assert (count(Unit), count(ImportBatch)) == (0, 0)


def test_what_was_checked_is_stored_later_or_dropped(app):
    (entry,) = check_file(sheet("单位.xlsx", *UNITS))
    assert (entry.created, count(Unit)) == (4, 0)
    assert db.session.get(ImportBatch, entry.import_id).state == "checked"

    store_checked(entry.import_id)

    assert count(Unit) == 4
    assert db.session.get(ImportBatch, entry.import_id).state == "stored"
    (other,) = check_file(sheet("单位.xlsx", *UNITS))
    discard(other.import_id)
    assert count(ImportBatch) == 1


def test_stored_reports_do_not_show_citizen_numbers_in_clear(sqlite_app):
    import_file(of_county("单位名册.xlsx"))
    (entry,) = import_file(of_county("干部名册.xlsx"))

    stored = json.dumps(db.session.get(ImportBatch, entry.import_id).report)
    wrong = next(f["value"] for f in entry.refused if f["code"] == "checksum")
    assert wrong not in stored
    assert all(wrong not in json.dumps(before) for before in db.session.scalars(select(ImportChange.before)) if before)


def test_people_named_alike_are_told_apart_by_unit_and_phone(sqlite_app):
    import_file(sheet("单位.xlsx", *UNITS))
    first, second = "53259019850312001", "53259019860312001"
    number = [n + _check(n) for n in (first, second)]
    import_file(
        sheet(
            "干部名册.xlsx",
            ["姓名", "性别", "身份证号", "工作单位及职务", "职务层次", "职级", "政治面貌", "联系电话"],
            ["李明", "男", number[0], "县财政局科员", None, None, "群众", "19900000001"],
            ["李明", "男", number[1], "东山乡新寨村村委会委员", None, None, "群众", "19900000002"],
        )
    )
    import_file(
        sheet(
            "计划.xlsx",
            ["班次编号", "班次名称", "班次类别", "计划人数", "学时", "起止时间"],
            ["B1", "测试班第1期", "测试班", 10, 8, "2023年4月10日至4月11日"],
        )
    )

    (roster,) = import_file(
        sheet(
            "名单.xlsx",
            ["测试班第一期学员名单"],
            ["姓名", "单位及职务", "电话", "组别"],
            ["李 明", "新寨村委会", "199-0000-0002", "第一组"],
            ["王五", "财政局科员", None, None],
        )
    )

    assert [(f["code"], f["row"]) for f in roster.refused] == [("person_unknown", 4)]
    enrolled = db.session.scalars(select(Enrollment)).one()
    assert crypto.decrypt(db.session.get(Cadre, enrolled.cadre_id).id_number_encrypted) == number[1]
    assert enrolled.unit_name == "东山乡新寨村"
    assert db.session.scalars(select(TrainingClass.code)).one() == "B1"


def _check(first: str) -> str:
    from training_app.core.spreadsheets.cells import check_character

    return check_character(first)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["随便", "写点"], [1, 2]], "header_missing"),
        ([["测试班第9期考勤表"], ["姓名", "单位", "4月10日上午"], ["张三", "县委", "√"]], "class_unknown"),
        (
            [["干部名册"], ["姓名", "性别", "职务层次", "职级", "政治面貌"], ["张三", "男", None, None, None]],
            "columns_missing",
        ),
    ],
)
def test_a_sheet_that_cannot_be_taken_as_a_whole_says_why(sqlite_app, rows, code):
    (entry,) = import_file(sheet("表.xlsx", *rows))

    assert entry.error["code"] == code
    assert count(ImportBatch) == 0


def test_a_broken_file_in_a_folder_does_not_stop_the_others(sqlite_app, tmp_path):
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "题.docx").write_bytes(b"PK")
    (tmp_path / "单位.xlsx").write_bytes(sheet("x", *UNITS).data)

    entries = {e.file: e for e in import_folder(tmp_path)}

    assert entries["坏.xlsx"].error["code"] == "damaged"
    assert entries["题.docx"].error["code"] == "kind_not_supported"
    assert entries["单位.xlsx"].created == 4
    with pytest.raises(Unreadable):
        import_file(File("坏.xlsx", b"PK\x03\x04 broken"))


def test_a_dry_run_of_a_folder_rehearses_everything_and_leaves_nothing(sqlite_app, tmp_path):
    for name in ("单位名册.xlsx", "干部名册.xlsx", "师资库.xlsx", "课程目录.xlsx"):
        (tmp_path / name).write_bytes((COUNTY / name).read_bytes())

    entries = {e.kind: e for e in import_folder(tmp_path, dry_run=True)}

    assert entries["cadres"].accepted == 1200
    assert entries["courses"].accepted == 72
    assert (count(Unit), count(Cadre), count(ImportBatch)) == (0, 0, 0)


def test_the_command_writes_the_report_and_ends_with_zero(sqlite_app, tmp_path):
    path, report = tmp_path / "单位名册.xlsx", tmp_path / "report.json"
    path.write_bytes((COUNTY / "单位名册.xlsx").read_bytes())

    done = CliRunner().invoke(commands.import_command, ["units", str(path), "--report", str(report)])

    (entry,) = json.loads(report.read_text(encoding="utf-8"))
    assert done.exit_code == 0, done.output
    assert (entry["file"], entry["rows_read"], entry["accepted"], entry["created"]) == ("单位名册.xlsx", 119, 115, 115)
    assert {f["code"] for f in entry["refused"]} == {
        "duplicate_row",
        "name_missing",
        "parent_unknown",
        "unit_code_taken",
    }
    assert set(entry) >= {
        "kind",
        "sheet",
        "header_row",
        "updated",
        "unchanged",
        "flagged",
        "columns",
        "unknown_columns",
        "import_id",
    }
    assert entry["refused"][0]["message"]


def test_the_command_ends_with_one_when_nothing_could_be_read(sqlite_app, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04")

    assert CliRunner().invoke(commands.import_command, ["auto", str(path)]).exit_code == 1
    assert CliRunner().invoke(commands.import_command, ["questions", str(path)]).exit_code == 1
