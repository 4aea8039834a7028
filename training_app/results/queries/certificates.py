"""Certificates, and what the public may learn of one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.results import rules
from training_app.results.models import CompletionCertificate as Certificate
from training_app.results.values import CertificateInfo

_COLUMNS = (
    Certificate.id, Certificate.number, Certificate.check_code, Certificate.enrollment_id, Certificate.class_id,
    Certificate.cadre_id, Certificate.holder_name, Certificate.class_name, Certificate.credit_hours,
    Certificate.issued_on, Certificate.state, Certificate.state_reason,
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


def search_certificates(
    text: str, *, class_ids: Collection[int] | None, limit: int = 20
) -> list[CertificateInfo]:
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
        Certificate.number, Certificate.check_code, Certificate.holder_name, Certificate.class_name,
        Certificate.issued_on, Certificate.state,
    ).where(or_(Certificate.check_code == rules.read_check_code(typed), Certificate.number == typed))
    row = db.session.execute(query.limit(1)).one_or_none()
    return None if row is None else PublicCertificate(*row)


def count_certificates(class_ids: Collection[int]) -> dict[int, int]:
    """Valid certificates by class."""
    query = (
        select(Certificate.class_id, func.count())
        .where(Certificate.class_id.in_(sorted(class_ids)), Certificate.state == "valid")
        .group_by(Certificate.class_id)
    )
    return {class_id: count for class_id, count in db.session.execute(query)}


def _select(condition: ColumnElement[bool], *, limit: int | None = None) -> list[CertificateInfo]:
    new = aliased(Certificate)
    query = (
        select(*_COLUMNS, func.coalesce(new.number, ""))
        .outerjoin(new, new.id == Certificate.replaced_by_id)
        .where(condition)
        .order_by(Certificate.year.desc(), Certificate.serial)
        .limit(limit)
    )
    return [CertificateInfo(*row) for row in db.session.execute(query)]
