"""Rooms."""

from __future__ import annotations

from sqlalchemy import func, select

from training_app.classes.models import Lesson, Room
from training_app.classes.queries.clashes import RoomInfo
from training_app.core.db import db


def list_rooms() -> list[RoomInfo]:
    """All rooms by name."""
    return [
        RoomInfo(each.id, each.name, each.capacity) for each in db.session.scalars(select(Room).order_by(Room.name))
    ]


def lessons_per_room() -> dict[int, int]:
    """How many lessons each room has had or will have."""
    rows = db.session.execute(
        select(Lesson.room_id, func.count())
        .where(Lesson.state != "cancelled", Lesson.room_id.is_not(None))
        .group_by(Lesson.room_id)
    )
    return {room_id: number for room_id, number in rows if room_id is not None}
