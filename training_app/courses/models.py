"""Courses, sites, routes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.core.db import Base


class Course(Base):
    """A catalogue item."""

    __tablename__ = "courses_course"
    __table_args__ = (CheckConstraint("credit_hours > 0", name="hours"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    course_domain: Mapped[str] = mapped_column(String(40), index=True)  # 政治理论必修课 …, as the catalogue writes it
    credit_hours: Mapped[Decimal]
    method: Mapped[str] = mapped_column(String(40), default="")  # 授课形式
    audience: Mapped[str] = mapped_column(String(120), default="")
    objectives: Mapped[str] = mapped_column(String(2000), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[datetime]


class CourseTeacher(Base):
    """Who can give a course."""

    __tablename__ = "courses_course_teacher"
    __table_args__ = (UniqueConstraint("course_id", "teacher_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teachers_teacher.id"), index=True)


class TeachingSite(Base):
    """An on-site teaching place; coordinates are WGS 84 degrees."""

    __tablename__ = "courses_teaching_site"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_unit.id"))
    unit_name: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    capacity: Mapped[int | None]
    minutes: Mapped[int | None]
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(String(500), default="")


class TeachingRoute(Base):
    """A route over teaching sites."""

    __tablename__ = "courses_teaching_route"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))


class RouteStop(Base):
    """One stop of a route, in order."""

    __tablename__ = "courses_route_stop"
    __table_args__ = (UniqueConstraint("route_id", "order_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("courses_teaching_route.id"))
    order_no: Mapped[int]
    site_id: Mapped[int] = mapped_column(ForeignKey("courses_teaching_site.id"))
    stay_minutes: Mapped[int | None]
    km_to_next: Mapped[Decimal | None]
