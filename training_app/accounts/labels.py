"""Words for roles, families, reaches and the fields of accounts and units."""

from __future__ import annotations

from collections.abc import Mapping

from training_app.core.text import N_

ROLES: Mapping[str, str] = {
    "trainee": N_("Trainee"),
    "instructor": N_("Instructor"),
    "class_teacher": N_("Class teacher"),
    "exam_officer": N_("Exam officer"),
    "unit_officer": N_("Unit officer"),
    "planner": N_("Education section"),
    "org_dept": N_("Organisation department"),
    "leader": N_("Leader"),
    "sysadmin": N_("System administrator"),
    "secadmin": N_("Security administrator"),
    "auditor": N_("Auditor"),
}
ROLE_NOTES: Mapping[str, str] = {
    "trainee": N_("Checks in, sees the own timetable, scores and hours."),
    "instructor": N_("Teaches; enters the scores of the own subject."),
    "class_teacher": N_("Runs classes: attendance, conduct, the class file."),
    "exam_officer": N_("Schedules exams and enters scores a second time."),
    "unit_officer": N_("Nominates people of the own unit and sees their records."),
    "planner": N_("Plans, opens classes, keeps courses, teachers and people."),
    "org_dept": N_("Everything of the education section, approvals and the archive."),
    "leader": N_("Sees figures and lists, changes nothing."),
    "sysadmin": N_("Creates and disables accounts; no business rights."),
    "secadmin": N_("Grants roles; no business rights."),
    "auditor": N_("Reads the audit trail; changes nothing anywhere."),
}
FAMILIES: Mapping[str, str] = {
    "business": N_("Business"),
    "system": N_("System administration"),
    "security": N_("Security administration"),
    "audit": N_("Audit"),
}
REACHES: Mapping[str, str] = {
    "own": N_("only about oneself"),
    "class": N_("own classes"),
    "unit": N_("own unit and those below"),
    "all": N_("the whole county"),
}
WAYS: Mapping[str, str] = {"password": N_("Password"), "passkey": N_("Passkey")}
VERDICTS: Mapping[str, str] = {"own": N_("my own"), "foreign": N_("not me")}
STATES: Mapping[str, str] = {
    "active": N_("may sign in"),
    "first": N_("must change the first password"),
    "locked": N_("locked for a while"),
    "disabled": N_("disabled"),
}
TONES: Mapping[str, str] = {"active": "ok", "first": "warn", "locked": "warn", "disabled": "idle"}


def audit_codes() -> Mapping[str, Mapping[str, str]]:
    """What the codes in our events' fields mean: field → code → English gettext id."""
    return {"role": ROLES, "roles": ROLES, "way": WAYS, "verdict": VERDICTS}


def audit_labels() -> Mapping[str, str]:
    """How the audit trail names our subjects and fields: English gettext ids."""
    return {
        "account": N_("Account"),
        "unit": N_("Unit"),
        "username": N_("User name"),
        "display_name": N_("Name"),
        "roles": N_("Roles"),
        "role": N_("Role"),
        "reason": N_("Reason"),
        "browser": N_("Browser"),
        "way": N_("Way of signing in"),
        "name": N_("Name"),
        "expected_above": N_("Counter before"),
        "came": N_("Counter received"),
        "old_browser": N_("Browser before"),
        "new_browser": N_("Browser not known before"),
        "verdict": N_("Said to be"),
        "by_owner": N_("By the owner"),
        "locked": N_("Locked"),
        "code": N_("Unit code"),
        "short_name": N_("Short name"),
        "parent_id": N_("Unit above"),
        "path": N_("Place in the tree"),
        "kind": N_("Kind"),
        "grade": N_("Unit grade"),
        "admin_staff": N_("Administrative staff approved"),
        "institution_staff": N_("Institution staff approved"),
        "chiefs_approved": N_("Chief posts approved"),
        "deputies_approved": N_("Deputy posts approved"),
        "aliases": N_("Other names"),
        "note": N_("Note"),
        "preferences": N_("Look of the interface"),
    }


def audit_pages() -> Mapping[str, tuple[str, str]]:
    """Where the audit trail finds our subjects: (endpoint, argument)."""
    return {"account": ("accounts.account_show", "account_id"), "unit": ("accounts.unit_show", "unit_id")}
