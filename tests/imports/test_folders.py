"""A whole folder at once: put in order, rehearsed together, stored file by file; what cannot go in is told."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import func, select

from training_app.accounts.models import Unit
from training_app.accounts.services import people
from training_app.audit.models import AuditEntry
from training_app.cadres.models import Cadre
from training_app.core import jobs
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput
from training_app.courses.models import TeachingSite
from training_app.imports import folder_queries
from training_app.imports.models import Folder, Upload
from training_app.imports.services import folders, uploads
from training_app.imports.services.files import File
from training_app.imports.services.undoing import undo_import

COUNTY = Path(__file__).parent.parent / "data" / "county"
CLASS = "班次/中青年干部培训班"
# As a browser gives them: by name, not in the order they must go in.
NAMES = ("干部名册.xlsx", "单位名册.xlsx", "年度培训计划.xlsx", f"{CLASS}/学员名单.xlsx")


def files(*names: str) -> list[File]:
    return [File(name, (COUNTY / name).read_bytes()) for name in names]


def count(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def work() -> None:
    while jobs.run_next():
        pass
    db.session.rollback()


def lines(folder_id: int) -> dict[str, folder_queries.FolderFile]:
    db.session.rollback()
    return {each.file_name: each for each in folder_queries.files_of(folder_id)}


@pytest.fixture
def officer(app):
    account_id = people.create_account(
        username="officer", display_name="officer", roles=["org_dept"], unit_id=None, password="a long test passphrase"
    )
    with acting_as(uploads.act_as_account(account_id)) as actor:
        yield actor


def test_files_are_put_in_order_and_rehearsed_as_if_those_before_were_in(officer):
    folder_id = folders.receive_folder("澜川县", files(*NAMES))
    work()

    found = lines(folder_id)
    assert [each.file_name for each in sorted(found.values(), key=lambda each: each.position)] == [
        "单位名册.xlsx",
        "干部名册.xlsx",
        "年度培训计划.xlsx",
        f"{CLASS}/学员名单.xlsx",
    ]
    assert found["干部名册.xlsx"].accepted == 1_200  # its units are only in the file before it
    assert found[f"{CLASS}/学员名单.xlsx"].accepted == 39
    assert count(Unit) == count(Cadre) == 0


def test_all_of_it_is_imported_and_each_file_can_be_undone_alone(officer):
    folder_id = folders.receive_folder("澜川县", files(*NAMES))
    work()
    folders.ask_to_store_folder(folder_id)
    work()

    found = lines(folder_id)
    assert {each.state for each in found.values()} == {"stored"}
    assert (count(Unit), count(Cadre)) == (115, 1_200)
    assert folder_queries.get_folder_visible_to(officer, folder_id).state == "stored"
    undo_import(found[f"{CLASS}/学员名单.xlsx"].import_id)
    assert lines(folder_id)[f"{CLASS}/学员名单.xlsx"].state == "undone"
    assert {"imports.FolderReceived", "imports.FolderImported"} <= set(db.session.scalars(select(AuditEntry.kind)))


def test_what_is_no_table_is_told_and_does_not_stop_the_others(officer):
    given = [
        *files("单位名册.xlsx"),
        File("照片.jpg", b"\xff\xd8\xff"),
        File("坏的.xlsx", b"PK\x03\x04 not really"),
        File(".~lock.单位名册.xlsx#", b"x"),
        File("__MACOSX/单位名册.xlsx", b"x"),
        File("空.xlsx", b""),
    ]
    folder_id = folders.receive_folder("杂", given)
    work()
    folders.ask_to_store_folder(folder_id)
    work()

    found = lines(folder_id)
    assert set(found) == {"单位名册.xlsx", "照片.jpg", "坏的.xlsx", "空.xlsx"}
    assert found["照片.jpg"].state == "failed"
    assert not found["照片.jpg"].needs_person
    assert found["坏的.xlsx"].needs_person
    assert found["坏的.xlsx"].error
    assert found["单位名册.xlsx"].state == "stored"


def test_a_file_nobody_understands_waits_for_a_person(officer):
    odd = File("奇怪的表.csv", "甲,乙,丙\n1,2,3\n4,5,6\n".encode())
    folder_id = folders.receive_folder("杂", [*files("单位名册.xlsx"), odd])
    work()
    folders.ask_to_store_folder(folder_id)
    work()

    assert lines(folder_id)["奇怪的表.csv"].needs_person
    info = folder_queries.get_folder_visible_to(officer, folder_id)
    assert (info.state, info.stored, info.waiting) == ("partly", 1, 1)
    folders.discard_folder(folder_id)
    assert lines(folder_id)["奇怪的表.csv"].state == "discarded"
    assert lines(folder_id)["单位名册.xlsx"].state == "stored"


def test_storing_taken_up_again_goes_on_where_it_was(officer):
    folder_id = folders.receive_folder("澜川县", files("单位名册.xlsx", "现场教学点.xlsx"))
    work()
    folders.ask_to_store_folder(folder_id)
    uploads.store_upload(lines(folder_id)["单位名册.xlsx"].upload_id)  # as far as a worker came before it was killed
    work()

    assert {each.state for each in lines(folder_id).values()} == {"stored"}
    assert (count(Unit), count(TeachingSite)) == (115, 23)


def test_stopping_leaves_nothing_of_a_check_and_keeps_what_is_imported(officer):
    folder_id = folders.receive_folder("澜川县", files("单位名册.xlsx"))
    folders.cancel_folder(folder_id)
    work()
    assert db.session.get_one(Folder, folder_id).state == "cancelled"
    assert count(Unit) == 0

    second = folders.receive_folder("澜川县", files("单位名册.xlsx"))
    work()
    folders.ask_to_store_folder(second)
    folders.cancel_folder(second)
    db.session.rollback()
    stopped = db.session.get_one(Folder, second)
    assert (stopped.state, bool(stopped.error)) == ("ready", True)
    folders.ask_to_store_folder(second)
    work()
    assert count(Unit) == 115


def test_a_folder_is_worked_on_once(officer):
    folder_id = folders.receive_folder("澜川县", files("单位名册.xlsx"))
    with pytest.raises(Conflict):
        folders.ask_to_store_folder(folder_id)  # not read yet
    work()
    folders.ask_to_store_folder(folder_id)
    with pytest.raises(Conflict):
        folders.ask_to_store_folder(folder_id)
    with pytest.raises(Conflict):
        folders.discard_folder(folder_id)


@pytest.mark.parametrize("given", [[], [File(".DS_Store", b"x")], [File(f"{n}.xlsx", b"x") for n in range(501)]])
def test_nothing_or_too_much_is_refused(officer, given):
    with pytest.raises(InvalidInput):
        folders.receive_folder("x", given)
    assert count(Folder) == count(Upload) == 0


def send(browser, *names: str):
    data = {"folder": [(io.BytesIO((COUNTY / name).read_bytes()), f"澜川县/{name}") for name in names]}
    return browser.post("/imports/folders/new", data=data, content_type="multipart/form-data")


def test_the_pages_lead_from_choosing_to_what_was_imported(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")
    answer = send(officer, *NAMES)
    assert answer.status_code == 302
    assert "停止" in officer.get(answer.location).get_data(as_text=True)
    work()

    page = officer.get(answer.location).get_data(as_text=True)
    assert "<h1" in page
    assert "澜川县" in page
    assert "导入4个文件" in page
    first = lines(int(answer.location.rpartition("/")[2]))["干部名册.xlsx"]
    assert "排在它前面的1个文件还没有导入" in officer.get(f"/imports/{first.import_id}").get_data(as_text=True)
    assert "澜川县" in officer.get("/imports").get_data(as_text=True)
    officer.post(f"{answer.location}/store")
    work()
    page = officer.get(answer.location).get_data(as_text=True)
    assert "已导入4个文件" in page
    assert "澜川县" in officer.get("/imports/folders").get_data(as_text=True)
    assert officer.get(f"{answer.location}?format=csv").get_data().startswith(b"\xef\xbb\xbf")


def test_an_empty_form_says_what_is_missing(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")
    answer = officer.post("/imports/folders/new", data={}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "请选择文件夹或文件" in answer.get_data(as_text=True)


def test_somebody_elses_folder_is_not_there(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")
    where = send(officer, "单位名册.xlsx").location
    teacher = sign_in(sqlite_app, "class_teacher")
    assert teacher.get(where).status_code == 404
    assert teacher.post(f"{where}/store").status_code == 404
    assert teacher.post(f"{where}/discard").status_code == 404


def test_an_empty_system_says_what_to_do_first(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")
    assert "/imports/folders/new" in officer.get("/").get_data(as_text=True)
    send(officer, "单位名册.xlsx")
    work()
    officer.post("/imports/folders/1/store")
    work()
    assert "把全县的文件导入系统" not in officer.get("/").get_data(as_text=True)
