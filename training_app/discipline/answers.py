"""What leave and bulletins put into other features' pages: the class page, the start page."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.classes.api import NextStep, class_ids_visible_to, list_classes, may_see_class
from training_app.core import clock
from training_app.core.actor import Actor, current_actor
from training_app.core.ports import Task
from training_app.discipline import labels, rules
from training_app.discipline.permissions import DISCIPLINE
from training_app.discipline.queries.bulletins import due_bulletins
from training_app.discipline.queries.decided import decisions_about
from training_app.discipline.queries.leaves import half_now, leaves_of_class, own_leaves, waiting_leaves
from training_app.discipline.queries.proposals import proposals_of_class
from training_app.discipline.queries.shares import shares_of_class
from training_app.web.display import day as day_text
from training_app.web.display import moment


def class_overview(*, class_id: int, **_context: object) -> str:
    """Leave of the class: who asks, who is away, who is near a line."""
    if not may_see_class(current_actor(), class_id, DISCIPLINE["decide"]) or not DISCIPLINE["decide"].held_by(
        current_actor()
    ):
        return ""
    today = clock.today()
    asked = leaves_of_class(class_id, ("asked",))
    away = [
        each
        for each in leaves_of_class(class_id, ("approved",))
        if each.period.first.day <= today <= each.period.last.day
    ]
    near = sum(
        1 for share in shares_of_class(class_id).values() if {"near", "over"} & {share.standing, share.absence_standing}
    )
    if not (asked or away or near):
        return ""
    return render_template("discipline/_class_panel.html", class_id=class_id, asked=asked, away=away, near=near)


def next_steps(*, class_id: int) -> list[NextStep]:
    """What the class teacher has to do about leave now."""
    actor = current_actor()
    steps = []
    waiting = [each for each in waiting_leaves(actor) if each.class_id == class_id]
    if waiting:
        text = ngettext(
            "%(num)d request for leave waits for you.", "%(num)d requests for leave wait for you.", len(waiting)
        )
        steps.append(NextStep(text, 3, url_for("discipline.show", leave_id=waiting[0].id), _("Decide about leave")))
    return steps


def start_tasks(*, actor: Actor) -> list[Task]:
    """Requests to decide, returns to confirm, people whose withdrawal is proposed."""
    if not DISCIPLINE["decide"].held_by(actor):
        return []
    tasks = [
        Task(
            _("Confirm the return: %(name)s", name=each.name)
            if each.state == "approved"
            else _("%(kind)s: %(name)s", kind=_(labels.KIND[each.kind]), name=each.name),
            ngettext(
                "%(klass)s, %(num)d half-day, asked %(at)s",
                "%(klass)s, %(num)d half-days, asked %(at)s",
                each.half_days,
                klass=each.class_name,
                at=moment(each.asked_at),
            ),
            url_for("discipline.show", leave_id=each.id),
            _("Confirm the return") if each.state == "approved" else _("Decide about leave"),
            icon="calendar-off",
            urgent=each.period.first.day <= clock.today(),
        )
        for each in waiting_leaves(actor)
    ]
    if "class_teacher" in actor.roles:
        tasks += [
            Task(
                _("Issue the %(kind)s: %(name)s", kind=_(labels.BULLETIN[each.kind]), name=each.class_name),
                day_text(each.day),
                url_for(
                    "discipline.preview_bulletin", class_id=each.class_id, kind=each.kind, day=each.day.isoformat()
                ),
                _("Look and issue"),
                icon="news",
            )
            for each in due_bulletins(actor)[:3]
        ]
    if DISCIPLINE["academic"].held_by(actor):
        visible = class_ids_visible_to(actor, DISCIPLINE["academic"])
        for klass in list_classes(visible, states=("running",)):
            over = proposals_of_class(klass.id)
            if over:
                tasks.append(
                    Task(
                        ngettext(
                            "Withdrawal of %(num)d person is proposed",
                            "Withdrawal of %(num)d people is proposed",
                            len(over),
                        ),
                        klass.name,
                        url_for("discipline.shares", class_id=klass.id),
                        _("Decide about withdrawal"),
                        icon="gavel",
                    )
                )
    return tasks


def own_home(*, account_id: int | None = None) -> str:
    """Own leave that waits, was decided for days still to come, or has to be reported back from."""
    now = half_now()
    rows = [
        row
        for row in own_leaves(account_id or current_actor().account_id or 0)
        if row.state == "asked" or row.is_overdue or (row.state in ("approved", "refused") and row.period.last >= now)
    ]
    decisions = [each for each in decisions_about(account_id or current_actor().account_id or 0) if each.withdrawn]
    if not rows and not decisions:
        return ""
    return render_template(
        "discipline/_own_home.html", rows=rows[:3], decisions=decisions, labels=labels, halves=rules.HALVES
    )
