"""What may be permitted about attendance, and to whom."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

ATTENDANCE = group(
    "attendance",
    N_("Attendance"),
    levels={
        "own": (N_("check in, see one's own attendance"), ()),
        "view": (N_("see attendance"), ("personal",)),
        "scan": (N_("open check-in, record others"), ("integrity",)),
        "correct": (N_("close and correct attendance"), ("integrity",)),
    },
    grants={
        "trainee": ("own", "own"),
        "instructor": ("view", "class"),
        "class_teacher": ("correct", "class"),
        "unit_officer": ("view", "unit"),
        "planner": ("view", "all"),
        "org_dept": ("view", "all"),
        "leader": ("view", "all"),
    },
)

OVERSIGHT = group(
    "oversight",
    N_("Oversight of attendance"),
    levels={
        "report": (N_("see who was recorded by hand, and by whom"), ("personal",)),
        "approve": (N_("decide about late corrections as the second person"), ("integrity",)),
    },
    grants={
        "class_teacher": ("approve", "class"),
        "planner": ("approve", "all"),
        "org_dept": ("approve", "all"),
    },
)
