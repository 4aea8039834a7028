"""Appointment forms come in like any other file: judged, previewed, stored, undone; they leave only for a reason."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.imports.test_services import UNITS, sheet
from tests.imports.undo_world import differences, dump
from training_app.audit.models import AuditEntry
from training_app.cadres.lrmx import AppointmentForm, Relative, write
from training_app.cadres.lrmx.reading import read
from training_app.cadres.models import AppointmentFormVersion, Cadre
from training_app.cadres.queries.appointment_forms import form_of
from training_app.core.actor import acting_as, system
from training_app.core.db import db
from training_app.imports.services.files import File, import_file
from training_app.imports.services.undoing import undo_import
from training_app.imports.services.uploads import check_file, store_checked

NUMBER, OTHER_NUMBER = "532527198503120135", "532527199001010010"
FORM = AppointmentForm(
    name="龙云杰", sex="男", birth_month="198503", ethnic_group="壮族", party_joined="200807", work_started="200708",
    full_time_education="大学", full_time_degree="农学学士", full_time_school="云南农业大学",
    unit_and_post="县财政局科员",
    resume="2007.08--  县财政局科员", honours="2021年记三等功", id_number=NUMBER, photo=b"\xff\xd8\xff\xe0 picture",
    family=(Relative("妻子", "韦春兰", "198609", "群众", "县医院"),),
)  # fmt: skip


def lrmx(form: AppointmentForm, name: str = "龙云杰.lrmx") -> File:
    return File(name, write(form))


def codes(findings) -> set[str]:
    return {finding["code"] for finding in findings}


def count(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def county(app):
    with acting_as(system("test")):
        import_file(sheet("单位.xlsx", *UNITS))
        yield app


def number_of(head: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(int(c) * w for c, w in zip(head, weights, strict=True)) % 11]


def test_the_numbers_of_these_tests_are_right():
    assert number_of(NUMBER[:17]) == NUMBER
    assert number_of(OTHER_NUMBER[:17]) == OTHER_NUMBER


def test_a_form_makes_a_person_and_is_kept_sealed(county):
    (entry,) = import_file(lrmx(FORM))

    assert (entry.kind, entry.accepted, entry.created) == ("appointment-forms", 1, 1)
    cadre = db.session.scalars(select(Cadre)).one()
    assert (cadre.name, cadre.ethnic_group, cadre.party_joined, cadre.degree) == (
        "龙云杰",
        "壮族",
        "2008-07",
        "农学学士",
    )
    assert cadre.political_status == "中共党员"
    assert form_of(cadre.id) == FORM
    stored = db.session.scalars(select(AppointmentFormVersion)).one()
    assert "龙云杰" not in stored.sealed
    assert NUMBER not in stored.sealed


def test_the_same_form_twice_changes_nothing_and_another_content_is_another_version(county):
    import_file(lrmx(FORM))
    (again,) = import_file(lrmx(FORM, "又一次.lrmx"))
    (changed,) = import_file(lrmx(replace(FORM, honours="2023年记二等功")))

    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    assert (changed.created, changed.updated, changed.unchanged) == (0, 1, 0)
    assert count(AppointmentFormVersion) == 2


def test_somebody_on_record_keeps_the_post_and_loses_nothing(county):
    import_file(
        sheet(
            "干部名册.xlsx",
            ["姓名", "身份证号码", "工作单位及职务", "职务层次", "民族", "联系电话"],
            ["龙云杰", NUMBER, "县财政局副局长", "乡科级副职", "彝族", "19900001234"],
        )
    )
    (entry,) = import_file(lrmx(FORM))

    assert codes(entry.flagged) == {"post_differs"}
    cadre = db.session.scalars(select(Cadre)).one()
    assert (cadre.post_title, cadre.post_level, cadre.ethnic_group) == ("副局长", "乡科级副职", "壮族")
    assert cadre.phone_masked


def test_an_older_form_without_a_number_is_known_by_name_and_month(county):
    import_file(lrmx(FORM))
    (entry,) = import_file(lrmx(replace(FORM, id_number="", honours="无")))
    (stranger,) = import_file(lrmx(replace(FORM, id_number="", name="韦春兰")))

    assert entry.accepted == 1
    assert codes(stranger.refused) == {"id_missing"}
    assert count(Cadre) == 1


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (replace(FORM, id_number=NUMBER[:-1] + "1"), "checksum"),
        (replace(FORM, name=""), "name_missing"),
        (replace(FORM, unit_and_post="某某局局长"), "unit_unknown"),
    ],
)
def test_what_cannot_be_is_refused(county, form, code):
    (entry,) = import_file(lrmx(form))
    assert codes(entry.refused) == {code}
    assert count(Cadre) == 0


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (replace(FORM, birth_month="198504"), "birth_id_mismatch"),
        (replace(FORM, sex="女"), "sex_id_mismatch"),
        (replace(FORM, party_joined="200001"), "party_age"),
        (replace(FORM, work_started="209901"), "date_future"),
    ],
)
def test_what_is_doubtful_is_shown_to_a_person(county, form, code):
    (entry,) = import_file(lrmx(form))
    assert codes(entry.flagged) == {code}
    assert entry.accepted == 1


def test_members_of_another_party_have_no_month(county):
    import_file(lrmx(replace(FORM, party_joined="民盟")))
    cadre = db.session.scalars(select(Cadre)).one()
    assert (cadre.political_status, cadre.party_joined) == ("民盟盟员", "")


def test_a_folder_in_a_zip_comes_in_whole_and_is_undone_whole(county):
    other = replace(FORM, name="韦春兰", id_number=OTHER_NUMBER, birth_month="199001", sex="男", work_started="201208")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("任免表/龙云杰.lrmx", write(FORM))
        box.writestr("任免表/韦春兰.lrmx", write(other))
        box.writestr("任免表/坏的.lrmx", b"<Person>")
    before = dump()
    (entry,) = import_file(File("任免表.zip", out.getvalue()))

    assert (entry.rows_read, entry.accepted) == (3, 2)
    assert codes(entry.refused) == {"form_broken"}
    undo_import(entry.import_id)
    assert differences(before, dump()) == []


def test_the_preview_shows_old_and_new_of_the_form_itself(county):
    import_file(lrmx(FORM))
    entries = check_file(lrmx(replace(FORM, honours="2023年记二等功", ethnic_group="苗族")))

    (changes,) = entries[0].preview["changed"].values()
    assert ["honours", "2021年记三等功", "2023年记二等功"] in changes
    assert ["ethnic_group", "壮族", "苗族"] in changes
    store_checked(entries[0].import_id)
    assert count(AppointmentFormVersion) == 2


# ---- pages
def take(browser, cadre_id: int, **fields):
    return browser.post(f"/cadres/{cadre_id}/appointment-form/take", data=fields)


def test_a_form_leaves_in_clear_only_for_a_reason(sqlite_app, sign_in):
    with acting_as(system("test")):
        import_file(sheet("单位.xlsx", *UNITS))
        import_file(lrmx(FORM))
    cadre_id = db.session.scalars(select(Cadre.id)).one()
    officer = sign_in(sqlite_app, "org_dept")

    page = officer.get(f"/cadres/{cadre_id}/appointment-form").get_data(as_text=True)
    assert "韦春兰" in page
    assert NUMBER not in page
    assert officer.get(f"/cadres/{cadre_id}/appointment-form/photo").get_data() == FORM.photo
    assert take(officer, cadre_id, file_format="lrmx", reason="").status_code == 422
    answer = take(officer, cadre_id, file_format="lrmx", reason="报送市委组织部")
    assert read(answer.get_data()).form == FORM
    assert take(officer, cadre_id, file_format="docx", reason="会议材料").get_data().startswith(b"PK")
    db.session.rollback()
    kinds = list(db.session.scalars(select(AuditEntry.kind)))
    assert kinds.count("cadres.AppointmentFormsTaken") == 2
    assert "cadres.AppointmentFormRead" in kinds
    leader = sign_in(sqlite_app, "leader")
    assert leader.get(f"/cadres/{cadre_id}/appointment-form").status_code == 403


def test_the_forms_of_a_list_leave_as_a_zip_that_comes_in_again(sqlite_app, sign_in):
    with acting_as(system("test")):
        import_file(sheet("单位.xlsx", *UNITS))
        import_file(
            sheet(
                "干部名册.xlsx",
                ["姓名", "身份证号码", "工作单位及职务", "参加工作时间"],
                ["龙云杰", NUMBER, "县财政局科员", "2007.08"],
                ["韦春兰", OTHER_NUMBER, "县财政局科员", "2012.08"],
            )
        )
    officer = sign_in(sqlite_app, "org_dept")
    assert "2" in officer.get("/cadres/appointment-forms").get_data(as_text=True)
    answer = officer.post("/cadres/appointment-forms", data={"reason": "报送市委组织部"})
    data = answer.get_data()
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        assert sorted(name.rpartition("/")[2] for name in box.namelist()) == ["韦春兰.lrmx", "龙云杰.lrmx"]
    with acting_as(system("test")):
        (entry,) = import_file(File("表.zip", data))
    assert (entry.accepted, codes(entry.flagged)) == (2, set())
    assert db.session.scalar(select(Cadre.work_started).where(Cadre.name == "龙云杰")) == "2007-08"
