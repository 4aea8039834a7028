"""The front door of the people's records."""

from __future__ import annotations

from training_app.cadres.matching import People
from training_app.cadres.pinyin import pinyin_of
from training_app.cadres.queries.files import CadreFile, list_files
from training_app.cadres.queries.namesakes import Namesake, citizen_number_of, list_namesakes
from training_app.cadres.queries.people import (
    CadreInfo,
    CadreRef,
    cadre_ids_visible_to,
    find_cadre_by_account,
    find_cadre_by_id_number,
    get_cadre,
    list_cadres,
    list_refs,
    search_cadres,
)
from training_app.cadres.rules import (
    CATEGORIES,
    EDUCATIONS,
    POST_LEVELS,
    RANKS,
    check_citizen_number,
    mask_citizen_number,
    mask_phone,
    normalise_citizen_number,
    normalise_phone,
)
from training_app.cadres.services.records import link_account, reveal
from training_app.cadres.services.register import Stored, store_cadres, store_party_members
from training_app.cadres.services.values import CadreValues, PartyMemberValues

__all__ = [
    "CATEGORIES",
    "EDUCATIONS",
    "POST_LEVELS",
    "RANKS",
    "CadreFile",
    "CadreInfo",
    "CadreRef",
    "CadreValues",
    "Namesake",
    "PartyMemberValues",
    "People",
    "Stored",
    "cadre_ids_visible_to",
    "check_citizen_number",
    "citizen_number_of",
    "find_cadre_by_account",
    "find_cadre_by_id_number",
    "get_cadre",
    "link_account",
    "list_cadres",
    "list_files",
    "list_namesakes",
    "list_refs",
    "mask_citizen_number",
    "mask_phone",
    "normalise_citizen_number",
    "normalise_phone",
    "pinyin_of",
    "reveal",
    "search_cadres",
    "store_cadres",
    "store_party_members",
]
