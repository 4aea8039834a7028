"""What a reader reads: no sign of one language in the other, no sentence of the source left in a translation."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2] / "training_app"
CHINESE_ONLY = {"exams/sheet.html"}  # a form as units know it, in Chinese whatever the reader's language
SENTENCE = re.compile(r"[A-Za-z]+(?: [a-z]+){3,}")


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
