"""Checkpoints as signed notes (C2SP tlog-checkpoint, signed-note), signed with Ed25519.

zhixing/3f9a2c41
1234
base64 of the root

— zhixing/3f9a2c41 base64 of key hash and signature
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_NOTE = re.compile(
    r"(?P<text>(?P<origin>[!-~]{1,100})\n(?P<size>0|[1-9][0-9]{0,14})\n(?P<root>[A-Za-z0-9+/]{43}=)\n)\n"
    r"\u2014 (?P<name>[!-~]{1,100}) (?P<signature>[A-Za-z0-9+/=]{1,200})\n"
)
_ED25519 = b"\x01"


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A checkpoint with its signature, as read; not yet verified."""

    checkpoint: Checkpoint
    name: str
    key_hash: bytes
    signature: bytes


def origin_of(key: Ed25519PublicKey) -> str:
    """The name of a log: its key's own."""
    return f"zhixing/{hashlib.sha256(_raw(key)).hexdigest()[:8]}"


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a signed note."""
    public = key.public_key()
    name = checkpoint.origin
    signature = base64.b64encode(_key_hash(name, public) + key.sign(checkpoint.text.encode())).decode()
    return f"{checkpoint.text}\n\u2014 {name} {signature}\n"


def read(text: str) -> Note | None:
    """Read a signed note, exactly in the form that ``sign`` writes; None for anything else."""
    found = _NOTE.fullmatch(text)
    if found is None:
        return None
    try:
        root = base64.b64decode(found["root"], validate=True)
        signed = base64.b64decode(found["signature"], validate=True)
    except binascii.Error:
        return None
    if base64.b64encode(root).decode() != found["root"] or base64.b64encode(signed).decode() != found["signature"]:
        return None  # another spelling of the same bytes
    return Note(Checkpoint(found["origin"], int(found["size"]), root), found["name"], signed[:4], signed[4:])


def is_signed_by(note: Note, key: Ed25519PublicKey) -> bool:
    """Whether the note carries this key's signature."""
    if note.name != note.checkpoint.origin or note.key_hash != _key_hash(note.name, key):
        return False
    try:
        key.verify(note.signature, note.checkpoint.text.encode())
    except InvalidSignature:
        return False
    return True


def public_pem(key: Ed25519PublicKey) -> str:
    """The key as PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def read_public_pem(text: bytes) -> Ed25519PublicKey | None:
    """The Ed25519 key in a PEM file; None when there is none."""
    try:
        key = serialization.load_pem_public_key(text)
    except ValueError:
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the key in groups of four, to be read aloud and printed."""
    digits = hashlib.sha256(_raw(key)).hexdigest()
    return " ".join(digits[i : i + 4] for i in range(0, 32, 4))


def _key_hash(name: str, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + _raw(key)).digest()[:4]


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
