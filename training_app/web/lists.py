"""Lists: search, order, page and filters live in the address; every list can be taken away as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, request
from flask_babel import gettext as _

from training_app.core import clock, tables
from training_app.core.pages import ListQuery
from training_app.core.tables import Column

PAGE_SIZES = (20, 50, 100, 200)
_LONGEST_SEARCH = 80


def list_query(
    *, sortable: Sequence[str], default: str, filters: Sequence[str] = (), descending: bool = False, per_page: int = 50
) -> ListQuery:
    """Read what is asked for from the address; anything out of place falls back to the default."""
    args = request.args
    sort = args.get("sort", default)
    direction = args.get("dir", "")
    size = args.get("per_page", "")
    page = args.get("page", "")
    return ListQuery(
        q=args.get("q", "").strip()[:_LONGEST_SEARCH],
        sort=sort if sort in sortable else default,
        descending=direction == "desc" if direction in ("asc", "desc") else descending and sort == default,
        page=min(max(int(page), 1), 100_000) if page.isascii() and page.isdigit() and len(page) < 8 else 1,
        per_page=int(size) if size in map(str, PAGE_SIZES) else per_page,
        filters={name: args[name].strip()[:_LONGEST_SEARCH] for name in filters if args.get(name, "").strip()},
    )


def list_url(query: ListQuery, **changes: object) -> str:
    """The address of this list with something changed; ``None`` takes a part away. A new filter starts at page 1."""
    parts: dict[str, object] = dict(query.filters)
    parts.update(q=query.q, sort=query.sort, dir="desc" if query.descending else "asc", per_page=query.per_page)
    if "page" not in changes:
        parts["page"] = None
    parts.update(changes)
    kept = {
        name: str(value)
        for name, value in parts.items()
        if value not in (None, "", 1) or (name == "page" and value != 1)
    }
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def wants_export() -> str:
    """``xlsx`` or ``csv`` when the list is asked for as a file, else ''."""
    form = request.args.get("format", "")
    return form if form in ("xlsx", "csv") else ""


def export(columns: Sequence[Column], rows: Sequence[Any], title: str, *, query: ListQuery | None = None) -> Response:
    """The list as an Excel or CSV file for download; ``query`` is written on the second sheet."""
    moment = clock.local(clock.now())
    name = f"{title}-{moment:%Y%m%d-%H%M}"
    if wants_export() == "csv":
        return download(tables.to_csv(columns, rows), f"{name}.csv", "text/csv; charset=utf-8")
    notes = [(_("List"), title), (_("Made at"), f"{moment:%Y-%m-%d %H:%M}"), (_("Rows"), str(len(rows)))]
    if query is not None:
        notes += [(_("Search"), query.q)] if query.q else []
        notes += [(_("Filter"), f"{key}: {value}") for key, value in query.filters.items()]
    data = tables.to_xlsx(title, columns, rows, notes)
    return download(data, f"{name}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def download(data: bytes, name: str, media_type: str, *, inline: bool = False) -> Response:
    """A file for the browser, under a Chinese name."""
    how = "inline" if inline else "attachment"
    disposition = f"{how}; filename*=UTF-8''{quote(name)}"
    return Response(data, mimetype=media_type, headers={"Content-Disposition": disposition})


Render = Callable[..., str]
