"""Words for the codes that figures and filters use."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

STATES = {
    "reached": _l("requirement reached"),
    "missing": _l("not reached yet"),
    "behind": _l("behind the calendar"),
    "trained": _l("with group training this year"),
    "untrained": _l("without group training this year"),
    "online": _l("with network hours this year"),
    "none": _l("without any hours this year"),
}
RULES = {"annual": _l("hours every year"), "five_year": _l("hours in five years")}
CLASS_STATES = {
    "enrolling": _l("enrolling"),
    "running": _l("running"),
    "finished": _l("finished"),
    "archived": _l("archived"),
    "cancelled": _l("cancelled"),
}
HALF_DAYS = {"morning": _l("Morning"), "afternoon": _l("Afternoon"), "evening": _l("Evening")}


def finding(names: Sequence[str]) -> str:
    """The chart's title: who lies furthest behind."""
    if not names:
        return str(_("No category is behind the calendar"))
    return str(_("Furthest behind in hours: %(names)s", names=_(" and ").join(names)))
