"""Putting documents into a class's archive, or saying why there is none."""

from __future__ import annotations

import re

import filetype
from sqlalchemy import select

from training_app.archives import office
from training_app.archives.events import ItemAdded, ItemRead, ItemRemoved, ItemWaived
from training_app.archives.models import ArchiveItem
from training_app.archives.queries.items import find_proposal, get_item, packages_of_class
from training_app.archives.values import UPLOADED, WAIVABLE, ItemInfo
from training_app.classes import api as classes
from training_app.core import clock, files
from training_app.core.actor import current_actor
from training_app.core.db import command, db
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.spreadsheets.guards import Unreadable
from training_app.core.spreadsheets.reading import in_child
from training_app.core.text import N_

LARGEST_FILE = 20 * 1024 * 1024
_LONGEST_TEXT = 20_000
_SHORTEST_REASON = 4
_TYPES = {
    "pdf": ("pdf",),
    "docx": ("docx", "zip"),
    "xlsx": ("xlsx", "zip"),
    "pptx": ("pptx", "zip"),
    "png": ("png",),
    "jpg": ("jpg",),
    "jpeg": ("jpg",),
    "txt": (),
}
_ODD = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@command
def add_item(
    class_id: int, *, kind: str, title: str, data: bytes | None = None, file_name: str = "", text: str = ""
) -> int:
    """Put a document, a text, or both into the archive of a class.

    Raises:
        InvalidInput: no title, nothing in it, or a file of a kind that archives do not take.
        Conflict: the class has not begun, or waits to be sealed.
    """
    _check_open(class_id)
    if kind not in UPLOADED:
        raise InvalidInput(N_("Please choose what kind of document it is."), fields={"kind": N_("Please choose.")})
    title = title.strip()
    if not title:
        raise InvalidInput(N_("Please give a title."), fields={"title": N_("Please give a title.")})
    text = text.strip()
    if data is None and not text:
        raise InvalidInput(N_("Please choose a file, or write a text."), fields={"file": N_("Please choose a file.")})
    if len(text) > _LONGEST_TEXT:
        raise InvalidInput(N_("The text is too long."), fields={"text": N_("The text is too long.")})
    name = clean_name(file_name)
    stored = None
    if data is not None:
        check_file(data, name)
        stored = files.store(data)
    item = _store(
        class_id,
        kind=kind,
        title=title[:200],
        sha256=stored.sha256 if stored else None,
        file_name=name if stored else "",
        text=text,
    )
    publish(ItemAdded(class_id=class_id, item_id=item.id, kind=kind, title=item.title, sha256=item.file_sha256 or ""))
    return item.id


@command
def store_summary(class_id: int, *, text: str) -> int:
    """Keep the class's summary; an earlier wording is taken out of the file and stays in the audit trail."""
    _check_open(class_id)
    for item in [i for i in _items(class_id, "summary") if i.file_sha256 is None]:
        _take_out(item, reason=N_("a new wording"))
    return add_item(class_id, kind="summary", title="班次总结", text=text)


@command
def waive(class_id: int, *, kind: str, reason: str) -> int:
    """Say that a kind of document does not apply to this class, and why.

    Raises:
        InvalidInput: no reason.
        Refused: this kind of document is always needed.
    """
    _check_open(class_id)
    if kind not in WAIVABLE:
        raise Refused(N_("This part cannot be waived."), code="not_waivable")
    reason = _reason(reason)
    item = _store(class_id, kind=kind, title="", sha256=None, file_name="", text=reason, waived=True)
    publish(ItemWaived(class_id=class_id, item_id=item.id, kind=kind, reason=reason))
    return item.id


@command
def remove_item(class_id: int, item_id: int, *, reason: str) -> None:
    """Take a document out before it is sealed; afterwards only a supplement helps.

    Raises:
        Conflict: it lies in a sealed package already.
    """
    _check_open(class_id)
    reason = _reason(reason)
    get_item(class_id, item_id)
    item = db.session.get(ArchiveItem, item_id)
    if item is None:
        raise NotFound
    packages = packages_of_class(class_id)
    if packages and item.at <= packages[-1].sealed_at:
        raise Conflict(N_("This document is sealed already; put right what is wrong by a supplement."), code="sealed")
    _take_out(item, reason=reason)


