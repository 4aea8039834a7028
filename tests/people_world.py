"""Units and people for the tests of registers and their screens; nobody here exists."""

from __future__ import annotations

from training_app.accounts.api import find_unit_by_code, store_unit
from training_app.cadres.api import CadreValues
from training_app.cadres.rules import check_character


def citizen_number(first_17: str) -> str:
    """Seventeen digits with their right check character."""
    return first_17 + check_character(first_17)


NUMBERS = [
    citizen_number(f"5325901977{month:02d}15{serial:03d}") for month, serial in ((1, 11), (2, 22), (3, 33), (4, 44))
]


def make_units() -> dict[str, int]:
    """A county with two departments, one of them with a section; code → id."""
    tree = (
        ("001", "测试县", "", "县", "县处级"),
        ("001.031", "县财政局", "001", "政府部门", "乡科级"),
        ("001.031.001", "县财政局预算股", "001.031", "科室", "股级"),
        ("001.032", "县水务局", "001", "政府部门", "乡科级"),
    )
    for code, name, above, kind, grade in tree:
        store_unit(code=code, name=name, parent_code=above, kind=kind, grade=grade, deputies_approved=1)
    return {code: unit.id for code, *_rest in tree if (unit := find_unit_by_code(code))}


def values(number: str, unit_id: int, **more: object) -> CadreValues:
    """A deputy head, with whatever else is said."""
    known = {
        "name": "马兴云", "id_number": number, "unit_id": unit_id, "post_title": "副局长", "post_level": "乡科级副职",
        "rank": "三级主任科员", "category": "公务员", "political_status": "中共党员", "party_joined": "2003-07",
        "work_started": "1999-08", "post_since": "2019-05", "phone": "19900001234",
    }  # fmt: skip
    return CadreValues(**{**known, **more})  # type: ignore[arg-type]
