"""People and their hours of a year against what binds them: one statement, whether a page, a sum or all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
)

from training_app.accounts.models import Unit
from training_app.cadres.models import Cadre
from training_app.classes.models import PlanLine, SeatAllotment
from training_app.core.actor import Actor
from training_app.core.db import Hundredths, db
from training_app.core.pages import ListQuery, Page
from training_app.reports import rules
from training_app.reports.permissions import REPORTS
from training_app.reports.rules import ZERO, level_group
from training_app.results import api as results
from training_app.results.models import HourEntry

FILTERS = ("year", "unit", "level", "category", "state", "rule", "line")
SORTABLE = ("name", "unit", "counted", "missing", "online", "days")
NOBODY = "!"  # a path that no unit has


@dataclass(frozen=True)
class Standing:
    """One person's hours of a year."""

    id: int
    name: str
    unit_name: str
    unit_and_post: str
    post_level: str
    rank: str
    category: str
    rule: str
    group: Decimal
    external: Decimal
    counted: Decimal  # of the year, or of five years where that rule binds
    required: Decimal
    missing: Decimal
    online: Decimal
    days: int
    times: int
    reached: bool
    online_required: Decimal = ZERO


@dataclass(frozen=True)
class GroupSum:
    """People of one group added up."""

    key: str
    people: int
    trained: int
    times: int
    hours: Decimal
    online_people: int
    online: Decimal
    reached: int
    behind: int
    none: int
    yearly: int
    yearly_hours: Decimal

    @property
    def mean_hours(self) -> Decimal:
        """Hours of group training per head."""
        return self.hours / self.people if self.people else ZERO

    @property
    def yearly_mean(self) -> Decimal:
        """The same of those bound by the year."""
        return self.yearly_hours / self.yearly if self.yearly else ZERO

    @property
    def mean_online(self) -> Decimal:
        """Network hours per head."""
        return self.online / self.people if self.people else ZERO


def path_of(actor: Actor) -> str:
    """The units whose people the actor's reports show, as a path; '' is the whole county."""
    reach = REPORTS["view"].reach_of(actor)
    if actor.is_system or "all" in reach:
        return ""
    return actor.unit_path if "unit" in reach and actor.unit_path else NOBODY


