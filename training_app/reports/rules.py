"""How figures are counted: pure functions over plain values.

The figures of a period are those a county reports; what each of them means is said here once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

ZERO = Decimal(0)
PASS_MARK = Decimal(60)

MARK_WORDS: Mapping[str, str] = {
    "present": "出勤",
    "late": "迟到",
    "left_early": "早退",
    "leave_sick": "病假",
    "leave_personal": "事假",
    "leave_official": "公假",
    "absent": "旷课",
    "exempt": "免修",
}  # the words of the registration form, and of the figures
PRESENT = ("present", "late")
KIND_WORDS: Mapping[str, str] = {"school": "党校教师", "leader": "党政领导", "expert": "技术专家", "local": "乡土人才"}
AGE_BANDS = (("35岁及以下", 0, 35), ("36—40岁", 36, 40), ("41—50岁", 41, 50), ("51岁及以上", 51, 200))
AGE_LEVELS = ("乡科级正职", "乡科级副职", "股级")
SUMMED = ("enrolled", "attended", "hours", "hours_earned", "passed")
VILLAGE_KINDS = ("村", "社区")
SECONDED = "挂职"

Number = int | float


@dataclass(frozen=True)
class Sat:
    """What one person got in the exam and in the re-sit; ``code`` as exams keep it: absent, misconduct, open."""

    score: Decimal | None = None
    code: str = ""
    resit: Decimal | None = None
    pass_mark: Decimal = PASS_MARK

    @property
    def passed_first(self) -> bool:
        """Whether the exam itself was passed."""
        return self.score is not None and self.score >= self.pass_mark

    @property
    def passed_again(self) -> bool:
        """Whether the re-sit was passed."""
        return self.resit is not None and self.resit >= self.pass_mark


@dataclass(frozen=True)
class ClassFacts:
    """What is known of one class, as the database adds it up."""

    class_id: int
    code: str
    name: str
    program: str
    for_party_members: bool
    starts_on: date
    ends_on: date
    hours: Decimal
    lessons: int
    enrolled: int
    attended: int
    marks: Mapping[str, int]
    hours_earned: Decimal
    sittings: Sequence[Sat]
    graduated: int
    state: str = ""
    is_decided: bool = False  # whether completion is known, decided or foreseen

    @property
    def came(self) -> int:
        """Presences, late ones too."""
        return sum(count for status, count in self.marks.items() if status in PRESENT)

    @property
    def examined(self) -> int:
        """People with a score."""
        return sum(s.score is not None for s in self.sittings)

    @property
    def tested(self) -> int:
        """Of how many people the passed ones are a share: of all, or in classes for party members of those tested."""
        if not self.for_party_members:
            return self.enrolled
        return sum(s.score is not None or s.resit is not None for s in self.sittings)

    @property
    def passed(self) -> int:
        """People who passed the exam or the re-sit."""
        return sum(s.passed_first or s.passed_again for s in self.sittings)

    @property
    def resat(self) -> int:
        """People with a re-sit."""
        return sum(s.resit is not None for s in self.sittings)


def number(value: Decimal | float) -> Number:
    """A count or sum as JSON shows it: whole when it is whole."""
    exact = Decimal(str(value))
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def share(part: Decimal | int, whole: Decimal | int, digits: int = 4) -> float:
    """A share, rounded as the county's own figures are (the binary number), 0 where there is nothing to share."""
    return round(float(part) / float(whole), digits) if whole else 0.0


