"""Stored files: content-addressed, in a local folder.

The address is the SHA-256 of the content, so a file cannot be changed without its name giving it away. The
storage is named by a URL (``file:FOLDER``), so that a bucket can take the folder's place.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from training_app.core.errors import NotFound

_DIGEST = re.compile(r"[0-9a-f]{64}")
_state: dict[str, Path] = {}


@dataclass(frozen=True)
class StoredFile:
    """Where a file is and how long it is, in bytes."""

    sha256: str
    size: int


def configure(storage_url: str) -> None:
    """Take the storage from the settings.

    Raises:
        ValueError: the kind of storage is not known to this program.
    """
    if not storage_url.startswith("file:"):
        raise ValueError("STORAGE_URL: only file: is supported so far")
    _state["folder"] = Path(storage_url.removeprefix("file:"))


def store(data: bytes) -> StoredFile:
    """Keep the bytes, durably; the same content is kept once."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = _path(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    return StoredFile(sha256, len(data))


def read(sha256: str) -> bytes:
    """The content of a stored file.

    Raises:
        NotFound: nothing is stored under this digest.
    """
    path = _path(sha256)
    if not path.exists():
        raise NotFound
    return path.read_bytes()


def folder() -> Path:
    """The folder of the local storage; also holds what must lie beside the database but not in it."""
    return _state["folder"]


def is_writable() -> bool:
    """Whether a file can be kept now."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder()) as file:
            file.write(b"x")
    except OSError:
        return False
    return True


def _path(sha256: str) -> Path:
    if not _DIGEST.fullmatch(sha256):
        raise NotFound
    return folder() / sha256[:2] / sha256
