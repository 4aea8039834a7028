"""Statements of a year, by unit; everything is asked of the front doors below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from training_app.accounts import api as accounts
from training_app.cadres import api as cadres
from training_app.core.actor import Actor
from training_app.core.errors import NotFound
from training_app.linked.appraisal import rules
from training_app.linked.appraisal.permissions import APPRAISAL
from training_app.results import api as results


@dataclass(frozen=True)
class UnitLine:
    """A department or township: how its people stand."""

    unit: accounts.UnitInfo
    people: int
    met: int
    hours: Decimal

    @property
    def missing(self) -> int:
        """People who have not reached the requirement."""
        return self.people - self.met

    @property
    def mean(self) -> Decimal:
        """Hours that count, per head."""
        return self.hours / self.people if self.people else rules.ZERO


@dataclass(frozen=True)
class PersonLine:
    """A person's statement beside what the assessment has to know first."""

    cadre: cadres.CadreInfo
    statement: results.Statement
    attendance: Decimal | None
    finding: str

    @property
    def taken(self) -> int:
        """Classes taken part in."""
        return sum(c.kind == "group" for c in self.statement.classes)

    @property
    def completed(self) -> int:
        """Classes completed."""
        return sum(c.completed is True for c in self.statement.classes)

    @property
    def not_completed(self) -> int:
        """Classes decided as not completed."""
        return sum(c.completed is False for c in self.statement.classes)

    @property
    def scores(self) -> str:
        """Exam results, newest first: the score that counted, and whether it was a re-sit."""
        return "、".join(
            f"{_plain(c.resit_score)}（补考）" if c.resit_score is not None else _plain(c.exam_score)
            for c in self.statement.classes
            if c.exam_score is not None or c.resit_score is not None
        )

    @property
    def certificates(self) -> str:
        """Numbers of the valid certificates."""
        return "、".join(c.certificate_number for c in self.statement.classes if c.certificate_number)

    @property
    def sources(self) -> str:
        """Where the hours come from, in the words of the ledger."""
        return "；".join(f"{s.label}{s.count}条{_plain(s.hours)}学时" for s in self.statement.sources)


def path_of(actor: Actor) -> str:
    """The units the actor assesses, as a path; '' is the whole county.

    Raises:
        NotFound: the grant reaches no unit at all.
    """
    reach = APPRAISAL["view"].reach_of(actor)
    if actor.is_system or "all" in reach:
        return ""
    if "unit" in reach and actor.unit_path:
        return actor.unit_path
    raise NotFound


def units_visible_to(actor: Actor) -> list[accounts.UnitInfo]:
    """Departments and townships the actor assesses."""
    path = path_of(actor)
    return [u for u in accounts.list_units() if _is_top(u) and (u.path.startswith(path) or path.startswith(u.path))]


def list_units_of_year(actor: Actor, year: int) -> list[UnitLine]:
    """How the units stand, by code; units without cadres are left out."""
    tops = {u.id: u for u in units_visible_to(actor)}
    path = path_of(actor)
    top_of = {u.id: _top_id(u.path) for u in accounts.list_units() if u.path.startswith(path)}
    people = _people([i for i in top_of if top_of[i] in tops])
    standing = _standing(people, year)
    found: dict[int, list[tuple[bool, Decimal]]] = {}
    for person in people:
        found.setdefault(top_of[person.unit_id or 0], []).append(standing[person.id])
    return [
        UnitLine(tops[i], len(rows), sum(met for met, _ in rows), sum((h for _, h in rows), rules.ZERO))
        for i, rows in sorted(found.items(), key=lambda item: tops[item[0]].code)
    ]


def get_unit_visible_to(actor: Actor, unit_id: int) -> accounts.UnitInfo:
    """A unit the actor assesses.

    Raises:
        NotFound: none, or not for this person.
    """
    unit = next((u for u in accounts.list_units() if u.id == unit_id), None)
    if unit is None or not unit.path.startswith(path_of(actor)):
        raise NotFound
    return unit


def people_of_unit(unit: accounts.UnitInfo, year: int) -> list[PersonLine]:
    """The statements of a unit's people, those below it included, by unit and name."""
    return _lines(accounts.unit_ids_within(unit.path), year)


def people_visible_to(actor: Actor, year: int) -> list[PersonLine]:
    """The statements of everybody the actor assesses, by unit and name."""
    path = path_of(actor)
    return _lines([u.id for u in accounts.list_units() if u.path.startswith(path)], year)


def _lines(unit_ids: Sequence[int], year: int) -> list[PersonLine]:
    order = {unit_id: n for n, unit_id in enumerate(u.id for u in accounts.list_units())}
    people = _people(unit_ids)
    people.sort(key=lambda p: (order.get(p.unit_id or 0, 0), p.pinyin))
    statements = {s.cadre_id: s for s in results.training_statements([p.id for p in people], year)}
    return [_line(person, statements[person.id]) for person in people]


def get_person_visible_to(actor: Actor, cadre_id: int, year: int) -> PersonLine:
    """One person's statement.

    Raises:
        NotFound: no such person, or of a unit the actor does not assess.
    """
    person = cadres.get_cadre(cadre_id)
    path = path_of(actor)
    if path and (person.unit_id is None or not accounts.get_unit(person.unit_id).path.startswith(path)):
        raise NotFound
    return _line(person, results.training_statement(cadre_id, year))


def _people(unit_ids: Sequence[int]) -> list[cadres.CadreInfo]:
    within = set(unit_ids)
    ids = [ref.id for ref in cadres.list_refs() if ref.in_register and ref.unit_id in within]
    return cadres.list_cadres(ids)


def _line(person: cadres.CadreInfo, statement: results.Statement) -> PersonLine:
    taken = [
        rules.Taken(c.kind == "group", c.lessons_attended, c.lessons_due, c.completed)
        for c in statement.classes
        if c.status != "withdrawn"
    ]
    return PersonLine(
        person,
        statement,
        rules.attendance_share(taken),
        rules.finding(met=statement.met, online_met=statement.online_met, taken=taken),
    )


def _standing(people: Sequence[cadres.CadreInfo], year: int) -> dict[int, tuple[bool, Decimal]]:
    """For many people at once: requirement met or not, and the hours of the year that count."""
    requirements, end = results.load_requirements(), date(year, 12, 31)
    of_year, days_of_year = results.hours_in_years(year, year), results.days_in_years(year, year)
    rule_of = {p.id: requirements.rule(results.binding_rule(p.post_level, p.rank), end) for p in people}
    longer = [p.id for p in people if rule_of[p.id].years > 1]
    first = year - max((rule_of[i].years for i in longer), default=1) + 1
    of_years, days_of_years = results.hours_in_years(first, year, longer), results.days_in_years(first, year, longer)
    nothing = results.HourSum()
    found = {}
    for p in people:
        rule = rule_of[p.id]
        sums, days = (of_years, days_of_years) if rule.years > 1 else (of_year, days_of_year)
        met = results.is_met(rule, hours=sums.get(p.id, nothing).counted, days=days.get(p.id, 0))
        found[p.id] = (met, of_year.get(p.id, nothing).counted)
    return found


def _is_top(unit: accounts.UnitInfo) -> bool:
    return unit.path.count("/") == 3  # the root's children: /1/13/


def _top_id(path: str) -> int:
    ids = [int(part) for part in path.split("/") if part]
    return ids[1] if len(ids) > 1 else ids[0]


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
