"""The start page: what needs this person today, what is running, the figures they answer for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.accounts import api as accounts
from training_app.classes import api as classes
from training_app.classes.permissions import CLASSES
from training_app.core import clock, ports
from training_app.core.actor import Actor, current_actor
from training_app.core.ports import Task
from training_app.reports import labels, rules
from training_app.reports.permissions import REPORTS
from training_app.reports.queries.classes import facts_between
from training_app.reports.queries.outlook import closable_people, coming_classes
from training_app.reports.queries.people import GroupSum, Standings, path_of
from training_app.reports.queries.today import classes_today
from training_app.reports.queries.year import year_of_classes
from training_app.reports.views import bp
from training_app.web.access import signed_in

_MOST_COMING = 4


@bp.get("/")
@signed_in()
def start() -> ResponseReturnValue:
    """What needs me today."""
    actor, now = current_actor(), clock.now()
    if actor.roles == frozenset({"trainee"}):
        return redirect(url_for("attendance.home"))
    tasks = waiting_tasks(actor)
    account = accounts.get_account(actor.account_id or 0)
    return render_template(
        "reports/start.html",
        tasks=tasks,
        urgent=sum(t.urgent for t in tasks),
        account=account,
        running=classes_today(actor, now),
        figures=_figures(actor, clock.today()),
        mine=_own_classes(actor),
        next_day=_next_day(actor, clock.today()),
        class_states=labels.CLASS_STATES,
        half_days=labels.HALF_DAYS,
    )


@bp.get("/today/running")
@signed_in()
def running() -> ResponseReturnValue:
    """The class running now, brought up to date in place."""
    return render_template(
        "reports/_running.html", running=classes_today(current_actor(), clock.now()), half_days=labels.HALF_DAYS
    )


def waiting_tasks(actor: Actor) -> list[Task]:
    """What the features say waits for this person: urgent first, then by the time it is due."""
    tasks = [task for answer in ports.ask("start.tasks", actor=actor) for task in answer]
    return sorted(tasks, key=lambda t: (not t.urgent, t.due is None, t.due.timestamp() if t.due else 0))


def _figures(actor: Actor, today: date) -> dict[str, object] | None:
    """The figures this person answers for; None when there are none."""
    if not REPORTS["view"].held_by(actor):
        return None
    path = path_of(actor)
    standings = Standings(today.year, on=today, path=path)
    total, groups = standings.total(), standings.by_category()
    due = rules.one_place(standings.annual.hours * standings.calendar_share)
    means = [(g.key, g.yearly_mean) for g in groups if g.yearly]
    coming = coming_classes(standings, today)
    year = (
        year_of_classes(facts_between(date(today.year, 1, 1), today, decided_only=True), year=today.year, today=today)
        if not path
        else None
    )
    return {
        "year": year,
        "total": total,
        "due": due,
        "required": standings.annual.hours,
        "title": labels.finding(rules.furthest_behind(means, due)),
        "chart": _chart(groups, due) if means else None,
        "coming": coming[:_MOST_COMING],
        "closable": closable_people(standings, coming),
    }


def _chart(groups: Sequence[GroupSum], due: Decimal) -> dict[str, object]:
    rows = sorted((g for g in groups if g.yearly), key=lambda g: g.yearly_mean)
    return {
        "kind": "bar",
        "horizontal": True,
        "unit": _("hours"),
        "name": _("Category of cadre"),
        "categories": [
            ngettext("%(name)s, %(num)d person", "%(name)s, %(num)d people", g.yearly, name=g.key) for g in rows
        ],
        "series": [
            {
                "name": _("Hours per head"),
                "data": [
                    {
                        "value": float(rules.one_place(g.yearly_mean)),
                        "url": url_for("reports.people_behind_figure", category=g.key, state="behind"),
                        "tone": "main" if g.yearly_mean < due else "other",
                    }
                    for g in rows
                ],
            }
        ],
        "mark": {"value": float(due), "label": _("The calendar asks for %(hours)s", hours=due)},
    }


def _own_classes(actor: Actor) -> list[classes.ClassInfo]:
    """Classes of those who have no county to answer for."""
    if REPORTS["view"].held_by(actor):
        return []
    visible = classes.class_ids_visible_to(actor, CLASSES["view"])
    found = classes.list_classes(
        sorted(visible) if visible is not None else None, states=("enrolling", "running", "finished")
    )
    return sorted(found, key=lambda k: (k.state != "running", k.state != "enrolling", -k.ends_on.toordinal()))[:8]


def _next_day(actor: Actor, today: date) -> date | None:
    """The next day with a lesson, named when nothing waits."""
    visible = classes.class_ids_visible_to(actor, CLASSES["view"])
    start = clock.at_local(today, 23, 59)
    coming = classes.lessons_between(start, clock.at_local(date(today.year + 1, 12, 31), 23), visible)
    return min((lesson.day for lesson in coming), default=None)
