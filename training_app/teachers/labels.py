"""Words for the codes and fields of the teacher pool."""

from __future__ import annotations

from collections.abc import Mapping

from training_app.core.text import N_

KINDS: Mapping[str, str] = {
    "school": N_("Party school teacher"),
    "leader": N_("Leading official"),
    "expert": N_("Technical expert"),
    "local": N_("Local talent"),
}
EMPLOYMENTS: Mapping[str, str] = {"full_time": N_("full-time"), "part_time": N_("part-time")}
STATUSES: Mapping[str, str] = {
    "candidate": N_("candidate"),
    "active": N_("in the pool"),
    "suspended": N_("suspended"),
    "removed": N_("removed from the pool"),
}
TONES: Mapping[str, str] = {"candidate": "idle", "active": "ok", "suspended": "warn", "removed": "idle"}
STEPS: Mapping[str, str] = {  # what leads to a status, as a verb
    "candidate": N_("Take back as a candidate"),
    "active": N_("Admit to the pool"),
    "suspended": N_("Suspend"),
    "removed": N_("Remove from the pool"),
}


def audit_codes() -> Mapping[str, Mapping[str, str]]:
    """What the codes in our events' fields mean: field → code → English gettext id."""
    return {"teacher_kind": KINDS, "employment": EMPLOYMENTS, "old_status": STATUSES, "new_status": STATUSES}


def audit_labels() -> Mapping[str, str]:
    """How the audit trail names our subjects and fields: English gettext ids."""
    return {
        "teacher": N_("Teacher"),
        "teachers": N_("Teaching staff"),
        "teacher_kind": N_("Kind"),
        "employment": N_("Employment"),
        "unit_name": N_("Unit"),
        "title": N_("Professional title"),
        "specialities": N_("Specialities"),
        "can_teach": N_("Can teach"),
        "admitted_on": N_("In the pool since"),
        "at_fields": N_("Teaches in the fields"),
        "cadre_id": N_("Cadre record"),
        "pool_status": N_("Pool status"),
        "old_status": N_("Status before"),
        "new_status": N_("Status after"),
        "reason": N_("Reason"),
    }


def audit_pages() -> Mapping[str, tuple[str, str]]:
    """Where the audit trail finds our subjects: (endpoint, argument)."""
    return {"teacher": ("teachers.show", "teacher_id")}
