"""Leave for those who decide: the list, one request with its chain, entering leave for somebody, papers, the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.attendance import api as attendance
from training_app.classes.api import ClassInfo, get_class_visible_to, list_enrollments_visible_to
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError
from training_app.core.tables import Column
from training_app.discipline import labels, pdf, rules
from training_app.discipline.forms import BackForm, DecisionForm, LeaveForm
from training_app.discipline.permissions import DISCIPLINE, STEP_PERMISSION
from training_app.discipline.queries import leaves as queries
from training_app.discipline.queries.ahead import can_be_withdrawn, chain_for, look_ahead, taken_of
from training_app.discipline.queries.leaves import LeaveRow
from training_app.discipline.queries.shares import share_of_enrollment
from training_app.discipline.services import leave as leaves
from training_app.discipline.views import bp
from training_app.web.access import requires
from training_app.web.errors import status_of
from training_app.web.lists import download, export, list_query, wants_export


@bp.get("/leave")
@requires(DISCIPLINE["view"])
def index() -> ResponseReturnValue:
    """Every request within reach: what waits for me, and all."""
    query = list_query(sortable=queries.SORTABLE, default="asked_at", filters=queries.FILTERS, descending=True)
    actor = current_actor()
    if wants_export():
        rows = queries.list_leaves(actor, query, everything=True).items
        return export(_columns(), [_plain(row) for row in rows], _("Leave"), query=query, filters=_filters())
    return render_template(
        "discipline/index.html",
        page=queries.list_leaves(actor, query),
        everything=queries.count_leaves(actor),
        waiting=len(queries.waiting_leaves(actor)) if DISCIPLINE["decide"].held_by(actor) else None,
        may_decide=DISCIPLINE["decide"].held_by(actor),
        labels=labels,
        halves=rules.HALVES,
        filters=_filters(),
    )


def _filters() -> list[dict[str, Any]]:
    return [
        {"name": "state", "label": _("State"), "options": _options(labels.STATE)},
        {"name": "kind", "label": _("Kind of leave"), "options": _options(labels.KIND)},
    ]


def _options(words: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, _(word)) for code, word in words.items()]


def _columns() -> list[Column]:
    return [
        Column("name", _("Name")),
        Column("unit", _("Unit and post")),
        Column("class_name", _("Class")),
        Column("kind", _("Kind of leave")),
        Column("first", _("From")),
        Column("last", _("Until")),
        Column("half_days", _("Half-days"), "number"),
        Column("hours", _("Credit hours"), "number"),
        Column("state", _("State")),
        Column("step", _("Waits for")),
        Column("asked_at", _("Asked at"), "date"),
        Column("back", _("Back on")),
    ]


def _half(half: rules.Half | None) -> str:
    return "" if half is None else f"{half.day:%Y-%m-%d} {_(labels.HALF[rules.HALVES[half.half]])}"


def _plain(row: LeaveRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "unit": row.unit_name + row.post_title,
        "class_name": row.class_name,
        "kind": _(labels.KIND[row.kind]),
        "first": _half(row.period.first),
        "last": _half(row.period.last),
        "half_days": row.half_days,
        "hours": row.hours,
        "state": _(labels.STATE[row.state]),
        "step": _(labels.STEP[row.step]) if row.step else "",
        "asked_at": row.asked_at,
        "back": _half(row.period.back),
    }


@bp.get("/leave/<int:leave_id>")
@requires(DISCIPLINE["decide"])
def show(leave_id: int) -> ResponseReturnValue:
    """One request: what it would come to, who has decided what, what is to be done."""
    return _page(_visible(leave_id), DecisionForm(), BackForm())


def _visible(leave_id: int) -> LeaveRow:
    return queries.get_leave_visible_to(current_actor(), leave_id, DISCIPLINE["decide"])


def _page(row: LeaveRow, form: DecisionForm, back: BackForm, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    if not back.is_submitted():
        told = row.told_back_at is not None
        now = max(queries.half_now(), row.period.first)
        back.back_day.data, back.back_half.data = now.day, rules.HALVES[now.half]
        if told:
            said = queries.told_back(row.id)
            if said is not None:
                back.back_day.data, back.back_half.data = said.day, rules.HALVES[said.half]
    steps = queries.steps_of(row.id)
    lessons = queries.lessons_of(row)
    ahead = look_ahead(row, lessons)
    share = share_of_enrollment(row.class_id, row.enrollment_id)
    permission = STEP_PERMISSION.get(row.step)
    why = rules.may_decide(
        state=row.state,
        is_own=row.account_id == actor.account_id,
        has_decided=actor.account_id in {each.account_id for each in steps},
    )
    page = render_template(
        "discipline/show.html",
        row=row,
        chain=chain_for(row),
        steps=steps,
        done={each.step: each for each in steps},
        papers=queries.papers_of(row.id),
        lessons=lessons,
        ahead=ahead,
        taken=taken_of(row, lessons),
        share=share,
        after=share.with_more(ahead.more),
        form=form,
        back=back,
        labels=labels,
        halves=rules.HALVES,
        signs=attendance.SIGNS,
        may_decide=not why and permission is not None and permission.held_by(actor),
        why_not=why,
        stands_in=_stands_in(row.step),
        has_come=row.period.first.day <= clock.today(),
        may_withdraw=can_be_withdrawn(row, lessons),
    )
    return page, status


def _stands_in(step: str) -> bool:
    """Whether the reader's own step comes later in the chain and this one is somebody else's, who may be away."""
    actor = current_actor()
    held = [code for code, permission in STEP_PERMISSION.items() if permission.held_by(actor)]
    return step in held[:-1] and not (step == "class_teacher" and step in actor.roles)


@bp.post("/leave/<int:leave_id>/decide")
@requires(DISCIPLINE["decide"])
def decide(leave_id: int) -> ResponseReturnValue:
    """Say yes or no in the step the page showed."""
    row, form = _visible(leave_id), DecisionForm()
    if not form.validate():
        return _page(row, form, BackForm(formdata=None), 422)
    approved = request.form.get("outcome") == "approve"
    try:
        state = leaves.decide_leave(
            leave_id, step=request.form.get("step", ""), approved=approved, note=form.note.data or ""
        )
    except DomainError as error:
        form.take(error)
        return _page(_visible(leave_id), form, BackForm(formdata=None), status_of(error))
    if state == "approved":
        flash(_("Leave granted; the lessons say so."), "success")
    elif state == "refused":
        flash(_("The request is refused; the trainee sees your reason."), "success")
    else:
        flash(_("Agreed. The request goes on to the next step."), "success")
    return redirect(url_for("discipline.show", leave_id=leave_id), 303)


@bp.post("/leave/<int:leave_id>/back")
@requires(DISCIPLINE["decide"])
def confirm_back(leave_id: int) -> ResponseReturnValue:
    """Confirm that somebody is back."""
    row, back = _visible(leave_id), BackForm()
    if not back.validate():
        return _page(row, DecisionForm(formdata=None), back, 422)
    try:
        marks = leaves.confirm_return(leave_id, back.back)
    except DomainError as error:
        back.take(error)
        return _page(row, DecisionForm(formdata=None), back, status_of(error))
    flash(_said_of_return(marks), "success")
    return redirect(url_for("discipline.show", leave_id=leave_id), 303)


def _said_of_return(marks: attendance.LeaveMarks) -> str:
    back, corrected = marks.taken_back, marks.corrected
    if not back and not corrected:
        return str(_("Return confirmed; no record had to change."))
    said = _(
        "Return confirmed: %(back)s, %(corrected)s.",
        back=ngettext("%(num)d mark of leave taken back", "%(num)d marks of leave taken back", back),
        corrected=ngettext("%(num)d record corrected", "%(num)d records corrected", corrected),
    )
    return str(said)


@bp.post("/leave/<int:leave_id>/withdraw")
@requires(DISCIPLINE["decide"])
def withdraw(leave_id: int) -> ResponseReturnValue:
    """Take a request back for somebody."""
    _visible(leave_id)
    leaves.withdraw_leave(leave_id)
    flash(_("The request is taken back."), "success")
    return redirect(url_for("discipline.show", leave_id=leave_id), 303)


@bp.get("/leave/<int:leave_id>/papers/<int:paper_id>")
@requires(DISCIPLINE["decide"])
def paper(leave_id: int, paper_id: int) -> ResponseReturnValue:
    """A paper of a request, for those who decide; that it was read is kept."""
    _visible(leave_id)
    name, media_type, data = leaves.read_paper(leave_id, paper_id)
    return download(data, name, media_type)


@bp.get("/leave/<int:leave_id>/form.pdf")
@requires(DISCIPLINE["decide"])
def form_pdf(leave_id: int) -> Response:
    """The approval form (学员请假审批单), to be printed and filed."""
    row = _visible(leave_id)
    data = pdf.leave_form(row, queries.steps_of(leave_id), share_of_enrollment(row.class_id, row.enrollment_id))
    return download(
        data, f"学员请假审批单-{row.name}-{row.period.first.day:%Y%m%d}.pdf", "application/pdf", inline=True
    )


@bp.route("/classes/<int:class_id>/leave/new", methods=["GET", "POST"])
@requires(DISCIPLINE["decide"])
def ask_for(class_id: int) -> ResponseReturnValue:
    """Enter leave for somebody who asked by telephone or on paper."""
    klass = get_class_visible_to(current_actor(), class_id, DISCIPLINE["decide"])
    people = list_enrollments_visible_to(current_actor(), class_id, DISCIPLINE["decide"])
    form, status = LeaveForm(), 200
    form.enrollment_id.label.text = _("Person")
    form.enrollment_id.choices = [(0, "—"), *((each.id, f"{each.name}（{each.unit_name}）") for each in people)]
    if not form.is_submitted():
        asked = request.args.get("person", "")
        form.enrollment_id.data = int(asked[:9]) if asked.isascii() and asked.isdigit() else 0
        form.first_day.data = form.last_day.data = _usual_day(klass)
    elif form.validate():
        try:
            leave_id = leaves.ask_leave(form.enrollment_id.data, form.request, by_staff=True)
        except DomainError as error:
            form.take(error)
            status = status_of(error)
        else:
            flash(ngettext("Entered: %(num)d request.", "Entered: %(num)d requests.", 1), "success")
            return redirect(url_for("discipline.show", leave_id=leave_id), 303)
    else:
        status = 422
    return render_template("discipline/ask_for.html", form=form, klass=klass), status


def _usual_day(klass: ClassInfo) -> Any:
    return min(max(clock.today(), klass.starts_on), klass.ends_on)
