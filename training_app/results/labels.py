"""Codes of results as people read them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from training_app.results import rules

# code → (words, tone, icon)
REASONS = {
    rules.MET: (_l("Completed"), "ok", "circle-check"),
    rules.WITHDRAWN: (_l("Withdrew"), "idle", "door-exit"),
    rules.ATTENDANCE_OPEN: (_l("Attendance not complete"), "warn", "clock"),
    rules.HOURS_MISSED: (_l("Missed more hours than allowed"), "bad", "alert-circle"),
    rules.EXAM_OPEN: (_l("No exam score yet"), "warn", "clock"),
    rules.EXAM_MISCONDUCT: (_l("Breach of discipline in the exam"), "bad", "alert-circle"),
    rules.EXAM_ABSENT: (_l("Absent from the exam"), "bad", "alert-circle"),
    rules.EXAM_FAILED: (_l("Exam not passed"), "bad", "alert-circle"),
    rules.EXAM_DEFERRED: (_l("Exam put off, to be sat at the re-sit"), "warn", "clock"),
    rules.EXAM_EXCLUDED: (_l("Not admitted to the exam"), "bad", "alert-circle"),
}
GRADES = {
    rules.EXCELLENT: _l("Excellent"),
    rules.GOOD: _l("Good"),
    rules.PASS: _l("Satisfactory"),
    rules.FAIL: _l("Unsatisfactory"),
    "": "",
}
KINDS = {
    "group": _l("Group training"),
    "external": _l("Training at higher levels"),
    "online": _l("Online learning"),
    "lecturing": _l("Lecturing"),
}
CERTIFICATE_STATES = {
    "valid": (_l("Valid"), "ok", "circle-check"),
    "revoked": (_l("Revoked"), "bad", "circle-x"),
    "replaced": (_l("Replaced"), "idle", "replace"),
}
RULES = {
    "annual": _l("A year (乡科级, 一级主任科员 and below)"),
    "five_year": _l("Five years (县处级, 四级调研员 and above)"),
    "online": _l("Online learning a year"),
}
STATUSES = {
    "present": _l("Present"),
    "late": _l("Late"),
    "left_early": _l("Left early"),
    "absent": _l("Unexcused absence"),
    "leave_sick": _l("Sick leave"),
    "leave_personal": _l("Personal leave"),
    "leave_official": _l("Official leave"),
    "exempt": _l("Exempt"),
    "": _l("Not recorded"),
}
EXAM_CODES = {
    "absent": _l("Absent from the exam"),
    "misconduct": _l("misconduct"),
    "deferred": _l("put off"),
    "excluded": _l("not admitted"),
    "open": _l("not settled"),
    "": "",
}
ENROLLMENT_STATES = {
    "nominated": _l("Nominated"),
    "approved": _l("Approved"),
    "studying": _l("Studying"),
    "completed": _l("Completed"),
    "not_completed": _l("Not completed"),
    "withdrawn": _l("Withdrew"),
}
SOURCES = {
    "group": _l("Check-in at lessons"),
    "external": _l("Register of training at higher levels"),
    "online": _l("Import of online hours"),
    "lecturing": _l("Register of lecturing"),
    "correction": _l("Corrections"),
    "enrollment": _l("Rosters of classes"),
}


def sitting_text(score: object, code: str) -> str:
    """A score, or the code that stands for it."""
    if code:
        return str(EXAM_CODES.get(code, code))
    return "" if score is None else f"{score:g}"
