"""A class that was taught and examined, for tests of results and archives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from training_app.accounts.services.people import create_account
from training_app.accounts.services.units import store_unit
from training_app.attendance import api as attendance
from training_app.cadres.models import Cadre
from training_app.classes import api as classes
from training_app.classes.services.plan import PlanValues, find_or_create_program, open_class_from_plan, save_plan_line
from training_app.classes.values import NewEnrollment, NewLesson
from training_app.core import clock
from training_app.core.actor import Actor
from training_app.core.db import unit_of_work
from training_app.exams import api as exams

NAMES = ("岩温", "玉香", "刀建国", "李云", "普学珍", "艾山江·买买提")
FIRST, LAST = date(2026, 5, 14), date(2026, 5, 15)


@dataclass
class Taught:
    """The class, its lessons (four of 4, 3, 4 and 3 hours), its people by name."""

    class_id: int
    lessons: list[int]
    enrollments: dict[str, int]
    cadres: dict[str, int]
    units: dict[str, int] = field(default_factory=dict)

    def attend(self, **missed: dict[int, str]) -> None:
        """Everyone is present, but for those named, lesson number → status."""
        attendance.store_imported(
            self.class_id,
            {
                (lesson, enrollment): missed.get(name, {}).get(number, "present")
                for number, lesson in enumerate(self.lessons)
                for name, enrollment in self.enrollments.items()
            },
        )

    def score(self, **lines: dict[str, object]) -> None:
        """Everyone has 80 in the exam and 90, 85 for reflection and conduct, but for those named."""
        usual = {"score": Decimal(80), "reflection": Decimal(90), "conduct": Decimal(85)}
        exams.store_imported(
            self.class_id,
            [
                exams.ImportedScore(enrollment_id=enrollment, **{**usual, **lines.get(name, {})})
                for name, enrollment in self.enrollments.items()
            ],
        )


def teach(code: str = "BC2026001", *, first: date = FIRST, last: date = LAST, name: str = "知行学堂第6期") -> Taught:
    """Store the class; nobody has attended yet."""
    units = {
        each: store_unit(code=number, name=each, parent_code=parent)
        for number, each, parent in (("1", "测试县", ""), ("11", "县委办公室", "1"), ("12", "县财政局", "1"))
    }
    with unit_of_work() as session:
        people = [
            Cadre(
                name=person,
                unit_id=units["县委办公室" if number % 2 else "县财政局"],
                unit_and_post="县财政局干部",
                post_title="干部",
                post_level="县处级副职" if number == 5 else "乡科级副职",
                political_status="中共党员",
                created_at=clock.now(),
                updated_at=clock.now(),
            )
            for number, person in enumerate(NAMES)
        ]
        session.add_all(people)
        session.flush()
        cadres = {person.name: person.id for person in people}
    line = save_plan_line(
        PlanValues(
            year=first.year,
            code=code,
            name=name,
            program_id=find_or_create_program("知行学堂"),
            seats=60,
            days=2,
            credit_hours=Decimal(14),
            starts_on=first,
            ends_on=last,
            venue="县委党校报告厅",
        )
    )
    class_id = open_class_from_plan(line)
    enrolled = classes.enroll_many(class_id, [NewEnrollment(cadre_id=number) for number in cadres.values()])
    lessons = classes.add_lessons(
        class_id,
        [
            NewLesson(
                starts_at=clock.at_local(day, hour, 30),
                ends_at=clock.at_local(day, hour + 3, 30),
                title=title,
                credit_hours=Decimal(hours),
                teacher_text="陶兴龙",
                place="报告厅",
            )
            for day, hour, hours, title in (
                (first, 8, 4, "党的创新理论"),
                (first, 14, 3, "干部监督"),
                (last, 8, 4, "公文写作"),
                (last, 14, 3, "县情"),
            )
        ],
    )
    classes.set_class_state(class_id, "finished")
    return Taught(class_id, lessons, {name: enrolled[number] for name, number in cadres.items()}, cadres, units)


def person(name: str, *roles: str) -> Actor:
    """An account to act as."""
    account_id = create_account(
        username=name, display_name=name, roles=roles or ("org_dept",), password="a long test passphrase"
    )
    return Actor(account_id=account_id, name=name, roles=frozenset(roles or ("org_dept",)))