class Standings:
    """The people of some units in one year, ready to be listed or added up."""

    def __init__(self, year: int, *, on: date, path: str = "") -> None:
        """Take the requirements as they hold at the end of the year; ``on`` is the day the calendar is read."""
        self.year, self.path = year, path
        end = date(year, 12, 31)
        requirements = results.load_requirements()
        self.annual = requirements.rule("annual", end)
        self.five_year = requirements.rule("five_year", end)
        self.online = requirements.rule("online", end)
        self.calendar_share = rules.share_of_year(year, on)
        self.table = self._table()

    # ---- lists
    def page(self, query: ListQuery) -> Page[Standing]:
        """One page of the people one asked for."""
        chosen = self._chosen(query)
        total = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
        rows = db.session.execute(self._ordered(chosen, query).limit(query.per_page).offset(query.offset))
        return Page([self._standing(row) for row in rows], total, query)

    def everybody(self, query: ListQuery) -> list[Standing]:
        """All people one asked for, for an export."""
        return [self._standing(row) for row in db.session.execute(self._ordered(self._chosen(query), query))]

    def count(self, **filters: str) -> int:
        """How many people fit some filters."""
        chosen = self._chosen(ListQuery(filters=filters)).subquery()
        return db.session.scalar(select(func.count()).select_from(chosen)) or 0

    # ---- sums
    def total(self) -> GroupSum:
        """Everybody together."""
        found = self._sums([])
        return _merged("", [row for _, row in found])

    def by_category(self) -> list[GroupSum]:
        """Cadres by kind (公务员, 事业 …)."""
        found = self._sums([self.table.c.category])
        return [_merged(key[0], [row]) for key, row in found]

    def by_level(self) -> list[GroupSum]:
        """By the level groups of the annual statistics, in their order."""
        found: dict[str, list[GroupSum]] = {}
        for key, row in self._sums([self.table.c.post_level, self.table.c.category]):
            found.setdefault(level_group(*key), []).append(row)
        return [_merged(name, found[name]) for name in rules.LEVEL_GROUPS if name in found]

    def by_unit(self) -> list[tuple[int, GroupSum]]:
        """By department and township, in the order of their codes."""
        units = db.session.execute(select(Unit.id, Unit.path, Unit.name, Unit.code)).all()
        top = {u.id: _top(u.path, u.id) for u in units}
        found: dict[int, list[GroupSum]] = {}
        for key, row in self._sums([self.table.c.unit_id]):
            if key[0] is not None:
                found.setdefault(top[key[0]], []).append(row)
        ordered = sorted((u for u in units if u.id in found), key=lambda u: u.code)
        return [(u.id, _merged(u.name, found[u.id])) for u in ordered]

    # ---- the statement
    def _table(self) -> Subquery:
        five = self._binding_condition("five_year")
        year, years = self._ledger(self.year, self.year), self._ledger(self.year - self.five_year.years + 1, self.year)
        no_hours = literal(ZERO, Hundredths)

        def of(column: ColumnElement[Any]) -> ColumnElement[Any]:
            return func.coalesce(column, no_hours, type_=Hundredths)

        counted = case((five, of(years.c.counted)), else_=of(year.c.counted))
        days = case((five, func.coalesce(years.c.days, 0)), else_=func.coalesce(year.c.days, 0))
        required = case((five, literal(self.five_year.hours, Hundredths)), else_=literal(self.annual.hours, Hundredths))
        required_days = case((five, self.five_year.days), else_=self.annual.days)
        query = (
            select(
                Cadre.id,
                Cadre.name,
                Cadre.pinyin,
                Cadre.unit_id,
                func.coalesce(Unit.name, "").label("unit_name"),
                func.coalesce(Unit.code, "").label("unit_code"),
                func.coalesce(Unit.path, "").label("unit_path"),
                Cadre.unit_and_post,
                Cadre.post_level,
                Cadre.rank,
                Cadre.category,
                case((five, "five_year"), else_="annual").label("rule"),
                of(year.c.group_hours).label("group_hours"),
                of(year.c.external_hours).label("external_hours"),
                of(year.c.counted).label("of_year"),
                of(year.c.online_hours).label("online_hours"),
                type_coerce(counted, Hundredths).label("counted"),
                type_coerce(required, Hundredths).label("required"),
                days.label("days"),
                func.coalesce(year.c.times, 0).label("times"),
                or_(counted >= required, and_(required_days > 0, days >= required_days)).label("reached"),
            )
            .outerjoin(Unit, Unit.id == Cadre.unit_id)
            .outerjoin(year, year.c.cadre_id == Cadre.id)
            .outerjoin(years, years.c.cadre_id == Cadre.id)
            .where(Cadre.in_register.is_(True))
        )
        if self.path:
            query = query.where(Unit.path.startswith(self.path, autoescape=True))
        return query.subquery("standing")

    def _ledger(self, first: int, last: int) -> Subquery:
        """Hours by person: kinds apart, days with a lesson, and how often somebody was trained."""
        inner = (
            select(
                HourEntry.cadre_id,
                HourEntry.earned_on,
                HourEntry.kind,
                HourEntry.class_id,
                HourEntry.hours,
                case((HourEntry.kind == "external", HourEntry.source_id), else_=0).label("source"),
            )
            .where(HourEntry.year.between(first, last))
            .subquery()
        )
        keys = (inner.c.cadre_id, inner.c.earned_on, inner.c.kind, inner.c.class_id, inner.c.source)
        per_day = select(*keys, func.sum(inner.c.hours).label("hours")).group_by(*keys).subquery()
        kind, hours = per_day.c.kind, per_day.c.hours

        def sum_of(*kinds: str) -> ColumnElement[Any]:
            return func.sum(case((kind.in_(kinds), hours), else_=literal(ZERO, Hundredths)), type_=Hundredths)

        def distinct(what: ColumnElement[Any], of: str) -> ColumnElement[int]:
            return func.count(func.distinct(case((and_(kind == of, hours > ZERO), what))))

        outside_days = type_coerce(sum_of("external"), Integer) // 800  # eight hours are a day
        return (
            select(
                per_day.c.cadre_id,
                sum_of("group").label("group_hours"),
                sum_of("external").label("external_hours"),
                sum_of("group", "external").label("counted"),
                sum_of("online").label("online_hours"),
                (distinct(per_day.c.earned_on, "group") + outside_days).label("days"),
                (distinct(per_day.c.class_id, "group") + distinct(per_day.c.source, "external")).label("times"),
            ).group_by(per_day.c.cadre_id)
        ).subquery()

    def _binding_condition(self, rule: str) -> ColumnElement[bool]:
        """Who is bound by a rule; the rule itself is asked once for each level and rank there is."""
        kinds = db.session.execute(select(Cadre.post_level, Cadre.rank).distinct()).all()
        bound = [pair for pair in kinds if results.binding_rule(*pair) == rule]
        return tuple_(Cadre.post_level, Cadre.rank).in_(bound) if bound else false()

    # ---- filters
    def _chosen(self, query: ListQuery) -> Select[Any]:
        return select(self.table).where(and_(true(), *self._conditions(query)))

    def _conditions(self, query: ListQuery) -> list[ColumnElement[bool]]:
        t = self.table.c
        found: list[ColumnElement[bool]] = []
        if query.q:
            text = query.q.replace("%", "").replace("_", "")
            word = text.lower()
            found.append(
                or_(
                    t.name.contains(text, autoescape=True),
                    t.unit_and_post.contains(text, autoescape=True),
                    t.pinyin.startswith(word, autoescape=True),
                    t.pinyin.contains(f" {word}", autoescape=True),
                )
            )
        if (unit := query.wants("unit")).isdigit():
            found.append(t.unit_path.contains(f"/{unit}/", autoescape=True))
        if level := query.wants("level"):
            kinds = db.session.execute(select(Cadre.post_level, Cadre.category).distinct()).all()
            pairs = [pair for pair in kinds if level_group(*pair) == level]
            found.append(tuple_(t.post_level, t.category).in_(pairs) if pairs else false())
        if category := query.wants("category"):
            found.append(t.category == category)
        if rule := query.wants("rule"):
            found.append(t.rule == rule)
        if state := query.wants("state"):
            found.append(self._state(state))
        if (line := query.wants("line")).isdigit():
            found.append(self._closable_by(int(line)))
        return found

    def _state(self, state: str) -> ColumnElement[bool]:
        t = self.table.c
        return {
            "reached": t.reached.is_(True),
            "missing": t.reached.is_(False),
            "behind": self._behind(),
            "trained": t.of_year > ZERO,
            "untrained": t.of_year == ZERO,
            "online": t.online_hours > ZERO,
            "none": and_(t.of_year == ZERO, t.online_hours == ZERO),
        }.get(state, false())

    def _behind(self) -> ColumnElement[bool]:
        """Not there yet, and below what the calendar asks of those bound by the year."""
        t = self.table.c
        due = rules.two_places(self.annual.hours * self.calendar_share)
        return and_(t.reached.is_(False), t.rule == "annual", t.counted < literal(due, Hundredths))

    def closable(self, hours: Decimal, unit_ids: Collection[int]) -> ColumnElement[bool]:
        """Those not there yet who would be after so many more hours, of some departments."""
        t = self.table.c
        near = and_(t.reached.is_(False), t.rule == "annual", t.counted + hours >= t.required)
        return and_(near, or_(false(), *(t.unit_path.contains(f"/{unit}/") for unit in unit_ids)))

    def _closable_by(self, plan_line_id: int) -> ColumnElement[bool]:
        hours = db.session.scalar(select(PlanLine.credit_hours).where(PlanLine.id == plan_line_id))
        units = select(SeatAllotment.unit_id).where(SeatAllotment.plan_line_id == plan_line_id)
        return false() if hours is None else self.closable(hours, list(db.session.scalars(units)))

    def count_where(self, condition: ColumnElement[bool]) -> int:
        """How many people fit a condition over the statement."""
        return db.session.scalar(select(func.count()).select_from(self.table).where(condition)) or 0

    def _ordered(self, chosen: Select[Any], query: ListQuery) -> Select[Any]:
        t = self.table.c
        column: ColumnElement[Any] = {
            "name": t.pinyin,
            "unit": t.unit_code,
            "counted": t.counted,
            "missing": t.required - t.counted,
            "online": t.online_hours,
            "days": t.days,
        }.get(query.sort, t.unit_code)
        return chosen.order_by(column.desc() if query.descending else column.asc(), t.unit_code, t.id)

    def _standing(self, row: Any) -> Standing:
        return Standing(
            id=row.id,
            name=row.name,
            unit_name=row.unit_name,
            unit_and_post=row.unit_and_post,
            post_level=row.post_level,
            rank=row.rank,
            category=row.category,
            rule=row.rule,
            group=row.group_hours,
            external=row.external_hours,
            counted=row.counted,
            required=row.required,
            missing=ZERO if row.reached else row.required - row.counted,
            online=row.online_hours,
            days=row.days,
            times=row.times,
            reached=bool(row.reached),
            online_required=self.online.hours,
        )

    def _sums(self, by: list[ColumnElement[Any]]) -> list[tuple[tuple[Any, ...], GroupSum]]:
        t = self.table.c

        def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
            return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

        def hours(column: ColumnElement[Any]) -> ColumnElement[Any]:
            return func.coalesce(func.sum(column, type_=Hundredths), literal(ZERO, Hundredths), type_=Hundredths)

        query = select(
            *by,
            func.count().label("people"),
            number(t.of_year > ZERO).label("trained"),
            func.coalesce(func.sum(t.times), 0).label("times"),
            hours(t.of_year).label("hours"),
            number(t.online_hours > ZERO).label("online_people"),
            hours(t.online_hours).label("online"),
            number(t.reached.is_(True)).label("reached"),
            number(self._behind()).label("behind"),
            number(and_(t.of_year == ZERO, t.online_hours == ZERO)).label("none"),
            number(t.rule == "annual").label("yearly"),
            hours(case((t.rule == "annual", t.of_year), else_=literal(ZERO, Hundredths))).label("yearly_hours"),
        ).group_by(*by)
        return [
            (
                tuple(row[: len(by)]),
                GroupSum(
                    "",
                    row.people,
                    row.trained,
                    int(row.times),
                    row.hours,
                    row.online_people,
                    row.online,
                    row.reached,
                    row.behind,
                    row.none,
                    row.yearly,
                    row.yearly_hours,
                ),
            )
            for row in db.session.execute(query)
        ]


def _merged(key: str, rows: list[GroupSum]) -> GroupSum:
    def total(name: str) -> Any:
        return sum((getattr(row, name) for row in rows), ZERO if "hours" in name or name == "online" else 0)

    return GroupSum(
        key,
        *(
            total(name)
            for name in (
                "people",
                "trained",
                "times",
                "hours",
                "online_people",
                "online",
                "reached",
                "behind",
                "none",
                "yearly",
                "yearly_hours",
            )
        ),
    )


def _top(path: str, unit_id: int) -> int:
    ids = [int(part) for part in path.split("/") if part]
    return ids[1] if len(ids) > 1 else unit_id
