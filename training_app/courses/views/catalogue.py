"""The course catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.core.errors import DomainError
from training_app.core.tables import Column
from training_app.courses import queries, rules
from training_app.courses.forms import CourseForm
from training_app.courses.permissions import COURSES
from training_app.courses.services import catalogue
from training_app.courses.views import bp
from training_app.teachers.api import list_teachers
from training_app.web.access import requires
from training_app.web.lists import export, list_query, wants_export
from training_app.web.slots import render_slot


@bp.get("/courses")
@requires(COURSES["view"])
def index() -> ResponseReturnValue:
    """The catalogue: searched, filtered, sorted, in pages, or as a file."""
    query = list_query(sortable=queries.SORTABLE, default="code", filters=queries.FILTERS)
    page = queries.page_of_courses(query, everything=bool(wants_export()))
    teachers = _teachers_of([course.id for course in page.items])
    if wants_export():
        lines = [{**asdict(c), "teachers": "、".join(t.name for t in teachers.get(c.id, []))} for c in page.items]
        return export(_columns(), lines, _("Course catalogue"), query=query, filters=_filters())
    return render_template(
        "courses/list.html",
        page=page,
        teachers=teachers,
        domains=queries.counts_by_domain(),
        filters=_filters(),
    )


@bp.get("/courses/<int:course_id>")
@requires(COURSES["view"])
def show(course_id: int) -> ResponseReturnValue:
    """A course, who can give it, and where it was given."""
    return render_template(
        "courses/course.html",
        course=queries.get_course_file(course_id),
        teachers=_teachers_of([course_id]).get(course_id, []),
        filled=render_slot("course.file", course_id=course_id),
    )


@bp.get("/courses/new")
@requires(COURSES["edit"])
def new() -> ResponseReturnValue:
    """The empty form."""
    return _form_page(_form(), None)


@bp.post("/courses/new")
@requires(COURSES["edit"])
def add() -> ResponseReturnValue:
    """Enter a course."""
    form = _form()
    if form.validate_on_submit():
        try:
            course_id = catalogue.add_course(_values(form))
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The course has been entered."), "success")
            return redirect(url_for("courses.show", course_id=course_id))
    return _form_page(form, None), 422


@bp.get("/courses/<int:course_id>/edit")
@requires(COURSES["edit"])
def edit(course_id: int) -> ResponseReturnValue:
    """The form with the course as it is."""
    course = queries.get_course_file(course_id)
    return _form_page(_form({**asdict(course), "teacher_ids": queries.teacher_ids_of(course_id)}), course)


@bp.post("/courses/<int:course_id>/edit")
@requires(COURSES["edit"])
def change(course_id: int) -> ResponseReturnValue:
    """Change a course; another title or other hours make another version."""
    course = queries.get_course_file(course_id)
    form = _form()
    if form.validate_on_submit():
        try:
            version = catalogue.change_course(course_id, _values(form))
        except DomainError as error:
            form.take(error)
        else:
            if version > course.version:
                flash(_("The course has been changed; this is version %(number)s now.", number=version), "success")
            else:
                flash(_("The course has been changed."), "success")
            return redirect(url_for("courses.show", course_id=course_id))
    return _form_page(form, course), 422


@bp.post("/courses/<int:course_id>/retire")
@requires(COURSES["edit"])
def retire(course_id: int) -> ResponseReturnValue:
    """Take a course out of the catalogue."""
    catalogue.retire_course(course_id)
    flash(_("The course is no longer offered."), "success")
    return redirect(url_for("courses.show", course_id=course_id))


@bp.post("/courses/<int:course_id>/restore")
@requires(COURSES["edit"])
def restore(course_id: int) -> ResponseReturnValue:
    """Put a course back into the catalogue."""
    catalogue.restore_course(course_id)
    flash(_("The course is offered again."), "success")
    return redirect(url_for("courses.show", course_id=course_id))


def _teachers_of(course_ids: list[int]) -> dict[int, list[Any]]:
    known = {teacher.id: teacher for teacher in list_teachers(active=False)}
    return {
        course_id: [known[teacher_id] for teacher_id in ids]
        for course_id, ids in queries.teacher_ids_by_course(course_ids).items()
    }


def _form(known: Mapping[str, Any] | None = None) -> CourseForm:
    form = CourseForm(data=known) if known is not None else CourseForm()
    form.offer(list_teachers(active=False))
    return form


def _form_page(form: CourseForm, course: queries.CourseFile | None) -> str:
    domains = list(dict.fromkeys([*rules.DOMAINS, *queries.values_in_use("course_domain")]))
    methods = list(dict.fromkeys([*rules.METHODS, *queries.values_in_use("method")]))
    return render_template(
        "courses/form.html",
        form=form,
        course=course,
        suggestions={"domains": domains, "methods": methods, "audiences": queries.values_in_use("audience")},
    )


def _values(form: CourseForm) -> catalogue.CourseValues:
    return catalogue.CourseValues(
        name=form.name.data or "",
        code=form.code.data or "",
        course_domain=form.course_domain.data or "",
        credit_hours=form.credit_hours.data or Decimal(0),
        method=form.method.data or "",
        audience=form.audience.data or "",
        objectives=form.objectives.data or "",
        note=form.note.data or "",
        teacher_ids=tuple(form.teacher_ids.data or ()),
    )


def _filters() -> list[Mapping[str, Any]]:
    used = {name: [(v, v) for v in queries.values_in_use(name)] for name in ("course_domain", "method", "audience")}
    teachers = [(t.id, t.name) for t in list_teachers(active=False)]
    return [
        {"name": "domain", "label": _("Course category"), "options": used["course_domain"]},
        {"name": "method", "label": _("Method"), "options": used["method"]},
        {"name": "audience", "label": _("Suited for"), "options": used["audience"]},
        {"name": "teacher", "label": _("Teacher"), "options": teachers},
        {
            "name": "status",
            "label": _("Status"),
            "blank": _("Offered"),
            "options": [("retired", _("No longer offered")), ("all", _("All"))],
        },
    ]


def _columns() -> list[Column]:
    return [
        Column("code", _("Number")),
        Column("name", _("Course title")),
        Column("course_domain", _("Course category")),
        Column("credit_hours", _("Credit hours"), "number"),
        Column("method", _("Method")),
        Column("audience", _("Suited for")),
        Column("teachers", _("Teachers")),
        Column("version", _("Version"), "number"),
    ]
