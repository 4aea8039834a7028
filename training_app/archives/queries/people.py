"""One person, one file: all classes, results, certificates, hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from training_app.cadres import api as cadres
from training_app.core import clock
from training_app.results import api as results


@dataclass(frozen=True)
class PersonalFile:
    """A person's training of all years, newest first."""

    cadre: cadres.CadreInfo
    statements: tuple[results.Statement, ...]
    certificates: tuple[results.CertificateInfo, ...]
    lines: tuple[results.HourLine, ...]

    @property
    def classes(self) -> list[results.StatementClass]:
        """Everything attended, newest first."""
        seen: dict[tuple[object, ...], results.StatementClass] = {}
        for statement in self.statements:
            for each in statement.classes:
                key = (each.enrollment_id,) if each.enrollment_id else (each.title, each.starts_on, each.kind)
                seen.setdefault(key, each)
        return sorted(seen.values(), key=lambda each: each.starts_on, reverse=True)


def personal_file(cadre_id: int) -> PersonalFile:
    """The file of a person."""
    cadre = cadres.get_cadre(cadre_id)
    lines = results.lines_of_cadre(cadre_id, first=date(1990, 1, 1), last=date(2100, 12, 31))
    years = sorted({line.earned_on.year for line in lines} | {clock.today().year}, reverse=True)
    return PersonalFile(
        cadre=cadre,
        statements=tuple(results.training_statement(cadre_id, year) for year in years),
        certificates=tuple(results.certificates_of_cadre(cadre_id)),
        lines=tuple(sorted(lines, key=lambda line: (line.earned_on, line.id))),
    )
