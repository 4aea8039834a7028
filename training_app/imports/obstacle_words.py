"""What stands in the way of undoing an import, in words for the page and the command line."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from training_app.core.text import N_
from training_app.imports.entities import word_of
from training_app.imports.services.obstacles import Obstacle

_TITLES: Mapping[str, str] = {
    "later_import": N_("Import %(number)s (%(file)s) was brought in later and touches the same records"),
    "changed": N_("%(what)s were changed since"),
    "removed": N_("%(what)s were removed or replaced since"),
    "built": N_("%(what)s were made that count on this import"),
    "later_lines": N_("%(what)s were corrected since"),
    "decided": N_("Results were decided on this attendance or these scores"),
    "certificate": N_("Certificates were issued on this attendance or these scores"),
    "sealed": N_("The class is sealed in the archive"),
    "unknown": N_("This import comes from an older version of the program; not everything it did was kept"),
}
_ADVICE: Mapping[str, str] = {
    "later_import": N_("Undo that import first."),
    "changed": N_("Undoing would lose that change. Put the old value back by hand, or keep the import."),
    "removed": N_("What was there before can no longer be put back."),
    "built": N_("Settle these first; as long as they stand, what they count on stays."),
    "later_lines": N_("A correction stands on these lines; they stay."),
    "decided": N_("A decision is not taken back silently: import a corrected file and decide anew."),
    "certificate": N_("Revoke these certificates first."),
    "sealed": N_("What is sealed stays as it is."),
    "unknown": N_("It cannot be undone as a whole."),
}


def title_of(obstacle: Obstacle) -> str:
    """What stands in the way."""
    what = gettext(word_of(obstacle.entity))
    return str(gettext(_TITLES[obstacle.code])) % {"number": obstacle.import_id, "file": obstacle.file, "what": what}


def advice_on(obstacle: Obstacle) -> str:
    """How it can be settled, if it can."""
    return str(gettext(_ADVICE[obstacle.code]))
