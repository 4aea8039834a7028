"""Teachers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class Teacher(Base):
    """A member of the teacher pool; local ones are cadres too (``cadre_id``)."""

    __tablename__ = "teachers_teacher"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"), unique=True)
    cadre_id: Mapped[int | None] = mapped_column(ForeignKey("cadres_cadre.id"), unique=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    pinyin: Mapped[str] = mapped_column(String(200), default="", index=True)
    sex: Mapped[str] = mapped_column(String(4), default="")
    birth_month: Mapped[str] = mapped_column(String(7), default="")
    id_number_encrypted: Mapped[str] = mapped_column(String(120), default="")
    id_number_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    id_number_masked: Mapped[str] = mapped_column(String(18), default="")
    teacher_kind: Mapped[str] = mapped_column(String(10), default="school")  # school, leader, expert, local
    employment: Mapped[str] = mapped_column(String(10), default="part_time")  # full_time, part_time
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"), index=True)
    unit_name: Mapped[str] = mapped_column(String(120), default="")
    post_title: Mapped[str] = mapped_column(String(120), default="")
    title: Mapped[str] = mapped_column(String(60), default="")  # 职称
    specialities: Mapped[str] = mapped_column(String(300), default="")
    can_teach: Mapped[str] = mapped_column(String(1000), default="")
    phone_encrypted: Mapped[str] = mapped_column(String(120), default="")
    phone_masked: Mapped[str] = mapped_column(String(20), default="")
    admitted_on: Mapped[str] = mapped_column(String(7), default="")  # month
    pool_status: Mapped[str] = mapped_column(String(10), default="active")  # candidate, active, suspended, removed
    at_fields: Mapped[bool] = mapped_column(default=False)  # 田间送教
    note: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
