"""Servers under measurement: started, watched for CPU seconds, ended by their own process group."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WORKERS = 2
THREADS = 16
OUR_WORKER = "training_app.worker.Worker"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """CPU seconds its processes have used so far."""
        return sum(_cpu(pid) for pid in _family(self.pid))


def ours() -> list[str]:
    """The production server as the house starts it."""
    program = str(Path(sys.executable).with_name("training-app"))
    return [program, "serve", "--workers", str(WORKERS), "--threads", str(THREADS)]


def floor(worker: str = "gthread") -> list[str]:
    """The bare floor under gunicorn with as many processes and threads; by default with gunicorn's own worker."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "bench.floor:app",
        "--workers",
        str(WORKERS),
        "--threads",
        str(THREADS),
        "--worker-class",
        worker,
        "--keep-alive",
        "5",
        "--log-level",
        "warning",
    ]


@contextmanager
def running(command: Sequence[str], *, url: str, path: str, env: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Start a server on a free port, wait until ``path`` answers, end it afterwards."""
    port = _free_port()
    option = ["--port", str(port)] if "serve" in command else ["--bind", f"127.0.0.1:{port}"]
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*command, *option],
            env={**os.environ, **env, "TRAINING_APP_DATABASE_URL": url},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait_for(port, path, process)
        yield Server(port, process.pid)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=40)


def _wait_for(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    for _try in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                if connection.recv(12).startswith(b"HTTP/1.1 "):
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _family(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        here = waiting.pop()
        found.append(here)
        children = Path(f"/proc/{here}/task/{here}/children")
        waiting += [int(child) for child in children.read_text().split()] if children.exists() else []
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
