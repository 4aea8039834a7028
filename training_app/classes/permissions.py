"""Who may see and edit the plan, and who may nominate for, run and decide about classes."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

PLANS = group(
    "plans",
    N_("Annual plan"),
    levels={
        "view": (N_("See the annual plan and the seats of units"), ()),
        "edit": (N_("Write the annual plan, allot seats and open classes"), ("config",)),
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

CLASSES = group(
    "classes",
    N_("Classes"),
    levels={
        "own": (N_("See one's own classes and timetable"), ()),
        "view": (N_("See classes, rosters and timetables"), ("personal",)),
        "nominate": (N_("Nominate people of one's own unit"), ("personal",)),
        "run": (N_("Run a class: timetable, groups, settings, start and finish"), ("integrity",)),
        "approve": (N_("Decide nominations, enrol directly, assign staff"), ("integrity", "mass")),
    },
    grants={
        "trainee": ("own", "own"),
        "instructor": ("view", "class"),
        "class_teacher": ("run", "class"),
        "exam_officer": ("view", "all"),
        "unit_officer": ("nominate", "unit"),
        "planner": ("approve", "all"),
        "org_dept": ("approve", "all"),
        "leader": ("view", "all"),
    },
)
