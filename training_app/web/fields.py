"""Form fields for values as people type them; what was typed is kept when it cannot be read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField

from training_app.core import typed


class MonthField(StringField):  # type: ignore[misc]
    """A month, kept as ``1985-03``, typed as 1985.03, 198503 or 1985年3月, shown as 1985.03."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return (self.data or "").replace("-", ".")

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        month = typed.parse_month(str(valuelist[0])) if valuelist else ""
        if month is None:
            self.data = ""
            raise ValueError(_("Please type a month such as 1985.03."))
        self.data = month


class DayField(StringField):  # type: ignore[misc]
    """A day, typed as 2023.05.10, 20230510 or 2023年5月10日; a month alone is its first day."""

    data: date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%Y.%m.%d}" if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = typed.parse_day(text)
        if text and self.data is None:
            raise ValueError(_("Please type a day such as 2023.05.10."))


class NumberField(StringField):  # type: ignore[misc]
    """A number, typed in full-width digits or not; None when nothing is typed."""

    data: Decimal | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(str(self.data)).normalize():f}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = typed.parse_number(text) if text else None
        if text and self.data is None:
            raise ValueError(_("Please type a number."))


class WholeNumberField(NumberField):
    """A whole number; None when nothing is typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        super().process_formdata(valuelist)
        if self.data is not None and self.data != int(self.data):
            raise ValueError(_("Please type a whole number."))


def whole(value: Decimal | None) -> int | None:
    """What a :class:`WholeNumberField` holds, as an int."""
    return None if value is None else int(value)
