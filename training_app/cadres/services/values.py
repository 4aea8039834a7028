"""What is known of a person, as it comes from a form or a file, and how it is stored."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

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
        text = {f.name: getattr(self, f.name).strip() for f in fields(self) if isinstance(getattr(self, f.name), str)}
        number = rules.normalise_citizen_number(self.id_number)
        text |= {"id_number": number, "phone": rules.normalise_phone(self.phone)}
        if number and rules.check_citizen_number(number) is None:
            text |= {"sex": rules.sex_of(number), "birth_month": rules.birth_month_of(number)}
        return replace(self, **text)


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


def store_id_number(cadre: Cadre, number: str) -> None:
    """Keep a citizen number encrypted, with its index and mask; an empty one leaves what is stored."""
    if not number:
        return
    index = blind_index(number, "id_number")
    if cadre.id_number_index == index:
        return
    cadre.id_number_encrypted = encrypt(number)
    cadre.id_number_index = index
    cadre.id_number_masked = rules.mask_citizen_number(number)


def store_phone(cadre: Cadre, phone: str) -> None:
    """Keep a phone encrypted, with its index and mask; an empty one leaves what is stored."""
    if not phone:
        return
    index = blind_index(phone, "phone")
    if cadre.phone_index == index:
        return
    cadre.phone_encrypted = encrypt(phone)
    cadre.phone_index = index
    cadre.phone_masked = rules.mask_phone(phone)
