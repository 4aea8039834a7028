"""Entries in words: sentence, subject, fields, in the reader's language, personal data masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from training_app.audit import rules, words
from training_app.audit.queries import Entry
from training_app.core.actor import current_actor
from training_app.core.events import Event, all_event_types
from training_app.core.ports import ask
from training_app.web.access import may_open
from training_app.web.display import listing

_NONE = "—"
# Fields whose values some features name among their labels rather than by ``audit.codes``.
_CODED = frozenset({"reason", "kind", "rule"})
# Fields that hold a phrase with codes in it: 2026-12-02 morning – 2026-12-03 afternoon.
_PHRASES = frozenset({"back", "period"})


@dataclass(frozen=True)
class Told:
    """An entry as the page tells it."""

    entry: Entry
    sentence: str
    actor: str
    kind: str
    subject: str
    subject_url: str  # '' when the reader may not open it


class Teller:
    """Puts entries into words; made once per page, so that words and kinds are collected once."""

    def __init__(self) -> None:
        """Collect the kinds of events and what the features call their subjects and fields."""
        self.kinds: dict[str, type[Event]] = {kind.event_name(): kind for kind in all_event_types()}
        self.labels: dict[str, str] = {code: _(text) for code, text in words.WORDS.items()}
        for answer in ask("audit.labels"):
            self.labels.update({code: _said(text) for code, text in answer.items()})
        self.codes: dict[str, dict[str, str]] = {}
        for answer in ask("audit.codes"):
            for field, known in answer.items():
                self.codes.setdefault(field, {}).update({code: _said(text) for code, text in known.items()})
        self.pages: dict[str, tuple[str, str]] = {}
        for answer in ask("audit.pages"):
            self.pages.update(answer)

    def tell(self, entry: Entry) -> Told:
        """The entry in words."""
        return Told(
            entry,
            self._sentence(entry),
            self._actor(entry),
            self.kind(entry.kind),
            self._subject(entry),
            self._subject_url(entry),
        )

    def kind(self, name: str) -> str:
        """A kind of entry without anybody's particulars: Read the file of …."""
        kind = self.kinds.get(name)
        if kind is None or not kind.sentence:
            return name
        return _filled(kind.sentence, dict.fromkeys(kind.__dataclass_fields__, "…"))

    def label(self, code: str) -> str:
        """What a subject, a field or a code is called."""
        return self.labels.get(code, code)

    def fields(self, entry: Entry) -> list[tuple[str, str]]:
        """The facts of an entry besides before and after."""
        body = rules.without_differences(self._masked(entry))
        return [(self.label(name), self._value(name, value)) for name, value in body.items()]

    def differences(self, entry: Entry) -> list[tuple[str, str, str]]:
        """(field, before, after)."""
        return [
            (self.label(name), self._value(name, before), self._value(name, after))
            for name, before, after in rules.differences(self._masked(entry))
        ]

    def _masked(self, entry: Entry) -> dict[str, Any]:
        kind = self.kinds.get(entry.kind)
        # Of a kind no feature knows any more nobody can say what is personal: everything may be.
        hidden = kind.personal if kind is not None else frozenset(entry.body)
        return {name: rules.mask(value) if name in hidden else value for name, value in entry.body.items()}

    def _sentence(self, entry: Entry) -> str:
        kind = self.kinds.get(entry.kind)
        if kind is None or not kind.sentence:
            return entry.kind
        body = self._masked(entry)
        return _filled(kind.sentence, {n: self._value(n, body.get(n)) for n in kind.__dataclass_fields__})

    def _value(self, field: str, value: Any) -> str:
        if value is None or value == "":
            return _NONE
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if isinstance(value, Mapping):
            return (
                str(_("; ")).join(f"{self.label(str(k))} {self._value(str(k), v)}" for k, v in value.items()) or _NONE
            )
        if isinstance(value, list | tuple):
            return listing(self._value(field, v) for v in value) or _NONE
        text = str(value)
        known = self.codes.get(field, {})
        if text in known:
            return known[text]
        if field in _PHRASES:
            return " ".join(known.get(word, word) for word in text.split(" "))
        return self.labels.get(text, text) if field in _CODED else text

    def _actor(self, entry: Entry) -> str:
        if entry.account_id is None and entry.actor_name in words.SYSTEM_ACTORS:
            return str(_(words.SYSTEM_ACTORS[entry.actor_name]))
        return entry.actor_name or str(_("nobody signed in"))

    def _subject(self, entry: Entry) -> str:
        if not entry.subject_kind:
            return ""
        name = self.label(entry.subject_kind)
        return f"{name} {entry.subject_id}" if entry.subject_id else name

    def _subject_url(self, entry: Entry) -> str:
        endpoint, argument = self.pages.get(entry.subject_kind, ("", ""))
        if not endpoint or not entry.subject_id.isdigit() or endpoint not in current_app.view_functions:
            return ""
        if not may_open(current_app, endpoint, current_actor()):
            return ""
        values: dict[str, Any] = {argument: int(entry.subject_id)}
        return url_for(endpoint, **values)


def _said(text: Any) -> str:
    """A gettext id, or something the feature has already made to speak the reader's language."""
    return str(_(text)) if type(text) is str else str(text)


def _filled(sentence: str, values: Mapping[str, str]) -> str:
    translated = str(_(sentence))
    try:
        return translated % values
    except (KeyError, ValueError, TypeError):
        return translated
