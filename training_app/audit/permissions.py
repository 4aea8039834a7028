"""What can be permitted about the audit trail."""

from training_app.core.permissions import group
from training_app.core.text import N_

AUDIT = group(
    "audit",
    N_("Audit trail"),
    {"read": (N_("Read, export and verify the audit trail"), ("personal",))},
    {"auditor": ("read", "all")},
)
