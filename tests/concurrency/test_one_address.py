"""A room of 60 phones behind one address within five seconds, through the real server: everybody is in, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench import hall, room, servers
from training_app.attendance.models import AttendanceFlag, AttendanceRecord
from training_app.audit.models import AuditEntry
from training_app.core.db import db

PHONES, SECONDS = 60, 5.0
SECRETS = {"TRAINING_APP_SECRET_KEY": "s" * 40, "TRAINING_APP_FIELD_KEY": "f" * 40}


@pytest.mark.slow
def test_sixty_phones_behind_one_address_are_all_there(app: Flask, database_url: str, tmp_path: Path) -> None:
    made = hall.build(app, people=PHONES, rounds=1)
    env = {**SECRETS, "TRAINING_APP_INSTANCE": str(tmp_path)}
    log = tmp_path / "server.log"
    with (
        servers.running(servers.ours(), url=database_url, path="/healthz", env=env, log=log) as ours,
        ThreadPoolExecutor(1) as street,  # a browser of another test may have this thread's loop
    ):
        come = street.submit(room.come, ours.port, made, lesson=0, first=0, phones=PHONES, seconds=SECONDS)
        crowd = come.result()

    assert [phone.told for phone in crowd if phone.told.get("outcome") != "accepted"] == []
    assert {phone.told["http"] for phone in crowd} == {201}
    db.session.rollback()
    rows = db.session.execute(
        select(AttendanceRecord.enrollment_id, AttendanceRecord.device_hash).where(
            AttendanceRecord.lesson_id == made.lessons[0]
        )
    ).all()
    assert len(rows) == len({row.enrollment_id for row in rows}) == PHONES
    assert len({row.device_hash for row in rows}) == PHONES, "an address is no device"
    kept = select(func.count()).select_from(AuditEntry).where(AuditEntry.kind == "attendance.CheckedIn")
    assert db.session.scalar(kept) == PHONES
    doubts = set(db.session.scalars(select(AttendanceFlag.code)))
    assert "shared_device" not in doubts, "one address makes nobody suspect"
