"""One person's record: entering, changing, a new post, reading, revealing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from training_app.accounts.api import get_unit
from training_app.cadres import rules
from training_app.cadres.events import (
    CadreAccountLinked,
    CadreAdded,
    CadreChanged,
    CadreFileRead,
    IdNumberRevealed,
    PostChanged,
)
from training_app.cadres.models import Cadre, PostHolding
from training_app.cadres.pinyin import pinyin_of
from training_app.cadres.services.values import PLAIN_FIELDS, CadreValues, store_id_number, store_phone
from training_app.core import clock
from training_app.core.crypto import blind_index, decrypt
from training_app.core.db import command, db, row
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_


@command
def add_cadre(values: CadreValues) -> int:
    """Enter a person into the register, with the post held now.

    Raises:
        InvalidInput: something entered cannot be.
        Conflict: somebody has this citizen number already.
    """
    values = _checked(values, number_needed=True)
    _refuse_taken(values.id_number, except_id=None)
    now = clock.now()
    cadre = Cadre(created_at=now, updated_at=now, name=values.name, pinyin=pinyin_of(values.name))
    _take(cadre, values)
    db.session.add(cadre)
    db.session.flush()
    db.session.add(_holding(cadre))
    publish(CadreAdded(cadre_id=cadre.id, name=cadre.name, unit_and_post=cadre.unit_and_post))
    return cadre.id


@command
def change_cadre(cadre_id: int, values: CadreValues) -> dict[str, tuple[str, str]]:
    """Correct a person's particulars; an empty number or phone leaves what is stored. Returns what changed.

    A correction of unit, post, level or rank also corrects the present line of the post history; taking up
    another post is :func:`change_post`.
    """
    cadre = _locked(cadre_id)
    values = _checked(values, number_needed=False)
    _refuse_taken(values.id_number, except_id=cadre_id)
    before = row(cadre)
    _take(cadre, values)
    cadre.pinyin = pinyin_of(cadre.name)
    after = row(cadre)
    watched = (*PLAIN_FIELDS, "name", "unit_id", "unit_and_post", "id_number_masked", "phone_masked")
    changes = rules.changes_between(before, after, watched)
    for name in ("id_number", "phone"):  # two numbers may look the same when masked
        if before[f"{name}_index"] != after[f"{name}_index"]:
            changes.setdefault(f"{name}_masked", (before[f"{name}_masked"], after[f"{name}_masked"]))
    if changes:
        cadre.updated_at = clock.now()
        if changes.keys() & {"unit_id", "post_title", "post_level", "rank"}:
            _correct_present_post(cadre)
        shown = {
            name: change for name, change in changes.items() if name != "unit_id"
        }  # unit_and_post says it in words
        publish(CadreChanged(cadre_id=cadre_id, name=cadre.name, changes=shown))
    return changes


@command
def change_post(cadre_id: int, *, unit_id: int, post_title: str, post_level: str, rank: str, since: date) -> None:
    """Record that a person took up another post; the one before is closed.

    Raises:
        InvalidInput: no post named, or the day lies in the future.
        Refused: the day lies before the present post began, or nothing would change.
    """
    cadre = _locked(cadre_id)
    unit = get_unit(unit_id)
    post_title = post_title.strip()
    if not post_title:
        raise InvalidInput(fields={"post_title": N_("Please name the post.")})
    if since > clock.today():
        raise InvalidInput(fields={"since": N_("This day lies in the future.")})
    if (cadre.unit_id, cadre.post_title, cadre.post_level, cadre.rank) == (unit_id, post_title, post_level, rank):
        raise Refused(N_("This is the post the person already holds."), code="same_post")
    present = _present_post(cadre_id)
    if present is not None and since < present.since:
        raise Refused(
            N_("The present post began only on %(day)s."),
            code="post_order",
            fields={"since": N_("Before the beginning of the present post.")},
            day=present.since.isoformat(),
        )
    if present is not None:
        present.until = since
    old_post = cadre.unit_and_post
    if cadre.rank != rank:
        cadre.rank_since = f"{since:%Y-%m}"
    cadre.unit_id, cadre.post_title, cadre.post_level, cadre.rank = unit_id, post_title, post_level, rank
    cadre.unit_and_post = rules.full_post(unit.name, post_title)
    cadre.post_since = f"{since:%Y-%m}"
    cadre.updated_at = clock.now()
    db.session.add(_holding(cadre, since=since))
    publish(
        PostChanged(
            cadre_id=cadre_id, name=cadre.name, old_post=old_post, new_post=cadre.unit_and_post, since=since.isoformat()
        )
    )


@command
def record_reading(cadre_id: int) -> None:
    """Say that somebody else's file was opened."""
    publish(CadreFileRead(cadre_id=cadre_id, name=_locked(cadre_id).name))


@command
def reveal(cadre_id: int, *, what: str, reason: str) -> str:
    """Give out a citizen number or phone in full; why is kept for good.

    Raises:
        InvalidInput: no reason given, or nothing is on record.
        NotFound: no such person, or nothing of this kind is ever kept.
    """
    reason = reason.strip()
    if len(reason) < 2:
        raise InvalidInput(fields={"reason": N_("Please say what it is needed for.")})
    cadre = _locked(cadre_id)
    kept = {"id_number": cadre.id_number_encrypted, "phone": cadre.phone_encrypted}
    if what not in kept:
        raise NotFound
    stored = kept[what]
    if not stored:
        raise InvalidInput(fields={"what": N_("Nothing is on record here.")})
    publish(IdNumberRevealed(cadre_id=cadre_id, name=cadre.name, what=what, reason=reason))
    return decrypt(stored)


