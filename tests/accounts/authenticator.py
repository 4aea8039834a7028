"""An authenticator in software: real keys, real signatures, attestation "none"; it does what a test tells it to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One key pair for one site. ``verifies``: whether it checks its user; ``counts``: whether it has a counter."""

    origin: str
    rp_id: str
    verifies: bool = True
    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    raw_id: bytes = field(default_factory=lambda: secrets.token_bytes(24))
    handle: bytes = b""
    count: int = 0

    def create(self, options: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Answer ``navigator.credentials.create``."""
        self.handle = _unb64(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.raw_id).to_bytes(2, "big") + self.raw_id + cbor2.dumps(cose)
        data = self._data(ATTESTED, **changed) + attested
        client = self._client("webauthn.create", options["challenge"], **changed)
        return self._answer(
            clientDataJSON=b64(client),
            attestationObject=b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            transports=["internal", "hybrid", "a word of its own"],
        )

    def get(self, options: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Answer ``navigator.credentials.get``."""
        if self.counts:
            self.count += 1
        data = self._data(0, **changed)
        client = self._client("webauthn.get", options["challenge"], **changed)
        signed = changed.get("key", self.key).sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=b64(client),
            authenticatorData=b64(data),
            signature=b64(signed),
            userHandle=b64(changed.get("handle", self.handle)),
        )

    def _answer(self, **response: Any) -> dict[str, Any]:
        return {"id": b64(self.raw_id), "rawId": b64(self.raw_id), "type": "public-key", "response": response}

    def _client(self, usual: str, asked: str, **changed: Any) -> bytes:
        said = {
            "type": changed.get("kind", usual),
            "challenge": changed.get("challenge", asked),
            "origin": changed.get("origin", self.origin),
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _data(self, more: int, **changed: Any) -> bytes:
        flags = more | changed.get("present", PRESENT) | (VERIFIED if self.verifies else 0)
        rp = hashlib.sha256(changed.get("rp_id", self.rp_id).encode()).digest()
        return rp + bytes([flags]) + self.count.to_bytes(4, "big")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
