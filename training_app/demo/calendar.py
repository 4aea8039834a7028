"""When the demonstration's classes take place: always around the present day, whenever that is. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"
USUAL: dict[str, tuple[time, time]] = {
    MORNING: (time(8, 30), time(11, 30)),
    AFTERNOON: (time(14, 30), time(17, 30)),
    EVENING: (time(19, 0), time(21, 0)),
}
_NOON, _SUPPER = time(12, 0), time(18, 0)


@dataclass(frozen=True)
class Term:
    """One class of the schedule.

    ``phase``: archived, finished, marking (scores are being typed), running, enrolling, planned.
    """

    program: str
    cohort: int
    starts_on: date
    days: int
    people: int
    phase: str
    evening: bool = False

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return self.starts_on + timedelta(days=self.days - 1)

    @property
    def name(self) -> str:
        """The class's name."""
        return f"{self.program}第{self.cohort}期"


# (program, weeks from now, days, people, phase)
_SCHEDULE: tuple[tuple[str, int, int, int, str], ...] = (
    ("云溪讲堂", -25, 2, 60, "archived"),
    ("农村党员教育培训班", -24, 1, 80, "finished"),
    ("田埂学堂", -23, 3, 48, "archived"),
    ("党的创新理论专题研讨班", -22, 3, 70, "archived"),
    ("农村党员教育培训班", -21, 1, 76, "finished"),
    ("办公室业务能力提升班", -20, 3, 45, "finished"),
    ("云溪讲堂", -18, 2, 60, "finished"),
    ("基层治理能力提升班", -17, 3, 50, "finished"),
    ("中青年干部培训班", -16, 12, 40, "finished"),
    ("农村党员教育培训班", -13, 1, 84, "finished"),
    ("田埂学堂", -12, 3, 48, "finished"),
    ("云溪讲堂", -11, 2, 60, "finished"),
    ("数字政务能力提升班", -10, 3, 42, "finished"),
    ("新任职干部培训班", -9, 5, 36, "finished"),
    ("农村党员教育培训班", -8, 1, 72, "finished"),
    ("党的创新理论专题研讨班", -7, 3, 70, "finished"),
    ("云溪讲堂", -5, 2, 60, "finished"),
    ("办公室业务能力提升班", -4, 3, 45, "finished"),
    ("田埂学堂", -3, 3, 48, "finished"),
    ("数字政务能力提升班", -2, 3, 42, "marking"),
    ("云溪讲堂", 0, 3, 64, "running"),
    ("基层治理能力提升班", 0, 3, 40, "running"),
    ("田埂学堂", 1, 3, 48, "enrolling"),
    ("办公室业务能力提升班", 2, 3, 45, "enrolling"),
    ("党的创新理论专题研讨班", 3, 3, 70, "planned"),
    ("农村党员教育培训班", 3, 1, 80, "planned"),
    ("云溪讲堂", 4, 2, 60, "planned"),
    ("数字政务能力提升班", 5, 3, 42, "planned"),
    ("新任职干部培训班", 6, 5, 36, "planned"),
    ("田埂学堂", 7, 3, 48, "planned"),
)


def terms(today: date) -> list[Term]:
    """The classes of the past half year, those of today, and those to come, in order.

    The running ones began yesterday and end tomorrow, so that there is a past, a present and a next lesson.
    """
    found: list[Term] = []
    cohorts: dict[str, int] = {}
    monday = today - timedelta(days=today.weekday())
    for program, weeks, days, people, phase in _SCHEDULE:
        cohorts[program] = cohorts.get(program, 0) + 1
        start = (
            today - timedelta(days=1) if phase == "running" else monday + timedelta(weeks=weeks, days=len(found) % 3)
        )
        found.append(
            Term(program, cohorts[program], start, days, people, phase, evening=days >= 3 and phase != "running")
        )
    return found


def lesson_times(day: date, *, evening: bool) -> list[tuple[str, datetime, datetime]]:
    """The usual half days, as the wall clock shows them."""
    halves = (MORNING, AFTERNOON, EVENING) if evening else (MORNING, AFTERNOON)
    return [(half, datetime.combine(day, USUAL[half][0]), datetime.combine(day, USUAL[half][1])) for half in halves]


def times_around(now: datetime) -> list[tuple[str, datetime, datetime]]:
    """Morning, afternoon and evening of a day on which somebody wants to try check-in at ``now``.

    The half day that ``now`` lies in begins within the hour; the later ones keep their times or make room.
    """
    present = MORNING if now.time() < _NOON else AFTERNOON if now.time() < _SUPPER else EVENING
    last = datetime.combine(now.date(), time(23, 59))
    times: list[tuple[str, datetime, datetime]] = []
    free_from = datetime.combine(now.date(), time(0, 0))
    for half, (usual_start, usual_end) in USUAL.items():
        start, end = datetime.combine(now.date(), usual_start), datetime.combine(now.date(), usual_end)
        if half == present and not now <= start <= now + timedelta(hours=1):
            start = min(_next_quarter(now + timedelta(minutes=10)), last - timedelta(minutes=20))
            end = min(start + timedelta(hours=2), last)
        start = max(start, free_from)
        end = max(end, start + timedelta(minutes=10))
        times.append((half, start, end))
        free_from = end + timedelta(minutes=10)
    return times


def _next_quarter(moment: datetime) -> datetime:
    whole = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=15)
