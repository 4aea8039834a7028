"""What is taught today and who is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from training_app.attendance import api as attendance
from training_app.classes import api as classes
from training_app.classes.permissions import CLASSES
from training_app.core import clock
from training_app.core.actor import Actor


@dataclass(frozen=True)
class LessonToday:
    """A lesson of today with its counts."""

    lesson: classes.LessonInfo
    counts: attendance.Counts

    @property
    def open_or_none(self) -> bool:
        """Whether people can still come."""
        return self.counts.state != "closed"


@dataclass(frozen=True)
class ClassToday:
    """A class that is taught today: the lesson that matters now, and the others."""

    klass: classes.ClassInfo
    now: LessonToday
    others: tuple[LessonToday, ...] = field(default=())


def classes_today(actor: Actor, now: datetime) -> list[ClassToday]:
    """Classes with lessons today that this person may see, the one that begins next first."""
    visible = classes.class_ids_visible_to(actor, CLASSES["view"])
    day = clock.local(now).date()
    lessons = [x for x in classes.list_lessons_of_day(day, visible) if x.state != "cancelled"]
    counts = attendance.lesson_counts([x.id for x in lessons])
    of_class: dict[int, list[LessonToday]] = {}
    for lesson in lessons:
        of_class.setdefault(lesson.class_id, []).append(LessonToday(lesson, counts.get(lesson.id, attendance.Counts())))
    known = {k.id: k for k in classes.list_classes(list(of_class))}
    found = []
    for class_id, days in of_class.items():
        present = next((x for x in days if x.counts.state == "open"), None) or next(
            (x for x in days if x.lesson.ends_at > now), days[-1]
        )
        found.append(ClassToday(known[class_id], present, tuple(x for x in days if x is not present)))
    return sorted(found, key=lambda c: (c.now.lesson.ends_at <= now, c.now.lesson.starts_at, c.klass.code))
