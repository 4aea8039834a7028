"""Many person records at once, as plain rows: thousands of objects would cost more than all the rest of an import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select, update

from training_app.cadres.models import Cadre
from training_app.core.db import Base, db, insert_many, table_of

_MANY = 5_000
_NEVER_SAID = frozenset({"updated_at"})
_EMPTY: Mapping[str, Any] = {
    column.name: getattr(column.default, "arg", None)
    for column in table_of(Cadre).columns
    if column.name not in ("id", "created_at", "updated_at")
}


class People:
    """The people of a file: those on record, known by the index of their number, and those that are new.

    A record is a plain mapping, column → value. Nothing is written before :meth:`write`; then every record has its id.
    """

    def __init__(self, indexes: Iterable[str], now: datetime) -> None:
        """Look up who is on record."""
        db.session.flush()
        self._now = now
        self._known: dict[str, dict[str, Any]] = {}
        self._first: dict[int, dict[str, Any]] = {}
        self._fresh: list[dict[str, Any]] = []
        self._changed: dict[int, dict[str, Any]] = {}
        table = table_of(Cadre)
        for lot in lots(sorted({index for index in indexes if index})):
            for row in db.session.execute(select(table).where(table.c.id_number_index.in_(lot))).mappings():
                self._known[row["id_number_index"]] = dict(row)

    def find(self, index: str) -> dict[str, Any] | None:
        """The record of a number; the file's own new people included."""
        return self._known.get(index) if index else None

    def add(self, index: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """A new record."""
        record = {**_EMPTY, **values, "created_at": self._now, "updated_at": self._now}
        self._fresh.append(record)
        if index:
            self._known[index] = record
        return record

    def change(self, record: dict[str, Any], values: Mapping[str, Any], *, touch: bool = True) -> bool:
        """Give a record other values; whether anything changed. ``touch``: its time of change, too."""
        changed = {name: value for name, value in values.items() if record[name] != value}
        if not changed:
            return False
        if touch:
            changed["updated_at"] = self._now
        if "id" in record:
            self._first.setdefault(record["id"], dict(record))
            self._changed.setdefault(record["id"], {}).update(changed)
        record.update(changed)
        return True

    def write(self) -> None:
        """Write all of it: changes, then new records, which have their ids then."""
        rewrite(Cadre, "id", self._changed)
        insert_many(Cadre, self._fresh)

    @property
    def made(self) -> frozenset[int]:
        """The ids of the new records, once they are written."""
        return frozenset(record["id"] for record in self._fresh)

    def lost(self) -> dict[int, dict[str, Any]]:
        """What records on file held before, by id: the values that are others now."""
        return {
            key: {n: v for n, v in old.items() if n not in _NEVER_SAID and self._changed[key].get(n, v) != v}
            for key, old in self._first.items()
        }


def lots(wanted: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Lists short enough to stand in one statement."""
    for start in range(0, len(wanted), _MANY):
        yield wanted[start : start + _MANY]


def rewrite(model: type[Base], key: str, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Write changes by key, and let go of what the session holds of those rows."""
    if not changes:
        return
    db.session.execute(update(model), [{key: which, **values} for which, values in changes.items()])
    mapper = inspect(model)
    for which in changes:
        held = db.session.identity_map.get(mapper.identity_key_from_primary_key((which,)))
        if held is not None:
            db.session.expire(held)
