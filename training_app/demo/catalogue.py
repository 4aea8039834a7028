"""Courses, teaching places and the teacher pool of the demonstration county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from training_app.cadres.api import mask_phone, pinyin_of
from training_app.core import crypto
from training_app.courses.models import Course, CourseTeacher, RouteStop, TeachingRoute, TeachingSite
from training_app.demo import lists
from training_app.demo.numbers import phone
from training_app.demo.people import Person, Population
from training_app.demo.rows import add_all, write_all
from training_app.teachers.models import Teacher

FULL_TIME = 12
PART_TIME = 47
_PREFIX = {"政治理论必修课": "ZZ", "能力提升专业课": "NL", "本土资源特色课": "BT"}


@dataclass(frozen=True)
class Lecturer:
    """A teacher as the timetable needs one."""

    id: int
    name: str
    kind: str
    cadre_id: int | None


@dataclass(frozen=True)
class Subject:
    """A course as the timetable needs one."""

    id: int
    name: str
    domain: str
    hours: Decimal
    method: str
    audience: str
    teachers: tuple[Lecturer, ...]


@dataclass(frozen=True)
class Catalogue:
    """What can be taught, by whom, where."""

    subjects: list[Subject]
    lecturers: list[Lecturer]
    sites: list[tuple[int, str]]


def stock(session: Session, random: Random, population: Population, now: datetime) -> Catalogue:
    """Write the teacher pool, the courses with who can give them, the teaching sites and the routes."""
    lecturers = _write_teachers(session, random, population, now)
    subjects = _write_courses(session, random, lecturers, now)
    sites = _write_sites(session, random)
    return Catalogue(subjects, lecturers, sites)


def _write_teachers(session: Session, random: Random, population: Population, now: datetime) -> list[Lecturer]:
    school = population.unit("县委党校")
    at_school = population.within(school)[:FULL_TIME]
    leaders = [p for p in population.cadres if p.post_level in ("县处级副职", "乡科级正职") and p.unit.kind != "乡镇"]
    experts = [p for p in population.cadres if p.category == "事业" and p.unit.kind in ("事业单位", "政府部门")]
    locals_ = [p for p in population.cadres if p.category == "村（社区）"]
    chosen: list[tuple[str, str, Person]] = [("school", "full_time", p) for p in at_school]
    rest = PART_TIME + FULL_TIME - len(chosen)
    for kind, pool, share in (("leader", leaders, 17), ("expert", experts, 15), ("local", locals_, rest - 32)):
        taken = {p.id for _kind, _employment, p in chosen}
        free = [p for p in pool if p.id not in taken]
        chosen += [(kind, "part_time", p) for p in random.sample(free, min(share, len(free)))]
    rows = []
    for kind, employment, p in chosen:
        speciality = random.choice(lists.SPECIALITIES[kind])
        rows.append(
            {
                "cadre_id": p.id,
                "name": p.name,
                "pinyin": pinyin_of(p.name),
                "sex": p.sex,
                "teacher_kind": kind,
                "employment": employment,
                "unit_id": p.unit.id,
                "unit_name": p.unit.name,
                "post_title": p.post_title,
                "title": random.choice(lists.TEACHER_TITLES[kind]),
                "specialities": speciality,
                "phone_encrypted": crypto.encrypt(p.phone),
                "phone_masked": mask_phone(p.phone),
                "admitted_on": f"{now.year - random.randint(1, 5)}-{random.choice((3, 9)):02d}",
                "at_fields": kind in ("local", "expert") and random.random() < 0.66,
                "created_at": now,
                "updated_at": now,
            }
        )
    ids = add_all(session, Teacher, rows)
    return [Lecturer(i, p.name, kind, p.id) for i, (kind, _, p) in zip(ids, chosen, strict=True)]


def _write_courses(session: Session, random: Random, lecturers: list[Lecturer], now: datetime) -> list[Subject]:
    by_kind = {kind: [x for x in lecturers if x.kind == kind] for kind in ("school", "leader", "expert", "local")}
    rows, teachers = [], []
    for domain, courses in lists.COURSES.items():
        for number, (name, hours, method, audience) in enumerate(courses, 1):
            rows.append(
                {
                    "code": f"{_PREFIX[domain]}{number:03d}",
                    "name": name,
                    "course_domain": domain,
                    "credit_hours": Decimal(hours),
                    "method": method,
                    "audience": audience,
                    "objectives": f"了解“{name}”的基本要求，能结合岗位说清怎么做。",
                    "updated_at": now,
                }
            )
            kinds = {
                "政治理论必修课": ("school", "school", "leader"),
                "能力提升专业课": ("leader", "expert", "school"),
                "本土资源特色课": ("local", "expert", "local"),
            }[domain]
            picked = {random.choice(by_kind[kind]) for kind in kinds}
            teachers.append(tuple(sorted(picked, key=lambda x: x.id)))
    ids = add_all(session, Course, rows)
    write_all(
        session,
        CourseTeacher,
        [
            {"course_id": i, "teacher_id": lecturer.id}
            for i, picked in zip(ids, teachers, strict=True)
            for lecturer in picked
        ],
    )
    return [
        Subject(
            i,
            str(row["name"]),
            str(row["course_domain"]),
            Decimal(str(row["credit_hours"])),
            str(row["method"]),
            str(row["audience"]),
            picked,
        )
        for i, row, picked in zip(ids, rows, teachers, strict=True)
    ]


def _write_sites(session: Session, random: Random) -> list[tuple[int, str]]:
    ids = add_all(
        session,
        TeachingSite,
        [
            {
                "name": name,
                "kind": kind,
                "unit_name": address.split("村")[0],
                "address": f"{lists.COUNTY}{address}",
                "longitude": longitude,
                "latitude": latitude,
                "capacity": capacity,
                "minutes": minutes,
                "contact_name": random.choice(lists.SURNAMES) + "老师",
                "contact_phone": phone(90_000 + n),
            }
            for n, (name, kind, address, longitude, latitude, capacity, minutes) in enumerate(lists.SITES)
        ],
    )
    routes = add_all(session, TeachingRoute, [{"code": code, "name": name} for code, name, _ in lists.ROUTES])
    write_all(
        session,
        RouteStop,
        [
            {
                "route_id": route,
                "order_no": n,
                "site_id": ids[stop],
                "stay_minutes": lists.SITES[stop][6],
                "km_to_next": Decimal(random.randint(3, 18)) if n < len(stops) else None,
            }
            for route, (_, _, stops) in zip(routes, lists.ROUTES, strict=True)
            for n, stop in enumerate(stops, 1)
        ],
    )
    return [(i, site[0]) for i, site in zip(ids, lists.SITES, strict=True)]
