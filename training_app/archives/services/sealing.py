"""Sealing a class's file: one person proposes, another approves; then nothing of it changes any more."""

from __future__ import annotations

import hashlib
import re

from sqlalchemy import select

from training_app.archives import building, keys, notes, packaging, printing, summary
from training_app.archives.events import ClassSealed, PackageTaken, SealProposed, SealRefused, SealWithdrawn
from training_app.archives.models import ArchivePackage, SealProposal
from training_app.archives.packaging import LogLine
from training_app.archives.queries.checklist import checklist
from training_app.archives.queries.content import Content, content_of
from training_app.archives.queries.items import all_checkpoints, find_proposal, get_package, packages_of_class
from training_app.archives.values import Checklist, PackageInfo
from training_app.archives.verify import digest_of_leaves
from training_app.audit import api as audit
from training_app.classes import api as classes
from training_app.core import clock, files
from training_app.core.actor import current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput, Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.results import api as results

_SHORTEST_REASON = 4
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


@command
def propose_seal(class_id: int, *, reason: str = "") -> int:
    """Propose to seal a class's file, or a supplement to a sealed one.

    Raises:
        Conflict: the class is not finished, or a proposal waits already.
        Refused: something is missing.
        InvalidInput: a supplement without a reason.
    """
    serialise(f"archives.seal|{class_id}")
    info = classes.get_class(class_id)
    number = len(packages_of_class(class_id)) + 1
    if info.state not in ("finished", "archived"):
        raise Conflict(N_("A class is sealed once it has finished."), code="not_finished")
    if find_proposal(class_id) is not None:
        raise Conflict(N_("A proposal to seal waits for a second person already."), code="proposed")
    _check_complete(class_id)
    if number > 1 and len(reason.strip()) < _SHORTEST_REASON:
        raise InvalidInput(
            N_("Please say why a supplement is needed."),
            code="reason",
            fields={"reason": N_("Please give a reason of at least four characters.")},
        )
    proposal = SealProposal(
        class_id=class_id, number=number, reason=reason.strip()[:300], proposed_by_id=_person(), proposed_at=clock.now()
    )
    db.session.add(proposal)
    db.session.flush()
    publish(SealProposed(class_id=class_id, proposal_id=proposal.id, number=number, reason=proposal.reason))
    return proposal.id


@command
def withdraw_seal(class_id: int) -> None:
    """Take a proposal back."""
    proposal = _waiting(class_id)
    if proposal.proposed_by_id != _person():
        raise Conflict(N_("Only who proposed it can withdraw it; you may refuse it."), code="not_yours")
    _decide(proposal, state="withdrawn", note="")
    publish(SealWithdrawn(class_id=class_id, proposal_id=proposal.id, number=proposal.number))


@command
def refuse_seal(class_id: int, *, note: str) -> None:
    """Refuse as the second person, saying what has to be put right.

    Raises:
        Refused: one's own proposal.
        InvalidInput: no reason.
    """
    proposal = _waiting(class_id)
    _check_second(proposal)
    if len(note.strip()) < _SHORTEST_REASON:
        raise InvalidInput(
            N_("Please say what has to be put right."),
            code="reason",
            fields={"note": N_("Please give a reason of at least four characters.")},
        )
    _decide(proposal, state="refused", note=note.strip()[:300])
    publish(
        SealRefused(class_id=class_id, proposal_id=proposal.id, number=proposal.number, note=proposal.decision_note)
    )


def approve_seal(class_id: int, *, base_url: str) -> PackageInfo:
    """Seal as the second person.

    The documents are made before the transaction, which only checks that the data behind them are still the same:
    nobody else waits while pages are set.

    Raises:
        Refused: one's own proposal, or something is missing.
        Conflict: no proposal waits, something changed meanwhile, or the log was cut.
    """
    content, lines = content_of(class_id), checklist(class_id)
    waiting = find_proposal(class_id)
    if waiting is None:
        raise Conflict(N_("No proposal to seal waits."), code="not_proposed")
    made = {
        **building.data_files(content, lines, reason=waiting.reason),
        **building.item_files(lines),
        **printing.document_files(
            content, summary=summary_of(content, lines), certificates=_certificates_pdf(class_id, base_url)
        ),
    }
    return _seal(class_id, payload=made, content=content)


