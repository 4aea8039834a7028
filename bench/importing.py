"""Scenario: a register of 10,000 people read and judged, brought in, brought in again; beside openpyxl's bare reading.

Each measurement is a process of its own (``python -m bench.importing MODE FILE``), so that its highest memory is its
own; a round takes all of them one after the other, and ratios are taken between medians of the same run. CPU seconds
are those of this program and of the child that reads, not those of a PostgreSQL server.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import register

PEOPLE = 10_000
MODES = ("openpyxl", "check", "import", "again")
COUNTY = Path(__file__).parent.parent / "tests" / "data" / "county"


def run(
    url: str, folder: Path, env: dict[str, str], *, rounds: int, fresh: Callable[[str, int], str]
) -> dict[str, Any]:
    """Every figure on one database; ``fresh(url, round)`` gives the URL of a copy that holds the units only."""
    file, units = folder / "干部名册.xlsx", folder / "单位名册.xlsx"
    file.write_bytes(register.cadres(PEOPLE))
    units.write_bytes(register.units())
    env = {**env, "TRAINING_APP_DATABASE_URL": url}
    _measure("import", units, env)
    found: dict[str, list[dict[str, float]]] = {mode: [] for mode in MODES}
    for number in range(rounds):
        own = {**env, "TRAINING_APP_DATABASE_URL": fresh(url, number)}
        for mode in MODES:
            found[mode].append(_measure(mode, file, own))
    figures: dict[str, Any] = {
        mode: {
            "seconds": round(statistics.median(each["seconds"] for each in lines), 3),
            "cpu_seconds": round(statistics.median(each["cpu_seconds"] for each in lines), 3),
            "memory_mb": round(max(each["memory_mb"] for each in lines)),
            "child_mb": round(max(each["child_mb"] for each in lines)),
        }
        for mode, lines in found.items()
    }
    last = found["import"][-1]
    floor = figures["openpyxl"]
    return {
        "people": PEOPLE,
        "rounds": rounds,
        "refused": last["refused"],
        "flagged": last["flagged"],
        **figures,
        "ratio": {mode: round(figures[mode]["seconds"] / floor["seconds"], 2) for mode in MODES[1:]},
        "cpu_ratio": {mode: round(figures[mode]["cpu_seconds"] / floor["cpu_seconds"], 2) for mode in MODES[1:]},
    }


def county(url: str, env: dict[str, str]) -> dict[str, float]:
    """The county's whole folder brought into an empty database, once."""
    return _measure("folder", COUNTY, {**env, "TRAINING_APP_DATABASE_URL": url})


def _measure(mode: str, file: Path, env: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.importing", mode, str(file)],
        env={**os.environ, **env},
        check=True,
        capture_output=True,
        text=True,
    )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def copy_of_sqlite(url: str, number: int) -> str:
    """A copy of the database file beside it."""
    path = Path(url.removeprefix("sqlite:///"))
    copy = path.with_name(f"round{number + 1}.db")
    for old in path.parent.glob("round*.db*"):
        old.unlink()
    shutil.copyfile(path, copy)
    return f"sqlite:///{copy}"


def copy_of_postgresql(url: str, number: int) -> str:
    """A database made from the other as its template."""
    import psycopg  # noqa: PLC0415 - not needed by those that measure
    from sqlalchemy import make_url  # noqa: PLC0415

    target = make_url(url)
    name = f"round{number + 1}"
    plain = target.set(drivername="postgresql", database="template1").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{target.database}"'.encode())
    return target.set(database=name).render_as_string(hide_password=False)


def main() -> None:
    """One measurement, printed as JSON."""
    mode, path = sys.argv[1], Path(sys.argv[2])
    seconds, entry = _openpyxl(path) if mode == "openpyxl" else _ours(mode, path)
    from training_app.core import confined  # noqa: PLC0415 - openpyxl's own memory is measured without us

    used = confined.last_used()  # of the one reading that was measured, or of the folder's last
    print(
        json.dumps(
            {
                "seconds": seconds,
                "memory_mb": _highest(),
                "child_mb": used.memory_kb / 1024 if used else 0,
                **entry,
                "cpu_seconds": entry["cpu_seconds"] + (used.cpu_seconds if used else 0),
            }
        )
    )


def _highest() -> int:
    """The highest resident memory of this program; what getrusage tells began with whoever started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def _openpyxl(path: Path) -> tuple[float, dict[str, float]]:
    import openpyxl  # noqa: PLC0415

    start, used = time.perf_counter(), time.process_time()
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    cells = sum(len(row) for sheet in book for row in sheet.iter_rows(values_only=True))
    return time.perf_counter() - start, {"cells": cells, "cpu_seconds": time.process_time() - used}


def _ours(mode: str, path: Path) -> tuple[float, dict[str, float]]:
    from training_app import create_app  # noqa: PLC0415
    from training_app.accounts.api import load_unit_finder  # noqa: PLC0415
    from training_app.cadres.pinyin import pinyin_of  # noqa: PLC0415
    from training_app.core.actor import acting_as, system  # noqa: PLC0415
    from training_app.core.spreadsheets.reading import read_book  # noqa: PLC0415
    from training_app.imports.services import files  # noqa: PLC0415

    with create_app().app_context(), acting_as(system("bench")):
        load_unit_finder()  # a server that has been up for a while
        pinyin_of("单雄")
        read_book("姓名,单位\n张三,县委\n".encode())
        start, used = time.perf_counter(), time.process_time()
        if mode == "folder":
            entries = files.import_folder(path)
            return time.perf_counter() - start, {
                "cpu_seconds": time.process_time() - used,
                "worksheets": len(entries),
                "rows": sum(each.rows_read for each in entries),
                "accepted": sum(each.accepted for each in entries),
            }
        file = files.File(path.name, path.read_bytes())
        if mode == "check":
            (entry,) = files.judge(file, files.recognise_file(file, "auto"), class_code="", wishes=files.NO_WISHES)
        else:
            (entry,) = files.import_file(file)
        seconds, cpu = time.perf_counter() - start, time.process_time() - used
    counted = {"created": entry.created, "updated": entry.updated, "unchanged": entry.unchanged}
    if entry.error is not None or not entry.accepted or (mode == "again" and entry.unchanged != entry.accepted):
        raise RuntimeError(f"{mode}: {entry.error} {counted}")
    return seconds, {"refused": len(entry.refused), "flagged": len(entry.flagged), **counted, "cpu_seconds": cpu}


if __name__ == "__main__":
    main()
