"""Who sees which results, what the public page shows, and the statement as JSON."""

import pytest

from tests.results.class_with_scores import teach
from training_app.accounts.services.people import create_account
from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.results import api as results
from training_app.results.views import verification


@pytest.fixture
def taught(sqlite_app):
    made = teach()
    made.attend(李云={0: "leave_personal"})
    made.score(普学珍={"score": 40})
    return made


def test_class_teacher_decides_and_issues_step_by_step(sqlite_app, sign_in, taught):
    teacher = sign_in(sqlite_app, "class_teacher")
    classes.add_staff(taught.class_id, teacher.account_id, "class_teacher")

    page = teacher.get(f"/classes/{taught.class_id}/results").text
    assert "认定6人的结果" in page
    assert "缺课超过规定" in page

    stale = teacher.post(f"/classes/{taught.class_id}/results/decide", {"expected": "5"}, follow_redirects=True)
    assert "请重新核对数字" in stale.text
    done = teacher.post(f"/classes/{taught.class_id}/results/decide", {"expected": "6"}, follow_redirects=True)
    assert "结业4人，不予结业2人" in done.text

    issued = teacher.post(f"/classes/{taught.class_id}/certificates", follow_redirects=True)
    assert "测结〔" in issued.text
    pdf = teacher.get(f"/classes/{taught.class_id}/certificates.pdf")
    assert pdf.data.startswith(b"%PDF")


def test_unit_officer_sees_only_own_people(sqlite_app, sign_in, taught):
    officer = sign_in(sqlite_app, "unit_officer", unit_id=taught.units["县财政局"])

    page = officer.get(f"/classes/{taught.class_id}/results").text

    assert "岩温" in page  # 县财政局
    assert "玉香" not in page  # 县委办公室
    other = taught.enrollments["玉香"]
    assert officer.get(f"/classes/{taught.class_id}/results/{other}").status_code == 404
    assert officer.post(f"/classes/{taught.class_id}/results/decide", {}).status_code == 403


def test_child_of_another_class_is_not_found(sqlite_app, sign_in, taught):
    office = sign_in(sqlite_app, "org_dept")
    other = teach("BC2026002", name="知行学堂第7期")

    assert office.get(f"/classes/{other.class_id}/results/{taught.enrollments['岩温']}").status_code == 404
    assert office.get("/classes/9999/results").status_code == 404
    assert office.get("/certificates/9999").status_code == 404


def test_another_class_teacher_sees_nothing(sqlite_app, sign_in, taught):
    stranger = sign_in(sqlite_app, "class_teacher")

    assert stranger.get(f"/classes/{taught.class_id}/results").status_code == 404
    assert stranger.post(f"/classes/{taught.class_id}/certificates").status_code == 404


def test_public_page_shows_name_class_date_and_validity_only(sqlite_app, client, taught):
    results.decide_results(taught.class_id)
    certificate = results.issue_certificates(taught.class_id).certificates[0]
    verification._asked.clear()

    scanned = client.get(f"/V/{certificate.check_code}", follow_redirects=True)
    typed = client.get("/verify", query_string={"code": certificate.number}, follow_redirects=True)

    for page in (scanned, typed):
        assert page.status_code == 200
        assert "该证书有效" in page.text
        assert certificate.holder_name in page.text
        assert certificate.class_name in page.text
        assert "县财政局" not in page.text
    assert client.get("/verify/00000000").status_code == 404
    assert "no-store" in scanned.headers["Cache-Control"]


def test_public_page_is_limited_lightly(client):
    verification._asked.clear()

    answers = [client.get("/verify/ABCDEFGH").status_code for _ in range(31)]

    assert answers[:30] == [404] * 30
    assert answers[30] == 429
    verification._asked.clear()


def test_certificate_can_be_replaced_and_revoked_on_its_page(sqlite_app, sign_in, taught):
    office = sign_in(sqlite_app, "org_dept")
    results.decide_results(taught.class_id)
    first, second, *_rest = results.issue_certificates(taught.class_id).certificates

    refused = office.post(f"/certificates/{first.id}/revoke", {"reason": "错"})
    assert refused.status_code == 422
    assert "不少于四个字" in refused.text
    replaced = office.post(
        f"/certificates/{first.id}/replace", {"reason": "姓名用字有误", "holder_name": "岩文"}, follow_redirects=True
    )
    assert "岩文" in replaced.text
    office.post(f"/certificates/{second.id}/revoke", {"reason": "成绩复核后不合格"})
    register = office.get("/certificates?state=revoked").text
    assert second.number in register
    assert first.number not in register
    book = office.get("/certificates?format=xlsx")
    assert book.data.startswith(b"PK")


