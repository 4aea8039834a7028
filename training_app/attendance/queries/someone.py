"""Which person an account belongs to, so that two accounts of one person are no two people."""

from __future__ import annotations

from sqlalchemy import select, union

from training_app.attendance.evidence_rules import Someone
from training_app.attendance.queries.lower import cadres, enrollments, teachers
from training_app.core.db import db


def someone(account_id: int | None, *, cadre_id: int | None = None) -> Someone:
    """An account with the cadres it is known to be: by the register, the teacher pool, the class lists.

    ``cadre_id``: whom it is meant as, for somebody on a class list.
    """
    found = {cadre_id} if cadre_id is not None else set()
    if account_id is not None:
        found |= set(
            db.session.scalars(
                union(
                    select(cadres.c.id).where(cadres.c.account_id == account_id),
                    select(teachers.c.cadre_id).where(
                        teachers.c.account_id == account_id, teachers.c.cadre_id.is_not(None)
                    ),
                    select(enrollments.c.cadre_id).where(enrollments.c.account_id == account_id),
                )
            )
        )
    return Someone(account_id, frozenset(found))
