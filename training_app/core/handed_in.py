"""Papers people hand in as proof, a certificate with a leave or a photo with a contest: what may be kept, and how.

The first bytes decide what a paper is, never its name or what the sender's browser calls it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from training_app.core import files
from training_app.core.text import N_

LARGEST = 8 * 1024 * 1024
_LONGEST_NAME = 120
_MAGIC = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
FAULT = {
    "empty": N_("The file is empty."),
    "too_large": N_("The file is larger than 8 MB."),
    "wrong_kind": N_("Only photos (JPEG, PNG) and PDF files can be taken."),
}


@dataclass(frozen=True)
class Paper:
    """A file as it was sent."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Kept:
    """A paper as it is stored, for the row that points to it."""

    sha256: str
    name: str
    media_type: str
    size: int


def fault_of(data: bytes) -> str:
    """What is wrong with a paper: empty, too_large, wrong_kind; '' when it may be kept."""
    if not data:
        return "empty"
    if len(data) > LARGEST:
        return "too_large"
    return "" if _media_type_of(data) else "wrong_kind"


def first_fault(papers: Sequence[Paper], *, most: int) -> str:
    """What is wrong with the papers of one request: too_many, or the first fault of one; '' when all may be kept."""
    if len(papers) > most:
        return "too_many"
    return next((fault for fault in (fault_of(paper.data) for paper in papers) if fault), "")


def keep(paper: Paper) -> Kept:
    """Store a paper in which no fault was found. Of a long name the end is kept: it says the kind."""
    stored = files.store(paper.data)
    return Kept(stored.sha256, paper.name[-_LONGEST_NAME:] or "paper", _media_type_of(paper.data), stored.size)


def _media_type_of(data: bytes) -> str:
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
