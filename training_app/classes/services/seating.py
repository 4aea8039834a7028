"""Laying out a class's hall, and giving its people their seats."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select

from training_app.cadres.api import pinyin_of
from training_app.classes import seating_rules as rules
from training_app.classes.events import PersonSeated, SeatingLaidOut, SeatsFilled
from training_app.classes.models import PersonSeat, SeatingHall, TrainingClass
from training_app.classes.queries.enrollments import list_enrollments
from training_app.classes.queries.seating import hall_of
from training_app.classes.seating_rules import Hall, Seat, Sitter, Spot
from training_app.classes.values import EnrollmentInfo
from training_app.core.db import command, db, insert_many, serialise
from training_app.core.errors import InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_


@command
def lay_out(class_id: int, hall: Hall) -> int:
    """Give the class a hall; how many people lost a seat that the new one does not have.

    Raises:
        NotFound: no such class.
        InvalidInput: no such hall can be.

    """
    _own(class_id)
    if not (1 <= hall.rows <= rules.MOST_ROWS and 1 <= hall.columns <= rules.MOST_COLUMNS):
        raise InvalidInput(fields={"rows": N_("A hall has 1 to 60 rows of 1 to 60 seats.")})
    found = db.session.get(SeatingHall, class_id)
    old = hall_of(found) if found else None
    before = _seats(class_id)
    after = {who: seat for who, seat in before.items() if hall.has(seat)}
    aisles = ",".join(map(str, hall.aisles))
    if found is None:
        db.session.add(SeatingHall(class_id=class_id, row_count=hall.rows, column_count=hall.columns, aisles=aisles))
    else:
        found.row_count, found.column_count, found.aisles = hall.rows, hall.columns, aisles
    db.session.flush()
    _store(class_id, before, after)
    lost = len(before) - len(after)
    if old != hall:
        publish(SeatingLaidOut(class_id=class_id, old=_said(old), new=_said(hall), lost=lost))
    return lost


@command
def fill(class_id: int, order: str, *, keep: bool) -> int:
    """Seat everybody, from the front, in an order; those who sit already keep their seat or all sit anew.

    Raises:
        NotFound: the class has no hall.
        InvalidInput: no such order.
        Refused: the hall has fewer seats than there are people.

    """
    hall = _own_hall(class_id)
    if order not in rules.FILL_ORDERS:
        raise InvalidInput(fields={"order": N_("Choose one.")})
    people = list_enrollments(class_id)
    if len(people) > hall.capacity:
        raise Refused(N_("The hall has fewer seats than the class has people."), code="too_few_seats")
    before = _seats(class_id)
    here = {each.id for each in people}
    kept = {who: seat for who, seat in before.items() if keep and who in here}
    after = rules.arrange(sitters_of(people), hall, order, kept)
    _store(class_id, before, after)
    publish(SeatsFilled(class_id=class_id, people=len(after)))
    return len(after)


@command
def exchange(class_id: int, first: Spot, second: Spot) -> None:
    """Let two places change what is on them: two people, a person and an empty seat, a person and no seat.

    Raises:
        NotFound: the class has no hall, or no such person.
        InvalidInput: no such seat, or nobody at either place.

    """
    hall = _own_hall(class_id)
    people = {each.id: each for each in list_enrollments(class_id)}
    for spot in (first, second):
        if isinstance(spot, Seat) and not hall.has(spot):
            raise InvalidInput(N_("The hall has no such seat."), code="no_such_seat")
        if isinstance(spot, int) and spot not in people:
            raise NotFound
    stored = _seats(class_id)
    before = {who: seat for who, seat in stored.items() if who in people}  # who has left gives the seat up
    after = rules.exchange(before, first, second)
    if after == before:
        raise InvalidInput(N_("Nobody sits at either place."), code="nobody_there")
    _store(class_id, stored, after)
    for who in sorted({*before, *after}):
        if before.get(who) != after.get(who):
            publish(
                PersonSeated(
                    enrollment_id=who,
                    class_id=class_id,
                    name=people[who].name,
                    old=before[who].text if who in before else "",
                    new=after[who].text if who in after else "",
                )
            )


@command
def clear(class_id: int) -> int:
    """Take everybody's seat away; how many had one.

    Raises:
        NotFound: the class has no hall.

    """
    _own_hall(class_id)
    before = _seats(class_id)
    _store(class_id, before, {})
    if before:
        publish(SeatsFilled(class_id=class_id, people=0))
    return len(before)


def sitters_of(people: list[EnrollmentInfo]) -> list[Sitter]:
    """The people as the rules see them, numbered as the class is listed."""
    return [
        Sitter(each.id, number, each.name, pinyin_of(each.name).partition(" ")[0], each.unit_name, each.group_name)
        for number, each in enumerate(people, 1)
    ]


def _own(class_id: int) -> None:
    serialise(f"seating:{class_id}")
    if db.session.get(TrainingClass, class_id) is None:
        raise NotFound


def _own_hall(class_id: int) -> Hall:
    _own(class_id)
    found = db.session.get(SeatingHall, class_id)
    if found is None:
        raise NotFound
    return hall_of(found)


def _seats(class_id: int) -> dict[int, Seat]:
    rows = db.session.execute(
        select(PersonSeat.enrollment_id, PersonSeat.row_no, PersonSeat.column_no).where(PersonSeat.class_id == class_id)
    )
    return {row.enrollment_id: Seat(row.row_no, row.column_no) for row in rows}


def _store(class_id: int, before: Mapping[int, Seat], after: Mapping[int, Seat]) -> None:
    """Write what has changed; first all that goes, then all that comes, for no seat may be taken twice meanwhile."""
    gone = [who for who, seat in before.items() if after.get(who) != seat]
    come = [(who, seat) for who, seat in after.items() if before.get(who) != seat]
    if gone:
        db.session.execute(
            delete(PersonSeat).where(PersonSeat.class_id == class_id, PersonSeat.enrollment_id.in_(gone))
        )
    if come:
        insert_many(
            PersonSeat,
            [
                {"class_id": class_id, "enrollment_id": who, "row_no": seat.row, "column_no": seat.column}
                for who, seat in come
            ],
        )
    db.session.flush()


def _said(hall: Hall | None) -> str:
    if hall is None:
        return ""
    aisles = f"，过道{'、'.join(map(str, hall.aisles))}" if hall.aisles else ""
    return f"{hall.rows}排{hall.columns}座{aisles}"
