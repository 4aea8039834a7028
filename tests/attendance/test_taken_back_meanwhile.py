"""A scan that meets a mark by staff which is taken back in the same moment counts, and is not told "closed"."""

from __future__ import annotations

import pytest

from tests.attendance_hall import Hall
from training_app.attendance.queries import scans
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import staff, undo
from training_app.attendance.services.judging import Who


def test_a_scan_between_a_mark_and_its_undoing_counts(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The moments are put in order here: read, mark, store, undo, read again."""
    lesson, person, asked = hall.lesson_id, hall.enrollments[0], 0
    read = scans.find_scan

    def find_scan(*args, **kwargs):
        nonlocal asked
        asked += 1
        if asked == 2:
            undo.take_back(lesson, person)
        row = read(*args, **kwargs)
        if asked == 1:
            staff.mark(lesson, person, status="present", reason="no_phone")
        return row

    monkeypatch.setattr(scans, "find_scan", find_scan)
    done = scanning.check_in(Who(hall.accounts[0], "phone"), code=hall.code(), nonce="n")

    assert (asked, done.outcome, done.status) == (2, "accepted", "present")
    assert hall.status(0) == "present"
