"""The front door of the audit trail: proofs and the head of the chain."""

from __future__ import annotations

from training_app.audit.services import (
    ChainState,
    LastChange,
    Leaf,
    chain_state,
    clock_is_sane,
    entries_about,
    last_change_of,
    leaf_of,
    leaves,
    number_all_entries,
    scheduler_keeps_up,
    verify_chain,
)

__all__ = [
    "ChainState",
    "LastChange",
    "Leaf",
    "chain_state",
    "clock_is_sane",
    "entries_about",
    "last_change_of",
    "leaf_of",
    "leaves",
    "number_all_entries",
    "scheduler_keeps_up",
    "verify_chain",
]
