"""When a request arrived: in a full hall it may wait in the kernel until a worker has time, and its code grows old.

The kernel knows how long ago the last byte came in on a connection. What is judged by its moment (a scanned code) is
judged by that moment, not by the one at which a busy server came to it. Nobody gains by this: all that is judged had
arrived by then.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from training_app.core import clock

_AT = 52  # of tcpi_last_data_recv in struct tcp_info: milliseconds
_SIZE = _AT + 4
_MARGIN = 100  # the kernel counts in ticks; nobody may seem to have come before the code was shown
_LONGEST = 60_000


def arrived_at(environ: Mapping[str, Any]) -> datetime:
    """The instant at which a request had arrived whole; now, where that is not known (a Unix socket)."""
    return clock.now() - timedelta(milliseconds=min(max(_waited(environ) - _MARGIN, 0), _LONGEST))


def _waited(environ: Mapping[str, Any]) -> int:
    connection, option = environ.get("gunicorn.socket"), getattr(socket, "TCP_INFO", None)
    if connection is None or option is None:
        return 0
    try:
        info = connection.getsockopt(socket.IPPROTO_TCP, option, _SIZE)
    except OSError:
        return 0
    return int(struct.unpack_from("=I", info, _AT)[0]) if len(info) == _SIZE else 0
