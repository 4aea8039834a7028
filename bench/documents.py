"""Scenario: 500 certificates, the forms of a class of 100, 10,000 rows to Excel; each several times, the median."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pypdf

from training_app.core import tables
from training_app.core.documents import Letterhead, configure
from training_app.core.papers import (
    Cell,
    Column,
    Line,
    Paper,
    Row,
    Sheet,
    Table,
    label,
    listing,
    to_pdf,
    to_word,
    value,
)
from training_app.results.pdf import certificates_pdf
from training_app.results.values import CertificateInfo

PEOPLE = 100
CERTIFICATES = 500
ROWS = 10_000
_DAY = date(2026, 5, 11)


def run(rounds: int) -> dict[str, dict[str, float]]:
    """Every figure: seconds (median of so many rounds), and pages where there are any."""
    configure(letterhead=Letterhead("云溪县", "云溪", ("县委组织部", "县委党校")))
    figures: dict[str, dict[str, float]] = {}
    certificates = [_certificate(number) for number in range(CERTIFICATES)]
    figures["certificates_pdf"] = _measured(
        lambda: certificates_pdf(certificates, base_url="https://zx.example"), rounds
    )
    for name, paper in _forms():
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
    made, seconds = b"", []
    for _round in range(rounds):
        start = time.perf_counter()
        made = make()
        seconds.append(time.perf_counter() - start)
    found: dict[str, float] = {"seconds": round(statistics.median(seconds), 3), "kilobytes": len(made) // 1024}
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
        holder_name=_name(number),
        class_name="知行学堂第6期",
        credit_hours=Decimal(14),
        issued_on=_DAY,
        state="valid",
        state_reason="",
        trained_from=_DAY,
        trained_to=_DAY + timedelta(days=1),
    )


def _name(number: int) -> str:
    return (
        f"{'王李张刘陈杨赵黄周吴'[number % 10]}{'伟芳娜敏静丽强磊军洋'[number // 10 % 10]}{'' if number % 7 else '明'}"
    )


def _forms() -> Iterator[tuple[str, Paper]]:
    """A sign-in sheet in two columns, and a boxed form a person: the two shapes that all forms have."""
    head = (
        Column("序号", 9),
        Column("姓名", 18, "name"),
        Column("单位", 26, "fit"),
        Column("签名"),
        Column("记录", 16, "faint"),
    )
    half = PEOPLE // 2
    lines = [
        tuple(
            text
            for at in (number, number + half)
            for text in (str(at + 1), _name(at), f"县某某局{at % 30}", "", "扫码 08:21")
        )
        for number in range(half)
    ]
    table = listing((*head, *head), lines, 177, height=6)
    yield (
        "sign_in",
        Paper("签到表", (Sheet("签到表", (Line(("课程：测试", "授课：测试")), table)),), margins=(15, 16, 16, 16)),
    )
    yield "registration", Paper("登记表", tuple(Sheet("登记表", (_box(number),)) for number in range(PEOPLE)))


def _box(number: int) -> Table:
    widths = (24.0, 34.0, 24.0, 34.0, 24.0, 30.0)
    fields = ("姓名", "性别", "民族", "出生年月", "籍贯", "政治面貌")
    rows = [
        Row(
            tuple(
                cell
                for at in (0, 2, 4)
                for cell in (label(fields[(line + at) % 6], widths[at]), value(_name(number), widths[at + 1]))
            ),
            10,
        )
        for line in range(9)
    ]
    rows += [Row((label("意见", widths[0]), Cell("（盖章）", "right", across=5)), 30) for _line in range(4)]
    return Table(widths, tuple(rows))


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
        "name": _name(number),
        "sex": "男",
        "born": "1985-03",
        "unit": f"县某某局{number % 80}",
        "post": f"县某某局{number % 80}副局长、党组成员",
        "level": "乡科级副职",
        "number": f"5328{number:014d}",
        "hours": Decimal(number % 90) / 2,
        "joined": _DAY,
        "changed": datetime(2026, 1, 1, tzinfo=UTC),
    }
