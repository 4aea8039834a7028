"""A person's training statement of a year, every figure with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.results import rules
from training_app.results.queries.certificates import certificates_of_cadre
from training_app.results.queries.ledger import HOURS_PER_DAY, lines_of_cadre
from training_app.results.queries.requirements import load_requirements
from training_app.results.queries.results import results_of_cadre
from training_app.results.values import (
    ZERO,
    CertificateInfo,
    Figure,
    HourLine,
    HourSum,
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
    """
    cadre = cadres.get_cadre(cadre_id)
    requirements = load_requirements()
    last_day = date(year, 12, 31)
    requirement = requirements.rule(rules.binding_rule(cadre.post_level, cadre.rank), last_day)
    online_requirement = requirements.rule("online", last_day)
    period = rules.period_of(requirement, year)
    lines = lines_of_cadre(cadre_id, first=min(period[0], date(year, 1, 1)), last=last_day)
    of_year = [line for line in lines if line.earned_on.year == year]
    hours = _sum(of_year)
    counted_lines = [line for line in lines if line.kind in ("group", "external")]
    counted = sum((line.hours for line in counted_lines), ZERO)
    days = _days(of_year)
    counted_days = _days(lines)
    taken = _classes(cadre_id, year, of_year)
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


def _classes(cadre_id: int, year: int, lines: Sequence[HourLine]) -> list[StatementClass]:
    """The classes of the year (by their lessons' days), and training elsewhere, by date."""
    results = {result.enrollment_id: result for result in results_of_cadre(cadre_id)}
    certificates = {c.enrollment_id: c for c in certificates_of_cadre(cadre_id) if c.state == "valid"}
    by_enrollment: dict[int, list[HourLine]] = {}
    found: list[StatementClass] = []
    for line in lines:
        if line.enrollment_id is not None:
            by_enrollment.setdefault(line.enrollment_id, []).append(line)
    enrollments = [e for e in classes.enrollments_of_cadre(cadre_id) if e.status in (*classes.ACTIVE, "withdrawn")]
    infos = {info.id: info for info in classes.list_classes({e.class_id for e in enrollments})} if enrollments else {}
    for enrollment in enrollments:
        info = infos[enrollment.class_id]
        own = by_enrollment.pop(enrollment.id, [])
        if not own and not info.starts_on.year <= year <= info.ends_on.year:
            continue
        if enrollment.status == "withdrawn" and not own:
            continue
        found.append(_class_line(info, enrollment, own, results.get(enrollment.id), certificates.get(enrollment.id)))
    rest = [line for line in lines if line.enrollment_id is None] + [x for own in by_enrollment.values() for x in own]
    found += _elsewhere(rest)
    return sorted(found, key=lambda each: (each.starts_on, each.title), reverse=True)


def _class_line(
    info: classes.ClassInfo,
    enrollment: classes.EnrollmentInfo,
    lines: Sequence[HourLine],
    result: ResultInfo | None,
    certificate: CertificateInfo | None,
) -> StatementClass:
    by_lesson: dict[int, Decimal] = {}
    for line in lines:
        by_lesson[line.source_id] = by_lesson.get(line.source_id, ZERO) + line.hours
    lessons = [x for x in classes.list_lessons(info.id) if x.state != "cancelled" and x.credit_hours > 0]
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
        lessons_due=len(lessons),
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
