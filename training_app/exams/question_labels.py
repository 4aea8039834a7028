"""How the question bank's codes are said to people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TYPES = {
    "single": _l("single choice"),
    "multiple": _l("multiple choice"),
    "true_false": _l("true or false"),
    "short_answer": _l("fill in"),
    "numerical": _l("number"),
    "essay": _l("essay"),
    "matching": _l("matching"),
}
DIFFICULTIES = {"easy": _l("easy"), "medium": _l("of medium difficulty"), "hard": _l("hard")}
STATES = {
    "draft": (_l("draft"), "idle", "edit"),
    "active": (_l("in use"), "ok", "check"),
    "retired": (_l("retired"), "idle", "x"),
}
TRUTHS = {"true": _l("right"), "false": _l("wrong")}
FINDINGS = {
    "weights": _l("Shares of the points"),
    "feedback": _l("Feedback on an answer"),
    "hint": _l("Hint"),
    "penalty": _l("Deduction for trying again"),
    "tag": _l("Tag"),
    "id": _l("Its number elsewhere"),
    "unit": _l("Unit of the number"),
    "template": _l("Text given for the answer"),
    "rubric": _l("Remark for markers"),
    "usecase": _l("Capitals counted"),
    "title": _l("Its name elsewhere"),
    "wildcard": _l("Answer with a star for any text"),
    "minus": _l("Deduction for a wrong choice"),
    "setting": _l("Setting of the other system"),
    "about": _l("Remark on its category"),
    "file": _l("File that is no picture"),
    "tolerance": _l("Tolerance below and above"),
    "markup": _l("Layout that was left out"),
    "picture_missing": _l("Picture that was not in the file"),
    "picture_refused": _l("Picture that could not be taken"),
}
FORMATS = {
    "gift": _l("GIFT (Moodle)"),
    "moodle": _l("Moodle XML"),
    "qti": _l("QTI 2.1 package"),
    "qti3": _l("QTI 3.0 package"),
    "word": _l("Word paper with answers"),
}
