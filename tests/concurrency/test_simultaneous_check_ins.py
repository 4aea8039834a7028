"""Many at once, and one person twice at once, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from tests.attendance_hall import Hall, build_hall
from training_app.attendance.models import AttendanceRecord
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import windows
from training_app.attendance.services.judging import Who
from training_app.audit.models import AuditEntry
from training_app.core import clock
from training_app.core.actor import Actor, acting_as
from training_app.core.db import db


def at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[Any]:
    """Run all acts in threads that start together; what each returned."""
    start = threading.Barrier(len(acts))
    done: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        with app.app_context(), acting_as(Actor(account_id=number + 1, name=f"thread {number}")):
            start.wait(timeout=30)
            try:
                done[number] = act()
            except Exception as error:  # noqa: BLE001 - the test looks at it
                done[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return done


def opened(people: int) -> Hall:
    hall = build_hall(people=people)
    windows.open_check_in(hall.lesson_id)
    db.session.remove()
    return hall


def records(hall: Hall) -> int:
    db.session.rollback()  # end our own read, which would still see the state before
    found = db.session.scalar(
        select(func.count()).select_from(AttendanceRecord).where(AttendanceRecord.lesson_id == hall.lesson_id)
    )
    return int(found or 0)


def test_the_same_person_eight_times_at_once_has_one_record_and_one_time(app: Flask) -> None:
    hall = opened(1)
    code = hall.code()

    done = at_once(
        app, [lambda n=n: scanning.check_in(Who(hall.accounts[0]), code=code, nonce=f"n{n}") for n in range(8)]
    )

    assert Counter(each.outcome for each in done) == {"accepted": 1, "repeated": 7}
    assert len({each.at for each in done}) == 1
    assert records(hall) == 1
    assert db.session.scalar(select(func.count()).where(AuditEntry.kind == "attendance.CheckedIn")) == 1


def test_sixty_people_at_once_are_all_there(app: Flask) -> None:
    hall = opened(60)
    code = hall.code()

    done = at_once(
        app, [lambda a=a: scanning.check_in(Who(a, f"device {a}"), code=code, nonce=str(a)) for a in hall.accounts]
    )

    assert [each for each in done if getattr(each, "outcome", None) != "accepted"] == []
    assert records(hall) == 60
    assert db.session.scalar(select(func.count()).where(AuditEntry.kind == "attendance.CheckedIn")) == 60


def test_closing_while_people_check_in_leaves_nobody_without_a_record(app: Flask) -> None:
    hall = opened(20)
    code = hall.code()
    scans = [lambda a=a: scanning.check_in(Who(a), code=code, nonce=str(a)) for a in hall.accounts]

    done = at_once(app, [*scans[:10], lambda: windows.close_check_in(hall.lesson_id), *scans[10:]])

    closing = done.pop(10)
    outcomes = Counter(each.outcome for each in done)
    assert set(outcomes) <= {"accepted", "closed"}
    assert records(hall) == 20
    assert closing.counts.attended + closing.counts.absent == 20
    present = db.session.scalar(
        select(func.count()).select_from(AttendanceRecord).where(AttendanceRecord.status == "present")
    )
    assert present == outcomes["accepted"]


def test_two_openings_at_once_make_one_key(app: Flask) -> None:
    hall = build_hall(people=1)
    db.session.remove()

    done = at_once(app, [lambda: windows.open_check_in(hall.lesson_id) for _ in range(4)])

    assert len({each.opened_at for each in done}) == 1
    assert clock.now() >= done[0].opened_at
