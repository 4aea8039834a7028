"""The question bank: entering, changing, retiring; files that come twice; who may see what."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from tests.exams.test_question_formats import PNG, quiz
from training_app.audit.models import AuditEntry
from training_app.core.actor import acting_as, system
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput, Refused
from training_app.exams.api import count_questions
from training_app.exams.formats import write_moodle
from training_app.exams.formats.questions import Picture, Question
from training_app.exams.models import BankQuestion, QuestionVersion
from training_app.exams.queries.questions import get_question
from training_app.exams.services.questions import add_question, change_question, change_question_state
from training_app.imports.commands import import_command
from training_app.imports.models import ImportChange
from training_app.imports.services.files import File, import_file
from training_app.imports.services.uploads import check_file, store_checked

ONE = Question(type="single", stem="我国的首都是（　）。", options=("北京", "上海"), answer="A", score=Decimal(2))


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def bank(app: Flask):
    with acting_as(system("test")):
        yield app


def test_a_question_is_entered_changed_and_retired(bank):
    question_id = add_question(ONE)

    changed = change_question(question_id, replace(ONE, answer="B", explanation="试一试"))
    with pytest.raises(Refused):
        change_question_state(question_id, "draft")
    change_question_state(question_id, "retired")

    found = get_question(question_id)
    assert sorted(changed) == ["answer", "explanation"]
    assert (found.question.answer, found.version, found.state) == ("B", 2, "retired")
    (old,) = db.session.scalars(select(QuestionVersion))
    assert (old.version, old.content["answer"], old.content["score"]) == (1, "A", "2")
    assert count_questions() == {}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"stem": " "}, "stem"),
        ({"options": ("北京",)}, "options"),
        ({"options": ("北京", "北京")}, "options"),
        ({"answer": ""}, "answer"),
        ({"answer": "C"}, "answer"),
        ({"answer": "AB"}, "answer"),
        ({"type": "numerical", "answer": "约三"}, "answer"),
        ({"type": "matching"}, "answer"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(bank, wrong, field):
    with pytest.raises(InvalidInput) as refused:
        add_question(replace(ONE, **wrong))

    assert list(refused.value.fields) == [field]


def test_the_same_question_is_in_the_bank_once(bank):
    add_question(ONE)
    other = add_question(replace(ONE, stem="越南的首都是（　）。", options=("河内", "岘港")))

    with pytest.raises(Conflict):
        add_question(replace(ONE, stem="我国的首都是( ) 。", options=("上海", "北京"), answer="B"))
    with pytest.raises(Conflict):
        change_question(other, ONE)

    assert count(BankQuestion) == 2


def test_a_file_twice_changes_nothing_and_a_fuller_one_fills_in(bank):
    plain = File("a.xml", write_moodle.write([ONE]))
    fuller = File("b.xml", write_moodle.write([replace(ONE, category="地理", difficulty="easy")]))

    (first,), (again,), (more,) = import_file(plain), import_file(plain), import_file(fuller)

    assert [(e.created, e.updated, e.unchanged) for e in (first, again, more)] == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]
    stored = db.session.scalars(select(BankQuestion)).one()
    assert (stored.category, stored.difficulty, stored.version) == ("地理", "easy", 2)
    changes = db.session.scalars(select(ImportChange).where(ImportChange.batch_id == more.import_id)).all()
    assert {c.entity: c.action for c in changes} == {"exams_question": "updated", "exams_question_version": "created"}
    before = next(c.before for c in changes if c.entity == "exams_question")
    assert before == {"category": "", "difficulty": "", "version": 1}


def test_options_in_another_order_are_the_same_question_with_the_same_answer(bank):
    import_file(File("a.xml", write_moodle.write([ONE])))
    turned = replace(ONE, options=("上海", "北京"), answer="B")

    (same,) = import_file(File("b.xml", write_moodle.write([turned])))
    (corrected,) = import_file(File("c.xml", write_moodle.write([replace(turned, answer="A")])))

    assert (same.unchanged, corrected.updated) == (1, 1)
    stored = db.session.scalars(select(BankQuestion)).one()
    assert stored.options["ABCD".index(stored.answer)] == "上海"


def test_a_checked_question_file_is_stored_when_somebody_says_so(bank):
    (entry,) = check_file(File("题.xml", write_moodle.write([ONE])))
    assert count(BankQuestion) == 0

    store_checked(entry.import_id)

    assert count_questions() == {"单选": 1}


def test_the_command_takes_questions_by_their_kind_and_by_themselves(bank, tmp_path):
    path = tmp_path / "题.xml"
    path.write_bytes(write_moodle.write([ONE]))

    done = [CliRunner().invoke(import_command, [kind, str(path)]) for kind in ("questions", "auto")]

    assert [each.exit_code for each in done] == [0, 0], done[0].output
    assert count_questions() == {"单选": 1}


def test_pictures_are_stored_once_and_come_out_again(bank):
    pictured = replace(ONE, stem="看图：[图1]", pictures=(Picture("a.png", PNG),))
    import_file(File("a.xml", write_moodle.write([pictured])))

    stored = db.session.scalars(select(BankQuestion)).one()

    assert stored.pictures[0]["media_type"] == "image/png"
    assert get_question(stored.id).question.pictures[0].data == PNG


# ---------------------------------------------------------------- pages
@pytest.fixture
def pages(sqlite_app: Flask):
    with acting_as(system("test")):
        picture = base64.b64encode(PNG).decode()
        import_file(
            File(
                "题.xml",
                quiz(
                    '<question type="category"><category><text>top/题库/地理</text></category></question>'
                    '<question type="multichoice"><questiontext format="html"><text>首都？'
                    '&lt;img src="@@PLUGINFILE@@/a.png"&gt;'
                    f'</text><file name="a.png" encoding="base64">{picture}</file></questiontext><single>true</single>'
                    '<answer fraction="100"><text>北京</text></answer>'
                    '<answer fraction="0"><text>&lt;i&gt;上海&lt;/i&gt;</text></answer>'
                    "<hint><text>北方</text></hint></question>"
                ).encode(),
            )
        )
    question_id = db.session.scalar(select(BankQuestion.id))
    return sqlite_app, question_id


def entries(action: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.kind.endswith(action)))


def test_who_sees_questions_and_who_sees_answers(pages, sign_in):
    app, question_id = pages
    instructor, department, officer = (sign_in(app, role) for role in ("instructor", "org_dept", "exam_officer"))

    shown = instructor.get(f"/exams/questions/{question_id}").text
    assert "首都？" in shown
    assert "显示答案" not in shown
    assert instructor.post(f"/exams/questions/{question_id}/answer").status_code == 403
    assert "正确答案" not in instructor.get("/exams/questions?format=csv").data.decode("utf-8-sig")
    assert department.get("/exams/questions/new").status_code == 403
    answer = department.post(f"/exams/questions/{question_id}/answer")
    assert "is-right" in answer.text
    assert "北方" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert officer.get(f"/exams/questions/{question_id}/edit").status_code == 200
    assert entries("QuestionAnswerRead") == 2
    assert sign_in(app, "trainee").get("/exams/questions").status_code == 403


def test_the_list_searches_filters_and_is_taken_away(pages, sign_in):
    app, question_id = pages
    officer = sign_in(app, "exam_officer")

    assert "首都？" in officer.get("/exams/questions?q=首都&type=single&category=地理&noted=yes").text
    assert "首都？" not in officer.get("/exams/questions?type=essay").text
    assert "正确答案" in officer.get("/exams/questions?format=csv").data.decode("utf-8-sig")
    for form, start in (("gift", b"$CATEGORY"), ("moodle", b"<?xml"), ("qti", b"PK"), ("qti3", b"PK"), ("word", b"PK")):
        assert officer.get(f"/exams/questions/file?as={form}").data.startswith(start)
        assert officer.post(f"/exams/questions/file?as={form}", {"id": [question_id]}).data.startswith(start)
    assert officer.get("/exams/questions/file?as=pdf").status_code == 404
    assert officer.get(f"/exams/questions/{question_id}/pictures/1").data == PNG
    assert officer.get(f"/exams/questions/{question_id}/pictures/2").status_code == 404
    assert entries("core.ListExported") == 11


def test_what_the_list_gives_as_excel_can_be_taken_in_again(pages, sign_in):
    app, _question_id = pages
    data = sign_in(app, "exam_officer").get("/exams/questions?format=xlsx").data

    with acting_as(system("test")):
        (entry, *_others) = import_file(File("题库.xlsx", data), kind="questions")

    assert (entry.rows_read, entry.accepted, entry.created) == (1, 1, 1)  # a picture does not fit into a cell


def test_the_form_of_every_type_enters_a_question(pages, sign_in):
    app, _question_id = pages
    officer = sign_in(app, "exam_officer")
    given = {
        "single": {"options": "甲\n乙", "answer": "b"},
        "multiple": {"options": "甲\n乙\n丙", "answer": "A、C"},
        "true_false": {"truth": "true"},
        "short_answer": {"texts": "甲\n乙"},
        "numerical": {"answer": "3.14", "tolerance": "0.01"},
        "essay": {"points": "要点"},
        "matching": {"pairs": "甲 → 一\n乙 → 二", "distractors": "三"},
    }
    for kind, fields in given.items():
        assert officer.get(f"/exams/questions/new?type={kind}").status_code == 200
        done = officer.post(f"/exams/questions/new?type={kind}", {"stem": f"{kind}？", **fields})
        assert done.status_code == 302, (kind, done.text[-3000:])
    db.session.rollback()
    stored = {q.type: q for q in db.session.scalars(select(BankQuestion).where(BankQuestion.stem.endswith("？")))}
    assert stored["multiple"].answer == "AC"
    assert (stored["numerical"].answer, stored["numerical"].tolerance) == ("3.14", "0.01")
    assert stored["matching"].pairs == [["甲", "一"], ["乙", "二"]]


def test_errors_stand_at_their_fields_and_what_was_typed_stays(pages, sign_in):
    app, _question_id = pages
    officer = sign_in(app, "exam_officer")

    wrong = officer.post("/exams/questions/new?type=single", {"stem": "甚么？", "options": "甲\n乙", "answer": "C"})
    picture = officer.post(
        "/exams/questions/new?type=essay",
        {"stem": "图？", "picture": (io.BytesIO(b"<svg/>"), "x.png")},
        content_type="multipart/form-data",
    )

    assert wrong.status_code == 422
    assert 'id="answer-error"' in wrong.text
    assert "甚么？" in wrong.text
    assert 'id="picture-error"' in picture.text


def test_changing_with_a_new_picture_and_retiring(pages, sign_in):
    app, question_id = pages
    officer = sign_in(app, "exam_officer")

    done = officer.post(
        f"/exams/questions/{question_id}/edit",
        {"stem": "首都？[图1]", "options": "北京\n上海", "answer": "A", "picture": (io.BytesIO(PNG + b"x"), "b.png")},
        content_type="multipart/form-data",
    )
    retired = officer.post(f"/exams/questions/{question_id}/state", {"state": "retired"})

    assert (done.status_code, retired.status_code) == (302, 302)
    db.session.rollback()
    stored = db.session.get(BankQuestion, question_id)
    assert (len(stored.pictures), stored.version, stored.state) == (2, 2, "retired")
    assert stored.findings == [["markup", "i"], ["hint", "北方"]]
    assert "[图2]" in stored.stem
