"""Results are decided by the rules, in versions, and certificates numbered without gaps."""

import threading
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from tests.results.class_with_scores import teach
from training_app.classes import api as classes
from training_app.core.actor import acting_as, system
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput, Refused
from training_app.results import api as results
from training_app.results.models import CompletionCertificate
from training_app.results.queries.certificates import find_public_certificate, get_certificate
from training_app.results.queries.results import versions_of
from training_app.results.services.certificates import replace_certificate, revoke_certificate

D = Decimal


@pytest.fixture
def taught(app):
    made = teach()
    made.attend(李云={0: "leave_personal"})
    made.score(
        玉香={"score": D(50), "resit_score": D(72)}, 刀建国={"score": None, "code": "absent"}, 普学珍={"score": D(40)}
    )
    return made


def test_deciding_gives_everyone_a_result_and_a_reason(taught):
    preview = results.decide_results(taught.class_id)

    reasons = {row.enrollment.name: row.decision.reason for row in preview.rows}
    assert reasons == {
        "岩温": "met",
        "玉香": "met",
        "刀建国": "exam_absent",
        "李云": "hours_missed",
        "普学珍": "exam_failed",
        "艾山江·买买提": "met",
    }
    statuses = {e.name: e.status for e in classes.list_enrollments(taught.class_id)}
    assert statuses["岩温"] == "completed"
    assert statuses["李云"] == "not_completed"
    assert {r.enrollment_id: r for r in results.results_of_class(taught.class_id)}[
        taught.enrollments["玉香"]
    ].total == D("78.2")


def test_deciding_again_adds_no_version_unless_something_changed(taught):
    results.decide_results(taught.class_id)
    results.decide_results(taught.class_id)

    assert len(versions_of(taught.enrollments["普学珍"])) == 1

    taught.score(
        玉香={"score": D(50), "resit_score": D(72)},
        刀建国={"score": None, "code": "absent"},
        普学珍={"score": D(40), "resit_score": D(66)},
    )
    assert results.preview_of_class(taught.class_id).changed == 1
    results.decide_results(taught.class_id)

    assert [v.reason for v in versions_of(taught.enrollments["普学珍"])] == ["met", "exam_failed"]


def test_what_the_person_saw_must_still_hold(taught):
    with pytest.raises(Conflict) as error:
        results.decide_results(taught.class_id, expected=99)

    assert error.value.code == "stale"
    assert results.results_of_class(taught.class_id) == []


def test_people_without_a_score_stay_open(app):
    made = teach()
    made.attend()
    made.score(岩温={"score": None})

    preview = results.decide_results(made.class_id)

    assert preview.open == 1
    assert made.enrollments["岩温"] not in {r.enrollment_id for r in results.results_of_class(made.class_id)}


def test_nothing_can_be_decided_before_there_are_scores(app):
    made = teach()
    made.attend()

    with pytest.raises(Refused) as error:
        results.decide_results(made.class_id)

    assert error.value.code == "nothing_to_decide"


def test_weights_must_add_up_and_change_the_total(taught):
    results.set_scheme(taught.class_id, results.Scheme(exam=100, conduct=0, reflection=0))

    totals = {row.enrollment.name: row.total for row in results.preview_of_class(taught.class_id).rows}
    assert totals["岩温"] == D(80)
    with pytest.raises(InvalidInput):
        results.set_scheme(taught.class_id, results.Scheme(exam=50))


def test_certificates_are_numbered_without_gaps(taught):
    results.decide_results(taught.class_id)

    issued = results.issue_certificates(taught.class_id, issued_on=date(2026, 5, 16)).certificates

    assert [c.number for c in issued] == [f"测结〔2026〕{n:04d}号" for n in (1, 2, 3)]
    assert {c.holder_name for c in issued} == {"岩温", "玉香", "艾山江·买买提"}
    with pytest.raises(Refused):
        results.issue_certificates(taught.class_id)


def test_name_that_the_font_cannot_print_gets_no_number(app):
    made = teach()
    from training_app.classes.models import Enrollment

    db.session.get_one(Enrollment, made.enrollments["岩温"]).name = "张𠮷"
    db.session.commit()
    made.attend()
    made.score()
    results.decide_results(made.class_id)

    issued = results.issue_certificates(made.class_id)

    assert issued.unprintable == ("张𠮷",)
    assert len(issued.certificates) == 5


def test_revoked_and_replaced_certificates_stay_and_say_so(taught):
    results.decide_results(taught.class_id)
    first, second, _third = results.issue_certificates(taught.class_id).certificates

    revoke_certificate(first.id, reason="考试成绩复核后不合格")
    new = replace_certificate(second.id, reason="姓名用字有误", holder_name="玉湘")

    assert find_public_certificate(first.check_code).state == "revoked"
    assert find_public_certificate(second.number).state == "replaced"
    assert find_public_certificate(f"{new.check_code[:4]} {new.check_code[4:]}".lower()).holder_name == "玉湘"
    assert get_certificate(second.id).replaced_by == new.number
    assert new.number.endswith("0004号")
    with pytest.raises(Conflict):
        revoke_certificate(first.id, reason="再次撤销")
    with pytest.raises(InvalidInput):
        revoke_certificate(new.id, reason=" ")
    assert len(db.session.execute(select(CompletionCertificate)).scalars().all()) == 4


def test_certificate_as_pdf_carries_name_number_and_a_code_that_leads_to_its_page(taught):
    results.decide_results(taught.class_id)
    issued = results.issue_certificates(taught.class_id, issued_on=date(2026, 5, 16)).certificates

    pdf = pypdfium2.PdfDocument(results.certificates_pdf(issued, base_url="https://peixun.example.org"))

    assert len(pdf) == 3
    for page, certificate in zip(pdf, issued, strict=True):
        text = page.get_textpage().get_text_bounded()
        assert certificate.number in text
        assert certificate.holder_name in "".join(text.split())
        codes = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
        assert [c.text for c in codes] == [f"HTTPS://PEIXUN.EXAMPLE.ORG/V/{certificate.check_code}"]
    assert "于2026年5月14日至5月15日参加知行学堂第6期培训" in pdf[0].get_textpage().get_text_bounded().replace(
        "\r\n", ""
    )


def test_numbers_stay_without_gaps_when_classes_are_certified_at_once(app):
    made = [_ready(f"BC202600{n}", n) for n in range(1, 4)]
    failures = []

    def issue(class_id: int) -> None:
        with app.app_context(), acting_as(system("test")):
            try:
                results.issue_certificates(class_id, issued_on=date(2026, 6, 1))
            except Exception as error:  # noqa: BLE001 - reported below
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=issue, args=(each.class_id,)) for each in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    db.session.rollback()
    serials = db.session.execute(select(CompletionCertificate.serial)).scalars().all()
    assert sorted(serials) == list(range(1, len(serials) + 1))
    assert len(serials) == 18


def _ready(code: str, number: int):
    made = teach(code, name=f"知行学堂第{number}期", first=date(2026, 5, number), last=date(2026, 5, number + 10))
    made.attend()
    made.score()
    results.decide_results(made.class_id)
    db.session.rollback()
    return made
