"""Words for codes: states, statuses, kinds, half days, duties, reasons; and how each looks."""

from __future__ import annotations

from training_app.classes.rules import REASONS, STATE_REASONS
from training_app.core.text import N_

CLASS_STATE = {
    "planned": N_("Waiting to be opened"),
    "enrolling": N_("Enrolling"),
    "running": N_("Running"),
    "finished": N_("Finished"),
    "archived": N_("Archived"),
    "cancelled": N_("Cancelled"),
}
CLASS_TONE = {
    "planned": "idle",
    "enrolling": "warn",
    "running": "live",
    "finished": "ok",
    "archived": "ok",
    "cancelled": "idle",
}

ENROLLMENT_STATUS = {
    "nominated": N_("Waiting for approval"),
    "approved": N_("Admitted"),
    "declined": N_("Declined"),
    "studying": N_("Studying"),
    "completed": N_("Completed"),
    "not_completed": N_("Not completed"),
    "withdrawn": N_("Withdrawn"),
    "absent_no_show": N_("Did not report"),
}
ENROLLMENT_TONE = {
    "nominated": "warn",
    "approved": "ok",
    "studying": "ok",
    "completed": "ok",
    "declined": "bad",
    "not_completed": "bad",
}

LESSON_STATE = {"planned": N_("Not started"), "held": N_("Held"), "cancelled": N_("Cancelled")}
LESSON_TONE = {"planned": "idle", "held": "ok", "cancelled": "idle"}

LESSON_KIND = {
    "teaching": N_("Teaching"),
    "discussion": N_("Discussion"),
    "field": N_("On-site teaching"),
    "exam": N_("Exam"),
    "ceremony": N_("Ceremony"),
}

HALF_DAY = {"morning": N_("Morning"), "afternoon": N_("Afternoon"), "evening": N_("Evening")}

DUTY = {"class_teacher": N_("Class teacher"), "instructor": N_("Instructor"), "exam_officer": N_("Exam officer")}

NAMES_SHOWN = {
    "full": N_("Full names"),
    "surname": N_("Surname only (张**)"),
    "initials": N_("Initials (ZWM)"),
}
FILL_ORDER = {
    "list": N_("As the class is listed"),
    "group": N_("By group, each in rows of its own where there is room"),
    "unit": N_("By unit"),
    "name": N_("By name"),
}

SOURCE = {
    "nomination": N_("Nominated by the unit"),
    "roster": N_("From the roster"),
    "direct": N_("Named by the education section"),
}

PROGRAM_CATEGORY = {
    "theory": N_("Theory seminar"),
    "rotation": N_("Rotation training"),
    "induction": N_("Induction training"),
    "appointment": N_("Appointment training"),
    "business": N_("Professional training"),
    "seminar": N_("Seminar"),
    "young": N_("Young and middle-aged cadres"),
    "village": N_("Village cadres"),
    "member": N_("Party members"),
    "org_work": N_("Organisation work"),
    "language": N_("Language skills"),
    "other": N_("Other"),
}

CONFLICT = {
    "class": N_("The class itself has another lesson."),
    "room": N_("The room is taken."),
    "teacher": N_("The teacher is giving another lesson."),
    "trainee": N_("People of this class are in another class."),
}

REASON = {**REASONS, **STATE_REASONS}


def audit_codes() -> dict[str, dict[str, str]]:
    """What the codes in our events' fields mean to a reader of the audit trail: field → code → gettext id."""
    states = {**LESSON_STATE, **CLASS_STATE}
    return {
        "old_state": states,
        "new_state": states,
        "old_status": ENROLLMENT_STATUS,
        "new_status": ENROLLMENT_STATUS,
        "duty": DUTY,
    }
