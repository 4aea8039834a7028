"""Certificates, and what the public may learn of one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.results import rules
from training_app.results.models import CompletionCertificate as Certificate
from training_app.results.values import CertificateInfo

_COLUMNS: tuple[Any, ...] = (
    Certificate.id,
    Certificate.number,
    Certificate.check_code,
    Certificate.enrollment_id,
    Certificate.class_id,
    Certificate.cadre_id,
    Certificate.holder_name,
    Certificate.class_name,
    Certificate.credit_hours,
    Certificate.issued_on,
    Certificate.state,
    Certificate.state_reason,
    Certificate.trained_from,
    Certificate.trained_to,
)


@dataclass(frozen=True)
class PublicCertificate:
    """What anybody holding the paper may learn: name, class, date, validity."""

    number: str
    check_code: str
    holder_name: str
    class_name: str
    issued_on: date
    state: str


def certificates_of_class(class_id: int) -> list[CertificateInfo]:
    """All certificates of a class by number, revoked and replaced ones too."""
    return _select(Certificate.class_id == class_id)


def certificates_of_cadre(cadre_id: int) -> list[CertificateInfo]:
    """All certificates of a person."""
    return _select(Certificate.cadre_id == cadre_id)


def certificates_of_cadres(cadre_ids: Collection[int]) -> list[CertificateInfo]:
    """All certificates of some people."""
    return _select(Certificate.cadre_id.in_(sorted(cadre_ids)))


def get_certificate(certificate_id: int) -> CertificateInfo:
    """One certificate.

    Raises:
        NotFound: there is none.
    """
    found = _select(Certificate.id == certificate_id)
    if not found:
        raise NotFound
    return found[0]


def list_certificates(certificate_ids: Collection[int]) -> list[CertificateInfo]:
    """Some certificates by number."""
    return _select(Certificate.id.in_(sorted(certificate_ids)))


def search_certificates(text: str, *, class_ids: Collection[int] | None, limit: int = 20) -> list[CertificateInfo]:
    """Certificates by number, code, holder or class, within the classes given (None: all)."""
    pattern = f"%{text.strip()}%"
    condition = or_(
        Certificate.number.like(pattern),
        Certificate.holder_name.like(pattern),
        Certificate.class_name.like(pattern),
        Certificate.check_code == rules.read_check_code(text),
    )
    if class_ids is not None:
        condition &= Certificate.class_id.in_(sorted(class_ids))
    return _select(condition, limit=limit)


def find_public_certificate(code: str) -> PublicCertificate | None:
    """What the public page shows for a code or a number typed from the paper."""
    typed = code.strip()
    query = select(
        Certificate.number,
        Certificate.check_code,
        Certificate.holder_name,
        Certificate.class_name,
        Certificate.issued_on,
        Certificate.state,
    ).where(or_(Certificate.check_code == rules.read_check_code(typed), Certificate.number == typed))
    row = db.session.execute(query.limit(1)).one_or_none()
    return None if row is None else PublicCertificate(*row)


def years_of_certificates() -> list[int]:
    """The years in which certificates were issued, newest first."""
    return list(db.session.execute(select(Certificate.year).distinct().order_by(Certificate.year.desc())).scalars())


def register_page(
    query: ListQuery, *, class_ids: Collection[int] | None, cadre_ids: Collection[int] | None = None
) -> Page[CertificateInfo]:
    """The register of certificates, a page of it; within classes, and of some people."""
    conditions: list[ColumnElement[bool]] = [true()]
    if class_ids is not None:
        conditions.append(Certificate.class_id.in_(sorted(class_ids)))
    if query.q:
        pattern = f"%{query.q}%"
        conditions.append(
            or_(
                Certificate.number.like(pattern),
                Certificate.holder_name.like(pattern),
                Certificate.class_name.like(pattern),
                Certificate.check_code == rules.read_check_code(query.q),
            )
        )
    if query.wants("state"):
        conditions.append(Certificate.state == query.wants("state"))
    if query.wants("year").isdigit():
        conditions.append(Certificate.year == int(query.wants("year")))
    if cadre_ids is not None:
        visible = {c.id for c in _select(and_(*conditions)) if c.cadre_id in cadre_ids}
        conditions.append(Certificate.id.in_(sorted(visible)))
    total = db.session.scalar(select(func.count()).select_from(Certificate).where(*conditions)) or 0
    order = {
        "number": (Certificate.year, Certificate.serial),
        "holder_name": (Certificate.holder_name, Certificate.id),
        "class_name": (Certificate.class_name, Certificate.serial),
        "issued_on": (Certificate.issued_on, Certificate.serial),
    }[query.sort]
    ordered = [column.desc() if query.descending else column.asc() for column in order]
    ids = list(
        db.session.execute(
            select(Certificate.id).where(*conditions).order_by(*ordered).offset(query.offset).limit(query.per_page)
        ).scalars()
    )
    found = {c.id: c for c in list_certificates(ids)}
    return Page([found[number] for number in ids], total, query)


def count_certificates(class_ids: Collection[int]) -> dict[int, int]:
    """Valid certificates by class."""
    query = (
        select(Certificate.class_id, func.count())
        .where(Certificate.class_id.in_(sorted(class_ids)), Certificate.state == "valid")
        .group_by(Certificate.class_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _select(condition: ColumnElement[bool], *, limit: int | None = None) -> list[CertificateInfo]:
    new = aliased(Certificate)
    query = (
        select(*(*_COLUMNS, func.coalesce(new.number, "")))
        .outerjoin(new, new.id == Certificate.replaced_by_id)
        .where(condition)
        .order_by(Certificate.year.desc(), Certificate.serial)
        .limit(limit)
    )
    return [CertificateInfo(*row) for row in db.session.execute(query)]
