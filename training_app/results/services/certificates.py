"""Certificates: numbers without gaps, never deleted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from training_app.classes import api as classes
from training_app.core import clock, crypto, documents
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.results import rules
from training_app.results.events import (
    CertificateIssued,
    CertificateReplaced,
    CertificateRevoked,
    CertificatesTaken,
    LedgerRead,
)
from training_app.results.models import CertificateCounter, CompletionCertificate
from training_app.results.queries.certificates import certificates_of_class, list_certificates
from training_app.results.queries.letterhead import letterhead
from training_app.results.queries.results import results_of_class
from training_app.results.values import CertificateInfo

_SHORTEST_REASON = 4


@dataclass(frozen=True)
class Issued:
    """What one act of issuing came to; ``unprintable`` names people whose names the font cannot print."""

    certificates: tuple[CertificateInfo, ...]
    unprintable: tuple[str, ...]


@command
def issue_certificates(
    class_id: int, *, enrollment_ids: Collection[int] | None = None, issued_on: date | None = None
) -> Issued:
    """Give everyone who has completed, and has no valid certificate, one with the next number.

    Raises:
        Conflict: the class is cancelled.
        Refused: nobody is due one.
    """
    info = classes.get_class(class_id)
    if info.state == "cancelled":
        raise Conflict(N_("The class was cancelled."), code="cancelled")
    serialise(f"results.decide|{class_id}")
    day = issued_on or clock.today()
    have = {c.enrollment_id for c in certificates_of_class(class_id) if c.state == "valid"}
    completed = {r.enrollment_id: r for r in results_of_class(class_id) if r.completed}
    due = [
        enrollment
        for enrollment in classes.list_enrollments(class_id, statuses=("completed",))
        if enrollment.id in completed
        and enrollment.id not in have
        and (enrollment_ids is None or enrollment.id in enrollment_ids)
    ]
    if not due:
        raise Refused(N_("Nobody is due a certificate: decide the results first."), code="nobody_due")
    unprintable = tuple(e.name for e in due if documents.missing_glyphs(e.name))
    made = [
        _issue(info, enrollment, name=enrollment.name, hours=completed[enrollment.id].hours_earned, day=day)
        for enrollment in due
        if enrollment.name not in unprintable
    ]
    return Issued(tuple(list_certificates([c.id for c in made])) if made else (), unprintable)


@command
def revoke_certificate(certificate_id: int, *, reason: str) -> None:
    """Make a certificate invalid, with the reason; it stays in the register.

    Raises:
        Conflict: it is not valid any more.
        InvalidInput: no reason.
    """
    certificate = _valid(certificate_id, reason)
    certificate.state = "revoked"
    certificate.state_reason = reason.strip()
    certificate.state_at = clock.now()
    db.session.flush()
    publish(
        CertificateRevoked(
            certificate_id=certificate.id,
            class_id=certificate.class_id,
            number=certificate.number,
            reason=reason.strip(),
        )
    )


@command
def replace_certificate(certificate_id: int, *, reason: str, holder_name: str = "") -> CertificateInfo:
    """Put a new certificate with its own number in the place of one with a fault.

    Raises:
        Conflict: it is not valid any more, or its holder has not completed.
        InvalidInput: no reason, or a name that cannot be printed.
    """
    old = _valid(certificate_id, reason)
    name = holder_name.strip() or old.holder_name
    if documents.missing_glyphs(name):
        raise InvalidInput(
            N_("The document font has no sign for: %(signs)s"),
            code="missing_glyph",
            fields={"holder_name": N_("The document font lacks a sign of this name.")},
            signs="、".join(documents.missing_glyphs(name)),
        )
    result = next((r for r in results_of_class(old.class_id) if r.enrollment_id == old.enrollment_id), None)
    if result is None or not result.completed:
        raise Conflict(N_("This person has not completed; revoke the certificate instead."), code="not_completed")
    info = classes.get_class(old.class_id)
    enrollment = classes.get_enrollment(old.enrollment_id)
    new = _issue(info, enrollment, name=name, hours=result.hours_earned, day=clock.today())
    old.state = "replaced"
    old.state_reason = reason.strip()
    old.state_at = clock.now()
    old.replaced_by_id = new.id
    db.session.flush()
    publish(
        CertificateReplaced(
            certificate_id=old.id,
            class_id=old.class_id,
            number=old.number,
            new_number=new.number,
            reason=reason.strip(),
        )
    )
    return list_certificates([new.id])[0]


@command
def note_certificates_taken(class_id: int, *, count: int) -> None:
    """Keep a trace of certificates taken out as PDF."""
    publish(CertificatesTaken(class_id=class_id, count=count))


@command
def note_ledger_read(cadre_id: int, *, year: int) -> None:
    """Keep a trace of somebody reading a person's ledger."""
    publish(LedgerRead(cadre_id=cadre_id, year=year))


def _valid(certificate_id: int, reason: str) -> CompletionCertificate:
    if len(reason.strip()) < _SHORTEST_REASON:
        raise InvalidInput(
            N_("Please give a reason of at least four characters."),
            code="reason",
            fields={"reason": N_("Please give a reason of at least four characters.")},
        )
    certificate = db.session.execute(
        select(CompletionCertificate).where(CompletionCertificate.id == certificate_id).with_for_update()
    ).scalar_one_or_none()
    if certificate is None:
        raise NotFound
    if certificate.state != "valid":
        raise Conflict(N_("This certificate is not valid any more."), code="not_valid")
    return certificate


def _issue(
    info: classes.ClassInfo, enrollment: classes.EnrollmentInfo, *, name: str, hours: Decimal, day: date
) -> CompletionCertificate:
    serial = _next_serial(day.year)
    number = rules.certificate_number(letterhead().prefix, day.year, serial)
    certificate = CompletionCertificate(
        year=day.year,
        serial=serial,
        number=number,
        check_code=rules.check_code(crypto.mac("certificate", f"{number}|{enrollment.id}")),
        enrollment_id=enrollment.id,
        class_id=info.id,
        cadre_id=enrollment.cadre_id,
        holder_name=name,
        class_name=info.name,
        credit_hours=hours,
        trained_from=info.starts_on,
        trained_to=info.ends_on,
        issued_on=day,
        account_id=current_actor().account_id,
    )
    db.session.add(certificate)
    db.session.flush()
    publish(
        CertificateIssued(
            certificate_id=certificate.id,
            class_id=info.id,
            enrollment_id=enrollment.id,
            number=number,
            digest=_digest(certificate),
        )
    )
    return certificate


def _next_serial(year: int) -> int:
    """The next number of a year; the counter's row stays locked until the transaction ends."""
    serialise(f"results.certificates|{year}")
    counter = db.session.execute(
        select(CertificateCounter)
        .where(CertificateCounter.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if counter is None:
        counter = CertificateCounter(year=year, last=0)
        db.session.add(counter)
    counter.last += 1
    db.session.flush()
    return counter.last


def _digest(certificate: CompletionCertificate) -> str:
    """What the certificate says, as one digest in the audit trail."""
    said = {
        "number": certificate.number,
        "name": certificate.holder_name,
        "class": certificate.class_name,
        "hours": str(certificate.credit_hours),
        "from": certificate.trained_from.isoformat(),
        "to": certificate.trained_to.isoformat(),
        "issued_on": certificate.issued_on.isoformat(),
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
