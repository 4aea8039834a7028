"""What happened in the classes: who came, what they scored, which hours they earned."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from training_app.attendance.models import AttendanceFlag, AttendanceRecord, CheckInWindow
from training_app.core import clock, crypto
from training_app.demo import lists
from training_app.demo.calls import write_call
from training_app.demo.people import Person, Population
from training_app.demo.register import FIVE_YEAR_LEVELS
from training_app.demo.rows import add_all, write_all
from training_app.demo.training import HELD_PHASES, Course, Seat, Slot, Year
from training_app.exams.models import EntryDuty, Exam, Mark, ScoreEntry, ScoreVersion
from training_app.results.models import HourEntry

_AWAY = ("leave_sick", "leave_personal", "leave_official", "absent")
_AWAY_ODDS = (6, 7, 5, 1)
_SHARE_AWAY, _SHARE_LATE = 0.07, 0.02
_CAME = ("present", "late")


class Recorder:
    """Writes attendance, scores and hours, as they would have come to be at their own times."""

    def __init__(
        self, session: Session, random: Random, *, now: datetime, operator: int, typists: tuple[int, int]
    ) -> None:
        self.session, self.random, self.now = session, random, now
        self.operator, self.typists = operator, typists
        self.devices: dict[int, str] = {}

    def write(self, year: Year) -> None:
        """Write what every class has behind it."""
        for course in year.classes:
            status = self._attendance(course)
            if course.term.phase in HELD_PHASES:
                self._scores(course, status)

    # ---- who came
    def _attendance(self, course: Course) -> dict[tuple[int, int], str]:
        held = [slot for slot in course.slots if slot.held]
        seats = [seat for seat in course.seats if seat.status != "withdrawn"]
        status: dict[tuple[int, int], str] = {}
        for seat in seats:
            why = self.random.choices(_AWAY, _AWAY_ODDS)[0]
            first = self.random.randrange(len(held)) if held and self.random.random() < _SHARE_AWAY else len(held)
            last = first + self.random.choice((1, 1, 1, 2, 4))
            for n, slot in enumerate(held):
                came = "late" if self.random.random() < _SHARE_LATE else "present"
                status[seat.enrollment_id, slot.lesson_id] = why if first <= n < last else came
        rows = [self._record(seat, slot, status[seat.enrollment_id, slot.lesson_id]) for slot in held for seat in seats]
        ids = add_all(self.session, AttendanceRecord, rows)
        write_all(
            self.session,
            CheckInWindow,
            [
                {
                    "lesson_id": slot.lesson_id,
                    "class_id": course.class_id,
                    "key_encrypted": crypto.encrypt("", "checkin"),
                    "state": "closed",
                    "step_seconds": 5,
                    "late_from": slot.starts_at + timedelta(minutes=10),
                    "opened_at": slot.starts_at - timedelta(minutes=25),
                    "closed_at": slot.ends_at,
                }
                for slot in held
            ],
        )
        self._post_hours(course, held, seats, status)
        running = course.term.phase == "running"
        if running:
            self._flags(rows, ids)
        if held:
            write_call(self.session, held[0], rows, ids, operator=self.operator, doubt=running)
        return status

    def _record(self, seat: Seat, slot: Slot, status: str) -> dict[str, Any]:
        row: dict[str, Any] = {
            "lesson_id": slot.lesson_id,
            "enrollment_id": seat.enrollment_id,
            "status": status,
            "check_in_at": None,
            "recorded_at": slot.ends_at,
            "method": "closing",
            "step_lag": None,
            "device_hash": "",
            "operator_id": None,
            "reason": "",
        }
        if status in _CAME:
            minutes = self.random.triangular(-24, -1, -7) if status == "present" else self.random.uniform(11, 28)
            came = slot.starts_at + timedelta(seconds=round(minutes * 60))
            row |= {
                "check_in_at": came,
                "recorded_at": came,
                "method": "scan",
                "step_lag": int(self.random.random() < 0.1),
            }
            if self.random.random() < 0.04:
                row |= {
                    "method": "staff",
                    "step_lag": None,
                    "operator_id": self.operator,
                    "reason": self.random.choice(lists.STAFF_REASONS),
                }
            else:
                row["device_hash"] = self.devices.setdefault(seat.person.id, f"{self.random.getrandbits(256):064x}")
        elif status != "absent":
            row |= {
                "method": "leave",
                "recorded_at": slot.starts_at - timedelta(hours=15),
                "operator_id": self.operator,
                "reason": self.random.choice(lists.LEAVE_REASONS[status]),
            }
        return row

    def _flags(self, rows: list[dict[str, Any]], ids: list[int]) -> None:
        """Two doubts in today's class that wait for somebody: one phone, two people."""
        scanned = [i for i, row in zip(ids, rows, strict=True) if row["method"] == "scan"]
        write_all(
            self.session,
            AttendanceFlag,
            [
                {"record_id": record, "code": "shared_device", "raised_at": self.now - timedelta(hours=3)}
                for record in scanned[:2]
            ],
        )

    # ---- hours
    def _post_hours(
        self, course: Course, held: list[Slot], seats: list[Seat], status: dict[tuple[int, int], str]
    ) -> None:
        write_all(
            self.session,
            HourEntry,
            [
                {
                    "cadre_id": seat.person.id,
                    "class_id": course.class_id,
                    "enrollment_id": seat.enrollment_id,
                    "year": clock.local(slot.starts_at).year,
                    "earned_on": clock.local(slot.starts_at).date(),
                    "kind": "group",
                    "hours": slot.credit_hours,
                    "source_kind": "lesson",
                    "source_id": slot.lesson_id,
                    "title": slot.title,
                    "posted_at": slot.ends_at,
                }
                for slot in held
                for seat in seats
                if status[seat.enrollment_id, slot.lesson_id] in _CAME
            ],
        )

    # ---- scores
    def _scores(self, course: Course, status: dict[tuple[int, int], str]) -> None:
        seats = [seat for seat in course.seats if seat.status != "withdrawn"]
        exam_slot = course.slots[-1]
        marking = course.term.phase == "marking"
        published = exam_slot.ends_at + timedelta(days=2, hours=1)
        first = self._exam(course, 1, exam_slot, "结业考试", None if marking else published)
        scores: dict[int, tuple[Decimal | None, str]] = {}
        for seat in seats:
            if status[seat.enrollment_id, exam_slot.lesson_id] not in _CAME:
                scores[seat.enrollment_id] = (None, "absent")
            else:
                scores[seat.enrollment_id] = (Decimal(min(100, max(38, round(self.random.gauss(81, 8))))), "")
        self._entries(first, scores, exam_slot.ends_at, half_done=marking)
        self._marks(seats, exam_slot.ends_at)
        if marking:
            return
        self._publish(first, scores, published)
        again = {e: s for e, s in scores.items() if s[1] == "absent" or (s[0] is not None and s[0] < 60)}
        again = {e: s for e, s in again.items() if self.random.random() < 0.85}
        if again:
            held = published + timedelta(days=5)
            second = self._exam(course, 2, exam_slot, "补考", held + timedelta(days=1), starts_at=held)
            resit: dict[int, tuple[Decimal | None, str]] = {
                e: (Decimal(min(96, max(44, round(self.random.gauss(74, 9))))), "") for e in again
            }
            self._entries(second, resit, held, half_done=False)
            self._publish(second, resit, held + timedelta(days=1))

    def _exam(
        self,
        course: Course,
        attempt: int,
        slot: Slot,
        kind: str,
        published: datetime | None,
        *,
        starts_at: datetime | None = None,
    ) -> int:
        done = published is not None
        return add_all(
            self.session,
            Exam,
            [
                {
                    "class_id": course.class_id,
                    "lesson_id": slot.lesson_id if attempt == 1 else None,
                    "title": f"{course.term.name}{kind}",
                    "attempt_no": attempt,
                    "starts_at": starts_at or slot.starts_at,
                    "duration_minutes": 90,
                    "place": "县委党校第一教室",
                    "full_marks": Decimal(100),
                    "pass_mark": Decimal(60),
                    "state": "published" if done else "entering",
                    "first_account_id": self.typists[0],
                    "second_account_id": self.typists[1],
                    "first_submitted_at": slot.ends_at + timedelta(hours=20) if done or attempt == 1 else None,
                    "second_submitted_at": slot.ends_at + timedelta(hours=26) if done else None,
                    "published_at": published,
                    "published_by_id": self.operator if done else None,
                }
            ],
        )[0]

    def _entries(
        self, exam_id: int, scores: dict[int, tuple[Decimal | None, str]], at: datetime, *, half_done: bool
    ) -> None:
        """Both typings; in the class that is being marked the second one has got half way, with one slip."""
        order = list(scores)
        write_all(
            self.session,
            EntryDuty,
            [
                {"exam_id": exam_id, "account_id": account, "entry_no": entry_no, "at": at}
                for entry_no, account in enumerate(self.typists, 1)
            ],
        )
        second = order[: len(order) // 2] if half_done else order
        rows = []
        for entry_no, people in ((1, order), (2, second)):
            for n, enrollment in enumerate(people):
                score, code = scores[enrollment]
                if half_done and entry_no == 2 and n == 4 and score is not None:
                    score = score - 9 if score > 60 else score + 9
                rows.append(
                    {
                        "exam_id": exam_id,
                        "enrollment_id": enrollment,
                        "entry_no": entry_no,
                        "score": score,
                        "code": code,
                        "account_id": self.typists[entry_no - 1],
                        "at": at + timedelta(hours=18 + 5 * entry_no, seconds=7 * n),
                    }
                )
        write_all(self.session, ScoreEntry, rows)

    def _publish(self, exam_id: int, scores: dict[int, tuple[Decimal | None, str]], at: datetime) -> None:
        write_all(
            self.session,
            ScoreVersion,
            [
                {
                    "exam_id": exam_id,
                    "enrollment_id": enrollment,
                    "version": 1,
                    "score": score,
                    "code": code,
                    "source": "entry",
                    "account_id": self.operator,
                    "at": at,
                }
                for enrollment, (score, code) in scores.items()
            ],
        )

    def _marks(self, seats: list[Seat], at: datetime) -> None:
        write_all(
            self.session,
            Mark,
            [
                {
                    "enrollment_id": seat.enrollment_id,
                    "kind": kind,
                    "version": 1,
                    "account_id": self.operator,
                    "score": Decimal(min(100, max(60, round(self.random.gauss(mean, 4))))),
                    "at": at + timedelta(days=1),
                }
                for seat in seats
                for kind, mean in (("reflection", 86), ("conduct", 90))
            ],
        )


def write_hours_from_elsewhere(session: Session, random: Random, population: Population, now: datetime) -> None:
    """Hours earned outside these classes: at higher levels, in recognised training of units, in the network."""
    today = clock.local(now).date()
    last_year = date(today.year - 1, 12, 31)
    rows: list[dict[str, Any]] = []
    for p in population.cadres:
        if p.post_level in FIVE_YEAR_LEVELS:
            rows += _earlier_years(random, p, today.year)
        else:
            rows += _year_elsewhere(random, p, last_year, first_id=201)
        rows += _year_elsewhere(random, p, today, first_id=1)
    write_all(session, HourEntry, rows)


def _year_elsewhere(random: Random, person: Person, until: date, *, first_id: int) -> list[dict[str, Any]]:
    """One person's year up to a day; ``first_id`` keeps the sources of the years apart."""
    day_of_year = until.timetuple().tm_yday
    rows = [
        _line(person, "external", title, hours, day=day, source_id=first_id + number, note="经干部教育科核准")
        for number, (title, hours, day) in enumerate(_elsewhere(random, person, until.year, day_of_year))
    ]
    if random.random() < 0.93:
        usual = random.gauss(56 if random.random() < 0.8 else 24, 9)
        online = Decimal(max(2, round(usual * day_of_year / 365 * 2))) / 2
        note = f"统计截至{until.month}月{until.day}日"
        rows.append(_line(person, "online", "省干部在线学习学院", online, day=until, source_id=until.year, note=note))
    return rows


def _earlier_years(random: Random, person: Person, year: int) -> list[dict[str, Any]]:
    """Four years of those bound by five, so that their requirement has something to stand on."""
    rows = []
    for back in range(1, 5):
        day = date(year - back, random.randint(3, 11), random.randint(1, 28))
        title, length = lists.ELSEWHERE[0] if back == 2 else lists.ELSEWHERE[random.randint(1, 4)]
        hours = length + 8 * random.randint(5, 12)
        rows.append(_line(person, "external", title, hours, day=day, source_id=90 + back, note="经干部教育科核准"))
    return rows


def _elsewhere(random: Random, person: Person, year: int, day_of_year: int) -> list[tuple[str, Decimal, Any]]:
    """What one person did this year so far: more of it in the offices, less in villages and institutions."""
    willing = {"公务员": 5.6, "参公": 5.8, "事业": 4.4, "国企": 4.2, "村（社区）": 4.6}[person.category]
    count = max(0, round(random.gauss(willing, 1.5) * day_of_year / 365))
    first = date(year, 1, 1)
    fits = [t for t in lists.IN_UNIT if ("村" in t[0]) == (person.category == "村（社区）") or t[1] == 8]
    taken = random.sample(fits, min(count, len(fits)))
    if random.random() < (0.12 if person.post_level else 0.04):
        taken.append(
            random.choice(lists.ELSEWHERE[2:] if person.post_level not in FIVE_YEAR_LEVELS else lists.ELSEWHERE)
        )
    return [
        (title, Decimal(hours), first + timedelta(days=random.randrange(max(1, day_of_year - 5))))
        for title, hours in taken
    ]


def _line(
    person: Person, kind: str, title: str, hours: Decimal | int, *, day: Any, source_id: int, note: str
) -> dict[str, Any]:
    return {
        "cadre_id": person.id,
        "year": day.year,
        "earned_on": day,
        "kind": kind,
        "hours": Decimal(hours),
        "source_kind": kind,
        "source_id": source_id,
        "title": title,
        "note": note,
        "posted_at": clock.at_local(day, 17, 30),
    }
