"""A person's appointment form: the one on record, or what the register knows where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from training_app.accounts.api import list_accounts
from training_app.cadres.lrmx import AppointmentForm
from training_app.cadres.models import AppointmentFormVersion, Cadre, PostHolding
from training_app.cadres.services.appointment_forms import latest_forms, unseal
from training_app.core.crypto import decrypt
from training_app.core.db import db

_MANY = 1_000
_BLANK = ("群众", "共青团员", "中共党员", "中共预备党员")


@dataclass(frozen=True)
class Version:
    """One version on record."""

    id: int
    source: str
    at: datetime
    account_name: str


def versions_of(cadre_id: int) -> list[Version]:
    """The versions of a person's form, the newest first."""
    chosen = select(AppointmentFormVersion).where(AppointmentFormVersion.cadre_id == cadre_id)
    found = list(db.session.scalars(chosen.order_by(AppointmentFormVersion.id.desc())))
    names = {a.id: a.display_name for a in list_accounts([v.account_id for v in found if v.account_id is not None])}
    return [Version(v.id, v.source, v.at, names.get(v.account_id or 0, "")) for v in found]


def form_of(cadre_id: int) -> AppointmentForm:
    """A person's form, in clear: who gets to see it is the caller's business."""
    return forms_of([cadre_id])[cadre_id]


def forms_of(cadre_ids: Sequence[int]) -> dict[int, AppointmentForm]:
    """The forms of these people, in clear; made from the register for those without one on record."""
    stored = latest_forms(cadre_ids)
    posts = _posts([cadre_id for cadre_id in cadre_ids if cadre_id not in stored])
    forms: dict[int, AppointmentForm] = {}
    for start in range(0, len(cadre_ids), _MANY):
        chosen = select(Cadre).where(Cadre.id.in_(list(cadre_ids[start : start + _MANY])))
        for cadre in db.session.scalars(chosen):
            held = stored.get(cadre.id)
            forms[cadre.id] = unseal(held.sealed) if held is not None else _from_register(cadre, posts)
    return forms


def _from_register(cadre: Cadre, posts: Mapping[int, list[PostHolding]]) -> AppointmentForm:
    lines = [
        f"{post.since:%Y.%m}--{f'{post.until:%Y.%m}' if post.until else '':7}  {post.post_title}"
        for post in posts.get(cadre.id, ())
        if post.post_title
    ]
    # The box holds a month for members of the party, the other party's name for its members, nothing for others.
    other_party = "" if cadre.political_status in _BLANK else cadre.political_status
    return AppointmentForm(
        name=cadre.name,
        sex=cadre.sex,
        birth_month=cadre.birth_month.replace("-", ""),
        ethnic_group=cadre.ethnic_group,
        native_place=cadre.native_place,
        party_joined=cadre.party_joined.replace("-", "") or other_party,
        work_started=cadre.work_started.replace("-", ""),
        full_time_education=cadre.full_time_education,
        full_time_degree=cadre.degree,
        full_time_school=cadre.school_and_major,
        in_service_education=cadre.in_service_education,
        unit_and_post=cadre.unit_and_post,
        resume="\n".join(line.rstrip() if line.split("--")[1].strip() else line for line in lines),
        id_number=decrypt(cadre.id_number_encrypted) if cadre.id_number_encrypted else "",
    )


def _posts(cadre_ids: Sequence[int]) -> dict[int, list[PostHolding]]:
    found: dict[int, list[PostHolding]] = {}
    for start in range(0, len(cadre_ids), _MANY):
        chosen = select(PostHolding).where(PostHolding.cadre_id.in_(list(cadre_ids[start : start + _MANY])))
        for post in db.session.scalars(chosen.order_by(PostHolding.since, PostHolding.id)):
            found.setdefault(post.cadre_id, []).append(post)
    return found
