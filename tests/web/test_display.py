"""Figures as pages show them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from training_app.web.display import percent


@pytest.mark.parametrize(
    ("share", "digits", "shown"),
    [
        (2 / 16, 0, "13%"),
        (15 / 16, 0, "94%"),
        (15 / 16, 1, "93.8%"),
        (Decimal("0.9225"), 1, "92.3%"),
        (1 / 3, 1, "33.3%"),
        (0.0, 1, "0.0%"),
        (1, 0, "100%"),
        (None, 1, ""),
    ],
)
def test_a_share_is_rounded_as_people_round(share, digits, shown):
    assert percent(share, digits) == shown
