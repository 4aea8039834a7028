"""What reports permit."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

REPORTS = group(
    "reports",
    N_("Statistics"),
    levels={"view": (N_("see figures across classes and units, and the people behind them"), ("personal",))},
    grants={
        "org_dept": ("view", "all"),
        "planner": ("view", "all"),
        "leader": ("view", "all"),
        "unit_officer": ("view", "unit"),
    },
)
