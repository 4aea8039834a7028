"""The people of a class: list, history, decisions, groups."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.classes import labels
from training_app.classes.forms import ReasonForm
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.enrollments import get_enrollment, list_enrollments
from training_app.classes.queries.roster import (
    SORTABLE,
    count_by_status,
    group_names,
    history,
    list_by_ids,
    page_of_roster,
)
from training_app.classes.queries.scope import people_scope
from training_app.classes.queries.seats import seat_use
from training_app.classes.services import enrolment as services
from training_app.classes.values import ENROLLMENT_STATUSES, ClassInfo, EnrollmentInfo
from training_app.classes.views import bp
from training_app.classes.views.common import class_page, say_decisions, visible_class
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotAllowed, NotFound
from training_app.core.permissions import Permission
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.lists import export, list_query, wants_export

_MOST = 500  # people in one act


@bp.get("/classes/<int:class_id>/enrollments")
@requires(CLASSES["view"])
def enrollments(class_id: int) -> ResponseReturnValue:
    """The roster: everybody, or the people of one's own units."""
    klass = visible_class(class_id, CLASSES["view"])
    scope = people_scope(current_actor(), class_id, CLASSES["view"])
    query = list_query(sortable=SORTABLE, default="group", filters=("status", "group"), per_page=100)
    page = page_of_roster(class_id, query, scope, everything=bool(wants_export()))
    if wants_export():
        rows = [_exported(each) for each in page.items]
        return export(_columns(), rows, f"{klass.name}{_('People')}", query=query, filters=_filters(class_id))
    counts = count_by_status(class_id, scope)
    use = seat_use(klass.plan_line_id)
    return class_page(
        "classes/enrollments.html",
        klass,
        page=page,
        status_counts=[(status, counts[status]) for status in ENROLLMENT_STATUSES if counts.get(status)],
        everyone=sum(counts.values()),
        groups=group_names(class_id),
        use=use,
        own_seats=use.of_unit(current_actor().unit_path) if not scope.everybody else None,
        whole=scope.everybody,
        waiting=counts.get("nominated", 0),
    )


@bp.get("/classes/<int:class_id>/enrollments/<int:enrollment_id>")
@requires(CLASSES["view"])
def person(class_id: int, enrollment_id: int) -> ResponseReturnValue:
    """One person in one class, with every status there was."""
    klass = visible_class(class_id, CLASSES["view"])
    found = get_enrollment(enrollment_id)
    if not list_by_ids(class_id, [enrollment_id], people_scope(current_actor(), class_id, CLASSES["view"])):
        raise NotFound
    return class_page("classes/person.html", klass, person=found, steps=history(enrollment_id))


@bp.post("/classes/<int:class_id>/enrollments/approve")
@requires(CLASSES["approve"])
def approve(class_id: int) -> ResponseReturnValue:
    """Take nominated people in, as long as there are seats."""
    klass = visible_class(class_id, CLASSES["approve"])
    everybody = request.form.get("all") == "waiting"
    people = list_enrollments(class_id, ("nominated",)) if everybody else _chosen(klass, CLASSES["approve"])
    decisions = services.approve([each.id for each in people])
    yes = sum(map(bool, decisions.values()))
    say_decisions(
        decisions,
        {each.id: each.name for each in people},
        ngettext("%(num)d person is taken in.", "%(num)d people are taken in.", yes) if yes else "",
    )
    return _back(klass)


@bp.post("/classes/<int:class_id>/enrollments/decline")
@requires(CLASSES["approve"])
def decline(class_id: int) -> ResponseReturnValue:
    """Do not take nominated people; asks for the reason first."""
    klass = visible_class(class_id, CLASSES["approve"])
    people = _chosen(klass, CLASSES["approve"])
    form = ReasonForm(formdata=request.form if "reason" in request.form else None)
    if "reason" not in request.form or not form.validate_on_submit():
        return _ask(klass, people, form, "decline", _("Decline"))
    decisions = services.decline([each.id for each in people], reason=form.reason.data)
    yes = sum(map(bool, decisions.values()))
    say_decisions(
        decisions,
        {each.id: each.name for each in people},
        ngettext("%(num)d person is declined.", "%(num)d people are declined.", yes) if yes else "",
    )
    return _back(klass)


