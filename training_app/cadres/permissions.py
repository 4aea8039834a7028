"""Who may read and change people's records (SECURITY.md 1.4)."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

CADRES = group(
    "cadres",
    N_("Cadres"),
    levels={
        "own": (N_("see one's own file"), ()),
        "view": (N_("see files"), ("personal",)),
        "reveal": (N_("reveal a citizen number or phone, with a reason"), ("personal",)),
        "edit": (N_("add people, change files and posts"), ("personal", "integrity")),
    },
    grants={
        "trainee": ("own", "own"),
        "instructor": ("own", "own"),
        "class_teacher": ("own", "own"),
        "exam_officer": ("own", "own"),
        "unit_officer": ("view", "unit"),
        "leader": ("view", "all"),
        "planner": ("edit", "all"),
        "org_dept": ("edit", "all"),
    },
)
