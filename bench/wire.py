"""What really goes over the wire: a door between the program and PostgreSQL that counts the ways there and back."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

_SOCKET = ".s.PGSQL.5432"


class Door:
    """Passes everything on; counts how often the program spoke after the database had (round trips)."""

    def __init__(self, here: Path, there: Path) -> None:
        """Listen at ``here``, pass on to ``there``; both are folders of PostgreSQL sockets."""
        self.trips = 0
        self._there = str(there / _SOCKET)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(here / _SOCKET))
        self._listening.listen()
        threading.Thread(target=self._welcome, daemon=True).start()

    def close(self) -> None:
        """Take nobody in any more."""
        self._listening.close()

    def _welcome(self) -> None:
        while True:
            try:
                program, _address = self._listening.accept()
            except OSError:
                return
            database = socket.socket(socket.AF_UNIX)
            database.connect(self._there)
            answered = threading.Event()
            answered.set()
            for source, target, speaks in ((program, database, True), (database, program, False)):
                threading.Thread(target=self._pass_on, args=(source, target, answered, speaks), daemon=True).start()

    def _pass_on(
        self,
        source: socket.socket,
        target: socket.socket,
        answered: threading.Event,
        speaks: bool,  # noqa: FBT001
    ) -> None:
        try:
            while data := source.recv(65536):
                if speaks and answered.is_set():
                    self.trips += 1
                    answered.clear()
                elif not speaks:
                    answered.set()
                target.sendall(data)
        except OSError:
            pass
        finally:
            target.close()


@contextmanager
def counted(url: str, folder: Path) -> Iterator[tuple[str, Door]]:
    """The address of a PostgreSQL behind a door, and the door."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    here = folder / "door"
    here.mkdir()
    door = Door(here, Path(query["host"][0]))
    query["host"] = [str(here)]
    try:
        yield urlunsplit(parts._replace(query=urlencode(query, doseq=True))), door
    finally:
        door.close()
