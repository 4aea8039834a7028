"""Who may bring files in."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

IMPORTS = group(
    "imports",
    N_("Imports"),
    levels={"run": (N_("Bring in files"), ("personal", "mass", "integrity"))},
    grants={
        "org_dept": ("run", "all"),
        "planner": ("run", "all"),
        "class_teacher": ("run", "class"),
        "exam_officer": ("run", "class"),
    },
)
