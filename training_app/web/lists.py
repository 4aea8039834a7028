"""Lists: search, order, page and filters live in the address; every list can be taken away as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from flask import Response, request
from flask_babel import gettext as _

from training_app.core import clock, tables
from training_app.core.actor import current_actor
from training_app.core.exports import note_list
from training_app.core.pages import ListQuery, Page
from training_app.core.tables import Column

T = TypeVar("T")
PAGE_SIZES = (20, 50, 100, 200)
_LONGEST_SEARCH = 80
_EVERYTHING = 1_000_000  # rows; what Excel can hold


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


def export_url(form: str) -> str:
    """The address of this very page as a file; ``form`` is xlsx or csv."""
    return f"{request.path}?{urlencode({**request.args.to_dict(), 'format': form})}"


def page_of(
    rows: Sequence[T], query: ListQuery, *, words: Callable[[T], str], keys: Mapping[str, Callable[[T], Any]]
) -> Page[T]:
    """Search, order and divide a short list that is at hand anyway; undivided for an export.

    ``words`` is what the search looks through, ``keys`` what each order goes by.
    """
    wanted = query.q.lower().split()
    found = [row for row in rows if all(word in words(row).lower() for word in wanted)]
    if query.sort in keys:
        key = keys[query.sort]
        found.sort(key=lambda row: (key(row) is None, key(row)), reverse=query.descending)
    shown = found if wants_export() else found[query.offset : query.offset + query.per_page]
    return Page(shown, len(found), query)


def wants_export() -> str:
    """``xlsx`` or ``csv`` when the list is asked for as a file, else ''."""
    form = request.args.get("format", "")
    return form if form in ("xlsx", "csv") else ""


def everything(query: ListQuery) -> ListQuery:
    """The same list without its pages, for an export."""
    return replace(query, page=1, per_page=_EVERYTHING)


def export(
    columns: Sequence[Column],
    rows: Sequence[Any],
    title: str,
    *,
    query: ListQuery | None = None,
    filters: Sequence[Mapping[str, Any]] = (),
    notes: Sequence[tuple[str, str]] = (),
) -> Response:
    """The list as an Excel or CSV file for download; that it left the program is noted.

    ``filters`` describes the conditions as ``list_head`` takes them, so that the second sheet says in words what was
    asked for.
    """
    moment, form = clock.local(clock.now()), wants_export() or "xlsx"
    name = f"{title}-{moment:%Y%m%d-%H%M}"
    asked = conditions(query, filters) if query is not None else []
    note_export(title, rows=len(rows), file_format=form, query=query, filters=filters)
    if form == "csv":
        return download(tables.to_csv(columns, rows), f"{name}.csv", "text/csv; charset=utf-8")
    said = [(_("List"), title), (_("Made at"), f"{moment:%Y-%m-%d %H:%M}"), (_("Made by"), current_actor().name)]
    said.append((_("Rows"), str(len(rows))))
    if query is not None:
        said += [(_("Search"), query.q)] if query.q else []
        said += [(_("Filter"), f"{label}：{value}") for label, value in asked]
        said += _order(query, columns)
    data = tables.to_xlsx(title, columns, rows, [*said, *notes])
    return download(data, f"{name}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def note_export(
    title: str,
    *,
    rows: int,
    file_format: str,
    query: ListQuery | None = None,
    filters: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Keep that a list leaves the program, in whatever form of file, and what it was filtered by."""
    asked = conditions(query, filters) if query is not None else []
    note_list(
        title=title,
        place=request.endpoint or "",
        rows=rows,
        file_format=file_format,
        filters="；".join(f"{label}：{value}" for label, value in asked),
        search=query.q if query is not None else "",
    )


def conditions(query: ListQuery, filters: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """What a list was filtered by, in the reader's words: (State, Running)."""
    known = {each["name"]: each for each in filters}
    found = []
    for name, value in query.filters.items():
        described = known.get(name)
        if described is None:
            continue  # how the page looks (its columns), not which rows it holds
        words = {str(key): str(text) for key, text in described.get("options") or ()}
        found.append((str(described["label"]), words.get(value, value)))
    return found


def _order(query: ListQuery, columns: Sequence[Column]) -> list[tuple[str, str]]:
    title = next((str(column.title) for column in columns if column.key == query.sort), "")
    if not title:
        return []
    said = _("%(title)s, descending", title=title) if query.descending else _("%(title)s, ascending", title=title)
    return [(_("Order"), said)]


def download(data: bytes, name: str, media_type: str, *, inline: bool = False) -> Response:
    """A file for the browser, under a Chinese name."""
    how = "inline" if inline else "attachment"
    disposition = f"{how}; filename*=UTF-8''{quote(name)}"
    return Response(data, mimetype=media_type, headers={"Content-Disposition": disposition})


Render = Callable[..., str]
