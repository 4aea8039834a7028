"""Scenario: 500 pages watch one lesson for a minute; what the server pays for it in CPU seconds.

Each page keeps its connection and asks every so many seconds, as a browser does: the live wall with the mark of what it
has, the projector without. Quiet: nobody comes meanwhile. Lively: eight people a second are recorded (written past the
server, so that the figure holds the watching alone). The floor answers as many bare requests on as many connections.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from bench import client, hall, servers
from training_app.accounts.api import create_account, open_session
from training_app.attendance.models import AttendanceRecord
from training_app.classes.models import ClassStaff, Enrollment, Lesson
from training_app.core import clock
from training_app.core.actor import acting_as, system
from training_app.core.db import db, unit_of_work
from training_app.web import cookies

WATCHERS, SECONDS = 500, 60
WALL_EVERY, PROJECTOR_EVERY = 3.0, 2.0
PEOPLE, COME_PER_SECOND = 500, 8
AIM_CORE = 0.25  # of one core, for 500 walls
_WARM_SECONDS = 4


@dataclass
class Seen:
    """What the pages were answered."""

    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    received: int = 0


def run(app: Flask, url: str, *, watchers: int, seconds: int, folder: Path, env: dict[str, str]) -> dict[str, Any]:
    """Measure the floor, the wall and the projector, one after the other on one server each."""
    made = hall.build(app, people=PEOPLE, rounds=4, code="WATCH")
    class_id, people, sessions = _staff(app, made, watchers)
    quiet, lively, screens, warm = made.lessons
    log = folder / "server.log"
    figures: dict[str, Any] = {"watchers": watchers, "seconds": seconds, "class": class_id}
    with servers.running(servers.floor(), url=url, path="/", env=env, log=log) as floor:
        figures["floor"] = _measure(floor, "/floor", sessions, WALL_EVERY, seconds, folder)
    with servers.running(servers.ours(), url=url, path="/healthz", env=env, log=log) as ours:
        asyncio.run(_watch(ours.port, _wall(warm), sessions[:50], 1.0, _WARM_SECONDS, Seen()))
        figures["wall_quiet"] = _measure(ours, _wall(quiet), sessions, WALL_EVERY, seconds, folder)
        come = _Coming(app, lively, people)
        figures["wall_lively"] = _measure(ours, _wall(lively), sessions, WALL_EVERY, seconds, folder, come)
        figures["projector"] = _measure(ours, _code(screens), sessions, PROJECTOR_EVERY, seconds, folder)
    worst = max(figures["wall_quiet"]["of_a_core"], figures["wall_lively"]["of_a_core"])
    figures["aim"] = {"of_a_core": AIM_CORE, "met": worst < AIM_CORE}
    return figures


HEAD = (
    "| when | load | database | pages | what | asked per s | CPU ms each | CPU s per minute | of a core | p50/p99 ms |",
    "|---|---|---|---|---|---|---|---|---|---|",
)


def rows_of(moment: str, load: object, kind: str, figures: dict[str, Any]) -> list[str]:
    """The figures as lines of the table that is kept."""
    names = {
        "floor": "floor: Flask alone answers 304, as often",
        "wall_quiet": "live wall, nobody comes",
        "wall_lively": f"live wall, {COME_PER_SECOND} come a second",
        "projector": "projector",
    }
    return [
        f"| {moment} | {load} | {kind} | {figures['watchers']} | {said} | {each['asked_per_s']} | {each['cpu_ms_each']}"
        f" | {each['cpu_seconds_per_minute']} | {each['of_a_core']} | {each['p50_ms']} / {each['p99_ms']} |"
        for name, said in names.items()
        for each in (figures[name],)
    ]


def _wall(lesson_id: int) -> str:
    return f"/api/v1/lessons/{lesson_id}/wall"


def _code(lesson_id: int) -> str:
    return f"/api/v1/lessons/{lesson_id}/code"


def _staff(app: Flask, made: hall.Hall, watchers: int) -> tuple[int, list[int], list[str]]:
    """A class teacher signed in so many times, and the people of the class."""
    with app.app_context(), acting_as(system("bench")):
        with unit_of_work() as session:
            class_id = session.scalar(select(Lesson.class_id).where(Lesson.id == made.lessons[0])) or 0
            people = list(session.scalars(select(Enrollment.id).where(Enrollment.class_id == class_id)))
            teacher = create_account(username="bench-watcher", display_name="bench", roles=["class_teacher"])
            session.add(ClassStaff(class_id=class_id, account_id=teacher, duty="class_teacher"))
            opened = [open_session(teacher) for _ in range(watchers)]
        db.session.remove()
        db.engine.dispose()
    return class_id, people, [cookies.header(cookies.SESSION, each, is_https=False) for each in opened]


class _Coming:
    """People who are recorded while the pages watch, past the server."""

    def __init__(self, app: Flask, lesson_id: int, people: Sequence[int]) -> None:
        self._app, self._lesson_id, self._people = app, lesson_id, iter(people)

    def __call__(self) -> None:
        now = clock.now()
        rows = [
            {
                "lesson_id": self._lesson_id,
                "enrollment_id": person,
                "status": "present",
                "check_in_at": now,
                "recorded_at": now,
                "method": "scan",
            }
            for person, _at in zip(self._people, range(COME_PER_SECOND), strict=False)
        ]
        if rows:
            with self._app.app_context():
                with unit_of_work() as session:
                    session.execute(insert(AttendanceRecord), rows)
                db.session.remove()


def _measure(
    server: servers.Server,
    path: str,
    sessions: Sequence[str],
    every: float,
    seconds: int,
    folder: Path,
    come: Callable[[], None] | None = None,
) -> dict[str, Any]:
    seen = Seen()
    before, started = server.cpu_seconds(), time.perf_counter()
    asyncio.run(_watch(server.port, path, sessions, every, seconds, seen, come))
    cpu, passed = server.cpu_seconds() - before, time.perf_counter() - started
    asked = sum(seen.statuses.values())
    wrong = {status: number for status, number in seen.statuses.items() if status not in (200, 304)}
    if wrong or not asked:
        raise RuntimeError(f"{path}: {seen.statuses}; {(folder / 'server.log').read_text()[-500:]}")
    return {
        "cpu_seconds_per_minute": round(cpu / passed * 60, 2),
        "of_a_core": round(cpu / passed, 3),
        "asked_per_s": round(asked / passed, 1),
        "cpu_ms_each": round(cpu / asked * 1000, 2),
        "unchanged": seen.statuses.get(304, 0),
        "changed": seen.statuses.get(200, 0),
        "kB_per_s": round(seen.received / passed / 1000, 1),
        "p50_ms": round(statistics.median(seen.seconds) * 1000, 1),
        "p99_ms": round(client.percentile(seen.seconds, 0.99) * 1000, 1),
    }


async def _watch(
    port: int,
    path: str,
    sessions: Sequence[str],
    every: float,
    seconds: float,
    seen: Seen,
    come: Callable[[], None] | None = None,
) -> None:
    end = time.perf_counter() + seconds
    pages = [_page(port, path, session, every, end, seen) for session in sessions]
    if come is None:
        await asyncio.gather(*pages)
        return
    coming = asyncio.create_task(_let_come(come))
    try:
        await asyncio.gather(*pages)
    finally:
        coming.cancel()


async def _let_come(come: Callable[[], None]) -> None:
    while True:
        await asyncio.to_thread(come)
        await asyncio.sleep(1)


async def _page(port: int, path: str, session: str, every: float, end: float, seen: Seen) -> None:
    """One page: its own connection, its own moment to ask."""
    await asyncio.sleep(random.random() * every)  # noqa: S311 - when pages ask is no secret
    etag, connection = "", None
    while time.perf_counter() < end:
        asked = time.perf_counter()
        try:
            connection = connection or await asyncio.open_connection("127.0.0.1", port)
            status, etag, size = await _ask(connection, path, session, etag)
        except (OSError, asyncio.IncompleteReadError):
            connection = None  # the server closed it meanwhile: a browser opens another one
            continue
        seen.statuses[status] = seen.statuses.get(status, 0) + 1
        seen.seconds.append(time.perf_counter() - asked)
        seen.received += size
        await asyncio.sleep(max(every - (time.perf_counter() - asked), 0))
    if connection is not None:
        connection[1].close()


async def _ask(
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], path: str, session: str, etag: str
) -> tuple[int, str, int]:
    reader, writer = connection
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json", f"Cookie: {session}"]
    if etag:
        lines.append(f"If-None-Match: {etag}")
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)).decode("latin-1")
    names = {
        name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in head.split("\r\n")[1:])
    }
    status = int(head[9:12])
    body = b"" if status == 304 else await reader.readexactly(int(names.get("content-length", "0")))
    if body and status == 200 and names.get("content-type", "").startswith("application/json"):
        json.loads(body)  # a page reads it, too
    return status, names.get("etag", etag), len(head) + len(body)
