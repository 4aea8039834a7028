"""What of plans and classes waits for somebody: rows of the start page."""

from __future__ import annotations

from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.accounts.api import list_units
from training_app.classes.permissions import CLASSES, PLANS
from training_app.classes.queries.classes import list_classes
from training_app.classes.queries.list import waiting_nominations
from training_app.classes.queries.overview import consequences
from training_app.classes.queries.plan import unopened_lines
from training_app.classes.queries.scope import class_ids_visible_to
from training_app.classes.queries.seats import seat_use
from training_app.classes.values import ClassInfo
from training_app.core import clock
from training_app.core.actor import Actor
from training_app.core.ports import Task
from training_app.web.display import day

_AGO, _AHEAD, _SOON = 30, 21, 3  # days: a line to open is shown that long before, and for a while after, its date


def start_tasks(actor: Actor) -> list[Task]:
    """Nominations to decide, seats to fill, classes to start or finish."""
    found: list[Task] = []
    if CLASSES["approve"].held_by(actor):
        found += _to_decide()
    if PLANS["edit"].held_by(actor):
        found += _to_open()
    if "unit" in CLASSES["nominate"].reach_of(actor) and not CLASSES["approve"].held_by(actor):
        found += _to_nominate(actor)
    if CLASSES["run"].held_by(actor):
        found += _to_move(actor)
    return found


def _to_decide() -> list[Task]:
    waiting = waiting_nominations(None)
    return [
        Task(
            title=ngettext(
                "Decide %(num)d nomination: %(name)s",
                "Decide %(num)d nominations: %(name)s",
                waiting[each.id],
                name=each.name,
            ),
            note=_("begins on %(day)s", day=day(each.starts_on)),
            url=url_for("classes.enrollments", class_id=each.id, status="nominated"),
            verb=_("Decide now"),
            icon="user-check",
            due=clock.at_local(each.starts_on, 8),
            urgent=(each.starts_on - clock.today()).days <= 1,
        )
        for each in (list_classes(list(waiting)) if waiting else [])
    ]


def _to_open() -> list[Task]:
    today = clock.today()
    return [
        Task(
            title=_("Open the class: %(name)s", name=each.name),
            note=_("begins on %(day)s", day=day(each.starts_on)),
            url=url_for("plans.show", plan_line_id=each.id, _anchor="open"),
            verb=_("Open the class"),
            icon="school",
            due=clock.at_local(each.starts_on, 8),
            urgent=(each.starts_on - today).days <= _SOON,
        )
        for each in unopened_lines(today - timedelta(days=_AGO), today + timedelta(days=_AHEAD))
    ]


def _to_nominate(actor: Actor) -> list[Task]:
    found = []
    units = {unit.id: unit for unit in list_units()}
    for each in list_classes(class_ids_visible_to(actor, CLASSES["nominate"]), ("enrolling",)):
        seats, taken = seat_use(each.plan_line_id, units).of_unit(actor.unit_path)
        if seats is None or taken >= seats:
            continue
        found.append(
            Task(
                title=ngettext(
                    "Nominate %(num)d person: %(name)s",
                    "Nominate %(num)d people: %(name)s",
                    seats - taken,
                    name=each.name,
                ),
                note=_("begins on %(day)s", day=day(each.starts_on)),
                url=url_for("classes.nominate", class_id=each.id),
                verb=_("Nominate"),
                icon="user-plus",
                due=clock.at_local(each.starts_on, 8),
                urgent=(each.starts_on - clock.today()).days <= 1,
            )
        )
    return found


def _to_move(actor: Actor) -> list[Task]:
    found = []
    today = clock.today()
    for each in list_classes(class_ids_visible_to(actor, CLASSES["run"]), ("enrolling", "running")):
        if each.state == "enrolling" and each.starts_on <= today:
            found.append(
                Task(
                    title=_("Start the class: %(name)s", name=each.name),
                    note=_("begins on %(day)s", day=day(each.starts_on)),
                    url=url_for("classes.start", class_id=each.id),
                    verb=_("Start the class"),
                    icon="player-play",
                    due=clock.at_local(each.starts_on, 8),
                    urgent=True,
                )
            )
        elif (
            each.state == "enrolling" and (each.starts_on - today).days <= _AHEAD and not consequences(each.id).lessons
        ):
            found.append(
                Task(
                    title=_("Make the timetable: %(name)s", name=each.name),
                    note=_("begins on %(day)s", day=day(each.starts_on)),
                    url=url_for("classes.timetable", class_id=each.id),
                    verb=_("Make the timetable"),
                    icon="calendar-plus",
                    due=clock.at_local(each.starts_on, 8),
                    urgent=(each.starts_on - today).days <= 1,
                )
            )
        elif each.state == "running" and each.ends_on <= today:
            facts = consequences(each.id)
            if facts.lessons and not facts.to_come and not facts.unclosed:
                found.append(
                    Task(
                        title=_("Finish the class: %(name)s", name=each.name),
                        note=_("all lessons are closed"),
                        url=url_for("classes.finish", class_id=each.id),
                        verb=_("Finish the class"),
                        icon="flag",
                        due=None,
                    )
                )
    return found


def _lacks_timetable(klass: ClassInfo) -> bool:
    soon = (klass.starts_on - clock.today()).days <= _AHEAD
    return klass.state == "enrolling" and soon and not consequences(klass.id).lessons
