"""Archive items and sealed packages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class ArchiveItem(Base):
    """A document put into a class's archive by a person (summary, compendium, scanned papers)."""

    __tablename__ = "archives_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(String(20000), default="")
    waived: Mapped[bool] = mapped_column(default=False)  # not applicable to this class, with the reason in ``text``
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class ArchivePackage(Base):
    """A sealed package: the class file (number 1) or a supplement to it (2, 3 …)."""

    __tablename__ = "archives_package"
    __table_args__ = (
        UniqueConstraint("class_id", "number"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> sealed_by_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"))
    number: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(String(300), default="")
    file_sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    checkpoint: Mapped[str] = mapped_column(String(500))
    item_count: Mapped[int]
    sealed_at: Mapped[datetime]
    sealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))


class SealProposal(Base):
    """A wish to seal, decided by a second person. ``state``: proposed, approved, refused, withdrawn."""

    __tablename__ = "archives_seal_proposal"
    __table_args__ = (
        CheckConstraint(
            "decided_by_id IS NULL OR state = 'withdrawn' OR decided_by_id <> proposed_by_id", name="two_people"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes_training_class.id"), index=True)
    number: Mapped[int]  # of the package it would become
    reason: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(String(300), default="")
