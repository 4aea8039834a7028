"""Phones: each opens its own connection, sends one request, reads the answer; so many at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

AT_ONCE = 64
_BROWSER = "Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0"


@dataclass(frozen=True)
class Request:
    """One request as bytes to send."""

    raw: bytes


@dataclass(frozen=True)
class Answer:
    """Status and seconds from opening the connection to the last byte."""

    status: int
    seconds: float


def get(path: str, *, cookie: str = "") -> bytes:
    """A page that a browser asks for."""
    head = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: text/html,*/*;q=0.8",
        f"User-Agent: {_BROWSER}",
        "Connection: close",
    ]
    if cookie:
        head.append(f"Cookie: {cookie}")
    return "\r\n".join(head).encode() + b"\r\n\r\n"


def post(path: str, body: bytes, *, cookie: str = "", token: str = "") -> bytes:
    """A POST of JSON, as a browser's fetch sends it."""
    head = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Accept: */*",
        f"User-Agent: {_BROWSER}",
        "Connection: close",
    ]
    if cookie:
        head += [f"Cookie: {cookie}", f"X-CSRFToken: {token}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def burst(port: int, requests: Sequence[bytes]) -> tuple[list[Answer], float]:
    """Send all requests, so many at a time; the answers and the seconds it all took."""
    waiting = iter(requests)
    answers: list[Answer] = []

    async def phone() -> None:
        for raw in waiting:
            answer = await _send(port, raw)
            answers.append(answer)

    started = time.perf_counter()
    await asyncio.gather(*(phone() for _ in range(min(AT_ONCE, len(requests)))))
    return answers, time.perf_counter() - started


async def _send(port: int, raw: bytes) -> Answer:
    started = time.perf_counter()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw)
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        status = int(answer[9:12]) if answer[:5] == b"HTTP/" else 0
    except (OSError, TimeoutError):
        status = 0
    return Answer(status, time.perf_counter() - started)


def percentile(seconds: Sequence[float], share: float) -> float:
    """The value below which this share lies."""
    ordered = sorted(seconds)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
