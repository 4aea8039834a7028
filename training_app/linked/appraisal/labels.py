"""Words for the codes of a statement."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.results import api as results

# code → (words, tone, icon)
FINDINGS = {
    "failed": (_l("a class not completed"), "bad", "alert-circle"),
    "missing": (_l("hours missing"), "warn", "clock"),
    "online_missing": (_l("network hours missing"), "warn", "clock"),
    "fine": (_l("requirement reached"), "ok", "circle-check"),
}
KINDS = {
    "group": _l("Class"),
    "external": _l("Higher level or outside"),
    "online": _l("Network"),
    "lecturing": _l("Lecturing"),
}
FIGURES = {
    "group": _l("Hours in classes"),
    "external": _l("Hours at higher levels and outside"),
    "online": _l("Network hours earned"),
    "lecturing": _l("Hours lecturing"),
    "counted": _l("Hours that count"),
    "days": _l("Days"),
    "classes": _l("Trainings taken part in"),
}
_FEW = 3


def requirement(statement: results.Statement) -> str:
    """The rule that binds a person, in words."""
    rule = statement.requirement
    hours = f"{rule.hours.normalize():f}"
    if rule.years > 1:
        return str(_("%(hours)s hours in %(years)s years", hours=hours, years=rule.years))
    return str(_("%(hours)s hours or %(days)s days a year", hours=hours, days=rule.days))


def completion(line: results.StatementClass) -> str:
    """What became of a person in a class."""
    if line.status == "withdrawn":
        return str(_("withdrew"))
    if line.completed is None:
        return str(_("running")) if line.status in ("approved", "studying") else ""
    return str(_("completed") if line.completed else _("not completed"))


def ledger(numbers: Sequence[str]) -> str:
    """The first ledger numbers, and how many more there are."""
    shown = "、".join(numbers[:_FEW])
    return (
        shown if len(numbers) <= _FEW else _("%(numbers)s and %(count)s more", numbers=shown, count=len(numbers) - _FEW)
    )