def test_scheme_page_refuses_weights_that_do_not_add_up(sqlite_app, sign_in, taught):
    office = sign_in(sqlite_app, "org_dept")
    url = f"/classes/{taught.class_id}/results/scheme"
    fields = {
        "exam_weight": "70",
        "reflection_weight": "20",
        "conduct_weight": "20",
        "attendance_weight": "0",
        "pass_mark": "60",
        "missed_denominator": "7",
    }

    refused = office.post(url, fields)
    assert refused.status_code == 422
    assert "四项权重合计必须为100" in refused.text
    assert office.post(url, {**fields, "conduct_weight": "10"}).status_code == 302
    assert results.scheme_of(taught.class_id).conduct == 10


def test_requirements_are_set_by_the_organisation_department_only(sqlite_app, sign_in):
    fields = {"rule": "annual", "valid_from": "2028-01-01", "hours": "100", "days": "13", "years": "1"}

    assert sign_in(sqlite_app, "leader").post("/results/requirements", fields).status_code == 403
    assert sign_in(sqlite_app, "org_dept").post("/results/requirements", fields).status_code == 302
    assert len(results.load_requirements().dated["annual"]) == 2


def test_statement_as_json_with_sources(sqlite_app, sign_in, taught):
    results.decide_results(taught.class_id)
    cadre = taught.cadres["岩温"]

    answer = sign_in(sqlite_app, "org_dept").get(f"/api/v1/cadres/{cadre}/training?year=2026")

    assert answer.status_code == 200
    body = answer.json
    assert body["hours"] == {"group": 14.0, "external": 0.0, "online": 0.0, "lecturing": 0.0}
    assert body["requirement"]["hours"] == 90.0
    assert body["requirement"]["met"] is False
    assert body["requirement"]["from"] == "2026-01-01"
    assert body["figures"]["group"]["sources"][0]["count"] == 4
    assert body["classes"][0]["completed"] is True
    assert sign_in(sqlite_app, "org_dept").get(f"/api/v1/cadres/{cadre}/training?year=20x6").status_code == 422
    assert sign_in(sqlite_app, "org_dept").get("/api/v1/cadres/999/training").status_code == 404
    assert sign_in(sqlite_app, "sysadmin").get(f"/api/v1/cadres/{cadre}/training").status_code == 403


def test_trainee_sees_own_hours_and_certificates_and_nobody_elses(sqlite_app, sign_in, taught):
    account = create_account(
        username="yanwen", display_name="岩温", roles=("trainee",), password="a long test passphrase"
    )
    own, other = taught.cadres["岩温"], taught.cadres["玉香"]
    cadres.link_account(own, account)
    results.decide_results(taught.class_id)
    issued = {c.holder_name: c for c in results.issue_certificates(taught.class_id).certificates}
    phone = sign_in(sqlite_app, "trainee", account_id=account)

    hours = phone.get("/me/hours?year=2026")
    assert hours.status_code == 200
    assert "知行学堂第6期" in hours.text
    assert issued["岩温"].number in phone.get("/me/certificates").text
    assert phone.get(f"/me/certificates/{issued['岩温'].id}/pdf").data.startswith(b"%PDF")
    assert phone.get(f"/me/certificates/{issued['玉香'].id}/pdf").status_code == 404
    assert phone.get(f"/api/v1/cadres/{own}/training?year=2026").status_code == 200
    assert phone.get(f"/api/v1/cadres/{other}/training?year=2026").status_code == 404
    assert phone.get(f"/cadres/{own}/ledger").status_code == 403
    assert phone.get("/results").status_code == 403


def test_lists_can_be_sorted_filtered_and_taken_away(sqlite_app, sign_in, taught):
    office = sign_in(sqlite_app, "org_dept")
    results.decide_results(taught.class_id)
    base = f"/classes/{taught.class_id}/results"

    failed = office.get(f"{base}?reason=exam_failed").text
    assert "普学珍" in failed
    assert "岩温" not in failed
    for sort in ("name", "unit_name", "earned", "exam", "resit", "reflection", "conduct", "total", "reason"):
        assert office.get(f"{base}?sort={sort}&dir=desc").status_code == 200
    for sort in ("name", "starts_on", "people", "completed", "open", "average", "certificates"):
        assert office.get(f"/results?sort={sort}").status_code == 200
    assert office.get(f"{base}?format=csv").data.startswith(b"\xef\xbb\xbf")
    assert office.get("/results?format=xlsx").data.startswith(b"PK")
    ledger = office.get(f"/cadres/{taught.cadres['岩温']}/ledger?year=2026&kind=group")
    assert ledger.text.count("XS-2026-") == 4
    assert office.get(f"/cadres/{taught.cadres['岩温']}").status_code == 200
