"""Who may read and change the catalogue, the sites and the routes."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

COURSES = group(
    "courses",
    N_("Courses and teaching sites"),
    levels={
        "view": (N_("see courses, sites and routes"), ()),
        "edit": (N_("change courses, sites and routes"), ()),
    },
    grants={
        "instructor": ("view", "all"),
        "class_teacher": ("view", "all"),
        "exam_officer": ("view", "all"),
        "unit_officer": ("view", "all"),
        "leader": ("view", "all"),
        "planner": ("edit", "all"),
        "org_dept": ("edit", "all"),
    },
)
