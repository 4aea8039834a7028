"""What undoing an import needs.

Revision: 0003, after 0002.
"""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""


def downgrade() -> None:
    """Go back."""
