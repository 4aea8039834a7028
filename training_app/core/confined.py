"""Work on what strangers sent in a process that can be lost: little memory, little time, no secrets.

``call`` runs a function of the house in a fresh child and gives back what it gave, as plain values. The child is forked
from a *nursery*: a small process beside this one that has the parsers imported and nothing else, so that a call costs
milliseconds. Whatever becomes of the child (crash, too much memory, too much time) is told as :class:`LostError`, never
as a hang. See docs/decisions/0014-reading-in-a-child.md.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger()
MEGABYTE = 1024 * 1024
AT_ONCE = 2  # children of one server process; what comes meanwhile waits
DAY = "\0day"  # how a date travels: an object with this one key
FRAME = struct.Struct("=I")  # an answer is a row of pieces, each behind its length
REPORT = struct.Struct("=iqd?")  # wait status, highest resident memory in kB, CPU seconds, whether it wanted memory
_GRACE = 5.0  # seconds after which a child that outlived its own clock is given up
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """What a child may use. ``memory`` is address space on top of what the nursery has; ``answer`` is in bytes."""

    memory: int = 300 * MEGABYTE
    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    answer: int = 100 * MEGABYTE


@dataclass(frozen=True)
class Used:
    """What a child used: its highest resident memory in kilobytes, its CPU seconds."""

    memory_kb: int
    cpu_seconds: float


class LostError(Exception):
    """The child gave no answer. ``why``: too_slow, too_big, stopped, crashed, busy."""

    def __init__(self, why: str) -> None:
        """Remember why."""
        super().__init__(why)
        self.why = why


class TurnedDownError(Exception):
    """The function refused what it was given; code, message and parameters as it said them."""

    def __init__(self, code: str, message: str, params: dict[str, Any]) -> None:
        """Remember what was said."""
        super().__init__(code)
        self.code, self.message, self.params = code, message, params


class _GoneError(Exception):
    """The nursery ended before the call did."""


DEFAULT = Limits()
_gate = threading.BoundedSemaphore(AT_ONCE)
_latest = threading.local()


def call(task: str, name: str, data: bytes, limits: Limits = DEFAULT) -> list[Any]:
    """The pieces that ``task`` (``training_app.module:function``) makes of a file's name and bytes, in a child.

    Raises:
        LostError: the child was stopped by a limit, or crashed.
        TurnedDownError: the function refused the file.
    """
    _latest.used = None
    if not _gate.acquire(timeout=limits.wall_seconds):
        raise LostError("busy")
    try:
        for _try in range(2):
            with contextlib.suppress(_GoneError):  # ended by whatever hand: the next one is fresh
                return _nursery.ask(task, name, data, limits)
    finally:
        _gate.release()
    raise LostError("crashed")


def last_used() -> Used | None:
    """What this thread's latest call used; None when its child was given up or never began."""
    used: Used | None = getattr(_latest, "used", None)
    return used


def nursery_pid() -> int | None:
    """The process children are forked from, while there is one."""
    return _nursery.pid


