"""Scenario: a room whose phones share one address: 60 in 5 s, then 300 in 60 s, each the whole way of a phone.

Each phone opens the link that the screen shows, is sent on to the page with the one button, and presses it. They come
when they come, evenly spread by chance: nobody waits for another.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from bench import client, hall, servers

CROWDS = ((60, 5.0), (300, 60.0))  # phones, seconds
AIM_P95_MS = 300
TITLE = "## A room behind one address"
HEAD = (
    "| when | load | database "
    + "".join(f"| {phones} in {seconds:g} s: accepted; p50 / p95 / p99 ms " for phones, seconds in CROWDS)
    + f"| aim: all, p95 < {AIM_P95_MS} ms |",
    f"|---|---|---{'|---' * len(CROWDS)}|---|",
)
_SCANS = 3  # somebody whose code grew old on the way scans again
_CHANCE = random.Random(4)  # noqa: S311 - when phones come is no secret


@dataclass
class Phone:
    """One phone: its cookies, what it was answered, and how long each answer took."""

    port: int
    cookie: str
    token: str
    told: dict[str, Any] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    scans: int = 0

    async def comes(self, made: hall.Hall, lesson: int) -> None:
        """Scan what the screen shows, open the page, press the button."""
        while self.scans < _SCANS and not await self._scan(made.code(lesson)):
            pass
        status, _body = await self._ask(client.get("/check-in", cookie=self.cookie))
        if status != 200:
            raise RuntimeError(f"/check-in: {status}")
        press = json.dumps({"nonce": str(uuid.uuid4()), "kind": "in"}).encode()
        status, body = await self._ask(client.post("/api/v1/check-ins", press, cookie=self.cookie, token=self.token))
        self.told = {**(json.loads(body) if body.startswith(b"{") else {}), "http": status}

    async def _scan(self, code: str) -> bool:
        self.scans += 1
        status, _body = await self._ask(client.get(f"/c/{code}", cookie=self.cookie))
        if status not in (200, 303):  # the page with the button itself, or the way to it
            raise RuntimeError(f"/c/…: {status}")
        return "ticket" in self.cookie

    async def _ask(self, raw: bytes) -> tuple[int, bytes]:
        started = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(raw)
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        self.seconds.append(time.perf_counter() - started)
        head, _blank, body = answer.partition(b"\r\n\r\n")
        for line in head.decode("latin-1").split("\r\n"):
            name, _colon, value = line.partition(":")
            if name.lower() == "set-cookie":
                self._keep(value.strip().partition(";")[0])
        return int(head[9:12]), body

    def _keep(self, pair: str) -> None:
        name, _eq, value = pair.partition("=")
        kept = [each for each in self.cookie.split("; ") if each.partition("=")[0] != name]
        self.cookie = "; ".join([*kept, pair] if value else kept)


def come(port: int, made: hall.Hall, *, lesson: int, first: int, phones: int, seconds: float) -> list[Phone]:
    """So many phones within so many seconds, from the ``first`` person of the hall on; all at one address."""
    crowd = [Phone(port, *person) for person in made.people[first : first + phones]]
    moments = sorted(_CHANCE.uniform(0, seconds) for _phone in crowd)

    async def one(phone: Phone, moment: float) -> None:
        await asyncio.sleep(moment)
        await phone.comes(made, lesson)

    async def everybody() -> None:
        await asyncio.gather(*(one(*pair) for pair in zip(crowd, moments, strict=True)))

    asyncio.run(everybody())
    return crowd


def run(app: Flask, url: str, *, folder: Path, env: dict[str, str]) -> dict[str, Any]:
    """Measure in an empty, migrated database."""
    made = hall.build(app, people=max(phones for phones, _seconds in CROWDS), rounds=len(CROWDS) + 1, code="ROOM")
    figures = {}
    with servers.running(servers.ours(), url=url, path="/healthz", env=env, log=folder / "server.log") as ours:
        come(ours.port, made, lesson=len(CROWDS), first=0, phones=32, seconds=1)  # fills caches; not measured
        for lesson, (phones, seconds) in enumerate(CROWDS):
            before = ours.cpu_seconds()
            crowd = come(ours.port, made, lesson=lesson, first=0, phones=phones, seconds=seconds)
            figures[f"{phones} in {seconds:g} s"] = _figures(crowd, ours.cpu_seconds() - before)
    return figures


def line(moment: str, load: object, database: str, figures: dict[str, Any]) -> str:
    """A row of the table."""
    cells = [f"{each['accepted']}; {each['p50_ms']} / {each['p95_ms']} / {each['p99_ms']}" for each in figures.values()]
    met = "met" if all(each["met"] for each in figures.values()) else "**not met**"
    return f"| {moment} | {load} | {database} | {' | '.join(cells)} | {met} |"


def _figures(crowd: list[Phone], cpu: float) -> dict[str, Any]:
    each = [seconds for phone in crowd for seconds in phone.seconds]
    whole = [sum(phone.seconds) for phone in crowd]
    accepted = sum(phone.told.get("outcome") == "accepted" for phone in crowd)
    p95 = round(client.percentile(each, 0.95) * 1000, 1)
    return {
        "phones": len(crowd),
        "accepted": accepted,
        "requests": len(each),
        **{f"p{int(share * 100)}_ms": round(client.percentile(each, share) * 1000, 1) for share in (0.5, 0.95, 0.99)},
        "whole_p95_ms": round(client.percentile(whole, 0.95) * 1000, 1),
        "cpu_ms": round(cpu / len(crowd) * 1000, 2),
        "aim": f"p95 < {AIM_P95_MS} ms, all accepted",
        "met": accepted == len(crowd) and p95 < AIM_P95_MS,
    }
