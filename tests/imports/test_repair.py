"""Repairing a checked file: cells, units, people, whole columns; what its columns mean; the corrected workbook."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import func, select

from tests.imports.test_background import citizen_number
from tests.imports.test_services import UNITS, sheet
from training_app.accounts.models import Unit, UnitAlias
from training_app.audit.models import AuditEntry
from training_app.cadres.models import Cadre
from training_app.core import files, jobs
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput, NotFound
from training_app.imports import worksheets
from training_app.imports.models import ColumnChoice, ImportBatch, Upload
from training_app.imports.services import choices, mapping, rehearsing, repairing, uploads
from training_app.imports.services.corrected import corrected
from training_app.imports.services.files import File, Wishes, import_file
from training_app.imports.services.keeping import unseal
from training_app.imports.services.uploads import check_file, store_checked

HEAD = ["姓名", "性别", "出生年月", "身份证号码", "工作单位及职务"]
A, B, C, D = (citizen_number(n) for n in (1, 2, 3, 4))


@pytest.fixture
def units(app):
    import_file(
        sheet(
            "单位.xlsx",
            *UNITS,
            ["001.003", "西河镇", None, "001", "乡镇"],
            ["001.003.1", "西河镇新寨村", None, "001.003", "村"],
        )
    )


def check(*rows, head=HEAD, name="干部名册.xlsx", kind="cadres") -> int:
    (entry,) = check_file(sheet(name, head, *rows, title="干部名册"), kind=kind)
    assert entry.import_id is not None
    return entry.import_id


def report(import_id: int) -> dict:
    batch = db.session.get(ImportBatch, import_id, populate_existing=True)
    assert batch is not None
    return unseal(batch.report)


def refused(import_id: int) -> dict[int, str]:
    return {f["row"]: f["code"] for f in report(import_id)["refused"]}


def unit_id(name: str) -> int:
    found = db.session.scalar(select(Unit.id).where(Unit.name == name))
    assert found is not None
    return found


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_cell_is_put_right_judged_again_and_taken_back(units):
    import_id = check(["李明", "男", "1960.02", A[:17], "县财政局科员"], ["王芳", "女", "1960.03", B, "县财政局科员"])
    upload = db.session.get(Upload, uploads.upload_of(import_id))
    assert refused(import_id) == {2: "id_length"}
    original = files.read(upload.file_sha256)

    repairing.set_cells(import_id, [(2, "id_number", A)])

    assert refused(import_id) == {}
    assert files.read(upload.file_sha256) == original
    assert A not in str(upload.edits)
    assert repairing.undo_last(import_id)
    assert refused(import_id) == {2: "id_length"}
    assert not repairing.undo_last(import_id)

    repairing.set_cells(import_id, [(2, "id_number", A)])
    store_checked(import_id)
    assert count(Cadre) == 2
    with pytest.raises(Conflict):
        repairing.set_cells(import_id, [(3, "name", "王方")])


def test_a_repair_is_audited_without_what_was_typed(units):
    import_id = check(["李明", "男", "1960.02", A[:17], "县财政局科员"])

    repairing.set_cells(import_id, [(2, "id_number", A)])

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "imports.SheetRepaired")).one()
    assert A not in str(vars(entry))
    assert "身份证号码" in str(vars(entry))


def test_cells_that_are_not_there_are_refused(units):
    import_id = check(["李明", "男", "1960.02", A, "县财政局科员"])

    for cells in ([(99, "name", "x")], [(2, "nothing", "x")], [(2, "name", "x" * 501)]):
        with pytest.raises(InvalidInput):
            repairing.set_cells(import_id, cells)


def test_rows_are_left_out_and_taken_in_after_all(units):
    import_id = check(["李明", "男", "1960.02", A, "县财政局科员"], ["李明", "男", "1960.02", A, "县财政局科员"])
    assert refused(import_id) == {3: "duplicate_row"}

    repairing.leave_out(import_id, [3])
    assert refused(import_id) == {}
    assert report(import_id)["left_out"] == [3]

    repairing.take_back_in(import_id, [3])
    assert refused(import_id) == {3: "duplicate_row"}

    repairing.leave_out(import_id, [3])
    store_checked(import_id)
    assert count(Cadre) == 1


def test_all_cells_that_name_a_unit_in_the_same_words_mean_the_one_chosen(units):
    import_id = check(
        ["李明", "男", "1960.02", A, "县招商局局长"],
        ["王芳", "女", "1960.03", B, "县招商局科员"],
        ["赵刚", "男", "1960.04", C, "新寨村党总支书记"],
    )
    assert refused(import_id) == {2: "unit_unknown", 3: "unit_unknown", 4: "unit_ambiguous"}
    page = worksheets.file_of(import_id, show="refused", query=everything(), repair=True)
    first, second = page.fixes.units
    assert (first.typed, first.rows) == ("县招商局", (2, 3))
    assert {unit.name for unit in second.choices} == {"东山乡新寨村", "西河镇新寨村"}
    assert second.ambiguous

    repairing.choose_unit(import_id, "unit_and_post", first.rows, unit_id("县财政局"), remember=True)
    repairing.choose_unit(import_id, "unit_and_post", [4], unit_id("西河镇新寨村"))

    assert refused(import_id) == {}
    store_checked(import_id)
    stored = {c.name: (c.unit_id, c.post_title) for c in db.session.scalars(select(Cadre))}
    assert stored["李明"] == (unit_id("县财政局"), "局长")
    assert stored["王芳"] == (unit_id("县财政局"), "科员")
    assert stored["赵刚"][0] == unit_id("西河镇新寨村")
    assert "县招商局" in set(db.session.scalars(select(UnitAlias.alias)))
    again = check(["钱进", "男", "1960.05", D, "县招商局副局长"])
    assert refused(again) == {}


def test_numbers_and_names_come_from_the_register(units):
    import_file(
        sheet(
            "干部名册.xlsx",
            HEAD,
            ["李明", "男", "1960.02", A, "县财政局科员"],
            ["王芳", "女", "1960.03", B, "东山乡科员"],
        )
    )
    import_id = check(
        ["李明", "男", "1960.02", None, "县财政局科员"],
        [None, "女", "1960.03", B, "东山乡科员"],
    )
    assert refused(import_id) == {2: "id_missing", 3: "name_missing"}
    page = worksheets.file_of(import_id, show="refused", query=everything(), repair=True)
    offers = {row.number: [offer.label for offer in row.offers] for row in page.page.items}
    assert offers == {2: ["李明"], 3: ["王芳"]}
    assert A not in str(page)

    repairing.use_numbers(import_id, worksheets.numbers_to_fill(repairing.load(import_id)))
    repairing.fill_in_name(import_id, 3)

    assert refused(import_id) == {}
    with pytest.raises(NotFound):
        repairing.choose_person(import_id, 2, 999_999)


def test_month_and_sex_are_taken_from_the_number(units):
    import_id = check(["李明", "女", "1999.01", A, "县财政局科员"])
    flagged = {f["code"] for f in report(import_id)["flagged"]}
    assert {"birth_id_mismatch"} <= flagged

    repairing.take_from_number(import_id, "birth_month", [2])
    repairing.take_from_number(import_id, "sex", [2])

    assert report(import_id)["flagged"] == []


def test_the_preview_says_what_is_new_what_changes_and_what_stays(units):
    import_file(
        sheet(
            "干部名册.xlsx",
            HEAD,
            ["李明", "男", "1960.02", A, "县财政局科员"],
            ["王芳", "女", "1960.03", B, "东山乡科员"],
        )
    )
    import_id = check(
        ["李明", "男", "1960.02", A, "县财政局科员"],
        ["王芳", "女", "1960.03", B, "县财政局科员"],
        ["赵刚", "男", "1960.04", C, "县财政局科员"],
    )

    plan = report(import_id)["preview"]
    assert plan["same"] == [2]
    assert plan["made"] == [4]
    changed = {name: (old, new) for name, old, new in plan["changed"]["3"]}
    assert changed["unit_and_post"] == ("东山乡科员", "县财政局科员")

    repairing.leave_out(import_id, [4])
    batch = db.session.get(ImportBatch, import_id)
    assert report(import_id)["preview"]["made"] == []
    assert (batch.created, batch.updated, batch.unchanged) == (0, 1, 1)


def test_what_a_large_import_would_do_is_worked_out_by_a_job_after_a_repair(units, monkeypatch):
    monkeypatch.setattr(rehearsing, "AT_ONCE_ROWS", 2)
    import_id = check(
        *([name, "男", None, number, "县财政局科员"] for name, number in (("李明", A), ("王芳", B), ("赵刚", C)))
    )
    upload_id = uploads.upload_of(import_id)

    repairing.leave_out(import_id, [4])
    assert report(import_id)["preview"] == {"stale": True}
    assert report(import_id)["left_out"] == [4]
    assert rehearsing.is_rehearsed(upload_id)

    repairing.leave_out(import_id, [3])  # the first rehearsal would say what holds no longer
    while jobs.run_next():
        pass

    assert not rehearsing.is_rehearsed(upload_id)
    assert report(import_id)["preview"]["made"] == [2]
    assert db.session.get(Upload, upload_id, populate_existing=True).state == "checked"
    assert count(Cadre) == 0


def test_who_is_on_record_and_not_in_the_list_is_said_and_nothing_done_about_it(units):
    import_file(
        sheet(
            "干部名册.xlsx",
            HEAD,
            ["李明", "男", "1960.02", A, "县财政局科员"],
            ["王芳", "女", "1960.03", B, "县财政局副局长"],
            ["赵刚", "男", "1960.04", C, "县财政局科员"],
            ["钱进", "男", "1960.05", D, "东山乡科员"],
        )
    )

    import_id = check(["李明", "男", "1960.02", A, "县财政局科员"], ["赵刚", "男", "1960.04", C[:17], "县财政局科员"])

    (other,) = worksheets.others_of(import_id)  # 赵刚 is named, if wrongly; 东山乡 is not what this list is about
    assert (other.entity, other.name, other.note) == ("cadres_cadre", "王芳", "县财政局副局长")
    store_checked(import_id)
    assert count(Cadre) == 4


def test_a_whole_county_is_missed_wherever_a_list_names_most_units(units):
    import_file(
        sheet(
            "干部名册.xlsx",
            HEAD,
            ["李明", "男", "1960.02", A, "县财政局科员"],
            ["王芳", "女", "1960.03", B, "东山乡科员"],
            ["赵刚", "男", "1960.04", C, "西河镇科员"],
        )
    )

    import_id = check(["李明", "男", "1960.02", A, "县财政局科员"], ["王芳", "女", "1960.03", B, "东山乡科员"])

    assert [other.name for other in worksheets.others_of(import_id)] == ["赵刚"]


def test_the_corrected_workbook_says_why_and_can_be_imported_again(units):
    import_id = check(
        ["李明", "男", "1960.02", A[:17], "县财政局科员"],
        ["王芳", "女", "1960.03", B, "县农机局科员"],
        ["赵刚", "男", "1960.04", C, "县财政局科员"],
    )
    repairing.set_cells(import_id, [(2, "id_number", A)])
    repairing.leave_out(import_id, [4])

    data = corrected([repairing.load(import_id)])

    page = openpyxl.load_workbook(io.BytesIO(data)).active
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0][:5] == HEAD
    assert [row[0] for row in rows[1:]] == ["李明", "王芳"]
    assert rows[1][3] == A
    assert rows[2][5]
    (entry,) = import_file(File("改好.xlsx", data))
    assert (entry.kind, entry.rows_read, entry.accepted) == ("cadres", 2, 1)


def test_a_header_nobody_knows_is_settled_once_and_used_from_then_on(units):
    head = ["姓名", "性别", "出生年月", "身份证号码", "所在岗位"]
    import_id = check(["李明", "男", "1960.02", A, "县财政局科员"], head=head)
    assert report(import_id)["error"]["code"] == "columns_missing"
    found = mapping.columns_of(import_id)
    assert [each.label for each in found.headings if not each.field] == ["所在岗位"]
    assert found.missing

    mapping.settle(import_id, kind="cadres", header_row=1, answers={"所在岗位": "unit_and_post"}, keep_for_unit=True)

    assert "error" not in report(import_id)
    assert report(import_id)["accepted"] == 1
    again = check(["王芳", "女", "1960.03", B, "县财政局科员"], head=head)
    assert report(again)["accepted"] == 1
    wishes = Wishes(remembered=choices.remembered_for(None, everybody=True))
    (entry,) = import_file(
        sheet("名册.xlsx", head, ["赵刚", "男", "1960.04", C, "县财政局科员"]), kind="cadres", wishes=wishes
    )
    assert entry.accepted == 1
    (held,) = db.session.scalars(select(ColumnChoice))
    choices.forget(held.id)
    third = check(["王芳", "女", "1960.03", B, "县财政局科员"], head=head)
    assert report(third)["error"]["code"] == "columns_missing"


def test_one_field_cannot_be_two_columns(units):
    import_id = check(["李明", "男", "1960.02", A, "县财政局科员", "小李"], head=[*HEAD, "又名"])

    with pytest.raises(InvalidInput):
        mapping.settle(import_id, kind="cadres", header_row=1, answers={"又名": "name"}, keep_for_unit=False)


def test_a_sheet_without_a_known_header_gets_its_row_and_kind(units):
    rows = [["甲", "乙", "丙"], ["李明", A, "县财政局科员"], ["王芳", B, "县财政局科员"], ["赵刚", C, "县财政局科员"]]
    (entry,) = check_file(sheet("表.xlsx", *rows))
    assert entry.error is not None
    import_id = entry.import_id

    mapping.settle(import_id, kind="cadres", header_row=1, answers={}, keep_for_unit=False)
    guesses = {each.label: each.field or each.guess for each in mapping.columns_of(import_id).headings}
    assert guesses["乙"] == "id_number"
    mapping.settle(
        import_id,
        kind="cadres",
        header_row=1,
        answers={"甲": "name", "乙": "id_number", "丙": "unit_and_post"},
        keep_for_unit=False,
    )

    assert report(import_id)["accepted"] == 3


def everything():
    from training_app.core.pages import ListQuery

    return ListQuery(sort="row", page=1, per_page=200)


def test_a_file_with_headers_nobody_knows_opens_its_mapping_until_they_are_settled(units):
    rows = [
        [name, number, "县财政局科员", "已核", "男", None] for name, number in (("李明", A), ("王芳", B), ("赵刚", C))
    ]
    unknown = check(*rows, head=["人名", "证件号", "单位职务情况", "核对情况", "性别", "联系电话"], kind="cadres")
    upload_id = uploads.upload_of(unknown)

    assert mapping.asks_about(upload_id) == unknown
    headings = mapping.columns_of(unknown).headings
    guesses = [each.field or each.guess for each in headings if each.field or each.guess]
    assert guesses.count("name") == 1
    mapping.settle(
        unknown,
        kind="cadres",
        header_row=1,
        answers={"人名": "name", "证件号": "id_number", "单位职务情况": "unit_and_post", "核对情况": ""},
        keep_for_unit=True,
    )
    assert mapping.asks_about(upload_id) is None
    again = check(*rows, head=["人名", "证件号", "单位职务情况", "核对情况", "性别", "联系电话"])
    assert mapping.asks_about(uploads.upload_of(again)) is None
    assert report(again)["accepted"] == 3
    remembered = {each.label: each.choice_id for each in mapping.columns_of(again).headings if each.choice_id}
    assert set(remembered) == {"人名", "核对情况"} | ({"证件号", "单位职务情况"} & set(remembered))
    for choice_id in remembered.values():
        choices.forget(choice_id)
    forgotten = check(*rows, head=["人名", "证件号", "单位职务情况", "核对情况", "性别", "联系电话"])
    assert mapping.asks_about(uploads.upload_of(forgotten)) == forgotten


def test_a_file_that_is_understood_asks_nothing(units):
    assert mapping.asks_about(uploads.upload_of(check(["李明", "男", "1960.02", A, "县财政局科员"]))) is None
