"""Who may read and change the teacher pool."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

TEACHERS = group(
    "teachers",
    N_("Teaching staff"),
    levels={
        "view": (N_("see the teacher pool"), ("personal",)),
        "edit": (N_("admit, change and remove teachers"), ("personal", "integrity")),
    },
    grants={
        "instructor": ("view", "own"),
        "class_teacher": ("view", "all"),
        "leader": ("view", "all"),
        "planner": ("edit", "all"),
        "org_dept": ("edit", "all"),
    },
)