@command
def link_account(cadre_id: int, account_id: int) -> None:
    """Let a person sign in under an account; one person, one account.

    Raises:
        Conflict: the account belongs to somebody else.
    """
    cadre = _locked(cadre_id)
    if cadre.account_id == account_id:
        return
    other = db.session.execute(select(Cadre.id).where(Cadre.account_id == account_id)).first()
    if other is not None:
        message = N_("This account belongs to another person.")
        raise Conflict(message, code="account_taken", fields={"username": message})
    cadre.account_id = account_id
    cadre.updated_at = clock.now()
    db.session.flush()
    publish(CadreAccountLinked(cadre_id=cadre_id, name=cadre.name, account_id=account_id))


def _checked(values: CadreValues, *, number_needed: bool) -> CadreValues:
    values = values.normalised()
    wrong: dict[str, str] = {}
    today = clock.today()
    if not values.name:
        wrong["name"] = N_("Please enter the name.")
    if values.id_number or number_needed:
        reason = rules.check_citizen_number(values.id_number, today)
        if reason is not None:
            wrong["id_number"] = rules.CITIZEN_NUMBER_REASONS[reason]
    if values.phone and not rules.is_phone(values.phone):
        wrong["phone"] = N_("A mobile number has eleven digits.")
    dates = rules.Dates(
        values.birth_month, values.party_joined, values.work_started, values.post_since, values.rank_since
    )
    for name, message in rules.impossible_months(dates, f"{today:%Y-%m}"):
        wrong.setdefault(name, message)
    if values.unit_id is None:
        wrong["unit_id"] = N_("Please choose the unit.")
    elif not values.post_title:
        wrong["post_title"] = N_("Please name the post.")
    if values.party_joined and values.political_status and values.political_status not in rules.PARTY_MEMBERS:
        wrong["party_joined"] = N_("Only party members have a date of joining.")
    if wrong:
        raise InvalidInput(fields=wrong)
    return values


def _refuse_taken(id_number: str, *, except_id: int | None) -> None:
    if not id_number:
        return
    index = blind_index(id_number, "id_number")
    found = db.session.execute(select(Cadre.id).where(Cadre.id_number_index == index)).scalar_one_or_none()
    if found is not None and found != except_id:
        raise Conflict(
            code="id_taken",
            fields={"id_number": N_("Another person is on record with this citizen number.")},
        )


def _take(cadre: Cadre, values: CadreValues) -> None:
    same_post = (cadre.unit_id, cadre.post_title) == (values.unit_id, values.post_title)
    cadre.name = values.name
    for name in PLAIN_FIELDS:
        setattr(cadre, name, getattr(values, name))
    cadre.unit_id = values.unit_id
    cadre.in_register = values.in_register
    if values.unit_and_post:
        cadre.unit_and_post = values.unit_and_post
    elif not (same_post and cadre.unit_and_post):  # the register may write it in words of its own: keep them
        unit_name = get_unit(values.unit_id).name if values.unit_id is not None else ""
        cadre.unit_and_post = rules.full_post(unit_name, values.post_title)
    store_id_number(cadre, values.id_number)
    store_phone(cadre, values.phone)


def _holding(cadre: Cadre, *, since: date | None = None) -> PostHolding:
    if since is None:
        year, month = map(int, (cadre.post_since or f"{clock.today():%Y-%m}").split("-"))
        since = date(year, month, 1)
    return PostHolding(
        cadre_id=cadre.id,
        unit_id=cadre.unit_id,
        post_title=cadre.post_title,
        post_level=cadre.post_level,
        rank=cadre.rank,
        since=since,
        until=None,
    )


def _present_post(cadre_id: int) -> PostHolding | None:
    chosen = select(PostHolding).where(PostHolding.cadre_id == cadre_id, PostHolding.until.is_(None))
    return db.session.execute(chosen.order_by(PostHolding.since.desc(), PostHolding.id.desc())).scalars().first()


def _correct_present_post(cadre: Cadre) -> None:
    present = _present_post(cadre.id)
    if present is None:
        db.session.add(_holding(cadre))
        return
    present.unit_id, present.post_title = cadre.unit_id, cadre.post_title
    present.post_level, present.rank = cadre.post_level, cadre.rank


def _locked(cadre_id: int) -> Cadre:
    """The person, read under a lock, so that two changes at once follow one another."""
    chosen = select(Cadre).where(Cadre.id == cadre_id).with_for_update()
    cadre = db.session.execute(chosen).scalar_one_or_none()
    if cadre is None:
        raise NotFound
    return cadre


@command
def unlink_account(cadre_id: int) -> None:
    """Take a person's account away from the record."""
    cadre = _locked(cadre_id)
    if cadre.account_id is None:
        return
    account_id = cadre.account_id
    db.session.execute(update(Cadre).where(Cadre.id == cadre_id).values(account_id=None))
    publish(CadreChanged(cadre_id=cadre_id, name=cadre.name, changes={"account_id": (str(account_id), "")}))
