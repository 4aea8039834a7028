"""What a reader reads: no sign of one language in the other, no sentence of the source left in a translation."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2] / "training_app"
CHINESE_ONLY = {"exams/sheet.html"}  # a form as units know it, in Chinese whatever the reader's language
SENTENCE = re.compile(r"[A-Za-z]+(?: [a-z]+){3,}")
COUNTED = ("attendance", "cadres", "classes", "courses", "discipline", "exams", "imports", "reports")
THINGS = (
    "accounts cells classes columns courses days files forms groups half-days hours lessons minutes nominations people "
    "records requests rooms rows scores seats sign-ins stops units worksheets"
)
MANY = re.compile(rf"%\((\w+)\)[sd] (?:credit |free |half |planned )?(?:{THINGS.replace(' ', '|')})\b")
NEVER_ONE = {"limit", "limit_days", "most", "required", "planned", "due", "total"}  # limits, and sums of many
RULES = {  # what a regulation or a class lays down
    "hours of closed lessons; more than 1/7 of %(hours)s hours missed excludes from completion",
    "; so do %(days)s days absent without leave (%(hours)s hours)",
    "Being absent without leave for %(days)s days (%(hours)s hours), too.",
    "withdrawal proposed from %(n)s days absent",
    "half a day %(h)s hours; academic affairs over %(a)s, organisation department over %(b)s half-days",
    " will not have %(hours)s hours at the end of the year.",
    "Every year %(hours)s hours or %(days)s days",
    "Leaders of county level and above %(hours)s hours in %(years)s years",
}


def test_templates_leave_the_comma_to_the_language():
    """``comma()``, ``gap()`` and ``listing`` know how the reader's language separates facts."""
    typed = [
        f"{page.parent.name}/{page.name}:{number}: {line.strip()[:80]}"
        for page in sorted(ROOT.glob("*/templates/**/*.html"))
        if f"{page.parent.name}/{page.name}" not in CHINESE_ONLY
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        if re.search("[，；。]", re.sub(r"{#.*?#}", "", line))
    ]

    assert typed == []


def test_no_english_sentence_is_left_in_a_translation():
    left = []
    for catalogue in sorted(ROOT.glob("*/translations/zh_CN/LC_MESSAGES/messages.po")):
        with catalogue.open("rb") as file:
            messages = read_po(file, locale="zh_CN")
        for message in messages:
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            left += [f"{catalogue.parts[-5]}: {each}" for each in said if message.id and SENTENCE.search(each)]

    assert left == []


def test_english_counts_one_thing_as_one():
    """Never "1 classes", which comes of gettext in ngettext's place. Audit sentences tell what was kept as it was."""
    said = []
    for feature in COUNTED:
        kept = _sentences(ROOT / feature) | RULES
        with (ROOT / feature / "translations/zh_CN/LC_MESSAGES/messages.po").open("rb") as file:
            ids = [message.id for message in read_po(file, locale="zh_CN")]
        singles = [each for each in ids if isinstance(each, str) and each not in kept]
        said += [f"{feature}: {each}" for each in singles if set(MANY.findall(each)) - NEVER_ONE]

    assert said == []


def _sentences(feature: Path) -> set[str]:
    nodes = (node for events in feature.glob("events.py") for node in ast.walk(ast.parse(events.read_text("utf-8"))))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_lists_count_what_they_hold():
    typed = [
        f"{page.parent.name}/{page.name}: {found}"
        for page in sorted(ROOT.rglob("templates/**/*.html"))
        for found in re.findall(r'noun=_\("\w+"\)|pager\([\w.]+, _\("\w+"\)', page.read_text(encoding="utf-8"))
    ]

    assert typed == []
