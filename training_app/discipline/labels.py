"""Words for the codes of leave and bulletins, and how each looks."""

from __future__ import annotations

from training_app.core import handed_in
from training_app.core.text import N_

KIND = {
    "leave_sick": N_("Sick leave"),
    "leave_personal": N_("Personal leave"),
    "leave_official": N_("Official leave"),
}
STATUS = {
    "present": N_("Present"),
    "late": N_("Late"),
    "left_early": N_("Left early"),
    **KIND,
    "absent": N_("Absent without leave"),
    "exempt": N_("Exempt"),
}
STATUS_ICON = {
    "present": "check",
    "late": "clock",
    "left_early": "door-exit",
    "leave_sick": "heart",
    "leave_personal": "user",
    "leave_official": "briefcase",
    "absent": "x",
    "exempt": "minus",
}
KIND_HELP = {
    "leave_sick": N_("With the hospital's certificate when it lasts more than a day."),
    "leave_personal": N_("Weddings, funerals and what cannot be put off."),
    "leave_official": N_("Called back by the unit, with the unit's written word."),
}
STATE = {
    "asked": N_("Waiting for a decision"),
    "approved": N_("Granted"),
    "refused": N_("Leave refused"),
    "withdrawn": N_("Taken back"),
    "returned": N_("Back from leave"),
}
STATE_TONE = {"asked": "warn", "approved": "ok", "refused": "bad", "withdrawn": "idle", "returned": "ok"}
STATE_ICON = {"asked": "clock", "approved": "check", "refused": "x", "withdrawn": "arrow-back-up", "returned": "check"}
STEP = {
    "class_teacher": N_("Class teacher"),
    "academic": N_("Academic affairs"),
    "organisation": N_("Organisation department"),
}
HALF = {"morning": N_("Morning"), "afternoon": N_("Afternoon")}
OUTCOME = {
    "approved": N_("agreed"),
    "refused": N_("refused"),
    "withdrawn": N_("withdraw from the class"),
    "kept": N_("stay in the class"),
}
STANDING = {
    "half": N_("half of the limit used"),
    "near": N_("near the limit of 1/7"),
    "over": N_("over 1/7"),
}
ABSENCE_STANDING = {
    "half": N_("absence: half of the limit reached"),
    "near": N_("absence: half a day more reaches the limit"),
    "over": N_("absence: limit reached"),
}
GROUND = {
    "share": N_("more than 1/7 of the hours missed"),
    "absence": N_("absent without leave for too many days"),
}
STANDING_TONE = {"": "ok", "half": "idle", "near": "warn", "over": "bad"}
FAULT = {
    "unknown_kind": N_("Please choose the kind of leave."),
    "ends_before": N_("Ends before it begins."),
    "too_long": N_("At most 60 days at a time."),
    "outside_class": N_("The class is not taught on these days."),
    "overlaps": N_("There is a request for these days already."),
    "no_reason": N_("Please say why."),
    "too_many": N_("At most 3 files with one request."),
    **handed_in.FAULT,
}
BULLETIN = {"daily": N_("Daily bulletin"), "weekly": N_("Weekly bulletin")}


def audit_codes() -> dict[str, dict[str, str]]:
    """What the codes in our events' fields mean to a reader of the audit trail: field → code → gettext id."""
    return {
        "kind": {**KIND, **BULLETIN},
        "step": STEP,
        "outcome": OUTCOME,
        "grounds": GROUND,
        "was": STATE,
        "back": HALF,
        "period": HALF,
        "what": {"leave": N_("Leave"), "bulletins": N_("Attendance bulletins"), "trends": N_("Presence at a glance")},
    }


def audit_labels() -> dict[str, str]:
    """How the audit trail names our subjects."""
    return {
        "leave": N_("Leave"),
        "bulletin": N_("Attendance bulletin"),
        "half_days": N_("Half-days"),
        "papers": N_("Papers"),
        "grounds": N_("Grounds"),
        "absent": N_("Hours absent"),
    }
