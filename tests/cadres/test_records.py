"""Entering people, correcting, new posts, reveals, registers: on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.people_world import NUMBERS, make_units, values
from training_app.accounts.api import create_account
from training_app.audit.models import AuditEntry
from training_app.cadres import api
from training_app.cadres.models import Cadre
from training_app.cadres.queries import files, people
from training_app.cadres.services import records
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused


def test_a_person_is_entered_with_sex_birth_and_first_post_from_what_is_known(app):
    units = make_units()

    cadre_id = records.add_cadre(values(NUMBERS[0], units["001.031"], sex="女", birth_month="1999-01"))

    cadre = api.get_cadre(cadre_id)
    assert (cadre.sex, cadre.birth_month) == ("男", "1977-01")
    assert cadre.unit_and_post == "县财政局副局长"
    assert cadre.pinyin.startswith("maxingyun mxy")
    [post] = files.posts_of(cadre_id)
    assert (post.unit_name, post.since, post.until) == ("县财政局", date(2019, 5, 1), None)


def test_number_and_phone_are_not_in_the_database_in_clear(app):
    units = make_units()
    records.add_cadre(values(NUMBERS[0], units["001.031"]))

    stored = " ".join(str(v) for v in db.session.execute(select(Cadre.__table__)).one())
    trail = " ".join(str(body) for body in db.session.scalars(select(AuditEntry.body)))

    assert NUMBERS[0] not in stored + trail
    assert "19900001234" not in stored + trail
    assert "5325********" in stored
    assert api.find_cadre_by_id_number(f" {NUMBERS[0].lower()} ") is not None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"), ({"id_number": ""}, "id_number"), ({"phone": "123"}, "phone"),
        ({"unit_id": None}, "unit_id"), ({"post_title": ""}, "post_title"), ({"post_since": "2999-01"}, "post_since"),
        ({"political_status": "群众"}, "party_joined"), ({"party_joined": "1970-01"}, "party_joined"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(sqlite_app, wrong, field):
    units = make_units()

    with pytest.raises(InvalidInput) as refused:
        records.add_cadre(values(**{"number": NUMBERS[0], "unit_id": units["001.031"], **wrong}))

    assert list(refused.value.fields) == [field]


def test_one_citizen_number_belongs_to_one_person(app):
    units = make_units()
    records.add_cadre(values(NUMBERS[0], units["001.031"]))

    with pytest.raises(Conflict) as refused:
        records.add_cadre(values(NUMBERS[0], units["001.032"], name="另一人"))

    assert "id_number" in refused.value.fields


def test_a_correction_names_what_changed_and_corrects_the_present_post(app):
    units = make_units()
    cadre_id = records.add_cadre(values(NUMBERS[0], units["001.031"]))

    changes = records.change_cadre(
        cadre_id, values("", units["001.031"], post_title="局长", native_place="云南", phone="")
    )

    assert changes["native_place"] == ("", "云南")
    assert changes["unit_and_post"] == ("县财政局副局长", "县财政局局长")
    [post] = files.posts_of(cadre_id)
    assert post.post_title == "局长"
    assert files.get_file(cadre_id).phone_masked == "199****1234"
    assert records.change_cadre(cadre_id, values("", units["001.031"], post_title="局长", native_place="云南")) == {}


def test_a_correction_elsewhere_keeps_the_post_in_the_registers_own_words(app):
    units = make_units()
    cadre_id = records.add_cadre(values(NUMBERS[0], units["001.031"], unit_and_post="县财政局党组成员、副局长"))

    records.change_cadre(cadre_id, values("", units["001.031"], native_place="云南"))

    assert api.get_cadre(cadre_id).unit_and_post == "县财政局党组成员、副局长"


def test_a_new_post_closes_the_one_before(app):
    units = make_units()
    cadre_id = records.add_cadre(values(NUMBERS[0], units["001.031"]))
    new = {"post_title": "局长", "post_level": "乡科级正职", "rank": "二级主任科员"}

    records.change_post(cadre_id, unit_id=units["001.032"], since=date(2023, 3, 10), **new)

    posts = files.posts_of(cadre_id)
    assert [(p.unit_name, p.since, p.until) for p in posts] == [
        ("县水务局", date(2023, 3, 10), None), ("县财政局", date(2019, 5, 1), date(2023, 3, 10))
    ]  # fmt: skip
    file = files.get_file(cadre_id)
    assert (file.unit_and_post, file.post_since, file.rank_since) == ("县水务局局长", "2023-03", "2023-03")
    with pytest.raises(Refused):
        records.change_post(cadre_id, unit_id=units["001.032"], since=date(2023, 4, 1), **new)
    with pytest.raises(Refused):
        records.change_post(cadre_id, unit_id=units["001.031"], since=date(2020, 1, 1), **new)


def test_a_reveal_needs_a_reason_and_leaves_a_trace(app):
    units = make_units()
    cadre_id = records.add_cadre(values(NUMBERS[0], units["001.031"]))

    with pytest.raises(InvalidInput):
        records.reveal(cadre_id, what="id_number", reason=" x")
    with pytest.raises(NotFound):
        records.reveal(cadre_id, what="password", reason="核对身份")

    assert records.reveal(cadre_id, what="id_number", reason="核对身份") == NUMBERS[0]
    assert records.reveal(cadre_id, what="phone", reason="通知开班") == "19900001234"
    kinds = list(db.session.scalars(select(AuditEntry.kind).where(AuditEntry.kind == "cadres.IdNumberRevealed")))
    assert len(kinds) == 2


def test_a_register_taken_in_twice_changes_nothing_the_second_time(app):
    units = make_units()
    rows = [values(number, units["001.031"], name=f"人{i}", phone="") for i, number in enumerate(NUMBERS)]

    first = api.store_cadres(rows, source="干部名册.xlsx")
    again = api.store_cadres(rows, source="干部名册.xlsx")
    moved = api.store_cadres([values(NUMBERS[0], units["001.032"], name="人0", post_since="2022-01")], source="x")

    assert (first.created, first.updated, first.unchanged) == (4, 0, 0)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 4)
    assert again.ids == first.ids
    assert (moved.created, moved.updated) == (0, 1)
    assert [p.unit_name for p in files.posts_of(first.ids[0])] == ["县水务局", "县财政局"]


def test_a_party_member_who_is_a_cadre_is_the_same_person(app):
    units = make_units()
    [cadre_id] = api.store_cadres([values(NUMBERS[0], units["001.031"])], source="x").ids
    rows = [
        api.PartyMemberValues(
            name=name, id_number=number, unit_id=units["001.032"], branch="第一党支部", member_type="正式党员"
        )
        for name, number in (("马兴云", NUMBERS[0]), ("邓云梦", NUMBERS[1]))
    ]

    stored = api.store_party_members(rows, source="党员名册.xlsx")
    again = api.store_party_members(rows, source="党员名册.xlsx")

    assert stored.ids[0] == cadre_id
    assert (stored.created, stored.updated) == (1, 1)
    assert again.unchanged == 2
    assert [(c.name, c.in_register) for c in api.list_cadres(stored.ids)] == [("马兴云", True), ("邓云梦", False)]
    assert [ref.is_party_member for ref in api.list_refs()] == [True, True]


def test_an_account_belongs_to_one_person(app):
    units = make_units()
    ids = api.store_cadres([values(n, units["001.031"]) for n in NUMBERS[:2]], source="x").ids
    account_id = create_account(username="mxy", display_name="马兴云", roles=["trainee"])

    api.link_account(ids[0], account_id)
    api.link_account(ids[0], account_id)

    assert api.find_cadre_by_account(account_id) == api.get_cadre(ids[0])
    with pytest.raises(Conflict):
        api.link_account(ids[1], account_id)


@pytest.mark.parametrize(
    "typed", ["mxy", "maxing", "MXY", "马兴", "财政局", "马 财政", NUMBERS[0], "199 0000 1234".replace(" ", "")]
)
def test_people_are_found_by_name_pinyin_unit_number_and_phone(app, typed):
    units = make_units()
    rows = [values(NUMBERS[0], units["001.031"]), values(NUMBERS[1], units["001.032"], name="罗花", phone="")]
    api.store_cadres(rows, source="x")

    assert [c.name for c in people.search_cadres(typed)] == ["马兴云"]


def test_a_search_takes_signs_of_the_database_literally(app):
    units = make_units()
    api.store_cadres([values(NUMBERS[0], units["001.031"])], source="x")

    assert people.search_cadres("%") == []
    assert people.search_cadres("_") == []
    assert people.search_cadres("'; drop table cadres_cadre") == []
