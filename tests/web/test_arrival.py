"""When a request arrived: as the kernel knows it, however late the server comes to it, and never before it came."""

from __future__ import annotations

import socket
import time
from datetime import timedelta

from training_app.core import clock
from training_app.web.arrival import arrived_at


def _connection(family: int = socket.AF_INET) -> tuple[socket.socket, socket.socket]:
    if family == socket.AF_UNIX:
        return socket.socketpair()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        phone = socket.create_connection(listener.getsockname())
        return phone, listener.accept()[0]


def test_a_request_that_waited_is_judged_by_when_it_came_not_by_when_it_was_read():
    phone, server = _connection()
    with phone, server:
        before = clock.now()
        phone.sendall(b"GET /c/code HTTP/1.1\r\n\r\n")
        sent = clock.now()
        time.sleep(1.2)
        found = arrived_at({"gunicorn.socket": server})
        assert before <= found < sent + timedelta(seconds=1)
        server.recv(100)
        assert before <= arrived_at({"gunicorn.socket": server}) < sent + timedelta(seconds=1)


def test_the_last_byte_counts_so_that_nobody_can_come_first_and_say_the_code_later():
    phone, server = _connection()
    with phone, server:
        phone.sendall(b"GET /c/")
        time.sleep(0.6)
        said = clock.now()
        phone.sendall(b"code HTTP/1.1\r\n\r\n")
        assert arrived_at({"gunicorn.socket": server}) >= said


def test_where_nobody_knows_it_is_now():
    phone, server = _connection(socket.AF_UNIX)
    with phone, server:
        before = clock.now()
        assert arrived_at({}) >= before
        assert arrived_at({"gunicorn.socket": server}) >= before
