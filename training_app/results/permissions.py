"""Who may see results and hours, and who may decide them."""

from __future__ import annotations

from training_app.core.permissions import group
from training_app.core.text import N_

RESULTS = group(
    "results",
    N_("Results, certificates and hours"),
    levels={
        "own": (N_("See one's own hours, results and certificates"), ()),
        "view": (N_("See results, certificates and the ledger of hours"), ("personal",)),
        "decide": (N_("Decide results, issue and revoke certificates"), ("integrity", "personal")),
    },
    grants={
        "trainee": ("own", "own"),
        "unit_officer": ("view", "unit"),
        "planner": ("view", "all"),
        "leader": ("view", "all"),
        "class_teacher": ("decide", "class"),
        "org_dept": ("decide", "all"),
    },
)
