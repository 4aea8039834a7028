"""Bulletins: those issued, those due, the preview, issuing, PDF and Word."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance.api import SIGNS
from training_app.classes.api import get_class_visible_to
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.core.tables import Column
from training_app.discipline import labels, papers
from training_app.discipline.opinions import LONGEST, propose
from training_app.discipline.permissions import DISCIPLINE
from training_app.discipline.queries import bulletins as queries
from training_app.discipline.queries.bulletins import BulletinRow
from training_app.discipline.services.bulletins import issue_bulletin
from training_app.discipline.views import bp
from training_app.web.access import requires
from training_app.web.errors import status_of, translated
from training_app.web.lists import export, list_query, wants_export
from training_app.web.papers import Form, answer


@bp.get("/bulletins")
@requires(DISCIPLINE["view"])
def bulletins() -> ResponseReturnValue:
    """Every issued bulletin within reach, and those that could be issued now."""
    query = list_query(sortable=queries.SORTABLE, default="issued_at", filters=queries.FILTERS, descending=True)
    actor = current_actor()
    kinds = [(code, _(word)) for code, word in labels.BULLETIN.items()]
    filters = [{"name": "kind", "label": _("Kind"), "options": kinds}]
    if wants_export():
        rows = queries.list_bulletins(actor, query, everything=True).items
        return export(
            _columns(), [_plain(row) for row in rows], _("Attendance bulletins"), query=query, filters=filters
        )
    return render_template(
        "discipline/bulletins.html",
        page=queries.list_bulletins(actor, query),
        due=queries.due_bulletins(actor) if DISCIPLINE["decide"].held_by(actor) else [],
        labels=labels,
        filters=filters,
    )


def _columns() -> list[Column]:
    return [
        Column("number", _("Number")),
        Column("class_name", _("Class")),
        Column("kind", _("Kind")),
        Column("first_day", _("From"), "date"),
        Column("last_day", _("Until"), "date"),
        Column("rate", _("Rate of attendance"), "number"),
        Column("leave_times", _("On leave"), "number"),
        Column("late", _("Late"), "number"),
        Column("absent_times", _("Absent without leave"), "number"),
        Column("issued_by", _("Issued in person by")),
        Column("issued_at", _("Issued at"), "date"),
        Column("corrects_number", _("Corrects")),
    ]


def _plain(row: BulletinRow) -> dict[str, Any]:
    totals = row.content["totals"]
    return {
        "number": row.number,
        "class_name": row.class_name,
        "kind": _(labels.BULLETIN[row.kind]),
        "first_day": row.first_day,
        "last_day": row.last_day,
        "rate": float(totals["rate"]),
        "leave_times": totals["leave_times"],
        "late": totals["late"],
        "absent_times": totals["absent_times"],
        "issued_by": row.issued_by,
        "issued_at": row.issued_at,
        "corrects_number": row.corrects_number,
    }


@bp.route("/classes/<int:class_id>/bulletins/preview", methods=["GET", "POST"])
@requires(DISCIPLINE["decide"])
def preview_bulletin(class_id: int) -> ResponseReturnValue:
    """What the bulletin of a day or week would say now; issued by the button."""
    actor = current_actor()
    klass = get_class_visible_to(actor, class_id, DISCIPLINE["decide"])
    kind = request.values.get("kind", "")
    day = _day(request.values.get("day", ""))
    corrected = _corrected(request.values.get("corrects", ""))
    if kind not in labels.BULLETIN or day is None:
        raise NotFound
    faults: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            made = issue_bulletin(
                class_id,
                kind,
                day,
                expected=request.form.get("expected", ""),
                opinion=request.form.get("opinion"),
                corrects_id=corrected.id if corrected else None,
                reason=request.form.get("reason", ""),
            )
        except DomainError as error:
            faults, status = {name: _(message) for name, message in error.fields.items()}, status_of(error)
            flash(_("Please look at what is marked.") if faults else translated(error), "danger")
        else:
            flash(_("The bulletin is issued and can no longer be changed."), "success")
            return redirect(url_for("discipline.bulletin", bulletin_id=made), 303)
    content = queries.write_bulletin(class_id, kind, day)
    proposed = propose(content)
    page = render_template(
        "discipline/preview.html",
        klass=klass,
        content=content,
        digest=queries.digest_of(content),
        heading=papers.heading(content),
        paragraphs=papers.paragraphs(content | {"opinion": proposed})[:-1],
        opinion_head=papers.OPINION,
        opinion=request.form.get("opinion", proposed),
        proposed=proposed,
        longest=LONGEST,
        faults=faults,
        corrected=corrected,
        kind=kind,
        day=day,
        reason=request.form.get("reason", ""),
        labels=labels,
        signs=SIGNS,
    )
    return page, status


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _corrected(text: str) -> BulletinRow | None:
    if not (text.isascii() and text.isdigit()):
        return None
    return queries.get_bulletin_visible_to(current_actor(), int(text[:9]))


@bp.get("/bulletins/<int:bulletin_id>")
@requires(DISCIPLINE["view"])
def bulletin(bulletin_id: int) -> ResponseReturnValue:
    """One bulletin as it was issued; a unit's officer sees the lines of the unit's own people."""
    actor = current_actor()
    row = queries.get_bulletin_visible_to(actor, bulletin_id)
    units = queries.own_units(actor, row.class_id)
    content = queries.for_units(row.content, units)
    return render_template(
        "discipline/bulletin.html",
        row=row,
        content=content,
        heading=papers.heading(content),
        paragraphs=papers.paragraphs(content, corrects=row.corrects_number, reason=row.reason),
        own_only=units is not None,
        labels=labels,
        signs=SIGNS,
        may_issue=DISCIPLINE["decide"].held_by(actor),
    )


@bp.get("/bulletins/<int:bulletin_id>.pdf", defaults={"form": "pdf"})
@bp.get("/bulletins/<int:bulletin_id>.docx", defaults={"form": "docx"})
@requires(DISCIPLINE["view"])
def bulletin_paper(bulletin_id: int, form: Form) -> ResponseReturnValue:
    """A bulletin to print, sign and stamp."""
    actor = current_actor()
    row = queries.get_bulletin_visible_to(actor, bulletin_id)
    content = queries.for_units(row.content, queries.own_units(actor, row.class_id))
    paper = papers.bulletin_paper(content, number=row.number, issued=row)
    return answer(paper, form, class_id=row.class_id, people=len(content["people"]))
