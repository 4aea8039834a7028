"""Rows put in by one statement are the rows put in one by one, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, MetaData, Table, select

from training_app.audit.models import AuditEntry
from training_app.classes.models import Lesson
from training_app.core.at_once import insert_at_once
from training_app.core.db import db, table_of, unit_of_work

_NOW = datetime(2026, 3, 5, 6, 7, 8, 90123, tzinfo=UTC)


def _entry(number: int, **more: Any) -> dict[str, Any]:
    return {
        "at": _NOW + timedelta(microseconds=number),
        "kind": "test.Said",
        "account_id": None,
        "actor_name": '引号" 反斜\\ 换行\n 表情🎓 百分号%s',
        "subject_kind": "",
        "subject_id": str(number),
        "body": {"名": ["一", None, 2, {"深": True}], "空": {}},
        "address": "",
        "request_id": "",
        **more,
    }


def test_every_value_comes_back_as_it_went_in_and_in_order(app: Flask) -> None:
    entries = table_of(AuditEntry)
    with unit_of_work():
        insert_at_once(entries, [_entry(number) for number in range(70)])
        insert_at_once(entries, [])

    rows = db.session.execute(select(entries).where(entries.c.kind == "test.Said").order_by(entries.c.id)).all()
    assert [row.subject_id for row in rows] == [str(number) for number in range(70)]
    assert all(row.at == _NOW + timedelta(microseconds=number) for number, row in enumerate(rows))
    assert {row.actor_name for row in rows} == {_entry(0)["actor_name"]}
    assert all(row.body == _entry(0)["body"] for row in rows)


def test_a_row_that_is_refused_takes_the_others_with_it(app: Flask) -> None:
    entries = table_of(AuditEntry)
    with pytest.raises(Exception, match=r"(?i)null"), unit_of_work():
        insert_at_once(entries, [_entry(1), _entry(2, kind=None)])

    assert db.session.scalar(select(entries.c.id).where(entries.c.kind == "test.Said")) is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite draws for each row by itself
def test_what_is_drawn_anew_for_each_row_has_to_be_given(app: Flask) -> None:
    drawn = Table("drawn", MetaData(), Column("at", table_of(Lesson).c.starts_at.type, default=lambda: _NOW))
    with pytest.raises(TypeError), unit_of_work():
        insert_at_once(drawn, [{"other": 1}])
