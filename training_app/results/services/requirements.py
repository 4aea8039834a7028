"""The dated requirements of hours."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from training_app.core.db import command, db
from training_app.core.errors import InvalidInput
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.results.events import RequirementChanged
from training_app.results.models import HourRequirement
from training_app.results.queries.requirements import DEFAULTS
from training_app.results.values import Requirement


@command
def ensure_requirements() -> int:
    """Store the requirements of the regulation where none is stored; say how many were missing."""
    known = set(db.session.execute(select(HourRequirement.rule).distinct()).scalars())
    missing = [(since, requirement) for since, requirement in DEFAULTS if requirement.rule not in known]
    for since, requirement in missing:
        set_requirement(requirement, valid_from=since)
    return len(missing)


@command
def set_requirement(requirement: Requirement, *, valid_from: date) -> None:
    """Set a requirement from a day on; years already judged by an earlier one keep it.

    Raises:
        InvalidInput: hours, days or years that cannot be.
    """
    if requirement.hours <= 0 or requirement.days < 0 or requirement.years < 1:
        raise InvalidInput(
            N_("A requirement needs a positive number of hours."), fields={"hours": N_("Must be positive.")}
        )
    line = db.session.execute(
        select(HourRequirement).where(
            HourRequirement.rule == requirement.rule, HourRequirement.valid_from == valid_from
        )
    ).scalar_one_or_none()
    if line is None:
        line = HourRequirement(
            rule=requirement.rule,
            valid_from=valid_from,
            years=requirement.years,
            hours=requirement.hours,
            days=requirement.days,
        )
        db.session.add(line)
    line.years, line.hours, line.days = requirement.years, requirement.hours, requirement.days
    db.session.flush()
    publish(
        RequirementChanged(
            rule=requirement.rule,
            valid_from=valid_from.isoformat(),
            hours=str(requirement.hours),
            days=requirement.days,
        )
    )
