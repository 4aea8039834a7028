"""Many rows in one go: keys, defaults, JSON and types come out as if they had gone in one by one."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, text

from training_app.cadres.models import Cadre, PostHolding
from training_app.core import clock
from training_app.core.db import db, insert_many, unit_of_work
from training_app.core.recording import recording
from training_app.imports.models import ImportBatch, ImportChange


def people(*names: str) -> list[dict[str, object]]:
    now = clock.now()
    return [{"name": name, "created_at": now, "updated_at": now} for name in names]


def test_rows_get_keys_defaults_and_types(app):
    with unit_of_work():
        db.session.add(Cadre(name="先", created_at=clock.now(), updated_at=clock.now()))
        db.session.flush()
        rows = people("甲\t\\N", "乙\n'\"", "丙")
        insert_many(Cadre, rows)
        db.session.add(Cadre(name="后", created_at=clock.now(), updated_at=clock.now()))

    stored = list(db.session.scalars(select(Cadre).order_by(Cadre.id)))
    assert [each.name for each in stored] == ["先", "甲\t\\N", "乙\n'\"", "丙", "后"]
    assert [each.id for each in stored[1:4]] == [row["id"] for row in rows]
    assert (stored[1].in_register, stored[1].sex, stored[1].unit_id) == (True, "", None)
    assert stored[1].created_at == rows[0]["created_at"]


def test_days_and_foreign_keys_are_kept(app):
    with unit_of_work():
        rows = people("甲")
        insert_many(Cadre, rows)
        held = [{"cadre_id": rows[0]["id"], "since": date(2020, 3, 1), "until": None, "unit_id": None}]
        insert_many(PostHolding, held)

    assert db.session.scalars(select(PostHolding)).one().since == date(2020, 3, 1)
    with pytest.raises(Exception, match=r"(?i)foreign key"), unit_of_work():
        insert_many(PostHolding, [{"cadre_id": 10**6, "since": date(2020, 3, 1)}])
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(PostHolding)) == 1


def test_json_that_is_not_there_is_no_json(app):
    with unit_of_work():
        batch = ImportBatch(kind="cadres", file_name="x", sheet="", file_sha256="0" * 64, at=clock.now(), report={})
        batch.rows_read = batch.accepted = batch.created = batch.updated = batch.unchanged = 0
        batch.refused_count = batch.flagged_count = 0
        batch.state = "stored"
        db.session.add(batch)
        db.session.flush()
        same = {"batch_id": batch.id, "row": 1, "entity": "x", "entity_id": 1, "action": "updated", "digest": ""}
        insert_many(
            ImportChange, [{**same, "before": {"姓名": "甲"}, "after": None}, {**same, "before": None, "after": None}]
        )

    assert [each.before for each in db.session.scalars(select(ImportChange).order_by(ImportChange.id))] == [
        {"姓名": "甲"},
        None,
    ]
    nothing = text("SELECT count(*) FROM imports_change WHERE after IS NULL")
    assert db.session.scalar(nothing) == 2


def test_what_went_in_is_seen_by_who_records(app):
    with unit_of_work():
        with recording() as seen:
            rows = people("甲", "乙")
            insert_many(Cadre, rows)
        touched = {(each.entity, each.key, each.action) for each in seen.touches()}

    assert touched == {("cadres_cadre", row["id"], "created") for row in rows}


def test_only_within_a_unit_of_work_and_nothing_stays_of_one_that_fails(app):
    with pytest.raises(RuntimeError):
        insert_many(Cadre, people("甲"))
    with pytest.raises(LookupError):
        _put_in_and_fail()

    assert db.session.scalar(select(func.count()).select_from(Cadre)) == 0


def _put_in_and_fail() -> None:
    with unit_of_work():
        insert_many(Cadre, people("甲"))
        raise LookupError
