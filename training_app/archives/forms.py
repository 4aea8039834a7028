"""Forms of archives."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from training_app.archives import labels
from training_app.archives.values import UPLOADED
from training_app.web.forms import Form


class ItemForm(Form):
    """A document for the archive."""

    kind = SelectField(_l("What it is"), choices=[(kind, labels.KINDS[kind]) for kind in UPLOADED])
    title = StringField(_l("Title"), validators=[InputRequired(), Length(max=200)])
    file = FileField(_l("File"))


class SummaryForm(Form):
    """The summary of a class."""

    text = TextAreaField(_l("Text"), validators=[InputRequired(), Length(max=20_000)])


class ReasonForm(Form):
    """A reason."""

    reason = TextAreaField(_l("Reason"), validators=[InputRequired(), Length(max=300)])
