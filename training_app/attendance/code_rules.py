"""Codes: on the screen, typed, and on a trainee's own badge. What is genuine, and of which moment.

Design and parameters: SECURITY.md section 2.3. Nothing here asks the time or the database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

ACCEPTED_LAGS = (0, 1)  # the current step and the one before; never the next
TICKET_SECONDS = 120  # for which a genuine code can be confirmed

_CODE = re.compile(r"1\.([1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,11})\.([A-Z2-7]{26})", re.ASCII)
SHORT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, without 0 O 1 I
SHORT_STEP_SECONDS = 30
SHORT_LENGTH = 6
_BADGE = re.compile(r"B\.([1-9][0-9]{0,9})\.[A-Z2-7]{16}", re.ASCII)


@dataclass(frozen=True)
class Code:
    """A code that has the right shape; whether it is genuine is another question."""

    lesson_id: int
    step: int
    text: str


def step_at(unix: float, step_seconds: int) -> int:
    """The number of the time step at an instant."""
    return int(unix // step_seconds)


def make_code(key: bytes, lesson_id: int, step: int) -> str:
    """The code of one lesson in one step.

    The MAC is written in base 32 rather than base64url: 26 signs for the same 128 bits, but the whole address can
    then be upper case, and a QR code stores upper case in five and a half bits a sign (decision 0010).
    """
    message = f"checkin|v1|{lesson_id}|{step}".encode()
    mac = hmac.new(key, message, hashlib.sha256).digest()[:16]
    return f"1.{lesson_id}.{step}.{base64.b32encode(mac).decode().rstrip('=')}"


def parse_code(text: str) -> Code | None:
    """Take a code apart; None when it has not even the shape of one."""
    match = _CODE.fullmatch(text)
    return Code(int(match[1]), int(match[2]), text) if match else None


def read_code(code: Code, *, key: bytes, now_step: int) -> str | int:
    """Judge a code of this lesson: its lag (0 or 1), or ``bad_code``, or ``expired_code``.

    A code counts when it is genuine and of the current or the previous step. The text itself is compared, in
    constant time, so that there is exactly one spelling of each code.
    """
    expected = make_code(key, code.lesson_id, code.step)
    if not key or not hmac.compare_digest(expected.encode(), code.text.encode()):
        return "bad_code"
    lag = now_step - code.step
    return lag if lag in ACCEPTED_LAGS else "expired_code"


def make_short_code(key: bytes, lesson_id: int, step: int) -> str:
    """The code for typing: six signs of a 32-letter alphabet (30 bits), one per 30 s."""
    mac = hmac.new(key, f"checkin|short|v1|{lesson_id}|{step}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(mac[:4]) >> 2
    return "".join(SHORT_ALPHABET[number >> 5 * place & 31] for place in range(SHORT_LENGTH))


def tidy_short_code(text: str) -> str:
    """What was typed, as the alphabet writes it; '' when it cannot be a short code."""
    plain = "".join(text.split()).upper()
    return plain if len(plain) == SHORT_LENGTH and all(sign in SHORT_ALPHABET for sign in plain) else ""


def read_short_code(typed: str, *, key: bytes, lesson_id: int, unix: float) -> int | None:
    """Which step a typed code belongs to: lag 0 or 1, or None when it is not this lesson's."""
    now_step = step_at(unix, SHORT_STEP_SECONDS)
    for lag in ACCEPTED_LAGS if key else ():
        if hmac.compare_digest(make_short_code(key, lesson_id, now_step - lag).encode(), typed.encode()):
            return lag
    return None


def make_badge(mac: bytes, enrollment_id: int) -> str:
    """The text of a trainee's own badge, from a MAC over the enrollment (80 bits of it)."""
    return f"B.{enrollment_id}.{base64.b32encode(mac[:10]).decode()}"


def parse_badge(text: str) -> int | None:
    """The enrollment a badge claims to be of; whether it is genuine is another question."""
    match = _BADGE.fullmatch(text)
    return int(match[1]) if match else None


def same_text(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
