"""Appointment forms of a few leading cadres, as their units would have filled them in."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from itertools import pairwise
from random import Random

from training_app.cadres.lrmx import AppointmentForm, Relative
from training_app.cadres.queries.appointment_forms import forms_of
from training_app.cadres.services.appointment_forms import FormValues, store_forms
from training_app.cadres.services.values import CadreValues
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.demo import lists
from training_app.demo.people import Person, Population
from training_app.demo.signins import SignIns

PEOPLE = 12
_LEVELS = ("乡科级正职", "乡科级副职")
_WIDTH, _HEIGHT = 150, 210


def write(seed: int, population: Population, made: SignIns) -> int:
    """The forms of the first leading cadres; says how many."""
    random = Random(seed + 614)  # noqa: S311 - invented data, not secrets; its own, so that nothing else changes
    people = [each for each in population.cadres if each.post_level in _LEVELS][:PEOPLE]
    forms = forms_of([each.id for each in people])
    rows = []
    for person in people:
        form = _filled(random, person, forms[person.id])
        known = CadreValues(
            name=form.name, id_number=form.id_number, sex=form.sex, birth_month=_month(form.birth_month)
        )
        rows.append(FormValues(person.id, known, form))
    with acting_as(made.actor(made.accounts["org_dept"])):
        store_forms(rows, source="任免审批表.zip")
    return len(rows)


def _filled(random: Random, person: Person, form: AppointmentForm) -> AppointmentForm:
    """What the register knows, with what only a form says."""
    today = clock.today()
    begun, now = int(form.work_started[:4]), today.year
    years = sorted(random.sample(range(begun + 2, now), k=min(3, max(now - begun - 2, 0))))
    posts = ("科员", "股长", "副主任科员")[: len(years)]
    stages = []
    for at, (first, last) in enumerate(pairwise((begun, *years, now + 1))):
        end = f"{last}.07" if at < len(years) else ""
        stages.append(f"{first}.07--{end}  {person.unit.name + posts[at] if end else form.unit_and_post}")
        if last - first > 2:
            stages.append(f"({first + 1}.03--{first + 1}.06 县委党校中青年干部培训班学习)")
    return replace(
        form,
        birth_place=form.native_place,
        health="健康",
        resume="\n".join(stages),
        honours=random.choice((f"{now - 2}年记三等功。", f"{now - 3}年获评全县优秀共产党员。", "无")),
        assessments="；".join(f"{now - back}年{random.choice(('优秀', '称职', '称职'))}" for back in (3, 2, 1)) + "。",
        reason="工作需要。",
        family=_family(random, form),
        reporting_unit=f"中共{lists.COUNTY}委组织部",
        age_counted_on=f"{today:%Y%m}01",
        filled_on=f"{today:%Y%m%d}",
        photo=portrait(random),
    )


def _family(random: Random, form: AppointmentForm) -> tuple[Relative, ...]:
    born, surname = int(form.birth_month[:4]), form.name[0]

    def of(relation: str, name: str, years: int, status: str, post: str) -> Relative:
        return Relative(relation, name, f"{born + years}{random.randint(1, 12):02}", status, post)

    years = clock.today().year - born
    spouse = ("妻子", ("李晓岚", "周文静", "陈思远")) if form.sex == "男" else ("丈夫", ("赵建华", "李文斌", "周志强"))
    family = [
        of(spouse[0], random.choice(spouse[1]), 1, "群众", f"{lists.COUNTY}第一小学教师"),
        of("父亲", f"{surname}国栋", -26, "中共党员", f"{lists.COUNTY}粮食局退休职工"),
        of("母亲", "王桂珍", -25, "群众", "已去世"),
    ]
    if years > 28:
        family.insert(1, of("儿子", f"{surname}一鸣", 27, "共青团员" if years > 42 else "", "学生"))
    return tuple(family)


def portrait(random: Random) -> bytes:
    """A drawn head and shoulders as PNG: nobody's face."""
    coat = (random.randint(30, 70), random.randint(30, 60), random.randint(50, 100))
    rows = bytearray()
    for y in range(_HEIGHT):
        rows.append(0)
        for x in range(_WIDTH):
            head = ((x - 75) / 30) ** 2 + ((y - 80) / 40) ** 2 <= 1
            shoulders = ((x - 75) / 66) ** 2 + ((y - 215) / 82) ** 2 <= 1
            rows += bytes((226, 190, 165) if head else coat if shoulders else (116, 160, 208))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _month(written: str) -> str:
    return f"{written[:4]}-{written[4:6]}"
