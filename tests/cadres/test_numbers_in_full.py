"""Lists with citizen numbers and phones in full: for a reason, by those who may, and never without a trace."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import select

from tests.people_world import NUMBERS, make_units, values
from training_app.audit.models import AuditEntry
from training_app.cadres.services import numbers, records
from training_app.core.db import db
from training_app.core.errors import InvalidInput

PHONE = "13987654321"


@pytest.fixture
def people(sqlite_app):
    units = make_units()
    ids = [
        records.add_cadre(values(NUMBERS[0], units["001.031"], name="马兴云", phone=PHONE)),
        records.add_cadre(values(NUMBERS[1], units["001.031"], name="罗文静", phone="")),
    ]
    return sqlite_app, ids


def sheet_of(data: bytes):
    book = openpyxl.load_workbook(io.BytesIO(data))
    heads, *rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    return [dict(zip(heads, row, strict=True)) for row in rows], dict(book["说明"].iter_rows(values_only=True)), book


def entries(kind: str) -> list[dict]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.body).where(AuditEntry.kind == kind)))


@pytest.mark.parametrize("role", ["org_dept", "planner"])
def test_the_list_holds_whole_numbers_as_text_and_says_why(people, sign_in, role):
    app, ids = people
    office = sign_in(app, role)

    given = {"id_number": "y", "phone": "y", "reason": "报省委党校调训名册"}
    answer = office.post("/cadres/export/numbers?q=马兴云", given)

    (row,), said, book = sheet_of(answer.data)
    assert (row["姓名"], row["身份证号"], row["手机号"]) == ("马兴云", NUMBERS[0], PHONE)
    at = [cell.value for cell in book.worksheets[0][1]].index("身份证号") + 1
    assert book.worksheets[0].cell(2, at).data_type == "s"
    assert said["用途"] == "报省委党校调训名册"
    assert answer.headers["Cache-Control"] == "no-store"
    (body,) = entries("cadres.NumbersTaken")
    assert (body["people"], body["what"], body["cadre_ids"]) == (1, ["id_number", "phone"], ids[:1])
    assert body["reason"] == "报省委党校调训名册"
    assert NUMBERS[0] not in str(body)
    assert len(entries("core.ListExported")) == 1


def test_only_what_is_ticked_is_given_in_full(people, sign_in):
    app, ids = people
    office = sign_in(app, "org_dept")

    rows, *_ = sheet_of(office.post("/cadres/export/numbers", {"phone": "y", "reason": "发放培训通知", "id": ids}).data)

    by_name = {row["姓名"]: row for row in rows}
    assert by_name["马兴云"]["手机号"] == PHONE
    assert by_name["罗文静"]["手机号"] is None
    assert "*" in by_name["马兴云"]["身份证号"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"id_number": "y", "reason": ""}, "请说明用途"),
        ({"id_number": "y", "reason": "查"}, "四个字"),
        ({"reason": "报省委党校调训名册"}, "请选择"),
    ],
)
def test_without_a_reason_or_a_choice_nothing_leaves(people, sign_in, given, said):
    app, _ids = people
    answer = sign_in(app, "org_dept").post("/cadres/export/numbers", given)

    assert answer.status_code == 422
    assert said in answer.text
    assert NUMBERS[0] not in answer.text
    assert entries("cadres.NumbersTaken") == []


def test_those_ticked_in_the_list_are_asked_about_first(people, sign_in):
    app, ids = people
    page = sign_in(app, "org_dept").post("/cadres/export/numbers", {"id": ids[:1]})

    assert page.status_code == 200
    assert f'name="id" value="{ids[0]}"' in page.text
    assert "1人" in page.text
    assert entries("cadres.NumbersTaken") == []


@pytest.mark.parametrize("role", ["unit_officer", "leader", "class_teacher", "exam_officer"])
def test_everybody_else_gets_masked_numbers(people, sign_in, role):
    app, _ids = people
    reader = sign_in(app, role)

    assert reader.get("/cadres/export/numbers").status_code == 403
    assert reader.post("/cadres/export/numbers", {"id_number": "y", "reason": "报名册"}).status_code == 403
    listed = reader.get("/cadres?format=csv")
    assert NUMBERS[0] not in listed.text
    if role == "leader":
        assert f"{NUMBERS[0][:4]}" in listed.text
        assert "*" in listed.text


@pytest.mark.usefixtures("app")
def test_the_service_itself_wants_a_reason():
    units = make_units()
    cadre_id = records.add_cadre(values(NUMBERS[0], units["001.031"], phone=PHONE))
    for what, reason in ((("id_number",), "  "), ((), "报名册用"), (("pinyin",), "报名册用")):
        with pytest.raises(InvalidInput):
            numbers.take_numbers([cadre_id], what=what, reason=reason)
    with pytest.raises(InvalidInput):
        numbers.take_numbers([], what=("phone",), reason="报名册用")

    found = numbers.take_numbers([cadre_id], what=("phone", "id_number"), reason="报名册用")

    assert found == {cadre_id: {"id_number": NUMBERS[0], "phone": PHONE}}
