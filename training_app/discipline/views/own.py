"""A trainee's own leave, on the phone: asking, own requests with their state, taking back, being back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes.api import ClassInfo, EnrollmentInfo, enrollments_of_account, list_classes
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.discipline import labels, rules
from training_app.discipline.forms import BackForm, LeaveForm
from training_app.discipline.permissions import DISCIPLINE
from training_app.discipline.queries.ahead import can_be_withdrawn, look_ahead, steps_left, taken_of
from training_app.discipline.queries.decided import decisions_about
from training_app.discipline.queries.leaves import (
    LeaveRow,
    half_now,
    lessons_of,
    own_leaves,
    papers_of,
    steps_of,
    told_back,
)
from training_app.discipline.queries.shares import Share, share_of_enrollment
from training_app.discipline.services import leave as leaves
from training_app.discipline.views import bp
from training_app.web.access import requires
from training_app.web.errors import status_of


@dataclass(frozen=True)
class OwnClass:
    """A class one may ask for leave in, with one's share."""

    klass: ClassInfo
    person: EnrollmentInfo
    share: Share


def _classes() -> list[OwnClass]:
    people = {
        each.class_id: each
        for each in enrollments_of_account(current_actor().account_id or 0)
        if each.status in ("approved", "studying")
    }
    return [
        OwnClass(klass, people[klass.id], share_of_enrollment(klass.id, people[klass.id].id))
        for klass in list_classes(people, states=("enrolling", "running"))
    ]


@bp.get("/me/leave")
@requires(DISCIPLINE["own"])
def own() -> ResponseReturnValue:
    """Show one's own requests, and how much leave is left."""
    return render_template(
        "discipline/own.html",
        classes=_classes(),
        rows=own_leaves(current_actor().account_id or 0),
        decisions=decisions_about(current_actor().account_id or 0),
        labels=labels,
        halves=rules.HALVES,
    )


@bp.route("/me/leave/new", methods=["GET", "POST"])
@requires(DISCIPLINE["own"])
def ask() -> ResponseReturnValue:
    """Ask for leave."""
    classes = _classes()
    if not classes:
        flash(_("You are in no class at present."), "info")
        return redirect(url_for("discipline.own"), 303)
    form, status = LeaveForm(), 200
    form.enrollment_id.choices = [(each.person.id, each.klass.name) for each in classes]
    if not form.is_submitted():
        form.enrollment_id.data = classes[0].person.id
        form.first_day.data = form.last_day.data = max(clock.today(), classes[0].klass.starts_on)
    elif form.validate():
        try:
            leave_id = leaves.ask_leave(form.enrollment_id.data, form.request)
        except DomainError as error:
            form.take(error)
            status = status_of(error)
        else:
            flash(_("Your request has been handed in. You see here what becomes of it."), "success")
            return redirect(url_for("discipline.own_one", leave_id=leave_id), 303)
    else:
        status = 422
    return render_template("discipline/ask.html", form=form, classes=classes, labels=labels), status


def _mine(leave_id: int) -> LeaveRow:
    found = next((each for each in own_leaves(current_actor().account_id or 0) if each.id == leave_id), None)
    if found is None:
        raise NotFound
    return found


@bp.get("/me/leave/<int:leave_id>")
@requires(DISCIPLINE["own"])
def own_one(leave_id: int) -> ResponseReturnValue:
    """Show one's own request: who has decided what, and what can be done now."""
    return _page(_mine(leave_id), BackForm())


def _page(row: LeaveRow, form: BackForm, status: int = 200) -> ResponseReturnValue:
    told = told_back(row.id)
    if not form.is_submitted():
        now = told or max(half_now(), row.period.first)
        form.back_day.data, form.back_half.data = now.day, rules.HALVES[now.half]
    steps, lessons = steps_of(row.id), lessons_of(row)
    page = render_template(
        "discipline/own_one.html",
        row=row,
        steps=steps,
        later=steps_left(row, steps),
        ahead=look_ahead(row, lessons),
        taken=taken_of(row, lessons),
        told=told,
        papers=papers_of(row.id),
        share=share_of_enrollment(row.class_id, row.enrollment_id),
        form=form,
        labels=labels,
        halves=rules.HALVES,
        has_come=row.period.first.day <= clock.today(),
        may_withdraw=can_be_withdrawn(row, lessons),
    )
    return page, status


@bp.post("/me/leave/<int:leave_id>/withdraw")
@requires(DISCIPLINE["own"])
def withdraw_own(leave_id: int) -> ResponseReturnValue:
    """Take one's own request back."""
    _mine(leave_id)
    leaves.withdraw_leave(leave_id)
    flash(_("The request is taken back."), "success")
    return redirect(url_for("discipline.own"), 303)


@bp.post("/me/leave/<int:leave_id>/back")
@requires(DISCIPLINE["own"])
def report_back(leave_id: int) -> ResponseReturnValue:
    """Say that one is back; the class teacher confirms it."""
    row, form = _mine(leave_id), BackForm()
    if not form.validate():
        return _page(row, form, 422)
    try:
        leaves.report_back(leave_id, form.back)
    except DomainError as error:
        form.take(error)
        return _page(row, form, status_of(error))
    flash(_("Reported. The class teacher confirms your return."), "success")
    return redirect(url_for("discipline.own_one", leave_id=leave_id), 303)
