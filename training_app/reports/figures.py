"""The figures of a period, under the names by which a county reports them."""

from __future__ import annotations

from datetime import date
from typing import Any

from training_app.exams.api import count_questions
from training_app.reports import rules
from training_app.reports.queries import classes, registers

RULES = {
    "hours": "集中培训学时=实际出勤（含迟到）课次的学时+上级调训学时；网络学习学时另计",
    "below_90": "县处级、四级调研员及以上按五年550学时，其余按每年90学时；只计本期间的学时",
    "total_score": "考试（有补考的用补考）60%+心得体会20%+日常表现20%，班次另有规定的从其规定",
    "graduate": "考试或补考60分以上，且缺课不超过总学时的1/7",
}


def figures_of(first: date, last: date) -> dict[str, Any]:
    """The figures of classes that begin within the period; registers are counted as they stand now."""
    people = registers.cadres()
    facts = classes.facts_between(first, last)
    counted = [rules.class_figures(f) for f in facts]
    party = [(f, figures) for f, figures in zip(facts, counted, strict=True) if f.for_party_members]
    online_people, _, online_hours = registers.ledger("online", first, last)
    _, external_rows, external_hours = registers.ledger("external", first, last)
    return {
        "as_of": last.isoformat(),
        "rules": RULES,
        "units": rules.unit_figures(registers.units(), people),
        "cadres": rules.cadre_figures(people, last),
        "party_members": registers.party_members(),
        "party_training": {
            "classes": len(party),
            "attendances": sum(figures["attended"] for _, figures in party),
            "people": registers.people_who_came([f.class_id for f, _ in party]),
            "enrolled": sum(figures["enrolled"] for _, figures in party),
        },
        "courses": registers.courses(),
        "teachers": registers.teachers(),
        "sites": registers.count_sites(),
        "route_stops": registers.route_stops(),
        "class_kinds": rules.by_program([(f.program, figures) for f, figures in zip(facts, counted, strict=True)]),
        "all_classes": rules.add_up(counted),
        "online": {"people": online_people, "hours": rules.number(online_hours)},
        "external": {"rows": external_rows, "hours": rules.number(external_hours)},
        "cadre_hours": rules.hour_figures(registers.hours_of_people(people, first, last)),
        "classes": counted,
        "questions": count_questions(),
    }
