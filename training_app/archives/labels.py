"""Codes of archives as people read them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KINDS = {
    "roster": _l("Roster and registration"),
    "timetable": _l("Timetable"),
    "attendance": _l("Attendance record and daily bulletins"),
    "paper": _l("Exam paper and key"),
    "scores": _l("Score sheet"),
    "reflections": _l("Reflections or compendium"),
    "evaluation": _l("Evaluation of teaching"),
    "summary": _l("Summary of the class"),
    "results": _l("Results"),
    "certificates": _l("Certificates"),
    "other": _l("Other documents"),
}
MISSING = {
    "nobody_enrolled": _l("Nobody is enrolled"),
    "no_lessons": _l("No lessons in the timetable"),
    "lessons_open": _l("%(done)s of %(total)s lessons have complete attendance"),
    "no_exam": _l("The exam is not scheduled"),
    "scores_open": _l("%(done)s of %(total)s exams are published"),
    "results_open": _l("%(done)s of %(total)s results are decided; some are still open"),
    "results_undecided": _l("%(done)s of %(total)s results are decided"),
    "certificates_due": _l("%(done)s of %(total)s certificates are issued"),
    "no_document": _l("No document yet"),
    "no_exam_required": _l("This class needs no exam"),
    "nobody_completed": _l("Nobody has completed"),
    "": "",
}
PRESENT = {
    "roster": _l("%(done)s people"),
    "timetable": _l("%(done)s lessons"),
    "attendance": _l("%(done)s lessons, each with a daily bulletin"),
    "scores": _l("%(done)s exams published"),
    "results": _l("%(done)s results decided"),
    "certificates": _l("%(done)s certificates"),
}
STATES = {
    "present": (_l("Is there"), "ok", "circle-check"),
    "waived": (_l("Not applicable"), "idle", "circle-minus"),
    "missing": (_l("Is missing"), "warn", "alert-triangle"),
}
ARCHIVE_STATES = {
    "open": (_l("Being collected"), "idle", "folder-open"),
    "proposed": (_l("Waits for the second person"), "warn", "user-check"),
    "sealed": (_l("Sealed"), "ok", "lock"),
}


def detail(kind: str, *, state: str, code: str, done: int, total: int) -> str:
    """What a line of the checklist says beside its state."""
    numbers = {"done": done, "total": total}
    if state == "missing" or code in ("no_exam_required", "nobody_completed"):
        return str(MISSING[code]) % numbers
    return str(PRESENT[kind]) % numbers if kind in PRESENT and state == "present" and done else ""
