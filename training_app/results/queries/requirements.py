"""The dated requirements of hours."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from training_app.core.db import db
from training_app.results import rules
from training_app.results.models import HourRequirement
from training_app.results.values import Requirement, Requirements

DEFAULTS = (
    # 干部教育培训工作条例: 3 months or 550 hours in five years; 12 days or 90 hours a year; 50 network hours a year.
    (date(2015, 10, 14), Requirement("five_year", 5, Decimal(550), 90)),
    (date(2015, 10, 14), Requirement("annual", 1, Decimal(90), 12)),
    (date(2018, 11, 1), Requirement("online", 1, Decimal(50), 0)),
)


def load_requirements() -> Requirements:
    """All requirements with the days from which they hold: those of the regulation, and what was set later."""
    dated: dict[str, dict[date, Requirement]] = {}
    for since, requirement in DEFAULTS:
        dated.setdefault(requirement.rule, {})[since] = requirement
    for line in db.session.execute(select(HourRequirement)).scalars():
        dated.setdefault(line.rule, {})[line.valid_from] = Requirement(line.rule, line.years, line.hours, line.days)
    return Requirements({rule: sorted(lines.items(), key=lambda each: each[0]) for rule, lines in dated.items()})


def requirement_for(post_level: str, rank: str, on: date) -> Requirement:
    """The requirement that binds a person of this level and rank on a day."""
    return load_requirements().rule(rules.binding_rule(post_level, rank), on)


def online_requirement(on: date) -> Requirement:
    """The network hours of a year; they have their own requirement."""
    return load_requirements().rule("online", on)
