"""What may be permitted about leave and bulletins, and to whom."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

DISCIPLINE = group(
    "discipline",
    N_("Leave and bulletins"),
    levels={
        "own": (N_("ask for leave"), ()),
        "view": (N_("see leave and bulletins"), ("personal",)),
        "decide": (N_("decide leave as class teacher, issue bulletins, lay down rules"), ("integrity", "personal")),
        "academic": (N_("decide leave as academic affairs, decide withdrawal"), ("integrity",)),
        "organisation": (N_("decide leave as the organisation department"), ("integrity",)),
    },
    grants={
        "trainee": ("own", "own"),
        "class_teacher": ("decide", "class"),
        "exam_officer": ("academic", "class"),
        "unit_officer": ("view", "unit"),
        "planner": ("academic", "all"),
        "org_dept": ("organisation", "all"),
        "leader": ("view", "all"),
    },
)
STEP_PERMISSION = {
    "class_teacher": DISCIPLINE["decide"],
    "academic": DISCIPLINE["academic"],
    "organisation": DISCIPLINE["organisation"],
}
