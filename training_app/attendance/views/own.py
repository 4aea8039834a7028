"""A trainee's own pages: what comes next, own attendance with every doubt, the badge for staff to scan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from training_app.attendance import labels, qr, rules
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.calls import check_out_of, find_call
from training_app.attendance.queries.class_rules import hours_by_lates
from training_app.attendance.queries.contests import contests_of_account
from training_app.attendance.queries.people import OwnLesson, own_lessons
from training_app.attendance.rest import who_scans
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services.badges import make_badge
from training_app.attendance.views import bp
from training_app.cadres.api import find_cadre_by_account
from training_app.classes.api import enrollments_of_account, get_class
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.web import cookies
from training_app.web.access import requires


@dataclass(frozen=True)
class OwnClass:
    """One's own attendance in one class."""

    name: str
    lessons: tuple[OwnLesson, ...]
    sums: rules.HourSums
    planned: Decimal
    by_lates: Decimal = Decimal(0)

    @property
    def missed(self) -> Decimal:
        """On leave, absent, and late often enough: the same figure as everywhere."""
        return self.sums.missed + self.by_lates

    @property
    def too_much(self) -> bool:
        """Whether more than a seventh was missed."""
        return rules.misses_too_much(self.missed, self.planned)

    @property
    def near(self) -> bool:
        """Whether that is near."""
        return rules.nears_limit(self.missed, self.planned)


@bp.get("/me")
@requires(ATTENDANCE["own"])
def home() -> ResponseReturnValue:
    """Start here on the phone: the next lesson, the scan button, hours, ways to everything of one's own."""
    account_id = current_actor().account_id or 0
    ticket = cookies.read(cookies.TICKET)
    waiting = scanning.look(who_scans(), ticket) if ticket else None
    if waiting is not None and waiting.outcome == "ready":  # signed in anew in the middle of a check-in
        return redirect(url_for("attendance.check_in"), 303)
    coming = own_lessons(account_id, since=clock.now(), limit=1)
    cadre = find_cadre_by_account(account_id)
    following = coming[0] if coming else None
    minutes = int((following.starts_at - clock.now()).total_seconds() // 60) if following else 0
    return render_template(
        "attendance/home.html",
        following=following,
        minutes=minutes,
        cadre=cadre,
        account_id=account_id,
        labels=labels,
        leaving=following is not None and _is_leaving(following),
    )


def _is_leaving(lesson: OwnLesson) -> bool:
    """Whether the screen asks for leaving and this person has not done so. A call in mid-lesson is not told here."""
    call = find_call(lesson.lesson_id, clock.now()) if lesson.window_state == "open" else None
    return (
        call is not None
        and call.slot == "out"
        and lesson.record is not None
        and lesson.record.status in rules.ATTENDED_STATUSES
        and check_out_of(lesson.lesson_id, lesson.enrollment_id) is None
    )


@bp.get("/me/attendance")
@requires(ATTENDANCE["own"])
def own() -> ResponseReturnValue:
    """Show one's own attendance, class by class, with every doubt and change."""
    by_class: dict[int, list[OwnLesson]] = {}
    for each in own_lessons(current_actor().account_id or 0):
        by_class.setdefault(each.class_id, []).append(each)
    found = [_own_class(lessons) for lessons in by_class.values()]
    said = {each.lesson_id: each for each in reversed(contests_of_account(current_actor().account_id or 0))}
    return render_template("attendance/own.html", classes=found[::-1], labels=labels, signs=rules.SIGNS, contests=said)


def _own_class(lessons: list[OwnLesson]) -> OwnClass:
    return OwnClass(
        lessons[0].class_name,
        tuple(lessons),
        rules.sum_hours(
            (each.record.status, each.credit_hours)
            for each in lessons
            if each.record is not None and each.window_state == "closed"
        ),
        sum((each.credit_hours for each in lessons), Decimal(0)),
        hours_by_lates(lessons[0].class_id).get(lessons[0].enrollment_id, Decimal(0)),
    )


@bp.get("/me/badge")
@requires(ATTENDANCE["own"])
def badge() -> ResponseReturnValue:
    """Show one's own badge for staff to scan: it works when the phone has no signal, once it is shown."""
    active = [
        e for e in enrollments_of_account(current_actor().account_id or 0) if e.status in ("approved", "studying")
    ]
    badges = [(get_class(e.class_id), e, text, qr.picture(text)) for e in active[:3] for text in (make_badge(e.id),)]
    return render_template("attendance/badge.html", badges=badges)
