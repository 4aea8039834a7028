"""Pages of one class: its rules, everybody's share of the hours, decisions about withdrawal."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import api as attendance
from training_app.classes.api import get_class_visible_to, list_enrollments_visible_to, list_lessons
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.core.tables import Column
from training_app.discipline import labels
from training_app.discipline.forms import RulesForm, WithdrawalForm
from training_app.discipline.permissions import DISCIPLINE
from training_app.discipline.queries.leaves import leaves_of_class
from training_app.discipline.queries.proposals import proposals_of_class
from training_app.discipline.queries.shares import NOTHING, shares_of_class
from training_app.discipline.services.withdrawal import decide_withdrawal
from training_app.discipline.views import bp
from training_app.web.access import requires
from training_app.web.display import moment
from training_app.web.errors import status_of, translated
from training_app.web.lists import export, list_query, page_of, wants_export

_NAMES = tuple(field.name for field in fields(attendance.ClassRules))


@bp.route("/classes/<int:class_id>/attendance/rules", methods=["GET", "POST"])
@requires(DISCIPLINE["decide"])
def class_rules(class_id: int) -> ResponseReturnValue:
    """The rules of a class: what counts now, what counted before, from which lesson on they change."""
    klass = get_class_visible_to(current_actor(), class_id, DISCIPLINE["decide"])
    lessons = [each for each in list_lessons(class_id) if each.state != "cancelled"]
    now = clock.now()
    coming = [each for each in lessons if each.starts_at >= now] or lessons[-1:]
    in_force = attendance.rules_for(class_id, coming[0].starts_at if coming else now)
    form, status = RulesForm(obj=in_force), 200
    form.from_lesson_id.choices = [(each.id, f"{moment(each.starts_at)} {each.title}") for each in coming]
    if form.is_submitted() and form.validate():
        laid_down = attendance.ClassRules(**{name: form.data[name] for name in _NAMES})
        try:
            changed = attendance.lay_down_rules(class_id, laid_down, from_lesson_id=form.from_lesson_id.data)
        except DomainError as error:
            form.take(error)
            status = status_of(error)
        else:
            flash(_("The rules are laid down.") if changed else _("These rules count already."), "success")
            return redirect(url_for("discipline.class_rules", class_id=class_id), 303)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "discipline/rules.html",
        klass=klass,
        form=form,
        lessons=coming,
        versions=attendance.list_rule_versions(class_id)[::-1],
    )
    return page, status


@bp.get("/classes/<int:class_id>/leave")
@requires(DISCIPLINE["view"])
def shares(class_id: int) -> ResponseReturnValue:
    """Everybody's running share of the class's hours, the nearest to the line first; whose withdrawal is proposed."""
    actor = current_actor()
    klass = get_class_visible_to(actor, class_id, DISCIPLINE["view"])
    people = list_enrollments_visible_to(actor, class_id, DISCIPLINE["view"])
    found = shares_of_class(class_id)
    rows = sorted(((p, found.get(p.id, NOTHING)) for p in people), key=lambda pair: (-pair[1].total, pair[0].name))
    page = page_of(
        rows,
        list_query(sortable=("share", "name", "unit"), default="share", descending=True),
        words=lambda row: f"{row[0].name} {row[0].unit_name}",
        keys={
            "share": lambda row: row[1].share,
            "name": lambda row: row[0].name,
            "unit": lambda row: row[0].unit_name,
        },
    )
    if wants_export():
        title = _("Leave and absence of %(name)s", name=klass.name)
        return export(_columns(), [_plain(*row) for row in page.items], title, query=page.query)
    may_decide = DISCIPLINE["decide"].held_by(actor)
    return render_template(
        "discipline/shares.html",
        klass=klass,
        page=page,
        proposals={p.person.id: p for p in proposals_of_class(class_id)} if may_decide else {},
        leaves=leaves_of_class(class_id, ("asked", "approved")) if may_decide else [],
        absence_line=next(iter(found.values()), NOTHING).absence_line,
        labels=labels,
        may_decide=may_decide,
        may_withdraw=DISCIPLINE["academic"].held_by(actor),
    )


def _columns() -> list[Column]:
    return [
        Column("name", _("Name")),
        Column("unit", _("Unit")),
        Column("planned", _("Hours of the class"), "number"),
        Column("on_leave", _("Hours on leave"), "number"),
        Column("ahead", _("Granted ahead"), "number"),
        Column("absent", _("Hours absent"), "number"),
        Column("by_lates", _("By lateness"), "number"),
        Column("share", _("Share"), "number"),
        Column("standing", _("Warning")),
        Column("absence", _("Warning about absence")),
    ]


def _plain(person: Any, share: Any) -> dict[str, Any]:
    return {
        "name": person.name,
        "unit": person.unit_name,
        "planned": share.planned,
        "on_leave": share.sums.on_leave,
        "ahead": share.ahead,
        "absent": share.sums.absent,
        "by_lates": share.by_lates,
        "share": share.share,
        "standing": _(labels.STANDING[share.standing]) if share.standing else "",
        "absence": _(labels.ABSENCE_STANDING[share.absence_standing]) if share.absence_standing else "",
    }


@bp.post("/classes/<int:class_id>/people/<int:enrollment_id>/withdrawal")
@requires(DISCIPLINE["academic"])
def withdrawal(class_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Decide about somebody whose withdrawal is proposed: withdraw, or let stay."""
    actor = current_actor()
    get_class_visible_to(actor, class_id, DISCIPLINE["academic"])
    person = next(
        (p for p in list_enrollments_visible_to(actor, class_id, DISCIPLINE["academic"]) if p.id == enrollment_id), None
    )
    if person is None:
        raise NotFound
    form, withdraw = WithdrawalForm(), request.form.get("outcome") == "withdraw"
    if not form.validate():
        flash(_("Please say why."), "danger")
    else:
        try:
            decide_withdrawal(enrollment_id, withdraw=withdraw, note=form.note.data or "")
        except DomainError as error:
            flash(translated(error), "danger")
        else:
            said = _("%(name)s is withdrawn from the class.") if withdraw else _("%(name)s stays in the class.")
            flash(said % {"name": person.name}, "success")
    return redirect(url_for("discipline.shares", class_id=class_id), 303)
