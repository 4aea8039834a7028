"""What is known of a person, as it comes from a form or a file, and how it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from training_app.cadres import rules
from training_app.cadres.models import Cadre
from training_app.core.crypto import blind_index, encrypt

PLAIN_FIELDS = (
    "sex",
    "ethnic_group",
    "native_place",
    "birth_month",
    "political_status",
    "party_joined",
    "work_started",
    "full_time_education",
    "degree",
    "in_service_education",
    "school_and_major",
    "post_title",
    "post_level",
    "rank",
    "post_since",
    "rank_since",
    "category",
    "note",
)


@dataclass(frozen=True, kw_only=True)
class CadreValues:
    """A person of the register; months as ``1985-03``, number and phone in clear, '' for what is not known."""

    name: str
    id_number: str = ""
    sex: str = ""
    ethnic_group: str = ""
    native_place: str = ""
    birth_month: str = ""
    phone: str = ""
    political_status: str = ""
    party_joined: str = ""
    work_started: str = ""
    full_time_education: str = ""
    degree: str = ""
    in_service_education: str = ""
    school_and_major: str = ""
    unit_id: int | None = None
    post_title: str = ""
    unit_and_post: str = ""
    post_level: str = ""
    rank: str = ""
    post_since: str = ""
    rank_since: str = ""
    category: str = ""
    note: str = ""
    in_register: bool = True

    def normalised(self) -> CadreValues:
        """Without stray spaces; sex and month of birth follow the citizen number, which wins."""
        given = vars(self)
        text = {name: given[name].strip() for name in _TEXTS}
        number = rules.normalise_citizen_number(self.id_number)
        text |= {"id_number": number, "phone": rules.normalise_phone(self.phone)}
        if number and rules.check_citizen_number(number) is None:
            text |= {"sex": rules.sex_of(number), "birth_month": rules.birth_month_of(number)}
        changed = {name: value for name, value in text.items() if given[name] != value}
        return replace(self, **changed) if changed else self


_TEXTS = tuple(each.name for each in fields(CadreValues) if each.default == "" or each.name == "name")


@dataclass(frozen=True, kw_only=True)
class PartyMemberValues:
    """A line of a party register: the person, and the membership."""

    name: str
    id_number: str
    sex: str = ""
    ethnic_group: str = ""
    birth_month: str = ""
    phone: str = ""
    unit_id: int | None = None
    branch: str = ""
    joined: str = ""
    member_type: str = ""
    education: str = ""
    note: str = ""


def sealed_number(number: str, index: str = "") -> dict[str, str]:
    """A citizen number as it is stored: encrypted, with its index and mask; nothing for an empty one."""
    if not number:
        return {}
    return {
        "id_number_encrypted": encrypt(number),
        "id_number_index": index or blind_index(number, "id_number"),
        "id_number_masked": rules.mask_citizen_number(number),
    }


def sealed_phone(phone: str, record: Mapping[str, Any] | None = None) -> dict[str, str]:
    """A phone as it is stored; nothing for an empty one, or for the one that the record holds already."""
    index = blind_index(phone, "phone") if phone else ""
    if not phone or (record is not None and record["phone_index"] == index):
        return {}
    return {"phone_encrypted": encrypt(phone), "phone_index": index, "phone_masked": rules.mask_phone(phone)}


def store_id_number(cadre: Cadre, number: str) -> None:
    """Keep a citizen number with its index and mask; an empty one leaves what is stored."""
    if number and cadre.id_number_index != blind_index(number, "id_number"):
        for name, value in sealed_number(number).items():
            setattr(cadre, name, value)


def store_phone(cadre: Cadre, phone: str) -> None:
    """Keep a phone with its index and mask; an empty one leaves what is stored."""
    for name, value in sealed_phone(phone, {"phone_index": cadre.phone_index}).items():
        setattr(cadre, name, value)
