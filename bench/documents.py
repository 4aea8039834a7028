"""Scenario: 500 certificates, the forms of a class of 100, 10,000 rows to Excel; each several times, the median."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pypdf

from bench.class_of_100 import DAY, name_of, papers
from training_app.core import tables
from training_app.core.documents import Letterhead, configure
from training_app.core.papers import Paper, to_pdf, to_word
from training_app.results.pdf import certificates_pdf
from training_app.results.values import CertificateInfo

CERTIFICATES = 500
ROWS = 10_000


def run(rounds: int) -> dict[str, dict[str, float]]:
    """Every figure: seconds and CPU seconds (medians of so many rounds), and pages where there are any."""
    configure(letterhead=Letterhead("云溪县", "云溪", ("县委组织部", "县委党校")))
    figures: dict[str, dict[str, float]] = {}
    certificates = [_certificate(number) for number in range(CERTIFICATES)]
    figures["certificates_pdf"] = _measured(
        lambda: certificates_pdf(certificates, base_url="https://zx.example"), rounds
    )
    for name, paper in papers():
        figures[f"{name}_pdf"] = _measured(_pdf_of(paper), rounds)
        figures[f"{name}_word"] = {**_measured(_word_of(paper), rounds), "pages": figures[f"{name}_pdf"]["pages"]}
    rows = [_row(number) for number in range(ROWS)]
    figures["rows_xlsx"] = _measured(lambda: tables.to_xlsx("干部", COLUMNS, rows), rounds)
    figures["rows_csv"] = _measured(lambda: tables.to_csv(COLUMNS, rows), rounds)
    return figures


def _pdf_of(paper: Paper) -> Callable[[], bytes]:
    return lambda: to_pdf(paper)


def _word_of(paper: Paper) -> Callable[[], bytes]:
    return lambda: to_word(paper)


def _measured(make: Callable[[], bytes], rounds: int) -> dict[str, float]:
    made, seconds, cpu = b"", [], []
    for _round in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        made = make()
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    found: dict[str, float] = {
        "seconds": round(statistics.median(seconds), 3),
        "cpu_seconds": round(statistics.median(cpu), 3),
        "kilobytes": len(made) // 1024,
    }
    if made.startswith(b"%PDF"):
        found["pages"] = len(pypdf.PdfReader(BytesIO(made)).pages)
    return found


def _certificate(number: int) -> CertificateInfo:
    return CertificateInfo(
        id=number,
        number=f"云溪2026知行06{number:04d}",
        check_code="AAAA2222",
        enrollment_id=number,
        class_id=1,
        cadre_id=number,
        holder_name=name_of(number),
        class_name="知行学堂第6期",
        credit_hours=Decimal(14),
        issued_on=DAY,
        state="valid",
        state_reason="",
        trained_from=DAY,
        trained_to=DAY + timedelta(days=1),
    )


COLUMNS = [
    tables.Column(key, title)
    for key, title in (
        ("name", "姓名"),
        ("sex", "性别"),
        ("born", "出生年月"),
        ("unit", "单位"),
        ("post", "单位及职务"),
        ("level", "职务层次"),
        ("number", "身份证号"),
        ("hours", "学时"),
        ("joined", "入党时间"),
        ("changed", "更新时间"),
    )
]


def _row(number: int) -> dict[str, object]:
    return {
        "name": name_of(number),
        "sex": "男",
        "born": "1985-03",
        "unit": f"县某某局{number % 80}",
        "post": f"县某某局{number % 80}副局长、党组成员",
        "level": "乡科级副职",
        "number": f"5328{number:014d}",
        "hours": Decimal(number % 90) / 2,
        "joined": DAY,
        "changed": datetime(2026, 1, 1, tzinfo=UTC),
    }
