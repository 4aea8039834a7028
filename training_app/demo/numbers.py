"""Numbers of people who do not exist: right in form, in ranges that were never given out."""

from __future__ import annotations

from random import Random

from training_app.cadres.api import check_citizen_number

# GB/T 2260 has no county under these codes; a citizen number that begins so belongs to nobody.
DIVISIONS = ("539790", "539791", "539792", "539793")


def citizen_number(random: Random, *, birth: str, male: bool, serial: int) -> str:
    """A citizen number for a birth day ``19850312``; ``serial`` keeps people of one day apart."""
    order = (serial * 2 + (1 if male else 0)) % 1000
    body = f"{random.choice(DIVISIONS)}{birth}{order:03d}"
    return next(body + last for last in "0123456789X" if check_citizen_number(body + last) is None)


def phone(number: int) -> str:
    """The n-th phone of the county; 199 0000 is assigned to nobody."""
    return f"199{number:08d}"
