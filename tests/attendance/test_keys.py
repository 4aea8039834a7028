"""The key of a lesson's codes ends thirty days after its class was sealed, and no key makes no code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.attendance_hall import build_hall
from training_app.archives.models import ArchivePackage
from training_app.attendance import code_rules
from training_app.attendance.models import CheckInWindow
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import tickets, windows
from training_app.attendance.services.judging import Who
from training_app.attendance.services.keys import delete_keys
from training_app.core import clock
from training_app.core.db import db, unit_of_work


@pytest.mark.parametrize(("days", "gone"), [(29, 0), (31, 1)])
def test_thirty_days_after_sealing_the_key_is_gone_and_its_codes_are_nobody_s(app: Flask, days: int, gone: int) -> None:
    hall, other = build_hall(code="QM1"), build_hall(code="QM2")
    for each in (hall, other):
        windows.open_check_in(each.lesson_id)
    code = hall.code()
    with unit_of_work() as session:
        session.add(
            ArchivePackage(
                class_id=hall.class_id,
                file_sha256="0" * 64,
                size=1,
                checkpoint="",
                item_count=1,
                sealed_at=clock.now() - timedelta(days=days),
            )
        )

    assert delete_keys() == gone
    assert delete_keys() == 0
    db.session.expire_all()
    assert bool(db.session.get_one(CheckInWindow, hall.lesson_id).key_encrypted) is not bool(gone)
    assert db.session.get_one(CheckInWindow, other.lesson_id).key_encrypted
    said = tickets.scan(code, account_id=hall.accounts[0], device="d")[0].outcome
    assert said == ("bad_code" if gone else "ready")
    said = scanning.check_in(Who(hall.accounts[0], "d"), code=code, nonce="n").outcome
    assert said == ("bad_code" if gone else "accepted")


def test_an_empty_key_makes_no_genuine_code() -> None:
    code = code_rules.parse_code(code_rules.make_code(b"", 7, 100))
    assert code is not None
    assert code_rules.read_code(code, key=b"", now_step=100) == "bad_code"
    typed = code_rules.make_short_code(b"", 7, 3)
    assert code_rules.read_short_code(typed, key=b"", lesson_id=7, unix=3 * code_rules.SHORT_STEP_SECONDS) is None
