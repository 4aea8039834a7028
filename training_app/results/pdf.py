"""Certificates as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training_app.core import documents
from training_app.results.queries.letterhead import letterhead
from training_app.results.values import CertificateInfo

_TEMPLATE = Path(__file__).parent / "documents" / "certificate.typ"


def certificates_pdf(certificates: Sequence[CertificateInfo], *, base_url: str) -> bytes:
    """One page for each certificate; the QR code leads to the public page under ``base_url``."""
    issuers = list(letterhead().issuers)
    data = [
        {
            "number": each.number,
            "name": each.holder_name,
            "text": _text(each),
            "code": each.check_code,
            "qr": documents.qr_svg(f"{base_url}/v/{each.check_code}".upper()),
            "issuers": issuers,
            "day": documents.chinese_day(each.issued_on),
        }
        for each in certificates
    ]
    return documents.render_pdf(_TEMPLATE, {"certificates": data})


def _text(certificate: CertificateInfo) -> str:
    span = documents.chinese_span(certificate.trained_from, certificate.trained_to)
    course = certificate.class_name + ("学习" if "培训" in certificate.class_name else "培训")
    hours = documents.number_text(certificate.credit_hours)
    return f"于{span}参加{course}，修满规定课程，计{hours}学时，经考核合格，准予结业。"
