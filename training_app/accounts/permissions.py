"""What can be permitted about units, accounts and roles (SECURITY.md 1.4)."""

from training_app.core.permissions import group
from training_app.core.text import N_

UNITS = group(
    "units",
    N_("Units"),
    {"view": (N_("See units"), ()), "edit": (N_("Change units"), ("integrity",))},
    {
        "org_dept": ("edit", "all"),
        "planner": ("edit", "all"),
        "leader": ("view", "all"),
        "unit_officer": ("view", "unit"),
        "class_teacher": ("view", "all"),
        "exam_officer": ("view", "all"),
        "sysadmin": ("view", "all"),
    },
)
ACCOUNTS = group(
    "accounts",
    N_("Accounts"),
    {"view": (N_("See accounts"), ("personal",)), "create": (N_("Create and disable accounts"), ("config",))},
    {"sysadmin": ("create", "all"), "secadmin": ("view", "all")},
)
ROLES = group(
    "roles",
    N_("Roles"),
    {"grant": (N_("Grant and take away roles"), ("trust",))},
    {"secadmin": ("grant", "all")},
)
