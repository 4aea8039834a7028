"""The other side of :mod:`training_app.core.confined`: the nursery, and the children that it forks.

Run as a program with the descriptor of its line. The nursery imports the parsers, waits for calls and forks; it never
looks at a file itself. It ends when the server's end of the line is closed, so a killed server leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from training_app.core import confined_walls
from training_app.core.errors import DomainError

DAY = "\0day"
FRAME = struct.Struct("=I")
REPORT = struct.Struct("=iqd?")
NO_MEMORY = 77  # how a child ends that was refused memory
_REQUEST = 64 * 1024
_HOUSE = "training_app."
_USUAL = "training_app.core.spreadsheets.workbooks:pieces"
_FILES = 32  # descriptors a child may have open: its line, and modules while they are imported
_LAST_WORDS = 4096
_WORDS_OF_MEMORY = (b"memory allocation", b"bad_alloc", b"MemoryError", b"out of memory", b"Cannot allocate memory")
_running: dict[int, tuple[int, int]] = {}  # child → where to tell how it ended, where its last words come from


def main() -> None:
    """Wait for calls until the server is gone."""
    line = socket.socket(fileno=int(sys.argv[1]))
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _find(_USUAL)
    confined_walls.prepare()
    gc.collect()
    gc.freeze()  # what is here stays shared with the children
    while True:
        ready, _, _ = select.select([line.fileno(), woken], [], [])
        with contextlib.suppress(BlockingIOError):
            os.read(woken, 4096)
        _reap()
        if line.fileno() in ready and not _answer(line):
            return


def _answer(line: socket.socket) -> bool:
    """Take one call and fork for it; False when the server is gone."""
    raw, handles, _, _ = socket.recv_fds(line, _REQUEST, 2)
    if not raw:
        return False
    request = json.loads(raw)
    with contextlib.suppress(Exception):  # the child meets the same fault and can tell it
        _find(request["task"])
    talk, tell = handles
    heard, words = os.pipe()
    os.set_blocking(heard, False)
    os.set_blocking(words, False)  # a child that chatters must not wait for somebody to listen
    child = os.fork()
    if child == 0:
        _live(request, talk, words)
    os.close(talk)
    os.close(words)
    _running[child] = (tell, heard)
    return True


def _reap() -> None:
    while _running:
        child, status, used = os.wait4(-1, os.WNOHANG)
        if not child:
            return
        tell, heard = _running.pop(child)
        seconds = used.ru_utime + used.ru_stime
        with contextlib.suppress(OSError):
            os.write(tell, REPORT.pack(status, used.ru_maxrss, seconds, _wanted_memory(status, heard)))
        os.close(tell)
        os.close(heard)


def _wanted_memory(status: int, heard: int) -> bool:
    """Whether a child ended for want of memory: it says so itself, or the library that ended it did."""
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status) == NO_MEMORY
    said = b""
    with contextlib.suppress(BlockingIOError):
        while len(said) < _LAST_WORDS and (part := os.read(heard, _LAST_WORDS)):
            said += part
    return any(words in said for words in _WORDS_OF_MEMORY)


def _live(request: dict[str, Any], talk: int, words: int) -> None:
    """A child's whole life."""
    code = 1
    try:
        os.dup2(words, 2)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.closerange(3, talk)
        os.closerange(talk + 1, os.sysconf("SC_OPEN_MAX"))
        gc.disable()
        _confine(request["limits"])
        confined_walls.stand_up()
        with socket.socket(fileno=talk) as line:
            _work(request, line)
        code = 0
    except MemoryError:
        code = NO_MEMORY
    finally:
        os._exit(code)


def _confine(limits: dict[str, Any]) -> None:
    """Take on the limits before looking at anything; the kernel keeps them, nobody need watch."""
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    most = size + int(limits["memory"])
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    seconds = int(limits["cpu_seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    signal.setitimer(signal.ITIMER_REAL, float(limits["wall_seconds"]))


def _work(request: dict[str, Any], line: socket.socket) -> None:
    try:
        for piece in _pieces(request, _received(line)):
            _send(line, {"value": piece})
    except DomainError as error:
        _send(line, {"refused": {"code": error.code, "message": error.message, "params": error.params}})
    except (MemoryError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - told to the server, which logs where it happened, never what was read
        places = [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        _send(line, {"fault": f"{type(error).__name__} at {' '.join(places[-4:])}"})


def _pieces(request: dict[str, Any], data: bytes) -> Iterator[Any]:
    made = _find(request["task"])(request["name"], data)
    if isinstance(made, Iterator):
        yield from made
    else:
        yield made


def _received(line: socket.socket) -> bytes:
    parts = []
    while part := line.recv(1024 * 1024):
        parts.append(part)
    return b"".join(parts)


def _send(line: socket.socket, answer: dict[str, Any]) -> None:
    raw = json.dumps(answer, ensure_ascii=False, default=_plain).encode("utf-8", errors="surrogatepass")
    line.sendall(FRAME.pack(len(raw)))
    line.sendall(raw)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if is_dataclass(value) and not isinstance(value, type):
        return vars(value)
    raise TypeError(type(value).__name__)


def _find(task: str) -> Callable[[str, bytes], Any]:
    module, _, function = task.partition(":")
    if not module.startswith(_HOUSE):
        raise ValueError(task)
    found: Callable[[str, bytes], Any] = getattr(import_module(module), function)
    return found


if __name__ == "__main__":
    main()
