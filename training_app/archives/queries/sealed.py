"""Which classes have been sealed since when; for features below, whose secrets end with the class."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from training_app.archives.models import ArchivePackage
from training_app.core.db import db


def sealed_before(*, moment: datetime) -> frozenset[int]:
    """Classes whose first package was sealed before a moment (answers ``class.sealed_before``)."""
    return frozenset(
        db.session.scalars(select(ArchivePackage.class_id).where(ArchivePackage.sealed_at < moment).distinct())
    )
