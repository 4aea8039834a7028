"""Accounts of the demonstration county: one per role, the other class teachers, today's trainees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import update
from sqlalchemy.orm import Session

from training_app.accounts.api import create_account, get_account, get_unit, rights_of
from training_app.cadres.api import link_account, pinyin_of
from training_app.classes.models import ClassStaff, Enrollment
from training_app.core.actor import Actor
from training_app.demo.people import Person, Population
from training_app.demo.training import OFFICER_UNIT, Year
from training_app.teachers.models import Teacher

ADMINISTRATORS = (
    ("sysadmin", "系统管理员", "信息中心"),
    ("secadmin", "安全管理员", "信息中心"),
    ("auditor", "审计管理员", "县纪委监委"),
)
MORE_CLASS_TEACHERS = 3


@dataclass
class SignIns:
    """Who can sign in; ``staff`` maps a duty to accounts, the first of each being the role's own sign-in."""

    password_hash: str
    people: set[int] = field(default_factory=set)
    accounts: dict[str, int] = field(default_factory=dict)
    staff: dict[str, list[int]] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)

    def add(self, username: str, person: Person, role: str, *, unit_id: int, position: str) -> int:
        """Make an account for a cadre."""
        account = create_account(
            username=username,
            display_name=person.name,
            roles=(role,),
            unit_id=unit_id,
            position=position,
            is_demo=True,
            password_hash=self.password_hash,
        )
        link_account(person.id, account)
        self.people.add(person.id)
        self.accounts[username] = account
        return account

    def actor(self, account_id: int) -> Actor:
        """The person of an account, to act as."""
        account = get_account(account_id)
        levels, scopes = rights_of(frozenset(account.roles))
        return Actor(
            account_id=account.id,
            name=account.display_name,
            roles=frozenset(account.roles),
            levels=levels,
            scopes=scopes,
            unit_id=account.unit_id,
            unit_path=get_unit(account.unit_id).path if account.unit_id else "",
        )

    def username_of(self, person: Person) -> str:
        """A user name made of the person's name, numbered when somebody has it already."""
        spelled = pinyin_of(person.name).split()[0]
        self.names[spelled] += 1
        return spelled if self.names[spelled] == 1 else f"{spelled}{self.names[spelled]}"


def write_staff(random: Random, population: Population, password_hash: str) -> SignIns:
    """The sign-ins of everyone who runs training: one per role, and some more class teachers."""
    made = SignIns(password_hash)
    for username, name, position in ADMINISTRATORS:
        made.accounts[username] = create_account(
            username=username,
            display_name=name,
            roles=(username,),
            position=position,
            is_demo=True,
            password_hash=password_hash,
        )
    department, school = population.unit("县委组织部"), population.unit("县委党校")
    officer_unit = population.unit(OFFICER_UNIT)

    def pick(unit_path: str, *, level: str | None = None) -> Person:
        fitting = [p for p in population.cadres if p.id not in made.people and p.unit.path.startswith(unit_path)]
        wanted = [p for p in fitting if level is None or p.post_level == level]
        return random.choice(wanted or fitting or [p for p in population.cadres if p.id not in made.people])

    head = next((p for p in population.cadres if "组织部部长" in p.post_title), None) or pick(department.path)
    made.add("leader", head, "leader", unit_id=department.id, position="县委组织部部长")
    for username, level, position in (("org_dept", "股级", "干部教育科"), ("planner", "", "干部教育科")):
        made.add(username, pick(department.path, level=level), username, unit_id=department.id, position=position)
    made.add(
        "unit_officer",
        pick(officer_unit.path, level="股级"),
        "unit_officer",
        unit_id=officer_unit.id,
        position="培训联络员",
    )
    made.staff["exam_officer"] = [
        made.add("exam_officer", pick(school.path, level=""), "exam_officer", unit_id=school.id, position="教务科")
    ]
    teachers = [
        made.add("class_teacher", pick(school.path, level=""), "class_teacher", unit_id=school.id, position="教务科")
    ]
    for _ in range(MORE_CLASS_TEACHERS):
        person = pick(school.path, level="")
        teachers.append(
            made.add(made.username_of(person), person, "class_teacher", unit_id=school.id, position="教务科")
        )
    made.staff["class_teacher"] = teachers
    return made


def write_instructors(session: Session, made: SignIns, year: Year, population: Population) -> None:
    """Sign-ins of those who teach today; the first lesson's teacher of the main class is ``instructor``."""
    people = {p.id: p for p in population.people}
    for course in year.running():
        today = {x.id: x for slot in course.slots for x in slot.lecturers}
        first = next((x.id for slot in course.slots if not slot.held for x in slot.lecturers), None)
        for lecturer in sorted(today.values(), key=lambda x: x.id != first):
            person = people.get(lecturer.cadre_id or 0)
            if person is None or person.id in made.people:
                continue
            username = "instructor" if "instructor" not in made.accounts else made.username_of(person)
            account = made.add(username, person, "instructor", unit_id=person.unit.top_id, position=person.post_title)
            session.execute(update(Teacher).where(Teacher.id == lecturer.id).values(account_id=account))
            session.add(ClassStaff(class_id=course.class_id, account_id=account, duty="instructor"))
    session.flush()


def write_trainees(session: Session, made: SignIns, people: Sequence[Person]) -> None:
    """Sign-ins of trainees, the first one being ``trainee``."""
    rows = []
    for person in people:
        if person.id in made.people:
            continue
        username = "trainee" if "trainee" not in made.accounts else made.username_of(person)
        account = made.add(username, person, "trainee", unit_id=person.unit.top_id, position=person.post_title)
        rows.append((person.id, account))
    for cadre_id, account in rows:
        session.execute(update(Enrollment).where(Enrollment.cadre_id == cadre_id).values(account_id=account))
