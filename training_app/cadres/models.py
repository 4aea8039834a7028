"""People, their posts over time, and party membership."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class Cadre(Base):
    """A person record. Months are kept as ``1985-03``; the citizen number encrypted, with a blind index.

    A party member who is no cadre has ``in_register`` false.
    """

    __tablename__ = "cadres_cadre"
    __table_args__ = (Index("ix_cadres_cadre_name_unit_id", "name", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"), unique=True)
    in_register: Mapped[bool] = mapped_column(default=True, index=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    pinyin: Mapped[str] = mapped_column(String(200), default="", index=True)  # initials and syllables, for search
    sex: Mapped[str] = mapped_column(String(4), default="")  # 男, 女
    ethnic_group: Mapped[str] = mapped_column(String(20), default="")
    native_place: Mapped[str] = mapped_column(String(60), default="")
    birth_month: Mapped[str] = mapped_column(String(7), default="")
    id_number_encrypted: Mapped[str] = mapped_column(String(120), default="")
    id_number_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    id_number_masked: Mapped[str] = mapped_column(String(18), default="")
    phone_encrypted: Mapped[str] = mapped_column(String(120), default="")
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_masked: Mapped[str] = mapped_column(String(20), default="")
    political_status: Mapped[str] = mapped_column(String(20), default="", index=True)
    party_joined: Mapped[str] = mapped_column(String(7), default="")
    work_started: Mapped[str] = mapped_column(String(7), default="")
    full_time_education: Mapped[str] = mapped_column(String(40), default="")
    degree: Mapped[str] = mapped_column(String(40), default="")
    in_service_education: Mapped[str] = mapped_column(String(40), default="")
    school_and_major: Mapped[str] = mapped_column(String(120), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"), index=True)
    post_title: Mapped[str] = mapped_column(String(120), default="")  # 职务, without the unit's name
    unit_and_post: Mapped[str] = mapped_column(String(200), default="")  # 工作单位及职务 as the register writes it
    post_level: Mapped[str] = mapped_column(String(20), default="", index=True)  # 职务层次: 乡科级副职 …
    rank: Mapped[str] = mapped_column(String(20), default="")  # 职级: 四级调研员 …
    post_since: Mapped[str] = mapped_column(String(7), default="")
    rank_since: Mapped[str] = mapped_column(String(7), default="")
    category: Mapped[str] = mapped_column(String(20), default="", index=True)  # 公务员, 参公, 事业 …
    note: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class PostHolding(Base):
    """Which post a person held from when; a new row at each change, the old one closed."""

    __tablename__ = "cadres_post_holding"

    id: Mapped[int] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres_cadre.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"))
    post_title: Mapped[str] = mapped_column(String(120), default="")
    post_level: Mapped[str] = mapped_column(String(20), default="")
    rank: Mapped[str] = mapped_column(String(20), default="")
    since: Mapped[date]
    until: Mapped[date | None]


class PartyMember(Base):
    """Membership of the party, held by a person record."""

    __tablename__ = "cadres_party_member"

    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres_cadre.id"), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"), index=True)
    branch: Mapped[str] = mapped_column(String(120), default="")
    joined: Mapped[str] = mapped_column(String(7), default="")
    member_type: Mapped[str] = mapped_column(String(20), default="")  # 正式党员, 预备党员
    education: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(500), default="")


class AppointmentFormVersion(Base):
    """An appointment form (干部任免审批表) as it came in or was made, sealed; another content is another version.

    ``content_index`` is a keyed digest of what it says, so that the same form is known again without opening it.
    """

    __tablename__ = "cadres_appointment_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadres_cadre.id"), index=True)
    content_index: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(300), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_account.id"))
    at: Mapped[datetime]
