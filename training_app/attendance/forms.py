"""Forms of attendance: they check shape, the rules check meaning."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from training_app.attendance import labels, rules
from training_app.core.errors import DomainError
from training_app.web.forms import Form


class TypedCodeForm(Form):
    """The six signs shown beneath the QR code."""

    code = StringField(_l("Check-in code"), [InputRequired(_l("Please type the six characters.")), Length(max=20)])


class WordedForm(Form):
    """A reason chosen from a list, or given in own words."""

    reason = SelectField(_l("Reason"), [Optional()])
    text = StringField(_l("In own words"), [Optional(), Length(max=200)])

    @property
    def said(self) -> str:
        """The reason: of the list, or in own words."""
        return str(self.text.data or self.reason.data or "").strip()

    def take(self, error: DomainError) -> None:
        """Say that a reason does not do beside the words: nothing of the list was chosen."""
        super().take(error)
        self.text.errors = [*self.text.errors, *self.reason.errors]
        self.reason.errors = []


class MarkForm(WordedForm):
    """What staff record of a person."""

    status = RadioField(_l("Attendance mark"), [InputRequired(_l("Please choose one of the marks."))])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the marks and reasons in the reader's language."""
        super().__init__(*args, **kwargs)
        self.status.choices = [(code, f"{rules.SIGNS[code]} {_(labels.STATUS[code])}") for code in rules.STATUSES]
        self.reason.choices = [("", _("Other, in own words")), *((c, _(labels.REASON[c])) for c in rules.STAFF_REASONS)]


class KeyInForm(WordedForm):
    """Why a list is keyed in afterwards."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the reasons in the reader's language, the usual one first."""
        super().__init__(*args, **kwargs)
        codes = sorted(rules.STAFF_REASONS, key=lambda code: code != "keyed_in_later")
        self.reason.choices = [*((code, _(labels.REASON[code])) for code in codes), ("", _("Other, in own words"))]


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


class ContestForm(Form):
    """What a trainee says against a record of theirs."""

    said = TextAreaField(
        _l("What is wrong with this record"), [InputRequired(_l("Please say what is wrong.")), Length(max=500)]
    )
    paper = FileField(
        _l("Evidence (photo or PDF)"),
        [Optional()],
        description=_l(
            "For instance a photo of the badge or of the leave slip. At most 8 MB; only your teachers see it."
        ),
    )


class AnswerForm(Form):
    """The class teacher's answer to a contest."""

    status = RadioField(_l("If upheld, the record says"), [Optional()], validate_choice=False)
    words = TextAreaField(
        _l("Answer to the trainee"), [InputRequired(_l("Please answer; the trainee reads it.")), Length(max=300)]
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the marks in the reader's language."""
        super().__init__(*args, **kwargs)
        self.status.choices = [(code, f"{rules.SIGNS[code]} {_(labels.STATUS[code])}") for code in rules.STATUSES]


class SecondForm(Form):
    """The second person's decision about a correction."""

    note = StringField(_l("Note"), [Optional(), Length(max=300)])
