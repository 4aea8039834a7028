"""What a child that reads strangers' files can no longer do; and each end of a child is told for what it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.core.test_confined import TABLE, at_work, children_of, idle_nursery, workbook
from training_app.core.spreadsheets.guards import Unreadable
from training_app.core.spreadsheets.reading import read_book

ROOT = Path(__file__).parents[2]
ATTEMPTS = """
import json, os, socket, subprocess, sys, threading
from training_app.core import confined_walls

def attempt(what):
    try:
        what()
    except OSError as error:
        return error.errno
    except RuntimeError as error:
        return str(error)
    return "done"

def forked():
    if os.fork() == 0:
        os._exit(0)

secret, parent = sys.argv[1], os.getppid()
import ctypes
standing = confined_walls.stand_up()
print(json.dumps({
    "standing": standing,
    "read a secret": attempt(lambda: open(secret).read()),
    "list a folder": attempt(lambda: os.listdir("/home")),
    "write a file": attempt(lambda: open("/tmp/zhixing-was-here", "w")),
    "a socket": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
    "a socket of the machine": attempt(lambda: socket.socket(socket.AF_UNIX)),
    "a program": attempt(lambda: os.execv("/bin/true", ["true"])),
    "a process": attempt(forked),
    "a signal to its parent": attempt(lambda: os.kill(parent, 0)),
    "a signal to itself": attempt(lambda: os.kill(os.getpid(), 0)),
    "a module of its own": attempt(lambda: __import__("training_app.exams.formats.gift")),
    "a module of Python": attempt(lambda: __import__("wave")),
}))
"""


def seccomp_is_known() -> bool:
    return "Seccomp:" in Path("/proc/self/status").read_text(encoding="ascii") and os.uname().machine in (
        "x86_64",
        "aarch64",
    )


def test_a_child_reaches_no_files_of_others_no_network_no_programs_and_no_processes(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("key", encoding="ascii")

    run = subprocess.run(
        [sys.executable, "-c", ATTEMPTS, str(secret)], capture_output=True, text=True, check=True, cwd=ROOT
    )

    found = json.loads(run.stdout)
    standing = found.pop("standing")
    if not seccomp_is_known():
        pytest.skip("no seccomp on this machine")
    assert "seccomp" in standing
    for refused in ("a socket", "a socket of the machine", "a program", "a process", "a signal to its parent"):
        assert found[refused] == 1, (refused, found)
    if "landlock" in standing:
        for refused in ("read a secret", "list a folder", "write a file"):
            assert found[refused] == 13, (refused, found)
    for needed in ("a signal to itself", "a module of its own", "a module of Python"):
        assert found[needed] == "done", (needed, found)


@pytest.fixture(scope="module")
def long_book() -> bytes:
    return workbook(6_000)


def end_at_work(data: bytes, by: int) -> str:
    """The code of a call whose child is sent a signal at work."""
    pid = idle_nursery()
    outcome: list[str] = []

    def read() -> None:
        try:
            read_book(data)
            outcome.append("read")
        except Unreadable as error:
            outcome.append(error.code)

    reader, child = at_work(pid, read)
    os.kill(child, by)
    reader.join(timeout=60)
    assert read_book(TABLE).format == "csv"
    return outcome[-1]


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (signal.SIGKILL, "stopped"),
        (signal.SIGTERM, "stopped"),
        (signal.SIGABRT, "damaged"),
        (signal.SIGBUS, "damaged"),
        (signal.SIGXCPU, "too_slow"),
    ],
)
def test_each_end_is_told_for_what_it_was(by, code, long_book):
    assert end_at_work(long_book, by) == code


def test_the_walls_stand_around_a_child_at_work(long_book):
    pid = idle_nursery()
    reader = threading.Thread(target=read_book, args=(long_book,))
    reader.start()
    seen: set[tuple[str, str]] = set()
    while reader.is_alive():
        for child in children_of(pid):
            try:
                status = dict(
                    line.split(":\t", 1)
                    for line in Path(f"/proc/{child}/status").read_text(encoding="ascii").splitlines()
                )
            except OSError:
                continue
            seen.add((status.get("NoNewPrivs", ""), status.get("Seccomp", "")))
    reader.join(timeout=60)

    assert ("1", "2" if seccomp_is_known() else "0") in seen
