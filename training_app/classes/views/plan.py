"""The annual plan: list, one line, writing, opening a class."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.accounts.api import list_units
from training_app.classes import labels
from training_app.classes.forms import OpenClassForm, PlanLineForm, ProgramForm
from training_app.classes.permissions import PLANS
from training_app.classes.queries.plan import (
    SORTABLE,
    PlanRow,
    get_plan_line,
    get_program,
    list_programs,
    page_of_plan,
    plan_totals,
    plan_years,
)
from training_app.classes.queries.seats import seat_use
from training_app.classes.queries.staff import possible_staff
from training_app.classes.services.plan import (
    PlanValues,
    change_program,
    delete_plan_line,
    open_class_from_plan,
    save_plan_line,
)
from training_app.classes.views import plans
from training_app.core import clock
from training_app.core.errors import DomainError
from training_app.core.pages import Page
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.lists import export, list_query, page_of, wants_export


@plans.get("/plan")
@requires(PLANS["view"])
def index() -> ResponseReturnValue:
    """The plan of a year, planned against done."""
    years = plan_years()
    query = list_query(sortable=SORTABLE, default="starts_on", filters=("year", "program", "state"))
    if not query.wants("year") and years and not query.q:
        this_year = clock.today().year
        return redirect(url_for("plans.index", year=this_year if this_year in years else years[0]))
    page = page_of_plan(query, everything=bool(wants_export()))
    if wants_export():
        return export(
            _columns(), [_exported(row) for row in page.items], _("Annual plan"), query=query, filters=_filters()
        )
    year = query.wants("year")
    chosen = int(year) if year.isdigit() and int(year) in years else None
    return render_template(
        "classes/plan.html",
        page=page,
        years=years,
        year=chosen,
        totals=plan_totals(chosen) if chosen else None,
        filters=_filters(),
        labels=labels,
    )


def _filters() -> list[dict[str, Any]]:
    states = [
        ("planned", _("Waiting to be opened")),
        ("opened", _("Opened")),
        ("enrolling", _("Enrolling")),
        ("running", _("Running")),
        ("done", _("Finished")),
        ("cancelled", _("Cancelled")),
    ]
    return [
        {"name": "year", "label": _("Year"), "options": [(year, year) for year in plan_years()]},
        {"name": "program", "label": _("Program"), "options": [(each.id, each.name) for each in list_programs()]},
        {"name": "state", "label": _("State"), "options": states},
    ]


@plans.route("/plan/new", methods=["GET", "POST"])
@requires(PLANS["edit"])
def new() -> ResponseReturnValue:
    """Write a new line."""
    form = PlanLineForm()
    if form.validate_on_submit():
        saved = _save(form)
        if saved is not None:
            flash(_("%(name)s is in the plan.", name=form.name.data), "success")
            return redirect(url_for("plans.show", plan_line_id=saved))
    return _form_page(form, None)


@plans.get("/plan/<int:plan_line_id>")
@requires(PLANS["view"])
def show(plan_line_id: int) -> ResponseReturnValue:
    """One line: what is planned, its seats, and the class opened from it."""
    line = get_plan_line(plan_line_id)
    if wants_export():
        columns = [
            Column("unit", _("Unit")),
            Column("seats", _("Seats"), "number"),
            Column("taken", _("Seats taken"), "number"),
            Column("free", _("Seats free"), "number"),
        ]
        page = _seats_page(line)
        rows = [{**row, "unit": row["unit"].name, "free": max(row["seats"] - row["taken"], 0)} for row in page.items]
        return export(columns, rows, f"{line.name} {_('Seats of the units')}", query=page.query)
    return _show(line, _open_form())


@plans.route("/plan/<int:plan_line_id>/edit", methods=["GET", "POST"])
@requires(PLANS["edit"])
def edit(plan_line_id: int) -> ResponseReturnValue:
    """Change a line."""
    line = get_plan_line(plan_line_id)
    form = PlanLineForm(obj=line)
    if form.validate_on_submit() and _save(form, plan_line_id) is not None:
        flash(_("%(name)s is saved.", name=form.name.data), "success")
        return redirect(url_for("plans.show", plan_line_id=plan_line_id))
    return _form_page(form, line)


@plans.post("/plan/<int:plan_line_id>/delete")
@requires(PLANS["edit"])
def delete(plan_line_id: int) -> ResponseReturnValue:
    """Take a line out that was never opened."""
    line = get_plan_line(plan_line_id)
    delete_plan_line(plan_line_id)
    flash(_("%(name)s is no longer in the plan.", name=line.name), "success")
    return redirect(url_for("plans.index", year=line.year))


@plans.post("/plan/<int:plan_line_id>/open")
@requires(PLANS["edit"])
def open_class(plan_line_id: int) -> ResponseReturnValue:
    """Make the line a class."""
    line = get_plan_line(plan_line_id)
    form = _open_form()
    if not form.validate_on_submit():
        return _show(line, form), 422
    class_id = open_class_from_plan(
        plan_line_id, class_teacher_id=form.class_teacher_id.data, exam_required=form.exam_required.data
    )
    flash(_("%(name)s is open; units can nominate now.", name=line.name), "success")
    return redirect(url_for("classes.show", class_id=class_id))


@plans.route("/plan/programs", methods=["GET"])
@requires(PLANS["view"])
def programs() -> ResponseReturnValue:
    """The programs classes belong to."""
    query = list_query(sortable=("name", "category", "classes"), default="name")
    page = page_of(
        list_programs(),
        query,
        words=lambda each: f"{each.name} {_(labels.PROGRAM_CATEGORY.get(each.category, each.category))}",
        keys={
            "name": lambda each: each.name,
            "category": lambda each: each.category,
            "classes": lambda each: each.classes,
        },
    )
    if wants_export():
        columns = [
            Column("name", _("Program")),
            Column("category", _("Category")),
            Column("for_party_members", _("For party members")),
            Column("classes", _("Classes"), "number"),
        ]
        rows = [
            {
                "name": each.name,
                "category": _(labels.PROGRAM_CATEGORY.get(each.category, each.category)),
                "for_party_members": _("yes") if each.for_party_members else _("no"),
                "classes": each.classes,
            }
            for each in page.items
        ]
        return export(columns, rows, _("Programs"), query=query)
    return render_template("classes/programs.html", page=page, labels=labels)


@plans.route("/plan/programs/<int:program_id>", methods=["GET", "POST"])
@requires(PLANS["edit"])
def program(program_id: int) -> ResponseReturnValue:
    """Change a program."""
    found = get_program(program_id)
    form = ProgramForm(obj=found)
    if form.validate_on_submit():
        try:
            change_program(
                program_id,
                name=form.name.data,
                category=form.category.data,
                for_party_members=form.for_party_members.data,
            )
        except DomainError as error:
            form.take(error)
        else:
            flash(_("%(name)s is saved.", name=form.name.data), "success")
            return redirect(url_for("plans.programs"))
    page = render_template("classes/program_form.html", form=form, program=found)
    return page, 422 if form.errors else 200


def _show(line: PlanRow, form: OpenClassForm) -> str:
    return render_template(
        "classes/plan_line.html",
        line=line,
        use=seat_use(line.id),
        page=_seats_page(line),
        taken=sum(row["taken"] for row in _seats(line)),
        form=form,
        labels=labels,
        teachers=len(form.class_teacher_id.choices) - 1,
    )


def _seats(line: PlanRow) -> list[dict[str, Any]]:
    use = seat_use(line.id)
    return [
        {"unit": unit, "seats": use.allotted[unit.id], "taken": use.taken_by_unit[unit.id]}
        for unit in _units_of(use.allotted)
    ]


def _seats_page(line: PlanRow) -> Page[dict[str, Any]]:
    rows = _seats(line)
    order = {row["unit"].id: at for at, row in enumerate(rows)}
    return page_of(
        rows,
        list_query(sortable=("unit", "seats", "taken", "free"), default="unit"),
        words=lambda row: f"{row['unit'].name} {row['unit'].short_name}",
        keys={
            "unit": lambda row: order[row["unit"].id],
            "seats": lambda row: row["seats"],
            "taken": lambda row: row["taken"],
            "free": lambda row: row["seats"] - row["taken"],
        },
    )


def _units_of(allotted: Any) -> list[Any]:
    return [unit for unit in list_units() if unit.id in allotted]


def _open_form() -> OpenClassForm:
    form = OpenClassForm()
    form.class_teacher_id.choices = [("", _("Choose later")), *possible_staff("class_teacher")]
    return form


def _form_page(form: PlanLineForm, line: PlanRow | None) -> ResponseReturnValue:
    page = render_template("classes/plan_form.html", form=form, line=line, programs=list_programs())
    return page, 422 if form.errors else 200


def _save(form: PlanLineForm, plan_line_id: int | None = None) -> int | None:
    data: dict[str, Any] = {name: value for name, value in form.data.items() if name in PlanValues.__dataclass_fields__}
    try:
        return save_plan_line(
            PlanValues(
                **data,
                year=(form.starts_on.data or clock.today()).year,
            ),
            plan_line_id=plan_line_id,
            program=form.program.data,
        )
    except DomainError as error:
        form.take(error)
        return None


def _columns() -> list[Column]:
    return [
        Column("code", _("Class code")),
        Column("name", _("Class name")),
        Column("program", _("Program")),
        Column("audience", _("Audience")),
        Column("seats", _("Planned people"), "number"),
        Column("taken_in", _("Admitted"), "number"),
        Column("days", _("Days"), "number"),
        Column("credit_hours", _("Credit hours"), "number"),
        Column("starts_on", _("First day"), "date"),
        Column("ends_on", _("Last day"), "date"),
        Column("venue", _("Venue")),
        Column("host", _("Host")),
        Column("organiser", _("Carried out by")),
        Column("state", _("State")),
        Column("note", _("Note")),
    ]


def _exported(row: PlanRow) -> dict[str, Any]:
    return {**vars(row), "state": _(labels.CLASS_STATE[row.state])}
