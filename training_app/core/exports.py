"""What leaves the program as a file is a fact too: one place for every list and every form.

Views call these through ``web.lists.export`` and ``web.papers.answer``; nobody has to remember.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training_app.core.db import command
from training_app.core.events import Event, publish
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class ListExported(Event):
    """A list was taken out as a file."""

    sentence: ClassVar[str] = N_("took out the list %(title)s as %(file_format)s, %(rows)s rows")
    subject_kind: ClassVar[str] = "list"
    personal: ClassVar[frozenset[str]] = frozenset({"search"})

    title: str
    place: str
    """The route of the list: ``cadres.index``."""
    rows: int
    file_format: str
    filters: str = ""
    search: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperTaken(Event):
    """An official form was taken out as a file."""

    sentence: ClassVar[str] = N_("took out %(title)s as %(file_format)s, %(people)s people")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    title: str
    class_id: int
    people: int
    file_format: str


@command
def note_list(*, title: str, place: str, rows: int, file_format: str, filters: str = "", search: str = "") -> None:
    """Say that a list left the program."""
    publish(ListExported(title=title, place=place, rows=rows, file_format=file_format, filters=filters, search=search))


@command
def note_paper(*, title: str, class_id: int, people: int, file_format: str) -> None:
    """Say that a form left the program."""
    publish(PaperTaken(title=title, class_id=class_id, people=people, file_format=file_format))
