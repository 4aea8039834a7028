"""A person's training statement of a year, every figure with its sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.results import rules
from training_app.results.queries.certificates import certificates_of_cadres
from training_app.results.queries.ledger import HOURS_PER_DAY, lines_of_cadres
from training_app.results.queries.requirements import load_requirements
from training_app.results.queries.results import results_of_cadres
from training_app.results.values import (
    ZERO,
    CertificateInfo,
    Figure,
    HourLine,
    HourSum,
    Requirement,
    ResultInfo,
    Source,
    Statement,
    StatementClass,
)

_SOURCE_LABELS = {
    "group": "课次签到（考勤记录）",
    "external": "上级调训登记",
    "online": "网络学习学时导入",
    "lecturing": "授课登记",
}


def training_statement(cadre_id: int, year: int) -> Statement:
    """The statement of a person for a year.

    The person's level as it stands now picks the rule; the five-year rule looks at the five years that end with
    ``year``.

    Raises:
        NotFound: there is no such person.
    """
    return _statements([cadres.get_cadre(cadre_id)], year)[0]


def training_statements(cadre_ids: Collection[int], year: int) -> list[Statement]:
    """The statements of many people, in the order of their register; as many questions as for one."""
    return _statements(cadres.list_cadres(cadre_ids), year) if cadre_ids else []


def _statements(people: Sequence[cadres.CadreInfo], year: int) -> list[Statement]:
    requirements = load_requirements()
    last_day = date(year, 12, 31)
    bound = {p.id: requirements.rule(rules.binding_rule(p.post_level, p.rank), last_day) for p in people}
    online = requirements.rule("online", last_day)
    first_day = min(rules.period_of(requirement, year)[0] for requirement in bound.values())
    lines: dict[int, list[HourLine]] = {}
    for line in lines_of_cadres(list(bound), first=first_day, last=last_day):
        lines.setdefault(line.cadre_id, []).append(line)
    taken = _Taken.of(list(bound))
    return [_statement(p, year, bound[p.id], online, lines.get(p.id, []), taken) for p in people]


def _statement(
    cadre: cadres.CadreInfo,
    year: int,
    requirement: Requirement,
    online_requirement: Requirement,
    known: Sequence[HourLine],
    taking_part: _Taken,
) -> Statement:
    cadre_id = cadre.id
    period = rules.period_of(requirement, year)
    lines = [line for line in known if line.earned_on >= period[0]]
    of_year = [line for line in lines if line.earned_on.year == year]
    hours = _sum(of_year)
    counted_lines = [line for line in lines if line.kind in ("group", "external")]
    counted = sum((line.hours for line in counted_lines), ZERO)
    days = _days(of_year)
    counted_days = _days(lines)
    taken = _classes(cadre_id, year, of_year, taking_part)
    return Statement(
        cadre_id=cadre_id,
        name=cadre.name,
        unit_id=cadre.unit_id,
        unit_name=cadre.unit_name,
        unit_and_post=cadre.unit_and_post,
        post_level=cadre.post_level,
        rank=cadre.rank,
        year=year,
        hours=hours,
        days=days,
        requirement=requirement,
        counted=counted,
        counted_days=counted_days,
        period=period,
        met=rules.is_met(requirement, hours=counted, days=counted_days),
        missing=rules.missing_hours(requirement, hours=counted, days=counted_days),
        online_requirement=online_requirement,
        online_met=hours.online >= online_requirement.hours,
        online_missing=max(ZERO, online_requirement.hours - hours.online),
        figures=(
            Figure("group", hours.group, _sources(of_year, ("group",))),
            Figure("external", hours.external, _sources(of_year, ("external",))),
            Figure("online", hours.online, _sources(of_year, ("online",))),
            Figure("lecturing", hours.lecturing, _sources(of_year, ("lecturing",))),
            Figure("counted", counted, _sources(counted_lines, ("group", "external"))),
            Figure("days", Decimal(days), _sources(of_year, ("group", "external"))),
            Figure("classes", Decimal(len(taken)), _class_sources(taken)),
        ),
        classes=tuple(taken),
        sources=_sources(of_year, tuple(_SOURCE_LABELS)),
    )


def _sum(lines: Iterable[HourLine]) -> HourSum:
    by_kind: dict[str, Decimal] = {}
    for line in lines:
        by_kind[line.kind] = by_kind.get(line.kind, ZERO) + line.hours
    return HourSum(**{kind: by_kind.get(kind, ZERO) for kind in ("group", "online", "external", "lecturing")})


def _days(lines: Iterable[HourLine]) -> int:
    by_day: dict[date, Decimal] = {}
    external = ZERO
    for line in lines:
        if line.kind == "group":
            by_day[line.earned_on] = by_day.get(line.earned_on, ZERO) + line.hours
        elif line.kind == "external":
            external += line.hours
    return sum(hours > 0 for hours in by_day.values()) + int(external // HOURS_PER_DAY)


def _sources(lines: Sequence[HourLine], kinds: tuple[str, ...]) -> tuple[Source, ...]:
    found = []
    for kind in kinds:
        first = [line for line in lines if line.kind == kind and line.revision == 0]
        later = [line for line in lines if line.kind == kind and line.revision > 0]
        for key, label, some in ((kind, _SOURCE_LABELS[kind], first), ("correction", "更正", later)):
            if some:
                found.append(
                    Source(
                        kind=key,
                        label=label,
                        count=len(some),
                        hours=sum((line.hours for line in some), ZERO),
                        ids=tuple(line.id for line in some),
                        last_on=max(line.earned_on for line in some),
                    )
                )
    return tuple(found)


def _class_sources(taken: Sequence[StatementClass]) -> tuple[Source, ...]:
    enrolled = [each.enrollment_id for each in taken if each.enrollment_id is not None]
    return (Source("enrollment", "班次名册", len(enrolled), ids=tuple(enrolled)),) if enrolled else ()


@dataclass(frozen=True)
class _Taken:
    """The classes some people took part in, with what came of them."""

    enrollments: Mapping[int, Sequence[classes.EnrollmentInfo]]
    infos: Mapping[int, classes.ClassInfo]
    lessons_due: Mapping[int, int]
    results: Mapping[int, ResultInfo]
    certificates: Mapping[int, CertificateInfo]

    @classmethod
    def of(cls, cadre_ids: Sequence[int]) -> _Taken:
        """Ask for everything at once."""
        by_cadre: dict[int, list[classes.EnrollmentInfo]] = {}
        for each in classes.enrollments_of_cadres(cadre_ids, statuses=(*classes.ACTIVE, "withdrawn")):
            by_cadre.setdefault(each.cadre_id, []).append(each)
        class_ids = {each.class_id for some in by_cadre.values() for each in some}
        due: dict[int, int] = {}
        for lesson in classes.list_lessons_of_classes(class_ids) if class_ids else []:
            if lesson.state != "cancelled" and lesson.credit_hours > 0:
                due[lesson.class_id] = due.get(lesson.class_id, 0) + 1
        return cls(
            by_cadre,
            {info.id: info for info in classes.list_classes(class_ids)} if class_ids else {},
            due,
            {result.enrollment_id: result for result in results_of_cadres(cadre_ids)},
            {c.enrollment_id: c for c in certificates_of_cadres(cadre_ids) if c.state == "valid"},
        )


def _classes(cadre_id: int, year: int, lines: Sequence[HourLine], taking_part: _Taken) -> list[StatementClass]:
    """The classes of the year (by their lessons' days), and training elsewhere, by date."""
    by_enrollment: dict[int, list[HourLine]] = {}
    found: list[StatementClass] = []
    for line in lines:
        if line.enrollment_id is not None:
            by_enrollment.setdefault(line.enrollment_id, []).append(line)
    for enrollment in taking_part.enrollments.get(cadre_id, ()):
        info = taking_part.infos[enrollment.class_id]
        own = by_enrollment.pop(enrollment.id, [])
        if not own and not info.starts_on.year <= year <= info.ends_on.year:
            continue
        if enrollment.status == "withdrawn" and not own:
            continue
        found.append(
            _class_line(
                info,
                enrollment,
                own,
                taking_part.lessons_due.get(info.id, 0),
                taking_part.results.get(enrollment.id),
                taking_part.certificates.get(enrollment.id),
            )
        )
    rest = [line for line in lines if line.enrollment_id is None] + [x for own in by_enrollment.values() for x in own]
    found += _elsewhere(rest)
    return sorted(found, key=lambda each: (each.starts_on, each.title), reverse=True)


def _class_line(
    info: classes.ClassInfo,
    enrollment: classes.EnrollmentInfo,
    lines: Sequence[HourLine],
    lessons_due: int,
    result: ResultInfo | None,
    certificate: CertificateInfo | None,
) -> StatementClass:
    by_lesson: dict[int, Decimal] = {}
    for line in lines:
        by_lesson[line.source_id] = by_lesson.get(line.source_id, ZERO) + line.hours
    return StatementClass(
        title=info.name,
        starts_on=info.starts_on,
        ends_on=info.ends_on,
        kind="group",
        hours=sum(by_lesson.values(), ZERO),
        class_id=info.id,
        enrollment_id=enrollment.id,
        class_code=info.code,
        organiser=info.host or info.organiser,
        status=enrollment.status,
        lessons_attended=sum(hours > 0 for hours in by_lesson.values()),
        lessons_due=lessons_due,
        hours_due=info.credit_hours,
        exam_score=result.exam_score if result else None,
        resit_score=result.resit_score if result else None,
        total=result.total if result else None,
        grade=result.grade if result else "",
        completed=result.completed if result else None,
        reason=result.reason if result else "",
        certificate_number=certificate.number if certificate else "",
        certificate_id=certificate.id if certificate else None,
        ledger_numbers=tuple(line.number for line in lines),
    )


def _elsewhere(lines: Sequence[HourLine]) -> list[StatementClass]:
    """Network study, training at higher levels, lecturing: one entry per source."""
    by_source: dict[tuple[str, str, int], list[HourLine]] = {}
    for line in lines:
        by_source.setdefault((line.kind, line.source_kind, line.source_id), []).append(line)
    return [
        StatementClass(
            title=some[0].title,
            starts_on=min(line.earned_on for line in some),
            ends_on=max(line.earned_on for line in some),
            kind=kind,
            hours=sum((line.hours for line in some), ZERO),
            note=some[-1].note,
            ledger_numbers=tuple(line.number for line in some),
        )
        for (kind, _, _), some in by_source.items()
    ]
