"""What the figures should be, and whether they are: one line a figure, printed and kept in bench/results/README.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEMORY_MB = 400  # of the whole import: this process and the child that reads, each at its highest
CERTIFICATES_SECONDS = 3.0
EXCEL_SECONDS = 3.0
CHECK_RATIO = 1.0  # to openpyxl's bare reading of the same file, medians of the same run
IMPORT_RATIO = 3.0
PHONE_SECONDS, PHONE_TRIPS, PHONE_KB = 3.0, 2, 60
TITLE = "## Aims of moving in"
HEAD = (
    "| when | load | what | median s | ratio | CPU s | CPU ratio | aim | met |",
    "|---|---|---|---|---|---|---|---|---|",
)


@dataclass(frozen=True)
class Figure:
    """One figure beside its aim. ``value`` is what is held to be under ``limit``; without one it is only told."""

    what: str
    seconds: float | None = None
    ratio: float | None = None
    cpu_seconds: float | None = None
    cpu_ratio: float | None = None
    aim: str = ""
    value: float = 0.0
    limit: float | None = None

    @property
    def met(self) -> str:
        """Whether the aim is met, in words."""
        if self.limit is None:
            return ""
        return "yes" if self.value < self.limit else f"**no** ({self.value:g})"


def of_import(database: str, found: Mapping[str, Any]) -> list[Figure]:
    """Reading and checking, storing, storing again, and the memory of it, on one database."""
    people, ratio, cpu_ratio = found["people"], found["ratio"], found["cpu_ratio"]
    aims = {"check": CHECK_RATIO, "import": IMPORT_RATIO}
    names = {"check": "read and checked", "import": "brought in", "again": "brought in again, nothing new"}
    floor = found["openpyxl"]
    lines = [Figure(f"{database}: openpyxl, read only", floor["seconds"], 1.0, floor["cpu_seconds"], 1.0)]
    lines += [
        Figure(
            f"{database}: {people} rows {what}",
            found[mode]["seconds"],
            ratio[mode],
            found[mode]["cpu_seconds"],
            cpu_ratio[mode],
            f"ratio < {aims[mode]:g}" if mode in aims else "",
            ratio[mode],
            aims.get(mode),
        )
        for mode, what in names.items()
    ]
    own, child = found["import"]["memory_mb"], found["import"]["child_mb"]
    what = f"{database}: highest memory, {own} + {child} MB in the child"
    return [*lines, Figure(what, aim=f"< {MEMORY_MB} MB", value=own + child, limit=MEMORY_MB)]


def of_documents(found: Mapping[str, Mapping[str, float]], *, certificates: int, rows: int) -> list[Figure]:
    """Certificates, forms by the page, lists."""
    limits = {
        "certificates_pdf": (f"{certificates} certificates, PDF", CERTIFICATES_SECONDS),
        "rows_xlsx": (f"{rows} rows to Excel", EXCEL_SECONDS),
    }
    lines = []
    for name, each in found.items():
        seconds, cpu = each["seconds"], each["cpu_seconds"]
        if name in limits:
            what, limit = limits[name]
            lines.append(Figure(what, seconds, cpu_seconds=cpu, aim=f"< {limit:g} s", value=seconds, limit=limit))
        elif "pages" in each:
            pages = each["pages"]
            lines.append(
                Figure(f"{name}, {pages} pages: {1000 * seconds / pages:.1f} ms a page", seconds, cpu_seconds=cpu)
            )
        else:
            lines.append(Figure(name, seconds, cpu_seconds=cpu))
    return lines


def of_phone(found: Mapping[str, Mapping[str, Any]]) -> list[Figure]:
    """From the opened link to ✔ on a poor line, with and without the house's files in the browser's cache."""
    words = {
        "primed": "files in the cache",
        "empty": "nothing in the cache",
        "cold": "nothing in the cache, TCP and TLS first",
    }
    lines = []
    for kind, each in found.items():
        what = f"phone, 600 ms and 50 kB/s, {words[kind]}: link to ✔"
        trips, kilobytes = each["trips"], each["bytes"] / 1000
        lines += [
            Figure(what, each["seconds"], aim=f"< {PHONE_SECONDS:g} s", value=each["seconds"], limit=PHONE_SECONDS),
            Figure(f"{what}, {trips} round trips", aim=f"{PHONE_TRIPS}", value=trips, limit=PHONE_TRIPS + 1),
            Figure(f"{what}, {kilobytes:.1f} kB", aim=f"< {PHONE_KB} kB", value=kilobytes, limit=PHONE_KB),
        ]
    return lines


def rows_of(moment: str, load: object, figures: Iterable[Figure]) -> list[str]:
    """The figures as rows of the table."""
    cells = ((moment, load, f.what, f.seconds, f.ratio, f.cpu_seconds, f.cpu_ratio, f.aim, f.met) for f in figures)
    return [f"| {' | '.join('' if cell is None else str(cell) for cell in row)} |" for row in cells]


def keep(table: Path, rows: Sequence[str], *, title: str = TITLE, head: Sequence[str] = HEAD) -> None:
    """Add rows to the table under a title, which is begun at the end of the page when it is not there yet."""
    lines = table.read_text(encoding="utf-8").splitlines() if table.exists() else ["# Measured"]
    if title not in lines:
        lines += ["", title, "", *head]
    start = lines.index(title)
    at = next((n for n, line in enumerate(lines) if n > start and line.startswith("|")), len(lines))
    while at < len(lines) and lines[at].startswith("|"):
        at += 1
    table.write_text("\n".join([*lines[:at], *rows, *lines[at:]]) + "\n", encoding="utf-8")
