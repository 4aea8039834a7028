"""How a server process takes connections in: nobody waits for somebody else's phone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

_THREADS = 2
_APP = """
import pathlib
import time

def app(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    read = environ["wsgi.input"].read(length) if environ["PATH_INFO"] != "/unread" else b""
    if environ["PATH_INFO"] == "/slow":
        pathlib.Path("begun").touch()
        time.sleep(1)
    if environ["PATH_INFO"] == "/broken":
        raise RuntimeError("broken")
    if environ["PATH_INFO"] == "/exit":
        raise SystemExit(1)
    body = b"%s %d" % (environ["PATH_INFO"].encode(), len(read))
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


class _Server:
    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def ask(self, path: str, *, close: bool = True, on: socket.socket | None = None, body: bytes = b"") -> bytes:
        """The whole answer; on a connection of its own unless one is given."""
        with ExitStack() as stack:
            connection = on or stack.enter_context(self.connect())
            connection.sendall(_request(path, close=close, body=body))
            return _answer(connection)


def _request(path: str, *, close: bool, body: bytes = b"") -> bytes:
    kept = "close" if close else "keep-alive"
    head = f"POST {path} HTTP/1.1\r\nHost: hall\r\nConnection: {kept}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _answer(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(4096)
        if not more:
            return got
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields[b"content-length"]):
        body += connection.recv(4096)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def server(tmp_path: Path) -> Iterator[_Server]:
    (tmp_path / "small.py").write_text(_APP)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    options = ["--workers", "1", "--threads", str(_THREADS), "--worker-class", "training_app.worker.Worker"]
    options += ["--keep-alive", "60", "--no-control-socket", "--worker-tmp-dir", str(tmp_path), "--log-level", "error"]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "small:app",
            "--bind",
            f"127.0.0.1:{port}",
            "--chdir",
            str(tmp_path),
            *options,
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    try:
        _wait_for(port)
        yield _Server(port, process)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    _wait_until(answers)


def _wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.02)


def test_a_connection_takes_several_requests(server: _Server) -> None:
    with server.connect() as connection:
        answers = [server.ask(f"/{number}", close=False, on=connection, body=b"x" * number) for number in range(5)]
    assert [each.rpartition(b"\r\n")[2] for each in answers] == [b"/%d %d" % (n, n) for n in range(5)]


def test_phones_that_connect_and_say_nothing_hold_nobody_up(server: _Server) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(server.connect()) for _ in range(40)]
        assert server.ask("/here").endswith(b"/here 0")
        for each in silent:  # every one of them is still welcome
            assert server.ask("/late", on=each).endswith(b"/late 0")


def test_a_request_that_trickles_in_is_answered(server: _Server) -> None:
    with server.connect() as connection:
        for part in (b"PO", b"ST /slowly HTTP/1.1\r\nHost: ", b"hall\r\nContent-Length: 3\r\n", b"\r\na", b"bc"):
            connection.sendall(part)
            time.sleep(0.05)
        assert _answer(connection).endswith(b"/slowly 3")


def test_phones_that_do_not_close_hold_nobody_up(server: _Server) -> None:
    with ExitStack() as stack:
        for _ in range(20 * _THREADS):
            connection = stack.enter_context(server.connect())
            assert server.ask("/open", on=connection).endswith(b"/open 0")
        assert server.ask("/next").endswith(b"/next 0")


def test_nothing_that_comes_after_a_closing_answer_is_read_as_a_request(server: _Server) -> None:
    with server.connect() as connection:
        connection.sendall(_request("/first", close=True) + _request("/second", close=True))
        got = b""
        while more := connection.recv(4096):
            got += more
    assert got.count(b"HTTP/1.1 200") == 1
    assert got.endswith(b"/first 0")


def test_an_answer_before_the_end_of_a_large_body_arrives_whole(server: _Server) -> None:
    with server.connect() as connection:
        connection.sendall(_request("/unread", close=True, body=b"x" * 300_000))
        assert _answer(connection).endswith(b"/unread 0")


def test_one_that_fails_or_goes_away_takes_no_thread_with_it(server: _Server) -> None:
    for _ in range(3 * _THREADS):
        assert server.ask("/broken").startswith(b"HTTP/1.1 500")
        assert server.ask("/exit") == b""
        with server.connect() as connection:
            connection.sendall(b"POST /gone HTTP/1.1\r\nHost")
        with server.connect() as connection:
            connection.sendall(b"no request at all\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert server.ask("/still").endswith(b"/still 0")


def test_who_is_being_answered_when_the_server_ends_gets_the_answer(server: _Server, tmp_path: Path) -> None:
    with server.connect() as connection:
        connection.sendall(_request("/slow", close=False))
        _wait_until((tmp_path / "begun").exists)
        server.process.send_signal(signal.SIGTERM)
        assert _answer(connection).endswith(b"/slow 0")
    assert server.process.wait(timeout=60) == 0