@command
def _seal(class_id: int, *, payload: dict[str, bytes], content: Content) -> PackageInfo:
    serialise(f"archives.seal|{class_id}")
    proposal = _waiting(class_id)
    _check_second(proposal)
    lines = _check_complete(class_id)
    now_data = building.data_files(content_of(class_id), lines, reason=proposal.reason)
    if any(payload.get(name) != content_now for name, content_now in now_data.items()):
        raise Conflict(
            N_("Something about the class changed just now. Please look again and approve anew."), code="stale"
        )
    info = content.info
    subjects = _subjects(class_id, content)
    audit.number_all_entries()
    before = [entry.leaf for entry in audit.entries_about(subjects)]
    publish(
        ClassSealed(
            class_id=class_id,
            number=proposal.number,
            code=info.code,
            reason=proposal.reason,
            proposed_by=str(proposal.proposed_by_id or ""),
            manifest=hashlib.sha256(packaging.manifest(payload)).hexdigest(),
            files=len(payload),
            entries=len(before),
            entries_digest=digest_of_leaves(before),
        )
    )
    _decide(proposal, state="approved", note="")
    audit.number_all_entries()
    entries = _entries(subjects, before)
    key, older, leaves = keys.signing_key(), all_checkpoints(), audit.leaves()
    _check_log_grew(older, leaves)
    folder = f"{info.code if _PLAIN.fullmatch(info.code) else f'class-{info.id}'}-{proposal.number}"
    letterhead = results.letterhead()
    sealed = packaging.seal(
        folder=folder,
        payload=payload,
        about={
            "Source-Organization": "、".join(letterhead.issuers),
            "External-Identifier": folder,
            "External-Description": f"{info.name} {info.starts_on.isoformat()} {info.ends_on.isoformat()}",
        },
        readme=packaging.readme(name=info.name, folder=folder, fingerprint=notes.fingerprint(key.public_key())),
        checks=packaging.four_checks(
            payload, people=len(content.roster), certificates=[row["number"] for row in content.certificates]
        ),
        leaves=leaves,
        entries=entries,
        older=older,
        key=key,
        day=clock.today(),
    )
    stored = files.store(sealed.data)
    db.session.add(
        ArchivePackage(
            class_id=class_id,
            number=proposal.number,
            reason=proposal.reason,
            file_sha256=stored.sha256,
            size=stored.size,
            checkpoint=sealed.checkpoint,
            item_count=sealed.files,
            sealed_at=clock.now(),
            sealed_by_id=proposal.proposed_by_id,
            approved_by_id=_person(),
        )
    )
    db.session.flush()
    if info.state != "archived":
        classes.set_class_state(class_id, "archived")
    return get_package(class_id, proposal.number)


@command
def take_package(class_id: int, number: int) -> tuple[PackageInfo, bytes]:
    """A sealed package for download; it is noted who took it."""
    package = get_package(class_id, number)
    publish(PackageTaken(class_id=class_id, number=number, sha256=package.file_sha256))
    return package, files.read(package.file_sha256)


def summary_of(content: Content, lines: Checklist) -> str:
    """The class's summary as somebody wrote it, or the draft made from its figures."""
    written = [item.text for line in lines.lines if line.kind == "summary" for item in line.items if item.text]
    return written[-1] if written else summary.draft(content)


def public_key_pem() -> str:
    """The log's public key, to be published elsewhere than in packages."""
    return notes.public_pem(keys.signing_key().public_key())


def key_fingerprint() -> str:
    """The fingerprint of the log's public key, to be printed and read aloud."""
    return notes.fingerprint(keys.signing_key().public_key())


def _certificates_pdf(class_id: int, base_url: str) -> bytes | None:
    valid = [each for each in results.certificates_of_class(class_id) if each.state == "valid"]
    return results.certificates_pdf(sorted(valid, key=lambda c: c.number), base_url=base_url) if valid else None


def _subjects(class_id: int, content: Content) -> set[tuple[str, str]]:
    """Everything the log may say about a class."""
    return {
        ("class", str(class_id)),
        *(("lesson", str(row["lesson_id"])) for row in content.timetable),
        *(("enrollment", str(row["enrollment_id"])) for row in content.roster),
        *(("exam", str(row["exam_id"])) for row in content.exams),
        *(("certificate", str(row["certificate_id"])) for row in content.certificates),
    }


def _entries(subjects: set[tuple[str, str]], before: list[str]) -> list[LogLine]:
    """The entries about the class up to and with the sealing, which must follow the earlier ones without a gap."""
    found = audit.entries_about(subjects)
    sealing = found[len(before)].document["kind"] if len(found) > len(before) else ""
    if [entry.leaf for entry in found[: len(before)]] != before or sealing != ClassSealed.event_name():
        raise Conflict(N_("The log changed just now. Please approve anew."), code="stale")
    return [LogLine(entry.seq, entry.leaf, entry.document) for entry in found[: len(before) + 1]]


def _check_log_grew(older: list[str], leaves: list[str]) -> None:
    """A log shorter than an earlier checkpoint means that the database was rolled back: nothing may be signed."""
    sizes = [note.checkpoint.size for note in map(notes.read, older) if note is not None]
    if sizes and max(sizes) > len(leaves):
        raise Conflict(
            N_("The log is shorter than an earlier checkpoint: the database was rolled back. Nothing can be sealed."),
            code="log_cut",
        )


def _check_complete(class_id: int) -> Checklist:
    lines = checklist(class_id)
    if not lines.is_complete:
        raise Refused(N_("The archive still lacks %(n)s parts."), code="incomplete", n=lines.missing)
    return lines


def _waiting(class_id: int) -> SealProposal:
    proposal = db.session.execute(
        select(SealProposal)
        .where(SealProposal.class_id == class_id, SealProposal.state == "proposed")
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if proposal is None:
        raise Conflict(N_("No proposal to seal waits."), code="not_proposed")
    return proposal


def _check_second(proposal: SealProposal) -> None:
    if proposal.proposed_by_id == _person():
        raise Refused(N_("Sealing takes two people: somebody else has to approve."), code="two_people")


def _decide(proposal: SealProposal, *, state: str, note: str) -> None:
    proposal.state = state
    proposal.decision_note = note
    proposal.decided_by_id = _person()
    proposal.decided_at = clock.now()
    db.session.flush()


def _person() -> int:
    account_id = current_actor().account_id
    if account_id is None:
        raise Refused(N_("A person has to do this, not the system."), code="no_person")
    return account_id