def class_figures(facts: ClassFacts) -> dict[str, Any]:
    """The figures of one class.

    出勤率 = (出勤 + 迟到) ÷ (人数 × 课次). Attended: in at least one lesson. Passed counts a passed re-sit; of classes
    for party members only those tested make the rate, of the others everybody in the class.
    """
    marks = {MARK_WORDS[status]: count for status, count in facts.marks.items() if count}
    came = sum(count for status, count in facts.marks.items() if status in PRESENT)
    first = [s for s in facts.sittings if s.score is not None]
    passed_first = sum(s.passed_first for s in first)
    passed = passed_first + sum(s.passed_again for s in facts.sittings)
    scores = sum((s.score for s in first if s.score is not None), ZERO)
    found: dict[str, Any] = {
        "code": facts.code,
        "name": facts.name,
        "start": facts.starts_on.isoformat(),
        "end": facts.ends_on.isoformat(),
        "hours": number(facts.hours),
        "sessions": facts.lessons,
        "enrolled": facts.enrolled,
        "attended": facts.attended,
        "marks": marks,
        "attendance_rate": share(came, sum(facts.marks.values())),
        "hours_earned": number(facts.hours_earned),
        "examined": len(first),
        "average": share(scores, len(first), 2),
        "passed_first": passed_first,
        "passed": passed,
        "pass_rate": share(passed, facts.tested),
    }
    if facts.for_party_members:
        return found
    return found | {
        "absent_from_exam": sum(s.code == "absent" for s in facts.sittings),
        "score_open": sum(s.code == "open" for s in facts.sittings),
        "graduated": facts.graduated,
    }


