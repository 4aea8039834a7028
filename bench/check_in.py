"""Scenario: 500 phones check in at once; the floor takes as many inserts, round by round, in the same run."""

from __future__ import annotations

import asyncio
import json
import statistics
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from bench import client, hall, servers, wire
from training_app import create_app
from training_app.core.db import db


@dataclass(frozen=True)
class Round:
    """One burst on one server."""

    accepted: int
    seconds: float
    cpu: float
    latencies: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Accepted requests per second."""
        return self.accepted / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of the server per accepted request."""
        return self.cpu / self.accepted * 1000


def run(app: Flask, url: str, *, people: int, rounds: int, folder: Path, env: dict[str, str]) -> dict[str, Any]:
    """Measure the floor and the house by turns and give the figures with their ratios.

    The floor stands on gunicorn as it comes; how much of the difference our own worker makes shows the same floor
    standing on it.
    """
    made = hall.build(app, people=people + 10, rounds=rounds + 1)
    log = folder / "server.log"
    floor_rounds, raised_rounds, our_rounds = [], [], []
    with (
        servers.running(servers.floor(), url=url, path="/", env=env, log=log) as floor,
        servers.running(servers.floor(servers.OUR_WORKER), url=url, path="/", env=env, log=log) as raised,
        servers.running(servers.ours(), url=url, path="/healthz", env=env, log=log) as ours,
    ):
        _warm((floor, raised), ours, made, rounds)
        for number in range(rounds):
            floor_rounds.append(_round(floor, [_insert(made.lessons[number]) for _ in range(people)]))
            raised_rounds.append(_round(raised, [_insert(made.lessons[number]) for _ in range(people)]))
            our_rounds.append(_round(ours, _presses(made, number, people)))
    found = [hall.stored(app, lesson_id) for lesson_id in made.lessons[:rounds]]
    if any(number != people for number in found):
        raise RuntimeError(f"acknowledged and stored differ: {found}")
    figures: dict[str, Any] = {
        "floor": _figures(floor_rounds),
        "floor_on_our_worker": _figures(raised_rounds),
        "check_in": _figures(our_rounds),
        "rounds": rounds,
        "people": people,
    }
    figures["check_in"]["round_trips"] = round_trips(app, made, rounds, url, folder)
    figures["ratio"] = {
        "throughput": _ratio(our_rounds, floor_rounds, "per_second"),
        "cpu": _ratio(our_rounds, floor_rounds, "cpu_ms"),
        "throughput_on_our_worker": _ratio(our_rounds, raised_rounds, "per_second"),
        "cpu_on_our_worker": _ratio(our_rounds, raised_rounds, "cpu_ms"),
    }
    return figures


def _presses(made: hall.Hall, number: int, people: int) -> list[bytes]:
    """One press per phone, with the code that the screen shows as the burst begins: it takes a few seconds only."""
    code = made.code(number)
    return [_press(code, *made.people[at]) for at in range(people)]


def _press(code: str, cookie: str, token: str) -> bytes:
    body = json.dumps({"code": code, "nonce": str(uuid.uuid4()), "kind": "in"}).encode()
    return client.post("/api/v1/check-ins", body, cookie=cookie, token=token)


def _insert(lesson_id: int) -> bytes:
    return client.post("/floor", json.dumps({"lesson_id": lesson_id, "nonce": str(uuid.uuid4())}).encode())


def _warm(floors: Sequence[servers.Server], ours: servers.Server, made: hall.Hall, spare: int) -> None:
    """Let every thread open its connection and fill its caches; not measured."""
    for floor in floors:
        asyncio.run(client.burst(floor.port, [_insert(made.lessons[spare]) for _ in range(100)]))
    asyncio.run(client.burst(ours.port, _presses(made, spare, min(100, len(made.people) - 10))))


def _round(server: servers.Server, requests: Sequence[bytes]) -> Round:
    before = server.cpu_seconds()
    answers, seconds = asyncio.run(client.burst(server.port, requests))
    cpu = server.cpu_seconds() - before
    accepted = [each.seconds for each in answers if each.status == 201]
    if len(accepted) != len(requests):
        others = sorted({each.status for each in answers if each.status != 201})
        raise RuntimeError(f"{len(accepted)} of {len(requests)} accepted, others answered {others}")
    return Round(len(accepted), seconds, cpu, tuple(accepted))


def _figures(rounds: Sequence[Round]) -> dict[str, Any]:
    latencies = [seconds for each in rounds for seconds in each.latencies]
    return {
        "accepted_per_s": round(statistics.median(each.per_second for each in rounds), 1),
        "cpu_ms": round(statistics.median(each.cpu_ms for each in rounds), 2),
        **{
            f"p{int(share * 100)}_ms": round(client.percentile(latencies, share) * 1000, 1)
            for share in (0.5, 0.95, 0.99)
        },
        "rounds_per_s": [round(each.per_second, 1) for each in rounds],
        "rounds_cpu_ms": [round(each.cpu_ms, 2) for each in rounds],
    }


def _ratio(ours: Sequence[Round], floor: Sequence[Round], name: str) -> float:
    """The median of the ratios of neighbouring rounds: what disturbs the machine disturbs both."""
    ratios = [float(getattr(a, name) / getattr(b, name)) for a, b in zip(ours, floor, strict=True)]
    return round(statistics.median(ratios), 2)


def round_trips(app: Flask, made: hall.Hall, round_no: int, url: str, folder: Path) -> int | None:
    """Ways to PostgreSQL and back of one press that comes alone, counted on the wire."""
    if not url.startswith("postgresql"):
        return None
    with wire.counted(url, folder) as (address, door), app.app_context():
        behind = create_app(app.config["SETTINGS"].model_copy(update={"database_url": address}))
        found = []
        for cookie, token in made.people[-10:]:
            browser = behind.test_client(use_cookies=False)
            before = door.trips
            answer = browser.post(
                "/api/v1/check-ins",
                json={"code": made.code(round_no), "nonce": "count", "kind": "in"},
                headers={"X-CSRFToken": token, "Cookie": cookie},
            )
            found.append(door.trips - before)
            if answer.status_code != 201:
                raise RuntimeError(f"{answer.status_code}: {answer.text[:200]}")
        with behind.app_context():
            db.engine.dispose()
    return max(found[-4:])  # by then the statements are prepared
