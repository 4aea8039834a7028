"""How a server process takes connections in: gunicorn's threads, with nobody held up by somebody else's phone.

gunicorn's ``gthread`` worker gives every new connection to a thread at once, which then waits for its first byte; and
it closes connections in its one accepting loop, which waits up to two seconds for the other side to close, too. In a
hall with poor signal a phone takes half a second for either: thirty-two such phones, and nobody else is answered. Here

- a connection is given to a thread when its request has begun to arrive; until then the poller waits for it,
- the thread that answered says goodbye; should the other side be slow about it, the poller waits for that as well,
- there is no future, no selector and no wake-up of the loop for each request: in a burst they cost as much as the rest.

Parsing, keeping alive, limits, errors and the orderly end are gunicorn's own. Decision 0018.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

_AT_ONCE = 8  # connections taken in before the loop looks at anything else; other processes want some, too
_BRIEFLY_SECONDS = 0.02  # for which the thread that answered waits for the other side to close
_LINGER_SECONDS = 2.0  # for which the poller does; gunicorn's own limit
_CHUNK, _CHUNKS = 65_536, 4  # thrown away at a time, and so many times by a thread


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, but for what is said above."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take gunicorn's arguments."""
        super().__init__(*args, **kwargs)
        self._leaving: deque[TConn] = deque()  # answered; the other side has not closed yet
        self._gone: deque[TConn] = deque()  # closed by threads, not counted yet

    def get_thread_pool(self) -> _Threads:
        """Threads that tell nobody when they are done."""
        return _Threads(self.cfg.threads)

    def accept(self, listener: socket.socket) -> None:
        """Take in who waits; in the accepting loop."""
        for _ in range(min(_AT_ONCE, self.worker_connections - self.nr_conns)):
            try:
                client, address = listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            self.nr_conns += 1
            conn = TConn(self.cfg, client, address, listener.getsockname())
            if _is_readable(client):
                conn.data_ready = True
                self.enqueue_req(conn)
            else:
                conn.timeout = time.monotonic() + self.cfg.keepalive
                self.pending_conns.append(conn)
                self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to the next free thread."""
        self.tpool.submit(self._serve, conn)

    def _serve(self, conn: TConn) -> None:
        """Answer a request and see the connection off, unless another request may follow on it; in a thread."""
        try:
            again = self.handle(conn)
        except BaseException:  # a SystemExit, too: the thread has to live on
            self.log.exception("Error handling a connection")
            again = False
        if again:
            self.method_queue.defer(self.finish_request, conn, _Done(again))
        elif _say_goodbye(conn.sock):
            self._gone.append(conn)
            if not self.alive or self.nr_conns >= self.worker_connections:
                self.method_queue.defer(_wake)
        else:
            self.method_queue.defer(self._linger, conn)

    def _linger(self, conn: TConn) -> None:
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + _LINGER_SECONDS
        self._leaving.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._drain, conn))

    def _drain(self, conn: TConn, client: socket.socket) -> None:
        """What still comes in after the answer is thrown away, never read as a request."""
        try:
            if client.recv(_CHUNK):
                return
        except BlockingIOError:
            return
        except OSError:
            pass  # reset: that is a goodbye as well
        self._leaving.remove(conn)
        self._part(conn)

    def _part(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One turn of the accepting loop."""
        super().wait_for_and_dispatch_events(timeout)
        while self._gone:
            self._gone.pop()
            self.nr_conns -= 1

    def murder_pending(self) -> None:
        """Close what has taken too long: to begin, or to close."""
        super().murder_pending()
        while self._leaving and self._leaving[0].timeout <= time.monotonic():
            self._part(self._leaving.popleft())


class _Threads:
    """So many threads that do what they are given, in order."""

    def __init__(self, count: int) -> None:
        self._work: SimpleQueue[tuple[Callable[[TConn], None], TConn]] = SimpleQueue()
        for number in range(count):
            threading.Thread(target=self._run, name=f"request-{number}", daemon=True).start()

    def submit(self, work: Callable[[TConn], None], conn: TConn) -> None:
        self._work.put((work, conn))

    def shutdown(self, *, wait: bool) -> None:
        """Nothing to do: when the worker has seen its connections off, its threads end with the process."""

    def _run(self) -> None:
        while True:
            work, conn = self._work.get()
            work(conn)
            del conn  # or it would be kept until the next one comes


class _Done:
    """What became of a request, told as gunicorn's loop wants to hear it: as a future that is done."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def cancelled(self) -> bool:
        return False

    def result(self) -> object:
        return self._value


def _wake() -> None:
    """Nothing but a reason for the loop to take a turn."""


def _is_readable(client: socket.socket) -> bool:
    waiting = select.poll()
    waiting.register(client, select.POLLIN)
    return bool(waiting.poll(0))


def _say_goodbye(connection: socket.socket) -> bool:
    """Say that no more is to come, wait briefly for the other side to say so, too, and close; whether it did."""
    try:
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(_BRIEFLY_SECONDS)
        for _ in range(_CHUNKS):
            if not connection.recv(_CHUNK):
                break
        else:
            return False
    except TimeoutError:
        return False
    except OSError:
        pass  # the other side is gone already
    connection.close()
    return True
