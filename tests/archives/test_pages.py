"""Who sees which archives, and how a class is sealed on screen."""

import io

import pytest

from tests.archives.sealed_class import complete, seal, two_people
from tests.results.class_with_scores import teach
from training_app.accounts.services.people import create_account
from training_app.archives.printing import FORMS
from training_app.archives.verify import verify
from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.results import api as results


@pytest.fixture
def taught(sqlite_app):
    return complete()


def test_class_teacher_proposes_and_organisation_department_seals(sqlite_app, sign_in):
    taught = teach()
    taught.attend()
    taught.score()
    results.decide_results(taught.class_id)
    results.issue_certificates(taught.class_id)
    teacher, office = sign_in(sqlite_app, "class_teacher"), sign_in(sqlite_app, "org_dept")
    classes.add_staff(taught.class_id, teacher.account_id, "class_teacher")
    base = f"/classes/{taught.class_id}/archive"

    assert "还缺4项" in teacher.get(base).text
    sent = teacher.post(
        f"{base}/items",
        {"kind": "paper", "title": "试卷", "file": (io.BytesIO(b"%PDF-1.7\n"), "试卷.pdf")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 302
    wrong = teacher.post(
        f"{base}/items",
        {"kind": "paper", "title": "试卷", "file": (io.BytesIO(b"MZ"), "试卷.pdf")},
        content_type="multipart/form-data",
    )
    assert wrong.status_code == 422
    assert "文件内容与扩展名不符" in wrong.text
    for kind in ("reflections", "evaluation"):
        assert teacher.post(f"{base}/waive/{kind}", {"reason": "本期未组织，不作要求"}).status_code == 302
    assert teacher.post(f"{base}/waive/roster", {"reason": "本期未组织，不作要求"}).status_code == 404
    assert "一、基本情况" in teacher.get(f"{base}/summary").text
    assert teacher.post(f"{base}/summary", {"text": "一、基本情况\n良好。"}).status_code == 302
    assert teacher.post(f"{base}/propose").status_code == 302
    assert "封存须由两人办理" in teacher.post(f"{base}/approve", follow_redirects=True).text

    assert "已封存第1包" in office.post(f"{base}/approve", follow_redirects=True).text
    package = office.get(f"{base}/packages/1")
    assert verify(package.data).problems == []
    assert "已封存" in office.get("/archives?state=sealed").text
    assert office.get("/archives/public-key").data.startswith(b"-----BEGIN PUBLIC KEY-----")


def test_unit_officer_sees_the_summary_but_takes_nothing_out(sqlite_app, sign_in, taught):
    seal(taught, *two_people())
    officer = sign_in(sqlite_app, "unit_officer", unit_id=taught.units["县财政局"])
    base = f"/classes/{taught.class_id}/archive"

    assert officer.get(base).status_code == 200
    assert officer.get(f"{base}/packages/1").status_code == 404
    assert officer.get(f"{base}/documents/roster.pdf").status_code == 404
    assert officer.get(f"{base}/items/1").status_code == 404
    assert officer.post(f"{base}/propose").status_code == 403


def test_strangers_and_administrators_see_nothing(sqlite_app, sign_in, taught):
    base = f"/classes/{taught.class_id}/archive"

    assert sign_in(sqlite_app, "class_teacher").get(base).status_code == 404
    for role in ("sysadmin", "secadmin", "auditor", "trainee", "instructor"):
        assert sign_in(sqlite_app, role).get(base).status_code == 403


def test_item_of_another_class_is_not_found(sqlite_app, sign_in, taught):
    office = sign_in(sqlite_app, "org_dept")
    other = teach("BC2026002", name="知行学堂第7期")

    assert office.get(f"/classes/{taught.class_id}/archive/items/1").status_code == 200
    assert office.get(f"/classes/{other.class_id}/archive/items/1").status_code == 404
    assert office.get(f"/classes/{other.class_id}/archive/items/1/remove").status_code == 404
    assert office.get(f"/classes/{other.class_id}/archive/packages/1").status_code == 404


def test_archives_are_found_by_class_and_by_trainee(sqlite_app, sign_in, taught):
    office = sign_in(sqlite_app, "org_dept")

    assert "知行学堂第6期" in office.get("/archives?q=知行").text
    by_name = office.get("/archives?q=普学珍").text
    assert "知行学堂第6期" in by_name
    assert "普学珍" in by_name
    assert "没有符合条件的档案" in office.get("/archives?q=不存在的班").text
    assert office.get("/archives?format=xlsx").data.startswith(b"PK")


@pytest.mark.parametrize("name", [*FORMS, "summary"])
def test_documents_are_made_as_pdf(sqlite_app, sign_in, taught, name):
    office = sign_in(sqlite_app, "org_dept")

    assert office.get(f"/classes/{taught.class_id}/archive/documents/{name}.pdf").data.startswith(b"%PDF")
    assert office.get(f"/classes/{taught.class_id}/archive/documents/other.pdf").status_code == 404


def test_document_is_taken_out_with_a_reason_before_sealing(sqlite_app, sign_in, taught):
    office = sign_in(sqlite_app, "org_dept")
    url = f"/classes/{taught.class_id}/archive/items/1/remove"

    assert office.post(url, {"reason": "错"}).status_code == 422
    assert office.post(url, {"reason": "上传了别的班的试卷"}).status_code == 302
    assert "还缺1项" in office.get(f"/classes/{taught.class_id}/archive").text


def test_one_person_one_file_for_the_office_and_for_oneself(sqlite_app, sign_in, taught):
    account = create_account(
        username="yanwen", display_name="岩温", roles=("trainee",), password="a long test passphrase"
    )
    own, other = taught.cadres["岩温"], taught.cadres["玉香"]
    cadres.link_account(own, account)
    phone, office = sign_in(sqlite_app, "trainee", account_id=account), sign_in(sqlite_app, "org_dept")

    for browser in (phone, office):
        page = browser.get(f"/cadres/{own}/archive")
        assert page.status_code == 200
        assert "知行学堂第6期" in page.text
        assert browser.get(f"/cadres/{own}/archive.pdf").data.startswith(b"%PDF")
    assert phone.get(f"/cadres/{other}/archive").status_code == 404
    assert phone.get(f"/cadres/{other}/archive.pdf").status_code == 404
    officer = sign_in(sqlite_app, "unit_officer", unit_id=taught.units["县委办公室"])
    assert officer.get(f"/cadres/{own}/archive").status_code == 404
    assert officer.get(f"/cadres/{other}/archive").status_code == 200
