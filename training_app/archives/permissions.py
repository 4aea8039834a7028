"""Who may see archives, and who may seal them (two people)."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

ARCHIVES = group(
    "archives",
    N_("Archives"),
    levels={
        "own": (N_("See one's own file"), ()),
        "view": (N_("See class archives and personal files"), ("personal",)),
        "seal": (N_("Add, waive and seal; take out packages"), ("integrity", "personal")),
    },
    grants={
        "trainee": ("own", "own"),
        "unit_officer": ("view", "unit"),
        "planner": ("view", "all"),
        "leader": ("view", "all"),
        "class_teacher": ("seal", "class"),
        "org_dept": ("seal", "all"),
    },
)