@bp.post("/classes/<int:class_id>/enrollments/withdraw")
@requires(CLASSES["nominate"])
def withdraw(class_id: int) -> ResponseReturnValue:
    """Take people out; a unit may take back its own nominations, the education section anybody."""
    klass = visible_class(class_id, CLASSES["nominate"])
    people = _chosen(klass, CLASSES["nominate"])
    if not CLASSES["approve"].held_by(current_actor()) and any(each.status != "nominated" for each in people):
        raise NotAllowed
    form = ReasonForm(formdata=request.form if "reason" in request.form else None)
    if "reason" not in request.form or not form.validate_on_submit():
        return _ask(klass, people, form, "withdraw", _("Withdraw"))
    decisions = services.withdraw([each.id for each in people], reason=form.reason.data)
    yes = sum(map(bool, decisions.values()))
    say_decisions(
        decisions,
        {each.id: each.name for each in people},
        ngettext(
            "%(num)d person is withdrawn; the seat is free again.",
            "%(num)d people are withdrawn; their seats are free again.",
            yes,
        )
        if yes
        else "",
    )
    return _back(klass)


@bp.post("/classes/<int:class_id>/enrollments/group")
@requires(CLASSES["run"])
def put_in_group(class_id: int) -> ResponseReturnValue:
    """Put the chosen people into a group; asks for its name first."""
    klass = visible_class(class_id, CLASSES["run"])
    people = _chosen(klass, CLASSES["run"])
    if "group_name" not in request.form:
        return class_page("classes/group.html", klass, people=people, groups=group_names(class_id))
    name = request.form["group_name"].strip()[:40]
    changed = services.put_in_group(class_id, [each.id for each in people], name)
    flash(ngettext("%(num)d person changed the group.", "%(num)d people changed the group.", changed), "success")
    return _back(klass)


@bp.post("/classes/<int:class_id>/groups")
@requires(CLASSES["run"])
def divide(class_id: int) -> ResponseReturnValue:
    """Divide the class evenly into groups."""
    klass = visible_class(class_id, CLASSES["run"])
    number = request.form.get("groups", type=int) or 0
    try:
        people = services.divide_into_groups(class_id, number, lambda n: _("Group %(number)s", number=n))
    except DomainError as error:
        flash(_(error.message), "warning")
    else:
        flash(
            _(
                "%(people)s: divided into %(groups)s.",
                people=ngettext("%(num)d person", "%(num)d people", people),
                groups=ngettext("%(num)d group", "%(num)d groups", number),
            ),
            "success",
        )
    return _back(klass)


def _chosen(klass: ClassInfo, permission: Permission) -> list[EnrollmentInfo]:
    """The people named in the form; one who is not of this class, or not within reach, does not exist."""
    texts = request.form.getlist("id")[:_MOST]
    ids = {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10}
    people = list_by_ids(klass.id, sorted(ids), people_scope(current_actor(), klass.id, permission))
    if not people or len(people) != len(ids):
        raise NotFound
    return people


def _ask(klass: ClassInfo, people: list[EnrollmentInfo], form: ReasonForm, act: str, title: str) -> ResponseReturnValue:
    page = class_page(
        "classes/decide.html",
        klass,
        people=people,
        form=form,
        act_title=title,
        act_url=url_for(f"classes.{act}", class_id=klass.id),
    )
    return page, 422 if form.errors else 200


def _back(klass: ClassInfo) -> ResponseReturnValue:
    return redirect(url_for("classes.enrollments", class_id=klass.id))


def _columns() -> list[Column]:
    return [
        Column("group_name", _("Group")),
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("post_title", _("Post")),
        Column("post_level", _("Post level")),
        Column("rank", _("Rank")),
        Column("category", _("Category")),
        Column("class_role", _("Role in the class")),
        Column("status", _("Status")),
        Column("source", _("How enrolled")),
        Column("note", _("Note")),
    ]


def _filters(class_id: int) -> list[dict[str, Any]]:
    return [
        {"name": "group", "label": _("Group"), "options": [(each, each) for each in group_names(class_id)]},
        {"name": "status", "label": _("Status"), "options": [(k, _(w)) for k, w in labels.ENROLLMENT_STATUS.items()]},
    ]


def _exported(each: EnrollmentInfo) -> dict[str, Any]:
    return {
        **vars(each),
        "status": _(labels.ENROLLMENT_STATUS[each.status]),
        "source": _(labels.SOURCE.get(each.source, each.source)),
    }
