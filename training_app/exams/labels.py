"""How this feature's codes are said to people."""

from __future__ import annotations

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.exams.rules import Cell, score_text

STATES = {
    "planned": (_l("exam scheduled"), "idle", "calendar"),
    "entering": (_l("scores being entered"), "live", "pencil"),
    "settled": (_l("ready to publish"), "warn", "clipboard-check"),
    "published": (_l("published and locked"), "ok", "lock"),
}
CODES = {"absent": _l("absent from the exam"), "misconduct": _l("misconduct"), "open": _l("not recorded")}
ENTRIES = {1: _l("First entry"), 2: _l("Second entry"), 3: _l("Settling")}
ATTEMPTS = {1: _l("first sitting"), 2: _l("re-sit")}
GRADES = {"excellent": _l("excellent"), "good": _l("good"), "passed": _l("passed"), "failed": _l("failed")}
MARKS = {"reflection": _l("Reflection"), "conduct": _l("Conduct")}
SOURCES = {"entry": _l("entered twice"), "change": _l("corrected"), "import": _l("imported")}
CHANGE_STATES = {
    "asked": (_l("waiting for a decision"), "warn"),
    "approved": (_l("change approved"), "ok"),
    "refused": (_l("change turned down"), "bad"),
}
CHECKS = {
    "missing": (_l("not entered"), "idle", None),
    "entered": (_l("entered"), "ok", "check"),
    "waiting": (_l("entered, waits for the other"), "idle", None),
    "agree": (_l("agrees"), "ok", "check"),
    "differ": (_l("differs"), "warn", "arrows-diff"),
}


def shown(cell: Cell) -> str:
    """A score as people read it, or the word for its absence."""
    return str(CODES[cell.code]) if cell.code else score_text(cell.score)


def typed(cell: Cell) -> str:
    """A cell as it stands in an input: what can be typed back in, in either language."""
    return _typed_words().get(cell.code, "") or score_text(cell.score)


def _typed_words() -> dict[str, str]:
    locale = get_locale()
    if locale is None or locale.language == "zh":
        return {"absent": "缺考", "misconduct": "违纪"}
    return {"absent": "absent", "misconduct": "misconduct"}


def band(low: int, high: int, full_marks: int) -> str:
    """A bar of per cents in marks: 60—69, 90—100."""
    bottom, top = low * full_marks // 100, high * full_marks // 100
    return f"{bottom}—{top}" if high == 100 else f"{bottom}—{top - 1}"


def check_word(check: str) -> str:
    """What the check column says."""
    return str(CHECKS[check][0])


def attempt(number: int) -> str:
    """Exam or re-sit."""
    return str(ATTEMPTS.get(number, _("re-sit")))


def grid_words(*, codes: bool = True) -> dict[str, object]:
    """What the grid's script says; braces are filled in by the script."""
    no_number = (
        _("“{text}” is no score. Type a number with at most one decimal, Q for absent or W for misconduct.")
        if codes
        else _("“{text}” is no score. Type a number with at most one decimal.")
    )
    return {
        "notNumber": no_number,
        "outOfRange": _("{text} is more than the full marks of {full}."),
        **_typed_words(),
        "saving": _("saving…"),
        "saved": _("saved {time}; nothing is lost when the line breaks"),
        "offline": _("No connection. {count} cells are kept here and saved as soon as it is back."),
        "stopped": _("{message} What you typed is kept in this browser. Please load the page again."),
        "pasted": _("{count} cells pasted"),
        "pastedSome": _("{count} cells pasted, {refused} could not be taken"),
        "pace": _("about {minutes} minutes left"),
        "youTyped": _("you typed {score}"),
        "correctMine": _("Look again"),
        "wrongLeft": _("{count} cells cannot stand as they are"),
        "missingLeft": _("{count} still missing"),
        "notSaved": _("waiting for the last cells to be saved"),
    }
