"""Tables of the audit trail; both take INSERT and SELECT only (triggers in the migration)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base

_Key = BigInteger().with_variant(Integer, "sqlite")


class AuditEntry(Base):
    """One fact as it was written with its transaction."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(_Key, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(80), index=True)
    account_id: Mapped[int | None] = mapped_column(index=True)  # no foreign key: accounts lie above audit
    actor_name: Mapped[str] = mapped_column(String(100))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(String(64), default="")
    request_id: Mapped[str] = mapped_column(String(40), default="")


class AuditLink(Base):
    """An entry's place in the chain: its number, without gaps, and a hash over the one before."""

    __tablename__ = "audit_link"

    seq: Mapped[int] = mapped_column(_Key, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(_Key, ForeignKey("audit_entry.id"), unique=True)
    leaf: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
