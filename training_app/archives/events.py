"""What happens to archives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


class _OfClass:
    """What happens to the archive of a class is found under the class."""

    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"


@dataclass(frozen=True, kw_only=True)
class ItemAdded(_OfClass, Event):
    """A document was put into a class's archive."""

    sentence: ClassVar[str] = N_("put %(title)s into the archive")

    class_id: int
    item_id: int
    kind: str
    title: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ItemWaived(_OfClass, Event):
    """A kind of document does not apply to a class, and why."""

    sentence: ClassVar[str] = N_("noted that there is no %(kind)s: %(reason)s")

    class_id: int
    item_id: int
    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ItemRemoved(_OfClass, Event):
    """A document, or a note that there is none, was taken out before sealing."""

    sentence: ClassVar[str] = N_("took %(title)s out of the archive: %(reason)s")

    class_id: int
    item_id: int
    kind: str
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SealProposed(_OfClass, Event):
    """Somebody wishes to seal; a second person decides."""

    sentence: ClassVar[str] = N_("proposed to seal package %(number)s")

    class_id: int
    proposal_id: int
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class SealRefused(_OfClass, Event):
    """The second person did not agree."""

    sentence: ClassVar[str] = N_("refused to seal package %(number)s: %(note)s")

    class_id: int
    proposal_id: int
    number: int
    note: str


@dataclass(frozen=True, kw_only=True)
class SealWithdrawn(_OfClass, Event):
    """Whoever proposed sealing took it back."""

    sentence: ClassVar[str] = N_("withdrew the proposal to seal package %(number)s")

    class_id: int
    proposal_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ClassSealed(_OfClass, Event):
    """A package was sealed: what it holds (``manifest``), and the entries of the log about the class until then."""

    sentence: ClassVar[str] = N_("sealed package %(number)s with %(files)s files")

    class_id: int
    number: int
    code: str
    reason: str
    proposed_by: str
    manifest: str
    files: int
    entries: int
    entries_digest: str


@dataclass(frozen=True, kw_only=True)
class PackageTaken(_OfClass, Event):
    """Somebody took a sealed package out."""

    sentence: ClassVar[str] = N_("downloaded package %(number)s")

    class_id: int
    number: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ItemRead(_OfClass, Event):
    """Somebody opened a document of an archive."""

    sentence: ClassVar[str] = N_("opened %(title)s")

    class_id: int
    item_id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class PersonalFileRead(Event):
    """Somebody opened or printed a person's file."""

    sentence: ClassVar[str] = N_("opened the training file")
    subject_kind: ClassVar[str] = "cadre"
    subject_field: ClassVar[str] = "cadre_id"

    cadre_id: int
    printed: bool
