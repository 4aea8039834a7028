"""How this feature's codes are said to people."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.core.text import plural_of
from training_app.exams.admission_rules import Absence, AdmissionRules
from training_app.exams.queries.admission import AdmissionInfo
from training_app.exams.rules import Cell, score_text
from training_app.web.display import hours as exact
from training_app.web.display import listing

STATES = {
    "planned": (_l("exam scheduled"), "idle", "calendar"),
    "entering": (_l("scores being entered"), "live", "pencil"),
    "settled": (_l("ready to publish"), "warn", "clipboard-check"),
    "published": (_l("published and locked"), "ok", "lock"),
}
CODES = {
    "absent": _l("absent from the exam"),
    "misconduct": _l("misconduct"),
    "deferred": _l("put off"),
    "excluded": _l("not admitted"),
    "open": _l("not recorded"),
}
STANDINGS = {
    "admitted": (_l("admitted"), "ok", "check"),
    "deferred": (_l("put off"), "warn", "calendar-off"),
    "excluded": (_l("not admitted"), "bad", "x"),
}
COUNTS = {"missed": _l("leave and absence"), "leave": _l("leave only")}
LEAVE_KINDS = {
    "leave_sick": _l("sick leave"),
    "leave_personal": _l("personal leave"),
    "leave_official": _l("official leave"),
}
ENTRIES = {1: _l("First entry"), 2: _l("Second entry"), 3: _l("Settling")}
ATTEMPTS = {1: _l("first sitting"), 2: _l("re-sit")}
GRADES = {"excellent": _l("excellent"), "good": _l("good"), "passed": _l("passed"), "failed": _l("failed")}
# What a trainee is told about the own admission, and what can be done about it.
OWN_STANDINGS = {
    "admitted": _l("You are admitted to this exam."),
    "deferred": _l("You are on leave then: you sit the re-sit instead, and it is no absence."),
    "excluded": _l("You are not admitted to this exam. Something wrong? Ask your class teacher or academic affairs."),
}
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
        return {"absent": "缺考", "misconduct": "违纪", "deferred": "缓考", "excluded": "取消资格"}
    return {"absent": "absent", "misconduct": "misconduct", "deferred": "deferred", "excluded": "not admitted"}


def hours_text(value: Decimal) -> str:
    """Hours with at most one decimal: 18, 17.1."""
    return f"{value.quantize(Decimal('0.1'), ROUND_DOWN).normalize():f}"


def admission_reason(admission: AdmissionInfo, laid_down: AdmissionRules, standing: str = "") -> str:
    """Why somebody stands there, with the figures: 请假18学时，超过总学时1/7（17.1学时）."""
    match standing or admission.standing:
        case "excluded":
            return _over_text(admission.absence, laid_down)
        case "deferred":
            return str(_("on %(kind)s in the half-day of the exam", kind=LEAVE_KINDS[admission.leave_at_exam]))
        case _:
            return ""


def hours_away(absence: Absence, laid_down: AdmissionRules) -> str:
    """The hours that are held against somebody, in words: 请假18学时、缺勤4学时."""
    said = []
    if absence.on_leave or not absence.absent or laid_down.counts == "leave":
        number = plural_of(absence.on_leave)
        said.append(
            ngettext("%(hours)s hour on leave", "%(hours)s hours on leave", number, hours=exact(absence.on_leave))
        )
    if absence.absent and laid_down.counts == "missed":
        number = plural_of(absence.absent)
        said.append(ngettext("%(hours)s hour absent", "%(hours)s hours absent", number, hours=exact(absence.absent)))
    return listing(said)


def _over_text(absence: Absence, laid_down: AdmissionRules) -> str:
    said = _(
        "%(away)s, more than %(part)s of all hours (%(line)s)",
        away=hours_away(absence, laid_down),
        part=part_text(laid_down),
        line=line_text(absence, laid_down),
    )
    return str(said)


def part_text(laid_down: AdmissionRules) -> str:
    """The part of the class's hours that may be missed: 1/7."""
    return f"{laid_down.numerator}/{laid_down.denominator}"


def line_text(absence: Absence, laid_down: AdmissionRules) -> str:
    """The same in hours: 17.1."""
    return hours_text(absence.planned * laid_down.numerator / laid_down.denominator)


def rules_text(laid_down: AdmissionRules) -> str:
    """The rule in a sentence."""
    if not laid_down.excludes:
        return str(_("Nobody is shut out for hours missed."))
    said = _(
        "Shut out is who missed more than %(part)s of the class's hours (%(counts)s).",
        part=part_text(laid_down),
        counts=COUNTS[laid_down.counts],
    )
    return str(said)


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


def audit_codes() -> dict[str, dict[str, object]]:
    """What the codes in our events' fields mean to a reader of the audit trail: field → code → word."""
    standings = {code: word for code, (word, _tone, _icon) in STANDINGS.items()}
    return {"old": dict(standings), "new": dict(standings), "counts": dict(COUNTS)}


def audit_labels() -> dict[str, object]:
    """How the audit trail names what our events hold."""
    return {"counts": _l("Hours that count"), "line": _l("Not admitted above")}
