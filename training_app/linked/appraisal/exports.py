"""The statements as tables for Excel: one line per person, or one line per training."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.tables import Column
from training_app.linked.appraisal import labels
from training_app.linked.appraisal.queries import PersonLine


def people_columns() -> list[Column]:
    """One line per person: each figure beside where it comes from."""
    return [
        Column("year", _("Year"), "number"),
        Column("name", _("Full name")),
        Column("unit", _("Unit")),
        Column("unit_and_post", _("Unit and post")),
        Column("post_level", _("Post level")),
        Column("rank", _("Rank")),
        Column("rule", _("Requirement that binds")),
        Column("group", _("Hours in classes"), "number"),
        Column("external", _("Hours at higher levels and outside"), "number"),
        Column("counted", _("Hours that count"), "number"),
        Column("required", _("Hours required"), "number"),
        Column("days", _("Days"), "number"),
        Column("met", _("Whether it is reached")),
        Column("missing", _("Hours missing"), "number"),
        Column("online", _("Network hours earned"), "number"),
        Column("online_required", _("Network hours required"), "number"),
        Column("taken", _("Classes taken part in"), "number"),
        Column("attendance", _("Attendance, per cent"), "number"),
        Column("scores", _("Exam results")),
        Column("completed", _("People who completed"), "number"),
        Column("not_completed", _("People who did not complete"), "number"),
        Column("certificates", _("Certificates")),
        Column("finding", _("Finding")),
        Column("sources", _("Sources of the hours")),
        Column("as_of", _("As of"), "date"),
    ]


def people_rows(lines: Sequence[PersonLine], *, as_of: date) -> list[dict[str, Any]]:
    """The lines to these columns."""
    return [
        {
            "year": x.statement.year,
            "name": x.cadre.name,
            "unit": x.statement.unit_name,
            "unit_and_post": x.statement.unit_and_post,
            "post_level": x.statement.post_level,
            "rank": x.statement.rank,
            "rule": labels.requirement(x.statement),
            "group": x.statement.hours.group,
            "external": x.statement.hours.external,
            "counted": x.statement.counted,
            "required": x.statement.requirement.hours,
            "days": x.statement.counted_days,
            "met": _("yes") if x.statement.met else _("no"),
            "missing": x.statement.missing,
            "online": x.statement.hours.online,
            "online_required": x.statement.online_requirement.hours,
            "taken": x.taken,
            "attendance": x.attendance,
            "scores": x.scores,
            "completed": x.completed,
            "not_completed": x.not_completed,
            "certificates": x.certificates,
            "finding": str(labels.FINDINGS[x.finding][0]),
            "sources": x.sources,
            "as_of": as_of,
        }
        for x in lines
    ]


def training_columns() -> list[Column]:
    """One line per training, as the box of the assessment form wants it (时间, 主办, 名称, 学时, 结果)."""
    return [
        Column("name", _("Full name")),
        Column("unit_and_post", _("Unit and post")),
        Column("kind", _("Kind of training")),
        Column("title", _("Name of the training")),
        Column("organiser", _("Organiser")),
        Column("starts_on", _("First day"), "date"),
        Column("ends_on", _("Last day"), "date"),
        Column("hours", _("Hours"), "number"),
        Column("lessons", _("Lessons attended")),
        Column("exam", _("Exam"), "number"),
        Column("resit", _("Re-sit"), "number"),
        Column("total", _("Total mark"), "number"),
        Column("result", _("Completion")),
        Column("certificate", _("Certificate number")),
        Column("ledger", _("Ledger numbers")),
        Column("note", _("Note")),
    ]


def training_rows(lines: Sequence[PersonLine]) -> list[dict[str, Any]]:
    """Every training of some people."""
    return [
        {
            "name": x.cadre.name,
            "unit_and_post": x.statement.unit_and_post,
            "kind": str(labels.KINDS[c.kind]),
            "title": c.title,
            "organiser": c.organiser,
            "starts_on": c.starts_on,
            "ends_on": c.ends_on,
            "hours": c.hours,
            "lessons": f"{c.lessons_attended}/{c.lessons_due}" if c.lessons_due else "",
            "exam": c.exam_score,
            "resit": c.resit_score,
            "total": c.total,
            "result": str(labels.completion(c)),
            "certificate": c.certificate_number,
            "ledger": labels.ledger(c.ledger_numbers),
            "note": c.note,
        }
        for x in lines
        for c in x.statement.classes
    ]


def notes(*, year: int, unit: str, as_of: date, people: int) -> list[tuple[str, str]]:
    """The second sheet: what was asked, when, and what each figure means."""
    return [
        (_("Year"), str(year)),
        (_("Unit"), unit),
        (_("People"), str(people)),
        (_("As of"), as_of.isoformat()),
        (_("Made at"), f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"),
        (_("Made by"), current_actor().name),
        (
            _("Hours that count"),
            _(
                "Hours of lessons attended (late ones too) and of recognised training at higher levels "
                "and outside; of five years where that requirement binds. Network hours are never added."
            ),
        ),
        (
            _("Requirement that binds"),
            _("By the person's present level: county level and above hours in five years, all others every year."),
        ),
        (_("Attendance, per cent"), _("Lessons attended out of the lessons of the classes taken part in.")),
        (_("Exam results"), _("The published score; a re-sit takes the place of the exam.")),
        (_("Finding"), _("A hint for those who assess, no grade: a class not completed comes before missing hours.")),
        (_("Sources of the hours"), _("Lines of the ledger of hours by where they were posted from.")),
    ]