def add_up(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Classes together."""
    return {"classes": len(rows), **{key: sum(row[key] for row in rows) for key in SUMMED}}


def by_program(classes: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Classes together, program by program, in the order in which each began."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for program, figures in classes:
        found.setdefault(program, []).append(figures)
    return {program: add_up(rows) for program, rows in found.items()}


@dataclass(frozen=True)
class UnitFacts:
    """A unit, with the department or township it belongs to."""

    id: int
    name: str
    kind: str
    grade: str
    top_id: int
    chiefs: int
    deputies: int


@dataclass(frozen=True)
class CadreFacts:
    """A person of the register, as far as figures need it."""

    id: int
    name: str
    sex: str
    birth_month: str
    unit_id: int | None
    post_title: str
    post_level: str
    rank: str
    category: str
    political_status: str
    note: str


def count(values: Iterable[str]) -> dict[str, int]:
    """How often each value occurs, in the order of first appearance."""
    return dict(Counter(values))


def holds_deputy_post(cadre: CadreFacts, unit: UnitFacts, top: UnitFacts) -> bool:
    """Whether a person holds one of the unit's deputy posts (副职), which its quota counts.

    The level says so for most; units of section grade have deputies without a level of their own.
    """
    if unit.kind in VILLAGE_KINDS:
        return False
    if cadre.post_level.endswith("副职"):
        return True
    return (
        top.grade == "股级" and unit.id == top.id and cadre.post_level == "股级" and cadre.post_title.startswith("副")
    )


def holds_chief_level_as_deputy(cadre: CadreFacts, unit: UnitFacts) -> bool:
    """常务副部长 and the like: of the chief's level, with the title of a deputy of this unit."""
    if unit.kind in VILLAGE_KINDS or not cadre.post_level.endswith("正职"):
        return False
    return all("副" in part for part in cadre.post_title.split("、"))


def unit_figures(units: Sequence[UnitFacts], cadres: Iterable[CadreFacts]) -> dict[str, Any]:
    """Units by kind, approved leading posts, and where more deputies sit than were approved.

    Who has the chief's level and a deputy's title stands in for the chief while that post is free (a party school's
    head is often somebody of the county); beyond the approved chiefs such people take a deputy's post.
    """
    by_id = {u.id: u for u in units}
    deputies, chiefs, acting = Counter[int](), Counter[int](), Counter[int]()
    for cadre in cadres:
        unit = by_id.get(cadre.unit_id or 0)
        if unit is None:
            continue
        if holds_chief_level_as_deputy(cadre, unit):
            acting[unit.top_id] += 1
        elif cadre.post_level.endswith("正职"):
            chiefs[unit.top_id] += 1
        elif holds_deputy_post(cadre, unit, by_id[unit.top_id]):
            deputies[unit.top_id] += 1
    for unit_id, people in acting.items():
        deputies[unit_id] += max(0, people - max(0, by_id[unit_id].chiefs - chiefs[unit_id]))
    return {
        "total": len(units),
        "by_kind": count(u.kind for u in units),
        "chiefs_approved": sum(u.chiefs for u in units),
        "deputies_approved": sum(u.deputies for u in units),
        "deputies_over_quota": {
            u.name: {"approved": u.deputies, "in_post": deputies[u.id]} for u in units if deputies[u.id] > u.deputies
        },
    }


def age_on(birth_month: str, day: date) -> int | None:
    """Full years on a day, as far as the month tells."""
    if not birth_month:
        return None
    return day.year - int(birth_month[:4]) - (birth_month[5:] > f"{day.month:02d}")


def cadre_figures(cadres: Sequence[CadreFacts], on: date) -> dict[str, Any]:
    """The register by category, sex, level, party, and age."""
    ages = {level: [age_on(c.birth_month, on) for c in cadres if c.post_level == level] for level in AGE_LEVELS}
    names = Counter(c.name for c in cadres)
    return {
        "total": len(cadres),
        "by_category": count(c.category for c in cadres),
        "by_sex": count(c.sex for c in cadres),
        "by_rank": count(c.post_level for c in cadres),
        "by_politics": count(c.political_status for c in cadres),
        "age_by_rank": {
            level: {band: sum(a is not None and low <= a <= high for a in found) for band, low, high in AGE_BANDS}
            for level, found in ages.items()
        },
        "seconded": count(c.note for c in cadres if c.note.startswith(SECONDED)),
        "same_names": {name: n for name, n in names.items() if n > 1},
    }


@dataclass(frozen=True)
class PersonHours:
    """The hours of one person in a period, and what binds the person."""

    category: str
    rule: str  # five_year, annual
    required: Decimal
    counted: Decimal  # group training: lessons attended and courses at higher levels
    online: Decimal


def hour_figures(people: Sequence[PersonHours]) -> dict[str, Any]:
    """Hours of the register. Network hours are kept apart; only those bound by the year can be below the year's."""
    yearly = [p for p in people if p.rule == "annual"]
    below = [p for p in yearly if p.counted < p.required]
    return {
        "group_hours": number(sum((p.counted for p in people), ZERO)),
        "online_hours": number(sum((p.online for p in people), ZERO)),
        "no_hours": sum(p.counted + p.online == 0 for p in people),
        "bound_by_550_in_five_years": len(people) - len(yearly),
        "bound_by_90_a_year": len(yearly),
        "below_90_group": len(below),
        "below_90_group_by_category": count(p.category for p in below),
        "below_90_with_online": sum(p.counted + p.online < p.required for p in yearly),
    }


# ---- the year so far
LEVEL_GROUPS = (
    "县处级正职",
    "县处级副职",
    "乡科级正职",
    "乡科级副职",
    "股级",
    "一级主任科员及以下",
    "事业单位工作人员",
    "国企人员",
    "村（社区）干部",
    "其他",
)


def level_group(post_level: str, category: str) -> str:
    """The row of the annual statistics (forms.md 6.11) in which a person is counted."""
    if post_level in LEVEL_GROUPS[:4]:
        return post_level
    if category.startswith("村"):
        return "村（社区）干部"
    if post_level.startswith("股级"):
        return "股级"
    return {
        "公务员": "一级主任科员及以下",
        "参公": "一级主任科员及以下",
        "事业": "事业单位工作人员",
        "国企": "国企人员",
    }.get(category, "其他")


def share_of_year(year: int, on: date) -> Decimal:
    """Which part of a year is over on a day."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if on < first:
        return ZERO
    return Decimal((min(on, last) - first).days + 1) / Decimal((last - first).days + 1)


def two_places(value: Decimal) -> Decimal:
    """Rounded to hundredths."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def one_place(value: Decimal) -> Decimal:
    """Rounded to tenths, for figures that are read at a glance."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def furthest_behind(means: Sequence[tuple[str, Decimal]], due: Decimal, most: int = 2) -> list[str]:
    """The groups whose mean lies furthest below what is due, the worst first; none when nobody is behind."""
    behind = sorted((mean, name) for name, mean in means if mean < due)
    return [name for _, name in behind[:most]]
