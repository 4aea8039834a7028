"""Issuing bulletins: numbered without gaps, frozen; a correction is a new one."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import func, select

from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput, NotFound
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.discipline import opinions, rules
from training_app.discipline.events import BulletinIssued
from training_app.discipline.models import Bulletin
from training_app.discipline.queries.bulletins import digest_of, write_bulletin

OPINION_FAULTS = {
    "empty": N_("Please write what is to be done; 无。 when nothing is."),
    "too_long": N_("At most 800 characters."),
}


@command
def issue_bulletin(
    class_id: int,
    kind: str,
    day: date,
    *,
    expected: str = "",
    opinion: str | None = None,
    corrects_id: int | None = None,
    reason: str = "",
) -> int:
    """Freeze what the records say of a day or week under the class's next number of the year.

    ``expected`` is the digest of what the person saw; ``opinion`` is 处理意见 in the person's own words, None for
    what the records suggest; ``corrects_id`` names the bulletin that this one corrects.

    Raises:
        Conflict: the records changed since the preview, there is a bulletin already, or it is corrected already.
        InvalidInput: a correction without a reason, an opinion that is empty or too long.
        NotFound: no lesson of these days is closed, or the bulletin to correct is of another class.
    """
    serialise(f"discipline.bulletin:{class_id}")
    db.session.flush()
    content = write_bulletin(class_id, kind, day)
    first, last = date.fromisoformat(content["first_day"]), date.fromisoformat(content["last_day"])
    if expected and expected != digest_of(content):
        raise Conflict(N_("The records changed meanwhile. Please look at the bulletin again."), code="stale")
    proposed = opinions.propose(content)
    opinion = proposed if opinion is None else opinions.tidy(opinion)
    fault = opinions.fault_of(opinion)
    if fault:
        raise InvalidInput(fields={"opinion": OPINION_FAULTS[fault]})
    content |= {"opinion": opinion, "opinion_edited": opinion != proposed}
    corrects, reason = None, reason.strip()[:300]
    if corrects_id is None:
        # A week's bulletin begins with its first closed lesson, which may be another one by now.
        begin, end = rules.week_of(first) if kind == "weekly" else (first, first)
        there = select(Bulletin.number).where(
            Bulletin.class_id == class_id, Bulletin.kind == kind, Bulletin.first_day.between(begin, end)
        )
        if db.session.scalar(there.limit(1)) is not None:
            raise Conflict(
                N_("There is a bulletin for these days; a change is a new one that corrects it."), code="issued"
            )
    else:
        corrects = db.session.get(Bulletin, corrects_id)
        if corrects is None or corrects.class_id != class_id or corrects.kind != kind:
            raise NotFound
        if db.session.scalar(select(Bulletin.id).where(Bulletin.corrects_id == corrects_id)) is not None:
            raise Conflict(N_("This bulletin is corrected already; correct the later one."), code="corrected")
        if len(reason) < rules.SHORTEST_REASON:
            raise InvalidInput(fields={"reason": N_("Please say what was wrong.")})
    year = clock.today().year
    newest = select(func.max(Bulletin.serial)).where(Bulletin.class_id == class_id, Bulletin.year == year)
    serial = (db.session.scalar(newest) or 0) + 1
    number = rules.bulletin_number(content["class_name"], year, serial)
    digest = digest_of(content)
    bulletin = Bulletin(
        class_id=class_id,
        kind=kind,
        first_day=first,
        last_day=last,
        year=year,
        serial=serial,
        number=number,
        content=json.dumps(content, ensure_ascii=False, sort_keys=True),
        sha256=digest,
        issued_at=clock.now(),
        account_id=current_actor().account_id,
        corrects_id=corrects_id,
        reason=reason,
    )
    db.session.add(bulletin)
    db.session.flush()
    publish(
        BulletinIssued(
            bulletin_id=bulletin.id,
            class_id=class_id,
            number=number,
            kind=kind,
            period=f"{first} – {last}",
            sha256=digest,
            corrects=corrects.number if corrects else "",
            reason=reason,
        )
    )
    return bulletin.id
