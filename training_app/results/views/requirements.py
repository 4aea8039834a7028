"""The dated requirements of hours."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotAllowed
from training_app.core.pages import Page
from training_app.core.tables import Column
from training_app.results import labels, rules
from training_app.results.forms import RequirementForm
from training_app.results.permissions import RESULTS
from training_app.results.queries.requirements import load_requirements
from training_app.results.services.requirements import set_requirement
from training_app.results.values import Requirement
from training_app.results.views import bp
from training_app.web.access import requires
from training_app.web.errors import status_of
from training_app.web.lists import export, list_query, page_of, wants_export


@bp.route("/results/requirements", methods=["GET", "POST"])
@requires(RESULTS["view"])
def requirements() -> ResponseReturnValue:
    """What the rules ask of whom, from when; the organisation department may set a new one."""
    if wants_export():
        return _as_file()
    may_set = "all" in RESULTS["decide"].reach_of(current_actor())
    form = RequirementForm(valid_from=clock.today().replace(month=1, day=1), years=1)
    status = 200
    if form.is_submitted() and not may_set:
        raise NotAllowed
    if form.validate_on_submit():
        wanted = Requirement(form.rule.data, form.years.data, rules.two_places(form.hours.data), form.days.data or 0)
        try:
            set_requirement(wanted, valid_from=form.valid_from.data)
        except DomainError as error:
            form.take(error)
            status = status_of(error)
        else:
            flash(_("The requirement holds from that day on."), "success")
            return redirect(url_for("results.requirements"))
    elif form.is_submitted():
        status = 422
    return render_template("results/requirements.html", page=_listed(), form=form, may_set=may_set), status


def _as_file() -> ResponseReturnValue:
    columns = [
        Column("rule", _("Whom it binds")),
        Column("since", _("Holds from"), "date"),
        Column("hours", _("Hours"), "number"),
        Column("days", _("or days"), "number"),
        Column("years", _("In years"), "number"),
    ]
    page = _listed()
    return export(columns, page.items, _("Hours that are required"), query=page.query)


def _listed() -> Page[dict[str, Any]]:
    """What holds, and what held before: by the order of the rules, the newest first, unless another is wished."""
    dated = load_requirements().dated
    rows = [
        {"rule": str(labels.RULES[rule]), "since": since, "hours": each.hours, "days": each.days, "years": each.years}
        for rule in labels.RULES
        for since, each in reversed(dated[rule])
    ]
    order = {str(words): at for at, words in enumerate(labels.RULES.values())}
    return page_of(
        rows,
        list_query(sortable=("rule", "since", "hours"), default="rule"),
        words=lambda row: f"{row['rule']} {row['since'].isoformat()}",
        keys={
            "rule": lambda row: order[row["rule"]],
            "since": lambda row: row["since"],
            "hours": lambda row: row["hours"],
        },
    )
