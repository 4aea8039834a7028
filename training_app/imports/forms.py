"""The form a file is brought in with."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import SelectField

from training_app.imports.labels import KINDS
from training_app.web.forms import Form


class UploadForm(Form):
    """A file, what it is, and the class where the file does not say."""

    file = FileField(
        _l("File"),
        validators=[FileRequired(_l("Please choose a file."))],
        description=_l(
            "Excel, CSV, a question file (Word, GIFT, Moodle XML, Aiken, QTI) or appointment forms (.lrmx, alone or in"
            " a ZIP), up to 30 MB, as it is."
        ),
    )
    kind = SelectField(
        _l("Kind of sheet"), default="auto", description=_l("Usually found from the columns and the title.")
    )
    class_code = SelectField(
        _l("Class"), default="", description=_l("Only for sheets of a class whose title does not name it.")
    )

    def offer(self, kinds: Iterable[str], classes: Iterable[tuple[str, str]]) -> None:
        """Fill the selects."""
        self.kind.choices = [("auto", _l("Find out")), *((kind, _l(KINDS[kind])) for kind in kinds)]
        self.class_code.choices = [("", _l("As the file says")), *classes]


class FolderForm(Form):
    """A whole folder, or several files at once."""

    folder = MultipleFileField(
        _l("Folder"),
        render_kw={"webkitdirectory": True},
        description=_l("Everything in it and in the folders below it; together up to 30 MB."),
    )
    files = MultipleFileField(
        _l("Or several files"),
        description=_l("Where a folder cannot be chosen: mark all its files in the window that opens."),
    )
