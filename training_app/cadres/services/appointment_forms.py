"""Appointment forms: kept sealed, version by version; what the register knows, too, goes into the register."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from training_app.cadres.events import AppointmentFormRead, AppointmentFormsStored, AppointmentFormsTaken
from training_app.cadres.lrmx import FIELDS, AppointmentForm, Relative
from training_app.cadres.models import AppointmentFormVersion, Cadre
from training_app.cadres.services.register import Stored, store_cadres
from training_app.cadres.services.values import PLAIN_FIELDS, CadreValues
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.crypto import blind_index, decrypt, encrypt
from training_app.core.db import command, db
from training_app.core.errors import InvalidInput
from training_app.core.events import publish
from training_app.core.text import N_

_PURPOSE = "appointment-form"
MOST_TAKEN = 2_000
_LONGEST_REASON, _SHORTEST_REASON = 200, 2


@dataclass(frozen=True)
class FormValues:
    """A form, and what it says of the person; ``cadre_id`` None: nobody on record has this number."""

    cadre_id: int | None
    person: CadreValues
    form: AppointmentForm


@dataclass(frozen=True)
class FormKept:
    """What became of one form: the version's id, whether it is new, and the form before it if there was one."""

    id: int
    is_new: bool
    before: AppointmentForm | None


@dataclass(frozen=True)
class FormsStored:
    """What became of the forms of a file, in the order of its lines."""

    people: Stored
    forms: tuple[FormKept, ...]


@command
def store_forms(rows: Sequence[FormValues], *, source: str) -> FormsStored:
    """Take in forms: particulars go to the register, the form is kept as another version if it says anything new.

    Somebody on record keeps the post that the register has: a new post is an act of its own. A blank of the form takes
    nothing away. The caller has judged the rows.
    """
    held = {cadre.id: cadre for cadre in _cadres(row.cadre_id for row in rows if row.cadre_id is not None)}
    people = [_overlaid(row.person, held.get(row.cadre_id or 0)) for row in rows]
    stored = store_cadres(people, source=source)
    latest = latest_forms(stored.ids)
    kept: list[FormKept] = []
    for row, cadre_id in zip(rows, stored.ids, strict=True):
        old = latest.get(cadre_id)
        index = _index_of(row.form)
        if old is not None and old.content_index == index:
            kept.append(FormKept(old.id, is_new=False, before=None))
            continue
        version = AppointmentFormVersion(
            cadre_id=cadre_id,
            content_index=index,
            sealed=seal(row.form),
            source=source[-300:],
            account_id=current_actor().account_id,
            at=clock.now(),
        )
        db.session.add(version)
        db.session.flush()
        kept.append(FormKept(version.id, is_new=True, before=unseal(old.sealed) if old is not None else None))
        latest[cadre_id] = version
    publish(AppointmentFormsStored(forms=sum(each.is_new for each in kept), source=source))
    return FormsStored(stored, tuple(kept))


@command
def take_forms(cadre_ids: Sequence[int], *, reason: str, file_format: str) -> None:
    """Note that forms leave the system in clear, for a reason that is kept.

    Raises:
        InvalidInput: no reason, or one that says nothing; nobody, or too many at once.
    """
    if not 0 < len(cadre_ids) <= MOST_TAKEN:
        raise InvalidInput(fields={"reason": N_("Between 1 and 2,000 people at once: narrow the list down.")})
    said = " ".join(reason.split())
    if not _SHORTEST_REASON <= len(said) <= _LONGEST_REASON:
        raise InvalidInput(fields={"reason": N_("Please say what it is needed for.")})
    for cadre in _cadres(cadre_ids):
        publish(AppointmentFormsTaken(cadre_id=cadre.id, name=cadre.name, reason=said, file_format=file_format))


@command
def note_reading(cadre_id: int) -> None:
    """Note that somebody read a form on the screen."""
    for cadre in _cadres([cadre_id]):
        publish(AppointmentFormRead(cadre_id=cadre.id, name=cadre.name))


def latest_forms(cadre_ids: Iterable[int]) -> dict[int, AppointmentFormVersion]:
    """The newest version of each person's form."""
    wanted = sorted(set(cadre_ids))
    found: dict[int, AppointmentFormVersion] = {}
    for start in range(0, len(wanted), 1_000):
        chosen = select(AppointmentFormVersion).where(
            AppointmentFormVersion.cadre_id.in_(wanted[start : start + 1_000])
        )
        found |= {each.cadre_id: each for each in db.session.scalars(chosen.order_by(AppointmentFormVersion.id))}
    return found


def seal(form: AppointmentForm) -> str:
    """A form as it is stored."""
    return encrypt(_said(form), _PURPOSE)


def unseal(stored: str) -> AppointmentForm:
    """A stored form in clear."""
    said: dict[str, Any] = json.loads(decrypt(stored, _PURPOSE))
    family = tuple(Relative(**each) for each in said.pop("family"))
    photo = base64.b64decode(said.pop("photo"))
    return AppointmentForm(**{name: said.get(name, "") for name in FIELDS}, family=family, photo=photo)


def differences(old: AppointmentForm, new: AppointmentForm) -> Mapping[str, tuple[str, str]]:
    """What another version says otherwise: field → (old, new)."""
    before, after = _plain(old), _plain(new)
    return {name: (before[name], after[name]) for name in after if before[name] != after[name]}


def _plain(form: AppointmentForm) -> dict[str, str]:
    family = "；".join(" ".join(filter(None, vars(each).values())) for each in form.family)
    photo = f"{len(form.photo):,} B" if form.photo else ""
    return {**form.texts(), "family": family, "photo": photo}


def _said(form: AppointmentForm) -> str:
    said = {
        **form.texts(),
        "family": [vars(each) for each in form.family],
        "photo": base64.b64encode(form.photo).decode(),
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _index_of(form: AppointmentForm) -> str:
    return blind_index(_said(form), _PURPOSE)


def _cadres(ids: Iterable[int]) -> list[Cadre]:
    wanted = sorted(set(ids))
    found: list[Cadre] = []
    for start in range(0, len(wanted), 1_000):
        found += db.session.scalars(select(Cadre).where(Cadre.id.in_(wanted[start : start + 1_000])))
    return found


def _overlaid(person: CadreValues, held: Cadre | None) -> CadreValues:
    """What the form says laid over what the register has; its post and unit stay."""
    if held is None:
        return person
    given = {name: getattr(person, name) or getattr(held, name) for name in PLAIN_FIELDS}
    given["political_status"] = held.political_status or person.political_status
    post = {name: getattr(held, name) for name in ("post_title", "post_level", "rank", "unit_id", "unit_and_post")}
    return replace(person, **{**given, **post}, in_register=True)
