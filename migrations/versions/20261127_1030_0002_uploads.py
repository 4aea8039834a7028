"""Uploads, jobs, remembered columns.

Revision: 0002, after 0001.
"""

from __future__ import annotations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""


def downgrade() -> None:
    """Go back."""
