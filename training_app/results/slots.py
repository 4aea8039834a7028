"""What results put into other pages, lists and the start page."""

from __future__ import annotations

from collections.abc import Collection

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.actor import Actor, current_actor
from training_app.core.ports import ListColumn, Task
from training_app.core.text import N_
from training_app.results import labels, rules
from training_app.results.permissions import RESULTS
from training_app.results.queries.certificates import certificates_of_cadre
from training_app.results.queries.ledger import days_in_years, hours_in_years, years_of_cadre
from training_app.results.queries.outcomes import preview_of_class
from training_app.results.queries.overview import summaries_visible_to
from training_app.results.queries.requirements import load_requirements
from training_app.results.queries.statement import training_statement
from training_app.results.values import CertificateInfo, HourSum, StatementClass


def cadre_file(*, cadre_id: int) -> str:
    """The training part of a cadre's file: hours, history, results, certificates, sources."""
    actor = current_actor()
    own = actor.account_id is not None and cadres.get_cadre(cadre_id).account_id == actor.account_id
    office = RESULTS["view"].held_by(actor)
    if not office and not (own and RESULTS["own"].held_by(actor)):
        return ""
    this_year = clock.today().year
    years = years_of_cadre(cadre_id)
    asked = request.args.get("year", "")
    latest = years[0] if years and this_year not in years else this_year
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else latest
    statement = training_statement(cadre_id, year)

    def certificate_url(each: CertificateInfo) -> str:
        if office:
            return url_for("results.certificate", certificate_id=each.id)
        return url_for("results.own_certificate_pdf", certificate_id=each.id)

    def class_url(each: StatementClass) -> str | None:
        if not office or each.class_id is None:
            return None
        return url_for("results.of_person", class_id=each.class_id, enrollment_id=each.enrollment_id)

    return render_template(
        "results/_file.html",
        statement=statement,
        years=sorted({*years, this_year, year}, reverse=True),
        certificates=certificates_of_cadre(cadre_id),
        ledger_url=url_for("results.ledger", cadre_id=cadre_id) if office else None,
        certificate_url=certificate_url,
        each_url=class_url,
        note=_note,
        coming=next(
            (c for c in statement.classes if c.status in ("approved", "studying") and c.hours_due > c.hours), None
        ),
        labels=labels,
    )


def own_panel(*, account_id: int) -> str:
    """One's own hours on a trainee's first page."""
    actor = current_actor()
    own = cadres.find_cadre_by_account(account_id) if RESULTS["own"].held_by(actor) else None
    if own is None:
        return ""
    return render_template("results/_own.html", statement=training_statement(own.id, clock.today().year))


def _note(each: StatementClass) -> str:
    parts = []
    if each.lessons_due:
        parts.append(_("%(a)s of %(b)s lessons", a=each.lessons_attended, b=each.lessons_due))
    score = each.resit_score if each.resit_score is not None else each.exam_score
    if score is not None:
        shown = f"{score:g}"
        parts.append(
            _("re-sit %(score)s", score=shown) if each.resit_score is not None else _("exam %(score)s", score=shown)
        )
    if each.reason:
        parts.append(str(labels.REASONS[each.reason][0]))
    if each.kind != "group":
        parts.append(str(labels.KINDS[each.kind]))
    return str(_(", ").join(parts))


def class_panel(*, class_id: int) -> str:
    """What came of a class, on its first page, once something is decided or could be."""
    if not classes.may_see_class(current_actor(), class_id, RESULTS["decide"]):
        return ""
    if classes.get_class(class_id).state not in ("finished", "archived"):
        return ""
    preview = preview_of_class(class_id)
    return render_template("results/_class_panel.html", preview=preview, labels=labels) if preview.rows else ""


def class_checklist(*, class_id: int) -> str:
    """What a class still lacks here: a decision, certificates."""
    if not classes.may_see_class(current_actor(), class_id, RESULTS["decide"]):
        return ""
    if classes.get_class(class_id).state != "finished":
        return ""
    preview = preview_of_class(class_id)
    return render_template("results/_checklist.html", preview=preview)


