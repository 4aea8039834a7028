"""Forms of attendance: they check shape, the rules check meaning."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from training_app.attendance import labels, rules
from training_app.web.forms import Form


class TypedCodeForm(Form):
    """The six signs shown beneath the QR code."""

    code = StringField(_l("Check-in code"), [InputRequired(_l("Please type the six characters.")), Length(max=20)])


class MarkForm(Form):
    """What staff record of a person."""

    status = RadioField(_l("Attendance mark"), [InputRequired(_l("Please choose one of the marks."))])
    reason = SelectField(_l("Reason"), [Optional()])
    text = StringField(_l("In own words"), [Optional(), Length(max=200)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the marks and reasons in the reader's language."""
        super().__init__(*args, **kwargs)
        self.status.choices = [(code, f"{rules.SIGNS[code]} {_(labels.STATUS[code])}") for code in rules.STATUSES]
        self.reason.choices = [("", _("Other, in own words")), *((c, _(labels.REASON[c])) for c in rules.STAFF_REASONS)]

    @property
    def said(self) -> str:
        """The reason: of the list, or in own words."""
        return str(self.text.data or self.reason.data or "").strip()


class KeyInForm(Form):
    """Why a list is keyed in afterwards."""

    reason = SelectField(_l("Reason"), [Optional()])
    text = StringField(_l("In own words"), [Optional(), Length(max=200)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the reasons in the reader's language, the usual one first."""
        super().__init__(*args, **kwargs)
        codes = sorted(rules.STAFF_REASONS, key=lambda code: code != "keyed_in_later")
        self.reason.choices = [*((code, _(labels.REASON[code])) for code in codes), ("", _("Other, in own words"))]

    @property
    def said(self) -> str:
        """The reason: of the list, or in own words."""
        return str(self.text.data or self.reason.data or "").strip()


class ReasonForm(Form):
    """Why something final is taken back."""

    reason = StringField(_l("Reason"), [InputRequired(_l("Please give the reason.")), Length(max=200)])


class HeadsForm(Form):
    """How many people staff see in the room."""

    seen = IntegerField(_l("People in the room"), [InputRequired(_l("Please enter a number.")), NumberRange(0, 5000)])


class HeadsNoteForm(Form):
    """Why the heads in the room differ from the records."""

    note = StringField(
        _l("Why heads and records differ"),
        [InputRequired(_l("Please say in at least four characters why they differ.")), Length(max=200)],
    )

    def validate_note(self, field: StringField) -> None:
        """A word is not an explanation."""
        if not rules.reason_is_enough(str(field.data or "").strip()):
            raise ValidationError(_("Please say in at least four characters why they differ."))


class SettleForm(Form):
    """How a doubt was resolved."""

    settlement = SelectField(_l("Settled"), [Optional()])
    text = StringField(_l("In own words"), [Optional(), Length(max=200)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the usual answers in the reader's language."""
        super().__init__(*args, **kwargs)
        self.settlement.choices = [
            *((code, _(labels.SETTLEMENT[code])) for code in rules.SETTLEMENTS),
            ("", _("Other, in own words")),
        ]

    @property
    def said(self) -> str:
        """The answer: of the list, or in own words."""
        return str(self.text.data or self.settlement.data or "").strip()
