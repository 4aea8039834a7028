"""Rooms that lessons are held in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes.forms import RoomForm
from training_app.classes.permissions import CLASSES, PLANS
from training_app.classes.queries.rooms import lessons_per_room, list_rooms
from training_app.classes.services.timetable import save_room
from training_app.classes.views import plans
from training_app.core.errors import DomainError, NotFound
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.lists import export, list_query, page_of, wants_export


@plans.get("/rooms")
@requires(CLASSES["view"])
def rooms() -> ResponseReturnValue:
    """All rooms."""
    lessons = lessons_per_room()
    query = list_query(sortable=("name", "capacity", "lessons"), default="name")
    page = page_of(
        list_rooms(),
        query,
        words=lambda each: each.name,
        keys={
            "name": lambda each: each.name,
            "capacity": lambda each: each.capacity or 0,
            "lessons": lambda each: lessons.get(each.id, 0),
        },
    )
    if wants_export():
        columns = [
            Column("name", _("Room")),
            Column("capacity", _("Seats"), "number"),
            Column("lessons", _("Lessons"), "number"),
        ]
        rows = [
            {"name": each.name, "capacity": each.capacity, "lessons": lessons.get(each.id, 0)} for each in page.items
        ]
        return export(columns, rows, _("Rooms"), query=query)
    return render_template("classes/rooms.html", page=page, lessons=lessons)


@plans.route("/rooms/new", methods=["GET", "POST"])
@requires(PLANS["edit"])
def room_new() -> ResponseReturnValue:
    """Enter a room."""
    return _edit(None)


@plans.route("/rooms/<int:room_id>", methods=["GET", "POST"])
@requires(PLANS["edit"])
def room(room_id: int) -> ResponseReturnValue:
    """Change a room."""
    return _edit(room_id)


def _edit(room_id: int | None) -> ResponseReturnValue:
    found = next((each for each in list_rooms() if each.id == room_id), None)
    if room_id is not None and found is None:
        raise NotFound
    form = RoomForm(obj=found)
    if request.method == "POST" and form.validate():
        try:
            save_room(form.name.data, capacity=form.capacity.data, room_id=room_id)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("%(name)s is saved.", name=form.name.data), "success")
            return redirect(url_for("plans.rooms"))
    return render_template("classes/room_form.html", form=form, room=found), 422 if form.errors else 200
