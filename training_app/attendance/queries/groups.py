"""The parts in which a lesson's list shows its people; together exactly those whom the lesson's figures count."""

from __future__ import annotations

from collections.abc import Sequence

from training_app.attendance import rules
from training_app.attendance.queries.calls import CallInfo
from training_app.attendance.queries.people import PersonRow

GROUPS = ("missing", "here", "leave", "absent", "exempt", "doubt", "asked", "all", "later")
_FIRST = ("asked", "missing", "doubt")  # what somebody who opens the list most likely wants to see


def grouped(people: Sequence[PersonRow], call: CallInfo | None) -> dict[str, list[PersonRow]]:
    """The people by group; ``asked``: who has not answered the call that runs; ``later``: in the class, not counted."""
    counted = [each for each in people if each.standing != "later"]
    found = {name: [each for each in counted if _belongs(each, name)] for name in GROUPS}
    found["asked"] = [each for each in counted if call is not None and each.enrollment_id in call.missed]
    found["later"] = [each for each in people if each.standing == "later"]
    return found


def chosen_group(asked_for: str, groups: dict[str, list[PersonRow]], call: CallInfo | None) -> str:
    """The group to show: the one asked for, else the first that has something to do in it."""
    if asked_for in GROUPS and (asked_for != "asked" or call is not None):
        return asked_for
    return next((name for name in _FIRST if groups[name]), "all")


def _belongs(each: PersonRow, group: str) -> bool:
    match group:
        case "missing":
            return each.status == ""
        case "here":
            return each.status in rules.ATTENDED_STATUSES
        case "leave":
            return each.status in rules.LEAVE_STATUSES
        case "doubt":
            return bool(each.open_flags)
        case "all":
            return True
        case _:
            return each.status == group
