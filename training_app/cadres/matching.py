"""Which person a line of a list means: by citizen number, else by name, unit and phone."""

from __future__ import annotations

from sqlalchemy import select

from training_app.accounts.api import UnitFinder
from training_app.cadres.models import Cadre
from training_app.cadres.queries.people import CadreInfo, CadreRef, list_cadres
from training_app.core.crypto import blind_index, decrypt
from training_app.core.db import db
from training_app.core.spreadsheets import cells
from training_app.core.spreadsheets.sheets import Row
from training_app.core.spreadsheets.text import half_width


class People:
    """Everybody on record, to be found by what a line of a list says of a person."""

    def __init__(self, refs: list[CadreRef], units: UnitFinder) -> None:
        """Index the people."""
        self._units = units
        self._by_number = {ref.id_number_index: ref for ref in refs if ref.id_number_index}
        self._by_name: dict[str, list[CadreRef]] = {}
        for ref in refs:
            self._by_name.setdefault(ref.name, []).append(ref)

    def of_row(self, row: Row, name: str, unit_text: str) -> CadreRef | None:
        """The person of a line, or None after refusing it; flags what contradicts the citizen number."""
        row.values["phone"] = row.phone()
        if read := row.cells.get("id_number"):
            number = row.citizen_number() if cells.text(read) else ""
            if not row.accepted:
                return None
            if number:
                return self._by_citizen_number(row, name, number)
        found = self.find(name, unit_text, phone=row.values["phone"] or "", sex=row.words("sex"))
        if len(found) > 1 and row.values["phone"] is None:
            found = self._of_damaged_phone(found, row.text("phone"))
        if not found:
            row.refuse("name", "person_unknown")
            return None
        if len(found) > 1:
            row.refuse("name", "person_ambiguous")
            return None
        return found[0]

    @staticmethod
    def _of_damaged_phone(found: list[CadreRef], typed: str) -> list[CadreRef]:
        """Those whose phone has the digits of a number that lost one; a phone not taken in still tells twins apart."""
        digits = "".join(c for c in half_width(typed) if c.isdigit())
        chosen = select(Cadre.id, Cadre.phone_encrypted).where(Cadre.id.in_([ref.id for ref in found]))
        phones = {cadre_id: decrypt(stored) for cadre_id, stored in db.session.execute(chosen) if stored}
        close = [ref for ref in found if _lacks_one(digits, phones.get(ref.id, ""))]
        return close or found

    def _by_citizen_number(self, row: Row, name: str, number: str) -> CadreRef | None:
        found = self._by_number.get(blind_index(number, "id_number"))
        if found is None:
            row.refuse("name", "person_unknown")
            return None
        if found.name != name:
            row.refuse("id_number", "id_taken", named=found.name)
            return None
        sex, born = cells.sex_of(number), cells.born_of(number)
        if row.words("sex").removesuffix("性") not in ("", sex):
            row.flag("sex", "sex_id_mismatch", right=sex)
        month = f"{born:%Y-%m}" if born else ""
        if "birth_month" in row.cells and (typed := row.month("birth_month", known=month)) and typed != month:
            row.flag("birth_month", "birth_id_mismatch", right=month)
        row.values |= {"id_number": number, "sex": sex}
        return found

    def find(self, name: str, unit_text: str, *, phone: str = "", sex: str = "") -> list[CadreRef]:
        """Who it can be: of this name, in this unit or with this phone; several only if nothing tells them apart."""
        same = self._by_name.get(name, [])
        if not same:
            return []
        unit = (self._units.post(unit_text).unit or self._units.branch(unit_text).unit) if unit_text else None
        index = blind_index(phone, "phone") if phone else ""
        points = {ref.id: self._points(ref, unit, index) for ref in same}
        asked = unit is not None or bool(index)
        best = max(points.values())
        if asked and best == 0:
            return []
        found = [ref for ref in same if points[ref.id] == best]
        return found if len(found) == 1 else self._closer(found, unit_text, sex)

    def _points(self, ref: CadreRef, unit: object, index: str) -> int:
        points = 4 if index and ref.phone_index == index else 0
        named = self._units.get(getattr(unit, "id", None))
        if named is not None:
            top = self._units.top(named.id)
            if ref.unit_id == named.id:
                points += 3
            elif self._units.is_within(ref.unit_id, top):
                points += 2
        return points

    @staticmethod
    def _closer(found: list[CadreRef], unit_text: str, sex: str) -> list[CadreRef]:
        """Tell people of one name and unit apart by post and sex; those of the register come first."""
        records: dict[int, CadreInfo] = {info.id: info for info in list_cadres([ref.id for ref in found])}

        def points(ref: CadreRef) -> int:
            info = records[ref.id]
            return (
                4 * (bool(info.post_title) and unit_text.endswith(info.post_title))
                + 2 * (bool(sex) and info.sex == sex)
                + ref.in_register
            )

        best = max(points(ref) for ref in found)
        return [ref for ref in found if points(ref) == best]


def _lacks_one(digits: str, phone: str) -> bool:
    """Whether a number is another one with a digit left out."""
    return any(phone[:at] + phone[at + 1 :] == digits for at in range(len(phone)))
