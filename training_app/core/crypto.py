"""Encryption of personal fields, blind indexes, and keys derived for one purpose each.

Every ciphertext starts with the id of its algorithm, so that another provider (SM4) can stand beside it later.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_ALGORITHM = "a1."  # AES-256-GCM, 96-bit random nonce
_secrets: dict[str, str] = {}


def configure(*, field_key: str, secret_key: str) -> None:
    """Take the two secrets of the settings; the keys proper are derived from them."""
    _secrets.update(field=field_key, secret=secret_key)
    derived.cache_clear()
    _aead.cache_clear()


@lru_cache(maxsize=64)
def derived(secret: str, purpose: str) -> bytes:
    """A 32-byte key for one purpose, from ``field`` or ``secret``."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"zhixing", info=purpose.encode())
    return kdf.derive(_secrets[secret].encode())


@lru_cache(maxsize=8)
def _aead(purpose: str) -> AESGCM:
    return AESGCM(derived("field", f"encrypt|{purpose}"))


def encrypt(value: str, purpose: str = "person") -> str:
    """Encrypt a personal value for storage."""
    nonce = os.urandom(12)
    sealed = _aead(purpose).encrypt(nonce, value.encode(), purpose.encode())
    return _ALGORITHM + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypt(stored: str, purpose: str = "person") -> str:
    """Read an encrypted value back.

    Raises:
        ValueError: the value was stored under an algorithm this program does not know.
    """
    if not stored.startswith(_ALGORITHM):
        raise ValueError("unknown field encryption")
    raw = base64.urlsafe_b64decode(stored[len(_ALGORITHM) :])
    return _aead(purpose).decrypt(raw[:12], raw[12:], purpose.encode()).decode()


def blind_index(value: str, purpose: str) -> str:
    """A keyed digest under which an encrypted value can be looked up for equality."""
    return hmac.digest(derived("field", f"index|{purpose}"), value.encode(), "sha256").hex()


def digest(value: str | bytes) -> str:
    """SHA-256 in hex; for random tokens, which need no salt."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()


def mac(purpose: str, message: str) -> bytes:
    """HMAC-SHA-256 under a key derived from the secret key."""
    return hmac.new(derived("secret", purpose), message.encode(), hashlib.sha256).digest()
