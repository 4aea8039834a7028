"""Numbers in addresses: no larger than an id can be, so that the database is never asked for an impossible one."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1


class IdConverter(IntegerConverter):
    """``<int:…>`` of our routes: an address with a larger number does not exist."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        """Take the routes' own wishes; without one, ids end where the databases' integers do."""
        kwargs.setdefault("max", LARGEST)
        super().__init__(url_map, *args, **kwargs)


def init_app(app: Flask) -> None:
    """Use it for every ``<int:…>``; before the blueprints are registered."""
    app.url_map.converters["int"] = IdConverter
