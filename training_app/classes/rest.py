"""Classes, lessons and enrollments for programs (CONTRACT.md)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from training_app.classes import ports
from training_app.classes.api import get_class_visible_to
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.lessons import list_lessons
from training_app.classes.queries.list import SORTABLE, page_of_classes
from training_app.classes.queries.roster import SORTABLE as ROSTER_SORTABLE
from training_app.classes.queries.roster import page_of_roster
from training_app.classes.queries.scope import class_ids_visible_to, people_scope
from training_app.classes.values import ClassInfo, EnrollmentInfo, LessonInfo
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import InvalidInput
from training_app.core.pages import ListQuery, Page
from training_app.core.text import N_
from training_app.web.access import requires
from training_app.web.json import api, json_page
from training_app.web.lists import list_query

bp = Blueprint("classes_api", __name__, url_prefix="/api/v1")


class ClassItem(BaseModel):
    """A class."""

    id: int
    code: str
    name: str
    program: str
    cohort_no: int | None
    starts_on: date
    ends_on: date
    venue: str
    state: str
    is_main: bool
    for_party_members: bool
    exam_required: bool
    credit_hours: float
    class_teachers: list[str]
    people: int | None = None


class LessonItem(BaseModel):
    """A lesson; ``check_in_state`` is there once check-in has been opened."""

    id: int
    class_id: int
    title: str
    kind: str
    day: date
    half_day: str
    starts_at: str
    ends_at: str
    place: str
    teachers: str
    credit_hours: float
    state: str
    check_in_state: str | None = None


class EnrollmentItem(BaseModel):
    """A person in a class."""

    id: int
    class_id: int
    cadre_id: int
    name: str
    unit: str
    post: str
    post_level: str
    group: str
    status: str


class ClassList(BaseModel):
    """A page of classes."""

    items: list[ClassItem]
    total: int
    next: str | None


class LessonList(BaseModel):
    """Lessons."""

    items: list[LessonItem]
    total: int
    next: str | None


class EnrollmentList(BaseModel):
    """A page of people."""

    items: list[EnrollmentItem]
    total: int
    next: str | None


@bp.get("/classes")
@requires(CLASSES["own"])
@api("Classes the caller may see", answer=ClassList, statuses=(200, 401, 403))
def classes() -> ResponseReturnValue:
    """Classes within reach; filters state, program, year, q."""
    query = list_query(sortable=SORTABLE, default="starts_on", filters=("state", "program", "year"), descending=True)
    page = page_of_classes(query, class_ids_visible_to(current_actor(), CLASSES["own"]))
    return json_page(page, lambda row: {**_class(row.info), "people": row.people})


@bp.get("/classes/<int:class_id>")
@requires(CLASSES["own"])
@api("One class", answer=ClassItem, statuses=(200, 401, 403, 404))
def class_(class_id: int) -> ResponseReturnValue:
    """One class within reach."""
    return jsonify(_class(get_class_visible_to(current_actor(), class_id, CLASSES["own"])))


@bp.get("/classes/<int:class_id>/lessons")
@requires(CLASSES["own"])
@api("Lessons of a class, of one day when ?date= is given", answer=LessonList, statuses=(200, 401, 403, 404, 422))
def lessons(class_id: int) -> ResponseReturnValue:
    """Lessons in order of time."""
    get_class_visible_to(current_actor(), class_id, CLASSES["own"])
    found = list_lessons(class_id, _day())
    states = ports.check_in_states([each.id for each in found])
    query = ListQuery(per_page=max(1, len(found)))
    return json_page(Page(found, len(found), query), lambda each: _lesson(each, states))


@bp.get("/classes/<int:class_id>/enrollments")
@requires(CLASSES["own"])
@api("People of a class whom the caller may see", answer=EnrollmentList, statuses=(200, 401, 403, 404))
def enrollments(class_id: int) -> ResponseReturnValue:
    """People: all, those of one's units, or oneself. Filters status, group, q."""
    actor = current_actor()
    get_class_visible_to(actor, class_id, CLASSES["own"])
    query = list_query(sortable=ROSTER_SORTABLE, default="group", filters=("status", "group"), per_page=200)
    return json_page(page_of_roster(class_id, query, people_scope(actor, class_id, CLASSES["own"])), _enrollment)


def _day() -> date | None:
    text = request.args.get("date", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(fields={"date": N_("A day as 2023-05-15.")}) from None


def _class(each: ClassInfo) -> dict[str, Any]:
    return {
        "id": each.id,
        "code": each.code,
        "name": each.name,
        "program": each.program,
        "cohort_no": each.cohort_no,
        "starts_on": each.starts_on.isoformat(),
        "ends_on": each.ends_on.isoformat(),
        "venue": each.venue,
        "state": each.state,
        "is_main": each.is_main,
        "for_party_members": each.for_party_members,
        "exam_required": each.exam_required,
        "credit_hours": float(each.credit_hours),
        "class_teachers": list(each.teacher_names),
    }


def _lesson(each: LessonInfo, states: dict[int, str]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": each.id,
        "class_id": each.class_id,
        "title": each.title,
        "kind": each.kind,
        "day": each.day.isoformat(),
        "half_day": each.half_day,
        "starts_at": clock.local(each.starts_at).isoformat(),
        "ends_at": clock.local(each.ends_at).isoformat(),
        "place": each.place,
        "teachers": each.teacher_text,
        "credit_hours": float(each.credit_hours),
        "state": each.state,
    }
    if each.id in states:
        item["check_in_state"] = states[each.id]
    return item


def _enrollment(each: EnrollmentInfo) -> dict[str, Any]:
    return {
        "id": each.id,
        "class_id": each.class_id,
        "cadre_id": each.cadre_id,
        "name": each.name,
        "unit": each.unit_name,
        "post": each.post_title,
        "post_level": each.post_level,
        "group": each.group_name,
        "status": each.status,
    }