class _Nursery:
    """The process that children are forked from: started when first needed, again when it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def ask(self, task: str, name: str, data: bytes, limits: Limits) -> list[Any]:
        """One call: a socket for the file and the answer, a pipe for how the child ended."""
        ours, theirs = socket.socketpair()
        heard, told = os.pipe()
        request = json.dumps({"task": task, "name": name[-300:], "limits": asdict(limits)}).encode()
        try:
            try:
                self._send(request, (theirs.fileno(), told))
            finally:
                theirs.close()
                os.close(told)
            return self._converse(task, ours, heard, data, limits)
        finally:
            ours.close()
            os.close(heard)

    def _converse(self, task: str, ours: socket.socket, heard: int, data: bytes, limits: Limits) -> list[Any]:
        end = time.monotonic() + limits.wall_seconds + _GRACE
        ours.settimeout(limits.wall_seconds + _GRACE)
        answers: list[dict[str, Any]] = []
        whole = True
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # how it died is told below
                ours.sendall(data)
                ours.shutdown(socket.SHUT_WR)
            answers = [_opened(raw) for raw in _frames(ours, limits.answer, end)]
        except TimeoutError:
            self.stop()  # its own clock should have ended it long ago
            raise LostError("too_slow") from None
        except (EOFError, ConnectionResetError):
            whole = False
        report = os.read(heard, REPORT.size)
        if len(report) < REPORT.size:
            raise _GoneError
        status, memory, seconds, wanted_memory = REPORT.unpack(report)
        _latest.used = Used(memory, seconds)
        if status != 0 or not whole:
            why = "too_big" if wanted_memory else _why(status, seconds, limits)
            log.warning("confined.lost", task=task, why=why, status=status, memory_kb=memory, cpu_seconds=seconds)
            raise LostError(why)
        return [_value(task, each) for each in answers]

    def _send(self, request: bytes, handles: tuple[int, int]) -> None:
        with self._lock:
            try:
                if self._line is None or self.pid is None:
                    self._end()
                    self._line = self._start()
                socket.send_fds(self._line, [request], handles)
            except OSError as error:
                self._end()
                raise _GoneError from error

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, arguments of our own
                [sys.executable, "-P", "-s", "-m", "training_app.core.confined_child", str(theirs.fileno())],
                env={"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONUTF8": "1", "LANG": "C.UTF-8"},
                cwd="/",
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt at the terminal is the server's business
            )
        ours.settimeout(_GRACE)
        return ours

    def stop(self) -> None:
        """End it; the next call starts another."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None

    def forget(self) -> None:
        """After a fork: the nursery is the parent's, and so is whoever holds the lock."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.returncode = 0  # no child of this process: nobody here waits for it
        self._lock, self._process, self._line = threading.Lock(), None, None


def _frames(ours: socket.socket, most: int, end: float) -> Iterator[bytes]:
    """The pieces of an answer.

    Raises:
        EOFError: it ended in the middle of a piece.
        LostError: it is longer than an answer may be.
        TimeoutError: it takes longer than the child may live.
    """
    waiting = bytearray()
    total = 0
    while part := ours.recv(_CHUNK):
        total += len(part)
        if total > most:
            raise LostError("too_big")
        if time.monotonic() > end:
            raise TimeoutError
        waiting += part
        while len(waiting) >= FRAME.size:
            stop = FRAME.size + FRAME.unpack_from(waiting)[0]
            if len(waiting) < stop:
                break
            yield bytes(waiting[FRAME.size : stop])
            del waiting[:stop]
    if waiting or not total:
        raise EOFError


def _opened(raw: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(raw.decode("utf-8", errors="surrogatepass"), object_hook=_day)
    return found


def _value(task: str, answer: dict[str, Any]) -> Any:
    if "refused" in answer:
        raise TurnedDownError(**answer["refused"])
    if "fault" in answer:
        log.warning("confined.fault", task=task, fault=answer["fault"])
        raise LostError("crashed")
    return answer["value"]


def _day(found: dict[str, Any]) -> Any:
    if DAY not in found:
        return found
    typed = found[DAY]
    return datetime.fromisoformat(typed) if "T" in typed else date.fromisoformat(typed)


def _why(status: int, seconds: float, limits: Limits) -> str:
    if not os.WIFSIGNALED(status):
        return "crashed"
    by = os.WTERMSIG(status)
    if by in (signal.SIGALRM, signal.SIGXCPU) or (by == signal.SIGKILL and seconds >= limits.cpu_seconds):
        return "too_slow"
    # Nothing in the child kills it: the kernel did, short of memory, or somebody who stops the server.
    return "stopped" if by in (signal.SIGKILL, signal.SIGTERM) else "crashed"


def _after_fork() -> None:
    global _gate  # noqa: PLW0603 - permits held by the parent's threads are lost with them
    _gate = threading.BoundedSemaphore(AT_ONCE)
    _nursery.forget()


_nursery = _Nursery()
os.register_at_fork(after_in_child=_after_fork)
atexit.register(_nursery.stop)
