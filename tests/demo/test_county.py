"""Loading the demonstration county."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pypdf
import pytest
from docx import Document
from flask import Flask
from sqlalchemy import func, select

from tests.demo_world import CADRES, As
from training_app.accounts.api import create_account
from training_app.accounts.models import Account
from training_app.archives.models import ArchivePackage
from training_app.attendance.models import AttendanceRecord
from training_app.audit.models import AuditEntry
from training_app.cadres.api import check_citizen_number
from training_app.cadres.lrmx import write
from training_app.cadres.lrmx.reading import read
from training_app.cadres.models import AppointmentFormVersion, Cadre
from training_app.cadres.papers import appointment_form
from training_app.cadres.queries.appointment_forms import form_of, forms_of
from training_app.classes import api as classes
from training_app.classes.models import Enrollment, Lesson, TrainingClass
from training_app.core import clock, crypto
from training_app.core.db import db
from training_app.core.errors import Refused
from training_app.core.papers import to_pdf, to_word
from training_app.demo import services
from training_app.demo.commands import SIGN_INS, demo
from training_app.demo.numbers import DIVISIONS
from training_app.results.models import ClassResult, CompletionCertificate, HourEntry
from training_app.web import csrf


def test_it_goes_into_either_kind_of_database(app: Flask) -> None:
    loaded = services.load(cadres=100, seed=5, password="demonstration")

    assert loaded.counts["cadres"] == 100
    assert services.state() == "demo"
    found = classes.find_class_by_code(loaded.running_class)
    assert found is not None
    assert found.state == "running"


def test_every_sign_in_of_the_contract_exists_and_its_start_page_opens(demo_app: Flask, as_: As) -> None:
    for username in SIGN_INS:
        assert as_(username).get("/", follow_redirects=True).status_code == 200, username


def test_the_class_teacher_has_lessons_today_and_the_trainee_sits_in_that_class(demo_app: Flask, as_: As) -> None:
    today = clock.today().isoformat()
    items = as_("class_teacher").get("/api/v1/classes").json["items"]
    with_lessons = [
        k for k in items if as_("class_teacher").get(f"/api/v1/classes/{k['id']}/lessons?date={today}").json["items"]
    ]

    assert len(with_lessons) == 1
    assert as_("trainee").get(f"/api/v1/classes/{with_lessons[0]['id']}").status_code == 200


def test_there_is_something_of_everything(demo_app: Flask) -> None:
    held = (AttendanceRecord, ClassResult, CompletionCertificate, HourEntry, ArchivePackage, AppointmentFormVersion)
    for model in held:
        assert db.session.scalar(select(func.count()).select_from(model)), model.__tablename__
    waiting = select(func.count()).where(Enrollment.status == "nominated")
    assert db.session.scalar(waiting)
    assert db.session.scalar(select(func.count()).where(Cadre.in_register.is_(True))) == CADRES


def test_what_the_services_did_stands_in_the_audit_trail(demo_app: Flask) -> None:
    kinds = set(db.session.scalars(select(AuditEntry.kind).distinct()))

    assert {"accounts.AccountCreated", "results.ResultsDecided", "results.CertificateIssued"} <= kinds
    assert {"archives.ClassSealed", "demo.DemoCountyLoaded"} <= kinds


def test_citizen_numbers_are_right_in_form_and_belong_to_nobody(demo_app: Flask) -> None:
    numbers = [crypto.decrypt(each) for each in db.session.scalars(select(Cadre.id_number_encrypted))]

    assert all(check_citizen_number(number) is None for number in numbers)
    assert all(number.startswith(DIVISIONS) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_hours_are_those_of_the_lessons_attended(demo_app: Flask) -> None:
    attended = (
        select(func.count(), func.sum(Lesson.credit_hours))
        .select_from(AttendanceRecord)
        .join(Lesson, Lesson.id == AttendanceRecord.lesson_id)
        .where(AttendanceRecord.status.in_(("present", "late")))
    )
    posted = select(func.count(), func.sum(HourEntry.hours)).where(HourEntry.source_kind == "lesson")

    assert db.session.execute(attended).one() == db.session.execute(posted).one()


def test_nobody_teaches_or_is_taught_in_two_places_at_once(demo_app: Flask) -> None:
    slots = select(Lesson.starts_at, Lesson.room_id, func.count()).where(Lesson.room_id.is_not(None))
    doubled = slots.group_by(Lesson.starts_at, Lesson.room_id).having(func.count() > 1)
    assert not db.session.execute(doubled).all()

    running = select(TrainingClass.id).where(TrainingClass.state == "running")
    people = list(db.session.scalars(select(Enrollment.cadre_id).where(Enrollment.class_id.in_(running))))
    assert len(set(people)) == len(people)


def test_the_same_seed_makes_the_same_people(sqlite_app: Flask, demo_app: Flask) -> None:
    with demo_app.app_context():
        first = list(db.session.scalars(select(Cadre.name).order_by(Cadre.id)))
    with sqlite_app.app_context():
        services.load(cadres=CADRES, seed=3, password="demonstration")
        second = list(db.session.scalars(select(Cadre.name).order_by(Cadre.id)))

    assert first == second


def test_a_database_with_real_data_is_refused(sqlite_app: Flask) -> None:
    create_account(username="somebody", display_name="某人", roles=("planner",), password="a long test passphrase")

    with pytest.raises(Refused):
        services.load(cadres=100)

    assert services.state() == "real"


def test_a_second_county_is_refused(demo_app: Flask) -> None:
    with pytest.raises(Refused):
        services.load(cadres=100)


def test_the_password_is_stored_nowhere_in_clear(demo_app: Flask) -> None:
    hashes = set(db.session.scalars(select(Account.password_hash)))

    assert all(each.startswith("$argon2") for each in hashes)
    assert not db.session.scalar(select(func.count()).where(Account.must_change_password.is_(True)))


def test_sessions_of_a_class_are_signed_in(demo_app: Flask, tmp_path: Path) -> None:
    code = db.session.scalar(
        select(TrainingClass.code).where(TrainingClass.state == "running").order_by(TrainingClass.id)
    )
    out = tmp_path / "sessions.csv"

    done = demo_app.test_cli_runner().invoke(demo, ["sessions", "--class", str(code), "--out", str(out)])

    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    found = classes.find_class_by_code(str(code))
    assert found is not None
    assert {int(row["enrollment_id"]) for row in rows} == {e.id for e in classes.list_enrollments(found.id)}
    client = demo_app.test_client(use_cookies=False)
    with demo_app.app_context():
        answer = client.get("/api/v1/me", headers={"Cookie": rows[0]["cookie"]}).json
    session = crypto.digest(rows[0]["cookie"].partition("=")[2])
    with demo_app.app_context():  # a token is written down differently every time
        assert all(csrf.fits(token, session) for token in (answer["csrf_token"], rows[0]["csrf_token"]))


def test_trainees_without_an_account_get_one_for_the_load_test(demo_app: Flask) -> None:
    code = db.session.scalar(
        select(TrainingClass.code).where(TrainingClass.state == "finished").order_by(TrainingClass.id)
    )
    found = classes.find_class_by_code(str(code))
    assert found is not None

    made = services.make_sessions(found.code)

    trainees = classes.list_enrollments(found.id)
    assert [one.enrollment_id for one in made] == [e.id for e in trainees]
    assert all(e.account_id for e in trainees)


def test_sessions_are_made_in_demonstrations_only(sqlite_app: Flask) -> None:
    with pytest.raises(Refused):
        services.make_sessions("YX2026001")


def test_the_appointment_forms_come_in_again_without_a_word_and_are_printed(demo_app: Flask) -> None:
    ids = list(db.session.scalars(select(AppointmentFormVersion.cadre_id)))
    for form in forms_of(ids).values():
        back = read(write(form))
        assert back.form == form
        assert back.notes == []
    made = appointment_form(form_of(ids[0]))
    assert len(pypdf.PdfReader(io.BytesIO(to_pdf(made))).pages) == 2
    assert len(Document(io.BytesIO(to_word(made))).inline_shapes) == 1