def start_tasks(*, actor: Actor) -> list[Task]:
    """Classes whose results or certificates wait for this person."""
    if not RESULTS["decide"].held_by(actor):
        return []
    mine = classes.class_ids_visible_to(actor, RESULTS["decide"])
    tasks = []
    for row in summaries_visible_to(actor):
        if (mine is not None and row.info.id not in mine) or row.info.state != "finished":
            continue
        url = url_for("results.of_class", class_id=row.info.id)
        if row.standing == "undecided":
            note = (
                ngettext("%(num)d person", "%(num)d people", row.people)
                if not row.open
                else _("%(n)s open", n=row.open)
            )
            tasks.append(
                Task(
                    _("Decide the results of %(name)s", name=row.info.name),
                    note,
                    url,
                    _("Decide the results"),
                    icon="gavel",
                )
            )
        elif row.standing == "due":
            note = ngettext(
                "%(num)d person has completed", "%(num)d people have completed", row.completed - row.certificates
            )
            title = _("Issue the certificates of %(name)s", name=row.info.name)
            tasks.append(Task(title, note, url, _("Issue certificates"), icon="certificate"))
    return tasks


def list_columns(*, ids: Collection[int]) -> list[ListColumn]:
    """Group hours of this year against the requirement, and what is missing, for the list of cadres."""
    if not RESULTS["view"].held_by(current_actor()) or not ids:
        return []
    year = clock.today().year
    requirements = load_requirements()
    people = cadres.list_cadres(list(ids))
    this_year = hours_in_years(year, year, ids)
    days = days_in_years(year, year, ids)
    five = [p.id for p in people if rules.binding_rule(p.post_level, p.rank) == "five_year"]
    five_hours = hours_in_years(year - 4, year, five) if five else {}
    five_days = days_in_years(year - 4, year, five) if five else {}
    cells: dict[int, str] = {}
    missing: dict[int, str] = {}
    hours_values: dict[int, object] = {}
    missing_values: dict[int, object] = {}
    for person in people:
        rule = rules.binding_rule(person.post_level, person.rank)
        requirement = requirements.rule(rule, clock.today())
        is_five = rule == "five_year"
        hours = (five_hours if is_five else this_year).get(person.id, HourSum()).counted
        of_days = (five_days if is_five else days).get(person.id, 0)
        lacking = rules.missing_hours(requirement, hours=hours, days=of_days)
        cells[person.id] = _cell("results/_hours_cell.html", hours=hours, requirement=requirement)
        missing[person.id] = _cell("results/_missing_cell.html", missing=lacking)
        hours_values[person.id] = hours
        missing_values[person.id] = lacking
    return [
        ListColumn("hours", _("Group training hours"), cells, hours_values, numeric=False),
        ListColumn("missing", _("Hours missing"), missing, missing_values, numeric=True),
    ]


def _cell(template: str, **values: object) -> Markup:
    return Markup(render_template(template, **values))  # noqa: S704 - rendered and escaped by the template


def audit_labels() -> dict[str, str]:
    """How the audit trail names our subjects and codes."""
    return {
        "certificate": N_("Completion certificate"),
        "requirement": N_("Requirement of hours"),
        "met": N_("Completed"),
        "withdrawn": N_("Withdrew"),
        "attendance_open": N_("Attendance not complete"),
        "hours_missed": N_("Missed more hours than allowed"),
        "exam_open": N_("No exam score yet"),
        "exam_misconduct": N_("Breach of discipline in the exam"),
        "exam_absent": N_("Absent from the exam"),
        "exam_failed": N_("Exam not passed"),
        "exam_deferred": N_("Exam put off, to be sat at the re-sit"),
        "exam_excluded": N_("Not admitted to the exam"),
    }
