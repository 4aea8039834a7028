"""Seats by rule: everybody exactly one, no seat twice, nobody lost by changing places; names on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.classes.seating_rules import (
    FILL_ORDERS,
    Hall,
    Seat,
    Sitter,
    arrange,
    exchange,
    read_aisles,
    suggested_hall,
)
from training_app.classes.shown_names import name_shown

HALLS = st.builds(Hall, st.integers(1, 12), st.integers(1, 12))
SITTERS = st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.sampled_from(("", "一组", "二组"))), max_size=60).map(
    lambda rows: [
        Sitter(100 + at, at, f"{name}{at}", "", f"单位{name}", group) for at, (name, group) in enumerate(rows, 1)
    ]
)


@st.composite
def seated(draw: st.DrawFn) -> tuple[Hall, list[Sitter], dict[int, Seat]]:
    hall, people = draw(HALLS), draw(SITTERS)
    some = draw(st.lists(st.sampled_from(people), unique_by=lambda each: each.id)) if people else []
    places = draw(st.permutations(hall.seats()))
    return hall, people, dict(zip((each.id for each in some), places, strict=False))


@given(seated(), st.sampled_from(FILL_ORDERS))
def test_everybody_has_exactly_one_seat_and_no_seat_is_taken_twice(
    world: tuple[Hall, list[Sitter], dict[int, Seat]], order: str
) -> None:
    hall, people, taken = world

    found = arrange(people, hall, order, taken)

    assert len(set(found.values())) == len(found)
    assert all(hall.has(seat) for seat in found.values())
    assert len(found) == min(len(people), hall.capacity)
    assert {who: found[who] for who in taken} == taken


@given(seated(), st.data())
def test_changing_places_loses_nobody_and_done_twice_is_as_before(
    world: tuple[Hall, list[Sitter], dict[int, Seat]], data: st.DataObject
) -> None:
    hall, people, seats = world
    spots = st.one_of(st.sampled_from(hall.seats()), st.sampled_from([each.id for each in people] or [1]))
    first, second = data.draw(spots), data.draw(spots)

    after = exchange(seats, first, second)

    assert len(set(after.values())) == len(after)
    assert set(after.values()) <= {*seats.values(), *(each for each in (first, second) if isinstance(each, Seat))}
    touched = {who for who, seat in seats.items() if seat in (first, second)} | {first, second}
    assert {who for who in {*seats, *after} if seats.get(who) != after.get(who)} <= touched
    if isinstance(first, Seat) and isinstance(second, Seat):
        assert set(after) == set(seats)
        assert exchange(after, first, second) == seats


def test_a_person_may_give_up_the_seat_for_another_or_for_nobody() -> None:
    seats = {1: Seat(1, 1), 2: Seat(1, 2)}

    assert exchange(seats, Seat(1, 1), Seat(1, 2)) == {1: Seat(1, 2), 2: Seat(1, 1)}
    assert exchange(seats, Seat(1, 1), Seat(2, 5)) == {1: Seat(2, 5), 2: Seat(1, 2)}
    assert exchange(seats, Seat(2, 5), Seat(1, 1)) == {1: Seat(2, 5), 2: Seat(1, 2)}
    assert exchange(seats, 3, Seat(1, 1)) == {3: Seat(1, 1), 2: Seat(1, 2)}
    assert exchange(seats, Seat(1, 1), None) == {2: Seat(1, 2)}
    assert exchange(seats, Seat(2, 5), Seat(2, 6)) == seats
    assert exchange(seats, 1, Seat(1, 1)) == seats


def test_groups_begin_rows_of_their_own_where_there_is_room() -> None:
    people = [Sitter(at, at, str(at), group=group) for at, group in enumerate("aaabbc", 1)]

    assert arrange(people, Hall(3, 3), "group") == {
        1: Seat(1, 1), 2: Seat(1, 2), 3: Seat(1, 3), 4: Seat(2, 1), 5: Seat(2, 2), 6: Seat(3, 1),
    }  # fmt: skip
    assert arrange(people, Hall(2, 3), "group")[6] == Seat(2, 3)


def test_by_name_goes_by_the_dictionary_and_by_unit_keeps_colleagues_together() -> None:
    people = [
        Sitter(1, 1, "张三", "zhangsan", "乙"),
        Sitter(2, 2, "阿依", "ayi", "甲"),
        Sitter(3, 3, "李四", "lisi", "乙"),
    ]

    def row(order: str) -> list[int]:
        return sorted((found := arrange(people, Hall(1, 3), order)), key=lambda who: found[who])

    assert (row("list"), row("name")) == ([1, 2, 3], [2, 3, 1])
    assert row("unit") in ([2, 1, 3], [1, 3, 2])


@given(st.integers(0, 3600))
def test_a_suggested_hall_has_room(people: int) -> None:
    hall = suggested_hall(people)

    assert hall.capacity >= people
    assert all(1 <= aisle < hall.columns for aisle in hall.aisles)


@pytest.mark.parametrize(
    ("text", "aisles"),
    [("", ()), ("4、8", (4, 8)), (" 8, 4 4", (4, 8)), ("12", None), ("0", None), ("四", None), ("-1", None)],
)
def test_aisles_as_typed(text: str, aisles: tuple[int, ...] | None) -> None:
    assert read_aisles(text, 12) == aisles


@pytest.mark.parametrize(
    ("name", "way", "initials", "shown"),
    [
        ("张伟明", "full", "zwm", "张伟明"),
        ("张伟明", "surname", "zwm", "张**"),
        ("王芳", "surname", "", "王*"),
        ("上官光生", "surname", "", "上官**"),
        ("欧阳", "surname", "", "欧*"),
        ("迪丽热拉·买买提", "surname", "", "迪***"),
        ("张伟明", "initials", "zwm", "ZWM"),
        ("张伟明", "initials", "", "张**"),
    ],
)
def test_names_on_the_screen(name: str, way: str, initials: str, shown: str) -> None:
    assert name_shown(name, way, initials) == shown
