"""One page for leaders: how is the year going, who is behind, what is running."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance.api import Counts
from training_app.classes import api as classes
from training_app.classes.permissions import CLASSES
from training_app.core import clock
from training_app.core.actor import Actor, current_actor
from training_app.reports import rules
from training_app.reports.permissions import REPORTS
from training_app.reports.queries.classes import facts_between
from training_app.reports.queries.people import GroupSum, Standings, path_of
from training_app.reports.queries.today import ClassToday, classes_today
from training_app.reports.queries.year import year_of_classes
from training_app.reports.rules import ClassFacts
from training_app.reports.views import bp
from training_app.web.access import requires

_MOST_UNITS = 24
_MOST_CLASSES = 12
_MOST_COMING = 4


@bp.get("/overview")
@requires(REPORTS["view"])
def overview() -> ResponseReturnValue:
    """The year on one page."""
    actor, today = current_actor(), clock.today()
    path = path_of(actor)
    standings = Standings(today.year, on=today, path=path)
    units = [(unit_id, group) for unit_id, group in standings.by_unit() if group.people]
    facts = [] if path else facts_between(date(today.year, 1, 1), today, decided_only=True)
    now = classes_today(actor, clock.now())
    return render_template(
        "reports/overview.html",
        running=now,
        total=standings.total(),
        required=standings.annual.hours,
        due=rules.one_place(standings.annual.hours * standings.calendar_share),
        coming=_coming(actor),
        year=year_of_classes(facts, year=today.year, today=today) if facts else None,
        today_chart=_today_chart(now) if now else None,
        units_chart=_units_chart(units),
        behind_units=_worst(units),
        exams_chart=_exams_chart(facts),
        passed=_pass_rate(facts),
        whole_county=not path,
    )


def _coming(actor: Actor) -> list[tuple[classes.ClassInfo, int]]:
    """Classes that people are being named for, with how many have a place."""
    visible = classes.class_ids_visible_to(actor, CLASSES["view"])
    found = classes.list_classes(sorted(visible) if visible is not None else None, states=("enrolling",))
    return [(k, len(classes.list_enrollments(k.id))) for k in sorted(found, key=lambda k: k.starts_on)[:_MOST_COMING]]


def _today_chart(today: Sequence[ClassToday]) -> dict[str, object]:
    """Today's lessons: who came, who is on leave, who is missing."""
    lessons = [(c.klass, x) for c in today for x in sorted((c.now, *c.others), key=lambda x: x.lesson.starts_at)]
    parts = ((_("Present"), _there), (_("Not there yet or absent"), _missing), (_("On leave"), _on_leave))
    return {
        "kind": "stack",
        "horizontal": True,
        "unit": _("people"),
        "name": _("Lesson"),
        "categories": [f"{k.name} {clock.local(x.lesson.starts_at):%H:%M}" for k, x in lessons],
        "series": [
            {
                "name": name,
                "data": [
                    {"value": value(x.counts), "url": url_for("attendance.of_class", class_id=k.id)} for k, x in lessons
                ],
            }
            for name, value in parts
        ],
    }


def _there(counts: Counts) -> int:
    return counts.attended


def _on_leave(counts: Counts) -> int:
    return counts.on_leave


def _missing(counts: Counts) -> int:
    return max(0, counts.expected - counts.attended - counts.on_leave)


def _units_chart(units: Sequence[tuple[int, GroupSum]]) -> dict[str, object]:
    """Share of people who reached their hours, unit by unit, the lowest first."""
    rows = sorted(units, key=lambda row: (rules.share(row[1].reached, row[1].people), row[1].key))[:_MOST_UNITS]
    return {
        "kind": "bar",
        "horizontal": True,
        "unit": "%",
        "name": _("Unit"),
        "categories": [group.key for _unit, group in rows],
        "series": [
            {
                "name": _("Share that reached it"),
                "data": [
                    {
                        "value": round(rules.share(group.reached, group.people) * 100, 1),
                        "tone": "main" if group.behind * 2 > group.people else "other",
                        "url": url_for("reports.people_behind_figure", unit=unit_id, state="missing"),
                    }
                    for unit_id, group in rows
                ],
            }
        ],
    }


def _worst(units: Sequence[tuple[int, GroupSum]]) -> str:
    rows = sorted(
        (row for row in units if row[1].people >= 5), key=lambda row: rules.share(row[1].reached, row[1].people)
    )
    return rows[0][1].key if rows else ""


def _examined(facts: Sequence[ClassFacts]) -> list[ClassFacts]:
    return [f for f in facts if f.sittings]


def _exams_chart(facts: Sequence[ClassFacts]) -> dict[str, object] | None:
    """Pass rates of the latest classes that were examined."""
    rows = sorted(_examined(facts), key=lambda f: f.ends_on)[-_MOST_CLASSES:]
    if not rows:
        return None
    figures = [rules.class_figures(f) for f in rows]
    return {
        "kind": "bar",
        "horizontal": True,
        "unit": "%",
        "name": _("Class"),
        "categories": [f.name for f in rows],
        "series": [
            {
                "name": _("Pass rate"),
                "data": [
                    {
                        "value": round(one["pass_rate"] * 100, 1),
                        "tone": "main" if one["pass_rate"] < 0.95 else "other",
                        "url": url_for("exams.of_class", class_id=f.class_id),
                    }
                    for f, one in zip(rows, figures, strict=True)
                ],
            }
        ],
    }


def _pass_rate(facts: Sequence[ClassFacts]) -> float:
    rows = _examined(facts)
    base = sum(f.tested for f in rows)
    return rules.share(sum(f.passed for f in rows), base)
