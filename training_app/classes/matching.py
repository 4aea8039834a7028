"""Which class a sheet is about, and which of its people a line means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from training_app.accounts.api import UnitFinder, load_unit_finder
from training_app.classes.models import PlanLine, Program, TrainingClass
from training_app.classes.queries.enrollments import list_enrollments
from training_app.classes.rules import cohort_of
from training_app.classes.services.plan import open_class_from_plan
from training_app.classes.values import ACTIVE, EnrollmentInfo
from training_app.core import clock
from training_app.core.db import db
from training_app.core.spreadsheets.importers import SheetRefused
from training_app.core.spreadsheets.sheets import Sheet

_COHORT = re.compile(r"第([一二三四五六七八九十百零〇0-9]+)[期届]")


@dataclass(frozen=True)
class PlannedClass:
    """A line of the plan, and the class opened from it if it was."""

    plan_line_id: int
    class_id: int | None
    code: str
    name: str
    starts_on: date
    ends_on: date
    venue: str
    credit_hours: Decimal
    for_party_members: bool


def name_key(name: str) -> str:
    """A class's name as it is compared: half-width, no blanks or quotes, the cohort in digits."""
    plain = re.sub(r"[\s“”\"'‘’《》()（）\-—_·]", "", unicodedata.normalize("NFKC", name))
    return _COHORT.sub(lambda m: f"第{cohort_of(m[0])}期", plain)


def list_planned_classes() -> list[PlannedClass]:
    """All lines of all plans."""
    chosen = (
        select(
            PlanLine.id,
            TrainingClass.id,
            PlanLine.code,
            PlanLine.name,
            PlanLine.starts_on,
            PlanLine.ends_on,
            PlanLine.venue,
            PlanLine.credit_hours,
            Program.for_party_members,
        )
        .join(Program, Program.id == PlanLine.program_id)
        .join(TrainingClass, TrainingClass.plan_line_id == PlanLine.id, isouter=True)
        .order_by(PlanLine.starts_on, PlanLine.id)
    )
    return [PlannedClass(*row) for row in db.session.execute(chosen)]


def class_of_sheet(sheet: Sheet) -> PlannedClass:
    """The class a sheet is about: the one asked for, else the one its title, folder or file names.

    Raises:
        SheetRefused: none is named, or one that no plan knows.

    """
    lines = list_planned_classes()
    if sheet.class_id is not None:
        found = [line for line in lines if line.class_id == sheet.class_id]
    elif sheet.class_code:
        key = name_key(sheet.class_code)
        found = [line for line in lines if key in (name_key(line.code), name_key(line.name))]
    else:
        found = _named(lines, sheet.places, sheet.year)
    if not found:
        raise SheetRefused("class_unknown")
    return found[-1]


def _named(lines: list[PlannedClass], places: Iterable[str], year: int | None) -> list[PlannedClass]:
    """The classes whose name or code is the longest found, in the first place that names one."""
    for place in places:
        key = name_key(place)
        named = [line for line in lines if name_key(line.name) in key or line.code in place]
        if not named:
            continue
        longest = max(len(line.name) for line in named)
        named = [line for line in named if len(line.name) == longest]
        return [line for line in named if line.starts_on.year == year] or named
    return []


def ensure_open(line: PlannedClass) -> int:
    """The class of a plan's line, opened if it is not yet; one that lies in the past is finished."""
    if line.class_id is not None:
        return line.class_id
    today = clock.today()
    state = "finished" if line.ends_on < today else "running" if line.starts_on <= today else "enrolling"
    return open_class_from_plan(line.plan_line_id, state=state)


class ClassList:
    """The people of one class, to be found by name and unit as its sheets write them."""

    def __init__(self, people: Iterable[EnrollmentInfo], units: UnitFinder) -> None:
        """Take the people and the names of units."""
        self._units = units
        self._by_name: dict[str, list[EnrollmentInfo]] = {}
        for person in people:
            self._by_name.setdefault(person.name, []).append(person)

    def find(self, name: str, unit_text: str) -> EnrollmentInfo | None:
        """The person; None when nobody in the class has this name and unit."""
        same = self._by_name.get(name, [])
        if not same or not unit_text:
            return same[0] if len(same) == 1 else None
        found = self._units.whole(unit_text).unit or self._units.post(unit_text).unit
        if found is None:
            return same[0] if len(same) == 1 else None
        here = [
            person
            for person in same
            if self._units.is_within(person.unit_id, found)
            or ((mine := self._units.get(person.unit_id)) is not None and found.path.startswith(mine.path))
        ]
        return here[0] if len(here) == 1 else None

    def unit_code(self, unit_text: str) -> str | None:
        """The code of the unit a line names."""
        unit = self._units.whole(unit_text).unit or self._units.post(unit_text).unit
        return unit.code if unit else None


def load_class_list(class_id: int) -> ClassList:
    """Everybody who takes part in a class."""
    return ClassList(list_enrollments(class_id, ACTIVE), load_unit_finder())
