"""Words for the codes and fields of people's records."""

from __future__ import annotations

from collections.abc import Mapping

from training_app.core.text import N_


def audit_codes() -> Mapping[str, Mapping[str, str]]:
    """What the codes in our events' fields mean: field → code → English gettext id."""
    return {"what": {"id_number": N_("the citizen number"), "phone": N_("the phone")}}


def audit_labels() -> Mapping[str, str]:
    """How the audit trail names our subjects and fields: English gettext ids."""
    return {
        "cadre": N_("Cadre"),
        "cadres": N_("Cadres"),
        "what": N_("What"),
        "cadre_ids": N_("Whose numbers"),
        "people": N_("People"),
        "reason": N_("Reason"),
        "rows": N_("Rows"),
        "file_format": N_("File format"),
        "search": N_("Search"),
        "created": N_("New"),
        "updated": N_("Changed"),
        "unchanged": N_("Unchanged"),
        "source": N_("Source file"),
        "old_post": N_("Post before"),
        "new_post": N_("Post after"),
        "since": N_("Since"),
        "name": N_("Name"),
        "sex": N_("Sex"),
        "ethnic_group": N_("Ethnic group"),
        "native_place": N_("Native place"),
        "birth_month": N_("Month of birth"),
        "id_number_masked": N_("Citizen number"),
        "phone_masked": N_("Mobile number"),
        "political_status": N_("Political status"),
        "party_joined": N_("Joined the party"),
        "work_started": N_("Began to work"),
        "full_time_education": N_("Full-time education"),
        "degree": N_("Degree"),
        "in_service_education": N_("In-service education"),
        "school_and_major": N_("School and major"),
        "unit_id": N_("Unit"),
        "post_title": N_("Post"),
        "unit_and_post": N_("Unit and post"),
        "post_level": N_("Post level"),
        "rank": N_("Rank"),
        "post_since": N_("In this post since"),
        "rank_since": N_("In this rank since"),
        "category": N_("Cadre category"),
        "note": N_("Note"),
        "account_id": N_("Account"),
    }


def audit_pages() -> Mapping[str, tuple[str, str]]:
    """Where the audit trail finds our subjects: (endpoint, argument)."""
    return {"cadre": ("cadres.show", "cadre_id")}
