"""Scenario: a phone on a poor line opens the link of the code and presses once, until ✔ stands on the screen.

Chromium as a phone, 600 ms to and fro and 50 kB/s, through the whole server. A person already signed in; once with
the house's files in the browser's cache (whoever has opened any page of ours) and once with nothing there. What the
connection itself costs before the first byte (TCP, TLS) the browser's throttle does not slow down: that is measured
apart, over a line of our own (``bench.line``), with nothing in the cache and no connection yet.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench import hall, line, servers

LATENCY_MS, BYTES_PER_S = 600, 50_000
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "user_agent": "Mozilla/5.0 (Linux; Android 10; HMA-AL00) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
}

# The certificate of the poor line is nobody's: a browser that minds would connect twice.
_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--ignore-certificate-errors"]


@dataclass
class Wire:
    """What went over the line: every request with when it was sent and when its answer began, and all bytes."""

    sent: dict[str, float] = field(default_factory=dict)
    spans: list[tuple[float, float]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    bytes: int = 0
    _cached: set[str] = field(default_factory=set)
    _urls: dict[str, str] = field(default_factory=dict)
    _aside: set[str] = field(default_factory=set)  # the mark in the tab's corner: nobody waits for it

    def listen(self, tools: CDPSession) -> None:
        """Note from now on."""
        tools.on("Network.requestWillBeSent", self._sends)
        tools.on("Network.requestServedFromCache", lambda e: self._cached.add(e["requestId"]))
        tools.on("Network.responseReceived", self._answers)
        tools.on("Network.loadingFinished", self._ends)

    def _sends(self, told: dict[str, Any]) -> None:
        if "redirectResponse" in told:
            self._note(told["requestId"], told["timestamp"])
            self.bytes += int(told["redirectResponse"]["encodedDataLength"])
        self.sent[told["requestId"]] = told["timestamp"]
        if told.get("type") == "Other":
            self._aside.add(told["requestId"])
        self._urls[told["requestId"]] = told["request"]["url"].split("?")[0]

    def _answers(self, told: dict[str, Any]) -> None:
        response = told["response"]
        if response.get("fromDiskCache") or response.get("fromPrefetchCache"):
            self._cached.add(told["requestId"])
        if told["requestId"] not in self._cached and not response["url"].startswith("data:"):
            self._note(told["requestId"], told["timestamp"])

    def _note(self, request: str, at: float) -> None:
        self.paths.append(self._urls[request])
        if request not in self._aside:
            self.spans.append((self.sent[request], at))

    def _ends(self, told: dict[str, Any]) -> None:
        if told["requestId"] not in self._cached:
            self.bytes += int(told["encodedDataLength"])

    @property
    def trips(self) -> int:
        """How often one had to wait for an answer before the next request could be sent."""
        count, first_answer = 0, float("-inf")
        for sent, answered in sorted(self.spans):
            if sent >= first_answer:
                count, first_answer = count + 1, answered
            else:
                first_answer = min(first_answer, answered)
        return count


def run(app: Flask, url: str, *, rounds: int, folder: Path, env: dict[str, str]) -> dict[str, Any]:
    """Measure by turns with a primed and with an empty cache, a lesson for each time."""
    made = hall.build(app, people=1, rounds=3 * rounds + 1)
    found: dict[str, list[tuple[float, Wire]]] = {"primed": [], "empty": [], "cold": []}
    with (
        servers.running(servers.ours(), url=url, path="/healthz", env=env, log=folder / "server.log") as server,
        line.poor_line(server.port, latency_s=LATENCY_MS / 1000, bytes_per_s=BYTES_PER_S, folder=folder) as far_port,
        _browser() as browser,
    ):
        lessons = iter(range(3 * rounds + 1))
        _checked_in(browser, server.port, made, next(lessons), primed=False)  # warms the server; not measured
        for _round in range(rounds):
            found["primed"].append(_checked_in(browser, server.port, made, next(lessons), primed=True))
            found["empty"].append(_checked_in(browser, server.port, made, next(lessons), primed=False))
            found["cold"].append(_checked_in(browser, far_port, made, next(lessons), primed=False, is_throttled=False))
    stored = [hall.stored(app, lesson) for lesson in made.lessons]
    if stored != [1] * len(stored):
        raise RuntimeError(f"not every ✔ is stored: {stored}")
    return {kind: _figures(each) for kind, each in found.items()}


def _figures(found: list[tuple[float, Wire]]) -> dict[str, Any]:
    last = found[-1][1]
    return {
        "seconds": round(statistics.median(seconds for seconds, _wire in found), 2),
        "all_seconds": [round(seconds, 2) for seconds, _wire in found],
        "trips": statistics.median_high(wire.trips for _seconds, wire in found),
        "all_trips": [wire.trips for _seconds, wire in found],
        "requests": max(len(wire.paths) for _seconds, wire in found),
        "bytes": max(wire.bytes for _seconds, wire in found),
        "what": [
            f"/{path.split('/', 3)[3].split('.')[0] if '/c/' in path else path.split('/', 3)[3]}" for path in last.paths
        ],
    }


def _checked_in(
    browser: Browser, port: int, made: hall.Hall, number: int, *, primed: bool, is_throttled: bool = True
) -> tuple[float, Wire]:
    """One way from the link to ✔; what is not throttled by the browser goes over the poor line, by TLS."""
    context = browser.new_context(**PHONE)
    try:
        home = f"{'http' if is_throttled else 'https'}://127.0.0.1:{port}"
        pairs = (pair.partition("=") for pair in made.people[0][0].split("; "))
        context.add_cookies([{"name": name, "value": value, "url": home} for name, _eq, value in pairs])
        page = context.new_page()
        if primed:
            page.goto(f"{home}/me")
            page.wait_for_load_state("networkidle")
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        if is_throttled:
            tools.send(
                "Network.emulateNetworkConditions",
                {
                    "offline": False,
                    "latency": LATENCY_MS,
                    "downloadThroughput": BYTES_PER_S,
                    "uploadThroughput": BYTES_PER_S,
                },
            )
        wire = Wire()
        wire.listen(tools)
        return _press(page, f"{home}/c/{made.code(number)}"), wire
    finally:
        context.close()


def _press(page: Page, link: str) -> float:
    """Seconds from opening the link to ✔; the person presses as soon as the button works."""
    started = time.perf_counter()
    page.goto(link, wait_until="domcontentloaded")
    page.click("#check-in button[type=submit]", no_wait_after=True)
    page.wait_for_selector(".zx-tick")
    seconds = time.perf_counter() - started
    page.wait_for_timeout(200)  # for what the line still reports
    return seconds


@contextmanager
def _browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
    program = next((found for name in names if (found := shutil.which(name))), None)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()
