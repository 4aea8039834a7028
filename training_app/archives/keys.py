"""The key that signs checkpoints: beside the database, never in it, readable by its owner only."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_state: dict[str, Path] = {}


def configure(path: Path) -> None:
    """Take the key's file from the settings; it is made when it is first needed."""
    _state["path"] = path


def signing_key() -> Ed25519PrivateKey:
    """The log's signing key.

    Raises:
        ValueError: the file holds another kind of key.
    """
    path = _state["path"]
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path.name} holds no Ed25519 key")  # noqa: TRY004 - the file is wrong, not the call
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # whoever comes first wins; a key that exists is never replaced
    except FileExistsError:
        pass
    finally:
        draft.unlink()
