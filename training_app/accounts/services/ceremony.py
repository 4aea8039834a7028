"""The cryptographic half of passkeys: what browsers are asked, and whether what they answer is genuine (WebAuthn).

The library is loaded at the first passkey, not at start: most counties' days begin without one.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training_app.core import crypto

LIFE_SECONDS = 300
_LONGEST_ID = 1023  # bytes, by the standard
_TRANSPORTS = ("usb", "nfc", "ble", "smart-card", "hybrid", "internal")

Credential = Mapping[str, Any]  # as the browser sends it: id, rawId, type, response


@dataclass(frozen=True)
class Site:
    """Whom passkeys are for: the host name, the exact origin of our pages, the name shown by the phone."""

    rp_id: str
    origin: str
    name: str


@dataclass(frozen=True)
class NewKey:
    """A key pair that has just been made, as far as the server knows it."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: tuple[str, ...]
    backed_up: bool


@dataclass(frozen=True)
class Signed:
    """A signature found genuine."""

    sign_count: int
    backed_up: bool


def encode(value: bytes) -> str:
    """Base64 for addresses without padding, as browsers write it."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes again.

    Raises:
        ValueError: it is none.
    """
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def user_handle(account_id: int) -> bytes:
    """What an authenticator remembers an account by: stable, and says nothing about anybody."""
    return crypto.mac("passkey user", str(account_id))


def registration_options(
    site: Site, *, account_id: int, username: str, name: str, challenge: bytes, known: Sequence[str]
) -> dict[str, Any]:
    """What ``navigator.credentials.create`` is given: a discoverable key, by a phone that checks its user."""
    import webauthn  # noqa: PLC0415 - see above
    from webauthn.helpers import structs  # noqa: PLC0415

    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_id=user_handle(account_id),
        user_name=username,
        user_display_name=name,
        challenge=challenge,
        timeout=LIFE_SECONDS * 1000,
        attestation=structs.AttestationConveyancePreference.NONE,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=decode(each)) for each in known],
    )
    return dict(json.loads(webauthn.options_to_json(options)))


def request_options(site: Site, *, challenge: bytes, allowed: Sequence[str]) -> dict[str, Any]:
    """What ``navigator.credentials.get`` is given; nothing ``allowed``: any passkey of this site the person chooses."""
    import webauthn  # noqa: PLC0415 - see above
    from webauthn.helpers import structs  # noqa: PLC0415

    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=LIFE_SECONDS * 1000,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=decode(each)) for each in allowed],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return dict(json.loads(webauthn.options_to_json(options)))


def read_new_key(site: Site, credential: Credential, *, challenge: bytes) -> NewKey | None:
    """The key pair an authenticator has made for this challenge, or None when anything about the answer is wrong."""
    import webauthn  # noqa: PLC0415 - see above

    try:
        made = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _wrong():
        return None
    if len(made.credential_id) > _LONGEST_ID:
        return None
    told = credential["response"].get("transports")
    return NewKey(
        encode(made.credential_id),
        encode(made.credential_public_key),
        made.sign_count,
        tuple(each for each in _TRANSPORTS if isinstance(told, list) and each in told),
        made.credential_backed_up,
    )


def read_signed(
    site: Site, credential: Credential, *, challenge: bytes, public_key: str, account_id: int
) -> Signed | None:
    """What a signature over this challenge says, or None when anything about it is wrong.

    The counter is judged by the caller: a fall is noted, and a library that refuses it could not say so.
    """
    import webauthn  # noqa: PLC0415 - see above

    try:
        signed = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=decode(public_key),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        handle = credential["response"].get("userHandle")
        if handle and decode(handle) != user_handle(account_id):
            return None
    except _wrong():
        return None
    return Signed(signed.new_sign_count, signed.credential_backed_up)


def _wrong() -> tuple[type[Exception], ...]:
    """What malformed, foreign or forged answers raise, in the library and in the readers below it."""
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - see above

    return (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
