"""Logs: one JSON line per event of the program; no personal data, no codes, no addresses' queries."""

from __future__ import annotations

import logging
import re
import sys
import time
from typing import Any

import structlog

_COMMANDS = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CODE_PATH = re.compile(r"^/(c|C|verify|V)/.+")


def configure(level: int = logging.INFO) -> None:
    """Set structlog up once for the process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_without_values,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            _in_one_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _exception_without_values(logger: Any, name: str, said: Any) -> Any:
    """The exception as text, without the rows that PostgreSQL quotes in its errors, in whatever language."""
    caught = said.get("exc_info")
    error = caught if isinstance(caught, BaseException) else sys.exc_info()[1] if caught is True else None
    if isinstance(caught, tuple):
        error = caught[1]
    quoted = []
    while error is not None:
        told = getattr(error, "diag", None)  # of psycopg's errors
        if told is not None:
            quoted += [
                told.message_detail,
                told.context,
                told.message_primary if _is_of_values(told.sqlstate) else None,
            ]
        error = error.__cause__ or error.__context__
    said = structlog.processors.format_exc_info(logger, name, said)
    if "exception" in said:
        for text in filter(None, quoted):
            said["exception"] = said["exception"].replace(text, "…")
    return said


def _is_of_values(state: str | None) -> bool:
    """Whether the error's first line itself quotes a value: class 22, "invalid input syntax for type integer: …"."""
    return (state or "").startswith("22")


def _in_one_line(_logger: Any, _name: str, line: Any) -> str:
    """The line without what JSON leaves as it is and a terminal or an editor may take for a command or a new line."""
    return _COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", str(line))


def masked(path: str) -> str:
    """The path without what must not be kept: a check-in code is good for seconds, but for those it is a key."""
    return _CODE_PATH.sub(r"/\1/…", path)


def init_app(app: Any) -> None:
    """Log requests that failed or took long; the others are counted by the proxy."""
    configure()
    log = structlog.get_logger()

    def slow_or_failed(environ: dict[str, Any], status: int, seconds: float) -> None:
        if status >= 500 or seconds > 2:
            log.warning("request", path=masked(environ.get("PATH_INFO", "")), status=status, seconds=round(seconds, 3))

    inner = app.wsgi_app

    def timed(environ: dict[str, Any], start_response: Any) -> Any:
        started = time.perf_counter()
        seen: list[int] = [0]

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            seen[0] = int(status[:3])
            return start_response(status, headers, exc_info)

        try:
            return inner(environ, start)
        finally:
            slow_or_failed(environ, seen[0], time.perf_counter() - started)

    app.wsgi_app = timed
