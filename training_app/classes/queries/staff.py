"""Who runs and teaches a class."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from training_app.accounts.api import list_accounts
from training_app.classes.models import ClassStaff
from training_app.core.db import db


@dataclass(frozen=True)
class StaffInfo:
    """A person's duty in a class."""

    account_id: int
    name: str
    position: str
    duty: str


def staff_of(class_id: int) -> list[StaffInfo]:
    """Everybody with a duty in a class, class teachers first."""
    rows = db.session.scalars(select(ClassStaff).where(ClassStaff.class_id == class_id).order_by(ClassStaff.id)).all()
    accounts = {each.id: each for each in list_accounts({row.account_id for row in rows})} if rows else {}
    found = [
        StaffInfo(row.account_id, accounts[row.account_id].display_name, accounts[row.account_id].position, row.duty)
        for row in rows
    ]
    return sorted(found, key=lambda each: each.duty != "class_teacher")


def possible_staff(role: str) -> list[tuple[int, str]]:
    """Accounts that hold a role and are not disabled: id and shown name."""
    return [
        (each.id, f"{each.display_name}（{each.position}）" if each.position else each.display_name)
        for each in list_accounts(roles=(role,))
        if not each.disabled
    ]
