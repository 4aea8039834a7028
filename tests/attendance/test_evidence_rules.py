"""The pure rules of evidence, by examples and by properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.attendance import evidence_rules as rules
from training_app.attendance.evidence_rules import HandMark, Heads, Scan, Stay

NOON = datetime(2026, 5, 11, 4, 0, tzinfo=UTC)
marks = st.builds(
    HandMark, st.sampled_from(["scan", "staff", "leave", "closing", "import"]), *[st.booleans() for _ in range(4)]
)


@given(mark=st.none() | marks, closed=st.booleans())
def test_only_staff_s_own_last_mark_in_an_open_lesson_is_taken_back(mark, closed):
    fault = rules.undo_fault(mark, closed=closed)
    if not fault:
        assert not closed
        assert mark is not None
        assert mark.method == "staff"
        assert mark.kept_before or not mark.changed
        assert mark.changed or not (mark.doubts or mark.followed)
    if closed:
        assert fault == "closed"


@given(hours=st.floats(-48, 96, allow_nan=False))
def test_one_person_corrects_alone_for_a_day_and_no_longer(hours):
    now = NOON + timedelta(hours=hours)
    assert rules.corrects_alone(ends_at=NOON, now=now) == (now - NOON <= timedelta(hours=24))


_accounts, _people = st.integers(1, 5), st.frozensets(st.integers(1, 4), max_size=2)


@given(
    decider=st.builds(rules.Someone, st.none() | _accounts, _people),
    asked=st.builds(rules.Someone, _accounts, _people),
    about=st.builds(rules.Someone, st.none() | _accounts, _people),
)
def test_nobody_is_the_second_person_for_oneself_by_whatever_account(decider, asked, about):
    allowed = rules.may_decide(decider, asked_by=asked, about=about)
    same_account = decider.account_id in (asked.account_id, about.account_id)
    same_person = bool(decider.people & (asked.people | about.people))
    assert allowed == (decider.account_id is not None and not same_account and not same_person)
    assert asked.is_also(decider) == decider.is_also(asked)


@pytest.mark.parametrize(
    ("same_day", "hours", "way"),
    [(True, 1, "reopen"), (False, 1, "alone"), (False, 25, "second"), (True, 25, "second")],
)
def test_what_a_closed_lesson_says_is_put_right_by_reopening_alone_or_with_a_second_person(same_day, hours, way):
    assert rules.way_after_closing(same_day=same_day, ends_at=NOON, now=NOON + timedelta(hours=hours)) == way


@pytest.mark.parametrize(
    ("heads", "attended", "state"),
    [
        (None, 4, ""),
        (Heads(4, 4), 4, "agree"),
        (Heads(4, 4), 6, "agree"),  # two more came after the count
        (Heads(6, 4), 4, "differ"),
        (Heads(6, 4), 6, "agree"),  # the two were recorded since
        (Heads(6, 4, "two guests"), 4, "noted"),
        (Heads(6, 4, "two guests"), 5, "noted"),
    ],
)
def test_how_heads_stand_against_records(heads, attended, state):
    assert rules.heads_state(heads, attended=attended) == state


def scans(*seconds: float, browser: str = "WeChat", first: int = 1) -> list[Scan]:
    return [Scan(first + n, NOON + timedelta(seconds=at), browser) for n, at in enumerate(seconds)]


def test_five_in_three_seconds_stand_out():
    assert rules.bursts(scans(0, 1, 1.5, 2, 3)) == {1, 2, 3, 4, 5}
    assert rules.bursts(scans(0, 1, 1.5, 2, 3.1)) == frozenset()
    assert rules.bursts(scans(0, 1, 1.5, 2)) == frozenset()
    assert rules.bursts([*scans(0, 1, 2), *scans(0, 1, browser="Chrome", first=10)]) == frozenset()
    assert rules.bursts(scans(0, 1, 1.5, 2, 3, browser="")) == frozenset()


def test_a_hall_that_opens_its_doors_is_no_burst():
    rush = scans(*[n / 5 for n in range(400)])  # five a second for over a minute
    assert rules.bursts(rush) == frozenset()
    alone = scans(600, 600.5, 601, 601.5, 602, first=1000)
    assert rules.bursts([*rush, *alone]) == {1000, 1001, 1002, 1003, 1004}


times = st.lists(st.floats(0, 120, allow_nan=False), max_size=30)


@given(times)
def test_bursts_are_what_counting_by_hand_finds(seconds):
    made = scans(*seconds)
    expected: set[int] = set()
    for first in made:
        held = [s for s in made if first.at <= s.at <= first.at + rules.BURST_WITHIN]
        held = [s for s in held if (s.at, s.record_id) >= (first.at, first.record_id)]
        last = max(s.at for s in held)
        around = [
            s for s in made if s not in held and first.at - rules.BURST_AROUND <= s.at <= last + rules.BURST_AROUND
        ]
        if len(held) >= rules.BURST_PEOPLE and len(held) > len(around):
            expected |= {s.record_id for s in held}
    assert rules.bursts(made) == expected


@given(times, st.randoms())
def test_bursts_do_not_depend_on_the_order_of_rows(seconds, random):
    made = scans(*seconds)
    mixed = list(made)
    random.shuffle(mixed)
    assert rules.bursts(mixed) == rules.bursts(made)


stays = st.builds(
    lambda record, person, lesson, start, length: Stay(
        record, person, lesson, NOON + timedelta(minutes=start), NOON + timedelta(minutes=start + length)
    ),
    st.integers(1, 50), st.integers(1, 3), st.integers(1, 3), st.integers(0, 300), st.integers(1, 200),
)  # fmt: skip


@given(stays, stays)
def test_overlapping_is_mutual_and_of_one_person_in_two_lessons(one, other):
    found = rules.overlaps([one], [other])
    assert bool(found) == bool(rules.overlaps([other], [one]))
    if found:
        assert one.person == other.person
        assert one.lesson_id != other.lesson_id
        assert max(one.starts_at, other.starts_at) < min(one.ends_at, other.ends_at)


def test_lessons_that_only_touch_do_not_overlap():
    first = Stay(1, 7, 1, NOON, NOON + timedelta(hours=1))
    then = Stay(2, 7, 2, NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    assert rules.overlaps([first], [then]) == frozenset()
    assert rules.overlaps([first], [Stay(2, 7, 2, NOON, NOON + timedelta(hours=2))]) == {1}


@given(st.booleans(), st.booleans(), st.none() | st.integers(-200, 400))
def test_when_a_record_can_be_contested(recorded, waiting, hours_since):
    closed_at = None if hours_since is None else NOON - timedelta(hours=hours_since)
    fault = rules.contest_fault(recorded=recorded, waiting=waiting, closed_at=closed_at, now=NOON)
    assert (fault == "") == (recorded and not waiting and (hours_since is None or hours_since <= 7 * 24))
