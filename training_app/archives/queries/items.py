"""Items, packages and proposals as they are stored."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from training_app.accounts import api as accounts
from training_app.archives.models import ArchiveItem, ArchivePackage, SealProposal
from training_app.archives.values import ItemInfo, PackageInfo, ProposalInfo
from training_app.core.db import db
from training_app.core.errors import NotFound


def items_of_class(class_id: int) -> list[ItemInfo]:
    """What people put into a class's archive, oldest first; what was taken out again is left away."""
    found = (
        db.session.execute(
            select(ArchiveItem)
            .where(ArchiveItem.class_id == class_id, ArchiveItem.removed_at.is_(None))
            .order_by(ArchiveItem.id)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )
    names = _names({item.account_id for item in found})
    return [
        ItemInfo(
            item.id,
            item.class_id,
            item.kind,
            item.title,
            item.file_sha256,
            item.file_name,
            item.text,
            item.waived,
            names.get(item.account_id, ""),
            item.at,
        )
        for item in found
    ]


def kinds_by_class(class_ids: Collection[int]) -> dict[int, set[str]]:
    """Which kinds of documents people brought, or waived, for some classes."""
    query = select(ArchiveItem.class_id, ArchiveItem.kind).where(
        ArchiveItem.class_id.in_(sorted(class_ids)), ArchiveItem.removed_at.is_(None)
    )
    found: dict[int, set[str]] = {}
    for class_id, kind in db.session.execute(query.distinct()):
        found.setdefault(class_id, set()).add(kind)
    return found


def get_item(class_id: int, item_id: int) -> ItemInfo:
    """One item of a class.

    Raises:
        NotFound: this class has no such item.
    """
    for item in items_of_class(class_id):
        if item.id == item_id:
            return item
    raise NotFound


def packages_of_class(class_id: int) -> list[PackageInfo]:
    """The sealed packages of a class: its file, then the supplements."""
    found = (
        db.session.execute(
            select(ArchivePackage).where(ArchivePackage.class_id == class_id).order_by(ArchivePackage.number)
        )
        .scalars()
        .all()
    )
    names = _names({x for package in found for x in (package.sealed_by_id, package.approved_by_id)})
    return [
        PackageInfo(
            p.id,
            p.class_id,
            p.number,
            p.reason,
            p.file_sha256,
            p.size,
            p.checkpoint,
            p.item_count,
            p.sealed_at,
            names.get(p.sealed_by_id, ""),
            names.get(p.approved_by_id, ""),
        )
        for p in found
    ]


def get_package(class_id: int, number: int) -> PackageInfo:
    """One package of a class.

    Raises:
        NotFound: this class has no such package.
    """
    for package in packages_of_class(class_id):
        if package.number == number:
            return package
    raise NotFound


def all_checkpoints() -> list[str]:
    """The checkpoints of all packages ever sealed, oldest first."""
    return list(db.session.execute(select(ArchivePackage.checkpoint).order_by(ArchivePackage.id)).scalars())


def find_proposal(class_id: int) -> ProposalInfo | None:
    """The wish to seal a class that waits for its second person."""
    found = proposals({class_id})
    return found[0] if found else None


def proposals(class_ids: Collection[int] | None = None) -> list[ProposalInfo]:
    """Wishes to seal that wait, of some classes or of all."""
    query = select(SealProposal).where(SealProposal.state == "proposed").order_by(SealProposal.id)
    if class_ids is not None:
        query = query.where(SealProposal.class_id.in_(sorted(class_ids)))
    found = db.session.execute(query.execution_options(populate_existing=True)).scalars().all()
    names = _names({proposal.proposed_by_id for proposal in found})
    return [
        ProposalInfo(
            p.id,
            p.class_id,
            p.number,
            p.reason,
            p.state,
            p.proposed_by_id,
            names.get(p.proposed_by_id, ""),
            p.proposed_at,
            p.decision_note,
        )
        for p in found
    ]


def last_refusal(class_id: int) -> ProposalInfo | None:
    """The latest wish to seal that was refused, if no later one was made."""
    proposal = db.session.execute(
        select(SealProposal).where(SealProposal.class_id == class_id).order_by(SealProposal.id.desc()).limit(1)
    ).scalar_one_or_none()
    if proposal is None or proposal.state != "refused":
        return None
    names = _names({proposal.decided_by_id})
    return ProposalInfo(
        proposal.id,
        proposal.class_id,
        proposal.number,
        proposal.reason,
        proposal.state,
        proposal.decided_by_id,
        names.get(proposal.decided_by_id, ""),
        proposal.decided_at or proposal.proposed_at,
        proposal.decision_note,
    )


def package_counts(class_ids: Collection[int]) -> dict[int, tuple[int, object]]:
    """How many packages each class has, and when the first was sealed."""
    query = (
        select(ArchivePackage.class_id, func.count(), func.min(ArchivePackage.sealed_at))
        .where(ArchivePackage.class_id.in_(sorted(class_ids)))
        .group_by(ArchivePackage.class_id)
    )
    return {class_id: (count, first) for class_id, count, first in db.session.execute(query)}


def _names(account_ids: Collection[int | None]) -> dict[int | None, str]:
    names: dict[int | None, str] = {}
    for account_id in account_ids:
        if account_id is not None:
            names[account_id] = accounts.get_account(account_id).display_name
    return names
