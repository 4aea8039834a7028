"""What appraisal permits."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

APPRAISAL = group(
    "appraisal",
    N_("Annual assessment"),
    levels={"view": (N_("see and take out the training statements of a year"), ("personal", "mass"))},
    grants={"org_dept": ("view", "all"), "planner": ("view", "all"), "unit_officer": ("view", "unit")},
)