@command
def read_item(class_id: int, item_id: int) -> tuple[ItemInfo, bytes]:
    """A document of the archive; opening it is noted."""
    item = get_item(class_id, item_id)
    if item.file_sha256 is None:
        raise NotFound
    publish(ItemRead(class_id=class_id, item_id=item.id, title=item.title))
    return item, files.read(item.file_sha256)


def check_file(data: bytes, name: str) -> str:
    """Refuse what does not belong into an archive: empty, too large, of a closed kind, or with macros.

    The content decides, not what the sender calls it.

    Raises:
        InvalidInput: naming the file field.
    """
    if not data:
        raise _wrong_file(N_("The file is empty."))
    if len(data) > LARGEST_FILE:
        raise _wrong_file(N_("The file is larger than 20 MB."))
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix not in _TYPES:
        raise _wrong_file(N_("Please send PDF, Word (docx), Excel (xlsx), PowerPoint (pptx), PNG, JPG or plain text."))
    if suffix == "txt":
        if not _is_text(data):
            raise _wrong_file(N_("The text file is not in UTF-8."))
        return "text/plain"
    kind = filetype.guess(data)
    if kind is None or kind.extension not in _TYPES[suffix]:
        raise _wrong_file(N_("The content of the file does not fit its name."))
    if suffix in ("docx", "xlsx", "pptx") and not _is_clean_office(data):
        raise _wrong_file(N_("The file holds macros or is no real Office file."))
    return str(kind.mime)


def clean_name(name: str) -> str:
    """A file's name without folders, signs that lead astray, or anything over a hundred characters."""
    name = _ODD.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    if len(name) > 100:
        stem, _, suffix = name.rpartition(".")
        name = f"{stem[: 99 - len(suffix)]}.{suffix}" if stem else name[:100]
    return name or "文件"


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _is_clean_office(data: bytes) -> bool:
    try:
        (found,) = in_child(f"{office.__name__}:look", "", data)
    except Unreadable:
        return False
    return bool(found["office"]) and not found["macros"]


def _wrong_file(message: str) -> InvalidInput:
    return InvalidInput(message, code="file", fields={"file": message})


def _check_open(class_id: int) -> None:
    info = classes.get_class(class_id)
    if info.state in ("enrolling", "cancelled"):
        raise Conflict(N_("The class has not begun; its archive is still empty."), code="class_not_begun")
    if find_proposal(class_id) is not None:
        raise Conflict(N_("This archive waits to be sealed; withdraw the proposal first."), code="proposed")


def _items(class_id: int, kind: str) -> list[ArchiveItem]:
    query = select(ArchiveItem).where(
        ArchiveItem.class_id == class_id, ArchiveItem.kind == kind, ArchiveItem.removed_at.is_(None)
    )
    return list(db.session.execute(query).scalars())


def _take_out(item: ArchiveItem, *, reason: str) -> None:
    item.removed_at = clock.now()
    db.session.flush()
    publish(ItemRemoved(class_id=item.class_id, item_id=item.id, kind=item.kind, title=item.title, reason=reason))


def _store(
    class_id: int, *, kind: str, title: str, sha256: str | None, file_name: str, text: str, waived: bool = False
) -> ArchiveItem:
    item = ArchiveItem(
        class_id=class_id,
        kind=kind,
        title=title,
        file_sha256=sha256,
        file_name=file_name,
        text=text,
        waived=waived,
        account_id=current_actor().account_id,
        at=clock.now(),
    )
    db.session.add(item)
    db.session.flush()
    return item


def _reason(text: str) -> str:
    text = text.strip()[:300]
    if len(text) < _SHORTEST_REASON:
        raise InvalidInput(
            N_("Please give a reason of at least four characters."),
            code="reason",
            fields={"reason": N_("Please give a reason of at least four characters.")},
        )
    return text
