"""Plan, classes, people in them, timetables of the demonstration county."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from training_app.classes.models import (
    ClassStaff,
    Enrollment,
    EnrollmentStep,
    Lesson,
    PlanLine,
    Program,
    Room,
    SeatAllotment,
    TeachingAssignment,
    TrainingClass,
)
from training_app.core import clock
from training_app.demo import calendar, lists
from training_app.demo.calendar import Term
from training_app.demo.catalogue import Catalogue, Lecturer, Subject
from training_app.demo.people import Person, Population
from training_app.demo.rows import add_all, write_all
from training_app.demo.units import Place

OFFICER_UNIT = "县农业农村局"
SMALLEST_CLASS = 8
HELD_PHASES = ("archived", "finished", "marking")


@dataclass(frozen=True)
class Seat:
    """A person in a class."""

    enrollment_id: int
    person: Person
    status: str


@dataclass(frozen=True)
class Slot:
    """A lesson of a class."""

    lesson_id: int
    starts_at: datetime
    ends_at: datetime
    title: str
    kind: str
    credit_hours: Decimal
    lecturers: tuple[Lecturer, ...]
    held: bool


@dataclass
class Course:
    """A class with everything the later parts need: one run of a program."""

    term: Term
    class_id: int
    plan_line_id: int
    code: str
    teacher_account_id: int | None
    seats: list[Seat] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)


@dataclass
class Year:
    """All classes of the demonstration; ``planned`` are plan lines nobody opened yet, with their seats by unit."""

    classes: list[Course]
    planned: list[int]

    def running(self) -> list[Course]:
        """The classes of today."""
        return [c for c in self.classes if c.term.phase == "running"]


class Planner:
    """Writes plan, classes, enrollments and timetables; keeps people, teachers and rooms from being booked twice."""

    def __init__(
        self, session: Session, random: Random, *, population: Population, catalogue: Catalogue, now: datetime
    ) -> None:
        self.session, self.random, self.now = session, random, now
        self.population, self.catalogue = population, catalogue
        self.today = clock.local(now).date()
        self.booked: set[tuple[str, int, date, str]] = set()
        self.load: Counter[int] = Counter()
        self.busy: set[int] = set()  # people of the running and the coming classes
        self.numbers: Counter[int] = Counter()

    def write(self, *, staff: dict[str, list[int]], scale: float) -> Year:
        """Write everything; ``staff`` maps class_teacher, exam_officer to accounts, the first for the main class."""
        programs = self._write_programs()
        rooms = self._write_rooms()
        year = Year([], [])
        terms = calendar.terms(self.today)
        first_running = next(t for t in terms if t.phase == "running")
        for n, term in enumerate(terms):
            size = max(SMALLEST_CLASS, round(term.people * scale))
            people = self._choose(term, size)
            line = self._write_plan_line(term, programs[term.program], people, size)
            if term.phase == "planned":
                year.planned.append(line["id"])
                continue
            main = term is first_running
            teachers = staff["class_teacher"]
            # The main class teacher runs today's class and every fourth one; the others share the rest.
            teacher = teachers[0] if main or n % 4 == 1 else teachers[1 + n % (len(teachers) - 1)]
            if term.phase == "running" and not main:
                teacher = teachers[1]
            course = self._open(term, line, programs[term.program], teacher)
            write_all(
                self.session,
                ClassStaff,
                [
                    {"class_id": course.class_id, "account_id": teacher, "duty": "class_teacher"},
                    *(
                        {"class_id": course.class_id, "account_id": account, "duty": "exam_officer"}
                        for account in staff["exam_officer"]
                    ),
                ],
            )
            course.seats = self._enroll(course, people)
            if term.phase != "enrolling":
                course.slots = self._timetable(course, rooms)
            year.classes.append(course)
        return year

    # ---- plan
    def _write_programs(self) -> dict[str, int]:
        ids = add_all(
            self.session,
            Program,
            [
                {"name": name, "category": category, "for_party_members": member}
                for name, (category, member, _) in lists.PROGRAMS.items()
            ],
        )
        return dict(zip(lists.PROGRAMS, ids, strict=True))

    def _write_rooms(self) -> list[tuple[int, str, int]]:
        ids = add_all(self.session, Room, [{"name": name, "capacity": seats} for name, seats in lists.ROOMS])
        return [(i, name, seats) for i, (name, seats) in zip(ids, lists.ROOMS, strict=True)]

    def _write_plan_line(self, term: Term, program_id: int, people: list[Person], size: int) -> dict[str, Any]:
        year = term.starts_on.year
        self.numbers[year] += 1
        tops = Counter(p.unit.top_id for p in people)
        seats = {unit: n + (i % 6 == 5) for i, (unit, n) in enumerate(sorted(tops.items()))}
        if term.phase in ("enrolling", "planned") and term.program != "田埂学堂":
            officer = self.population.unit(OFFICER_UNIT).id  # so that its training officer has seats to fill
            seats[officer] = max(seats.get(officer, 0), 4)
        line = {
            "year": year,
            "code": f"YX{year}{self.numbers[year]:03d}",
            "name": term.name,
            "program_id": program_id,
            "audience": lists.PROGRAMS[term.program][2],
            "seats": max(size, sum(seats.values())),
            "days": term.days,
            "credit_hours": Decimal(term.days * 7),
            "starts_on": term.starts_on,
            "ends_on": term.ends_on,
            "venue": "县委党校",
            "host": "县委组织部",
            "organiser": "县委党校",
        }
        line["id"] = add_all(self.session, PlanLine, [line])[0]
        if not lists.PROGRAMS[term.program][1]:
            write_all(
                self.session,
                SeatAllotment,
                [{"plan_line_id": line["id"], "unit_id": unit, "seats": n} for unit, n in seats.items()],
            )
        return line

    def _open(self, term: Term, line: dict[str, Any], program_id: int, teacher: int) -> Course:
        member = lists.PROGRAMS[term.program][1]
        state = {"running": "running", "enrolling": "enrolling"}.get(term.phase, "finished")
        opened = clock.at_local(term.starts_on - timedelta(days=24), 9, self.random.randint(0, 59))
        row = {
            "code": line["code"],
            "name": term.name,
            "plan_line_id": line["id"],
            "program_id": program_id,
            "cohort_no": term.cohort,
            "is_main": not member,
            "for_party_members": member,
            "starts_on": term.starts_on,
            "ends_on": term.ends_on,
            "venue": "县委党校",
            "host": "县委组织部",
            "organiser": "县委党校",
            "state": state,
            "opened_at": min(opened, self.now - timedelta(days=2)),
            "finished_at": clock.at_local(term.ends_on, 17, 40) if state == "finished" else None,
        }
        return Course(term, add_all(self.session, TrainingClass, [row])[0], line["id"], line["code"], teacher)

    # ---- people
    def _choose(self, term: Term, size: int) -> list[Person]:
        """Those the class is for, the least trained first, nobody in two classes of these weeks."""
        village, county = (
            ("村", "社区"),
            ("党委部门", "人大政协机关", "政府部门", "司法机关", "群团组织", "事业单位", "科室"),
        )
        audiences: dict[str, Callable[[Person], bool]] = {
            "云溪讲堂": lambda p: p.unit.kind in county,
            "田埂学堂": lambda p: p.unit.kind in (*village, "乡镇", "街道"),
            "党的创新理论专题研讨班": lambda p: p.post_level in ("乡科级正职", "乡科级副职", "县处级副职"),
            "中青年干部培训班": lambda p: p.age <= 40 and p.unit.kind not in village,
            "办公室业务能力提升班": lambda p: p.unit.kind in county and p.post_level in ("", "股级"),
            "基层治理能力提升班": lambda p: p.unit.kind in ("乡镇", "街道", "社区"),
            "新任职干部培训班": lambda p: p.post_level == "乡科级副职",
            "数字政务能力提升班": lambda p: p.unit.kind in ("政府部门", "科室", "事业单位"),
            "农村党员教育培训班": lambda p: p.is_member and p.unit.kind in village,
        }
        fits = audiences[term.program]
        member = lists.PROGRAMS[term.program][1]
        near = term.phase in ("running", "enrolling", "planned")
        pool = [
            p
            for p in self.population.people
            if fits(p) and (p.in_register or member) and not (near and p.id in self.busy)
        ]
        if len(pool) < SMALLEST_CLASS:  # a very small county has not enough of a kind; then others come too
            pool = [p for p in self.population.people if p.in_register or member]
        self.random.shuffle(pool)
        pool.sort(key=lambda p: self.load[p.id])
        chosen = pool[:size]
        self.load.update(p.id for p in chosen)
        if near:
            self.busy.update(p.id for p in chosen)
        chosen.sort(key=lambda p: (p.unit.code, p.id))
        return chosen

    def _enroll(self, course: Course, people: list[Person]) -> list[Seat]:
        phase = course.term.phase
        rows: list[dict[str, Any]] = []
        tops = {u.id: u for u in self.population.units}
        for n, p in enumerate(people):
            status = "studying"
            if phase == "enrolling":
                status = self.random.choices(("approved", "nominated", ""), (4, 4, 3))[0]
            elif phase in HELD_PHASES and self.random.random() < 0.006:
                status = "withdrawn"
            if not status:
                continue  # the unit has not named anybody for this seat yet
            shown = self._shown_unit(p, tops)
            rows.append(
                {
                    "class_id": course.class_id,
                    "cadre_id": p.id,
                    "name": p.name,
                    "unit_id": shown.id,
                    "unit_name": shown.name,
                    "post_title": p.post_title,
                    "post_level": p.post_level,
                    "rank": p.rank,
                    "category": p.category,
                    "status": status,
                    "group_name": f"第{'一二三四五六'[n * min(6, max(1, len(people) // 10)) // len(people)]}组"
                    if phase != "enrolling"
                    else "",
                    "class_role": "班长" if n == 2 and phase != "enrolling" else "",
                    "nominated_by_unit_id": p.unit.top_id,
                    "source": "nomination",
                    "created_at": clock.at_local(
                        course.term.starts_on - timedelta(days=15 if phase != "enrolling" else 20), 10
                    ),
                }
            )
        for row in rows:
            row["created_at"] = min(row["created_at"], self.now - timedelta(hours=self.random.randint(3, 40)))
        ids = add_all(self.session, Enrollment, rows)
        steps = []
        for new_id, row in zip(ids, rows, strict=True):
            passed = {"nominated": ["nominated"], "approved": ["nominated", "approved"]}.get(
                row["status"], ["nominated", "approved", "studying"]
            )
            if row["status"] == "withdrawn":
                passed.append("withdrawn")
            steps += [
                {
                    "enrollment_id": new_id,
                    "status": status,
                    "at": row["created_at"] + timedelta(minutes=50 * n),
                    "reason": "借调省级部门，经组织部同意退学" if status == "withdrawn" else "",
                }
                for n, status in enumerate(passed)
            ]
        write_all(self.session, EnrollmentStep, steps)
        by_cadre = {p.id: p for p in people}
        return [Seat(i, by_cadre[row["cadre_id"]], row["status"]) for i, row in zip(ids, rows, strict=True)]

    def _shown_unit(self, person: Person, units: dict[int, Place]) -> Place:
        return person.unit if person.unit.kind in ("村", "社区") else units[person.unit.top_id]

    # ---- timetable
    def _timetable(self, course: Course, rooms: list[tuple[int, str, int]]) -> list[Slot]:
        term = course.term
        times = []
        for n in range(term.days):
            day = term.starts_on + timedelta(days=n)
            if day.weekday() >= 5 and term.days > 5:
                continue
            if term.phase == "running" and day == self.today:
                times += calendar.times_around(clock.local(self.now).replace(tzinfo=None))
            else:
                times += calendar.lesson_times(day, evening=term.evening and n == 0)
        halves = {(start.date(), half) for half, start, _ in times}
        free = [r for r in rooms if not any(("room", r[0], day, half) in self.booked for day, half in halves)]
        room = next((r for r in free if r[2] >= len(course.seats)), (free or rooms)[0])
        self.booked.update(("room", room[0], day, half) for day, half in halves)
        subjects = self._subjects(term, len(times))
        rows: list[dict[str, Any]] = []
        lecturers: list[tuple[Lecturer, ...]] = []
        for n, ((half, start, end), subject) in enumerate(zip(times, subjects, strict=True)):
            starts, ends = (clock.at_local(t.date(), t.hour, t.minute) for t in (start, end))
            is_exam = n == len(times) - 1
            lecturer = None if is_exam else self._lecturer(subject, start.date(), half)
            today = term.phase == "running" and start.date() == self.today
            site = self._site(subject) if subject.method == "现场教学" and not (is_exam or today) else None
            kind = (
                "exam" if is_exam else "field" if site else "discussion" if subject.method == "交流研讨" else "teaching"
            )
            rows.append(
                {
                    "class_id": course.class_id,
                    "day": start.date(),
                    "half_day": half,
                    "starts_at": starts,
                    "ends_at": ends,
                    "title": "结业考试（闭卷）" if is_exam else subject.name,
                    "kind": kind,
                    "course_id": None if is_exam else subject.id,
                    "method": "" if is_exam else subject.method,
                    "room_id": None if site else room[0],
                    "site_id": site[0] if site else None,
                    "place": site[1] if site else room[1],
                    "teacher_text": lecturer.name if lecturer else "",
                    "credit_hours": Decimal(2) if is_exam else subject.hours,
                    "state": "held" if ends <= self.now else "planned",
                }
            )
            lecturers.append((lecturer,) if lecturer else ())
        ids = add_all(self.session, Lesson, rows)
        write_all(
            self.session,
            TeachingAssignment,
            [
                {"lesson_id": i, "teacher_id": lecturer.id}
                for i, found in zip(ids, lecturers, strict=True)
                for lecturer in found
            ],
        )
        return [
            Slot(i, r["starts_at"], r["ends_at"], r["title"], r["kind"], r["credit_hours"], found, r["state"] == "held")
            for i, r, found in zip(ids, rows, lecturers, strict=True)
        ]

    def _subjects(self, term: Term, count: int) -> list[Subject]:
        """What is taught: theory first, then what the class is for, then something of the county."""
        wanted = {"田埂学堂": "村（社区）干部", "办公室业务能力提升班": "办公室人员", "农村党员教育培训班": "党员"}.get(
            term.program, "科级干部"
        )
        subjects = self.catalogue.subjects
        theory = [s for s in subjects if s.domain == "政治理论必修课"]
        skill = [s for s in subjects if s.domain == "能力提升专业课" and s.audience in (wanted, "全体学员")]
        local = [s for s in subjects if s.domain == "本土资源特色课"]
        if term.phase == "running":  # stays in the hall, where the code is shown
            local = [s for s in local if s.method != "现场教学"]
        for pool in (theory, skill, local):
            self.random.shuffle(pool)
        if term.program == "农村党员教育培训班":
            skill = theory[5:] + local
        order = [theory, skill, local, skill]
        found = [theory[0]]
        while len(found) < count:
            pool = order[len(found) % 4]
            found.append(pool.pop(0) if pool else self.random.choice(theory))
        return found

    def _site(self, subject: Subject) -> tuple[int, str]:
        """The place whose name the course shares most with."""
        pairs = {subject.name[i : i + 2] for i in range(len(subject.name) - 1)}
        return max(self.catalogue.sites, key=lambda site: sum(pair in site[1] for pair in pairs))

    def _lecturer(self, subject: Subject, day: date, half: str) -> Lecturer | None:
        for lecturer in (*subject.teachers, *self.catalogue.lecturers):
            key = ("teacher", lecturer.id, day, half)
            if key not in self.booked and lecturer.cadre_id not in self.busy:
                self.booked.add(key)
                return lecturer
        return None
