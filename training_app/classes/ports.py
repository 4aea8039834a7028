"""What a class page asks the floors above, and the shapes of the answers.

A feature above offers these in ``Module.providers``; nothing here knows who answers.

=====================  ==================================  =============================================
port                   asked with                          answer
=====================  ==================================  =============================================
class.tab_notes        class_id                            {tab: TabNote}; tabs: attendance exams results archive
class.lesson_notes     class_id                            {lesson_id: LessonNote}
class.next_steps       class_id                            [NextStep]
class.actions          class_id                            [ClassAction]; the first of the lowest order is primary
class.papers           class_id                            [ClassPaper]: official forms this reader may take
lesson.check_in_states lesson_ids                          {lesson_id: "open" or "closed"}
lesson.fixed           lesson_id                           True when people have checked in
=====================  ==================================  =============================================
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from training_app.core.ports import ask


@dataclass(frozen=True)
class TabNote:
    """The small state beside a tab: ``1/4``, 待封卷. Tone: '', warn, ok."""

    note: str
    tone: str = ""


@dataclass(frozen=True)
class LessonNote:
    """What a cell of the timetable says about a lesson: a word with its tone, a count, a remark, a link."""

    word: str
    tone: str = "idle"
    icon: str = ""
    count: str = ""
    """As 69/72; becomes a link to ``url``."""
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class NextStep:
    """What has to be done next, in one sentence. The lowest ``order`` is said, the second as what comes after.

    0 to 9 what is due now, 10 to 49 what is due today, 50 and more what can wait.
    """

    text: str
    order: int = 50
    url: str = ""
    verb: str = ""


@dataclass(frozen=True)
class ClassAction:
    """A button in the head of a class; the lowest order is the primary one."""

    label: str
    url: str
    icon: str
    order: int = 50


@dataclass(frozen=True)
class ClassPaper:
    """An official form of a class, as PDF and as Word, or a sheet to fill in; ``tab`` is where it belongs.

    With ``by_person`` it is a page for each trainee, and ``?person=`` gives that of one.
    """

    label: str
    pdf: str = ""
    word: str = ""
    tab: str = ""
    by_person: bool = False
    excel: str = ""


def papers(class_id: int) -> list[ClassPaper]:
    """The official forms of a class."""
    return [paper for answer in ask("class.papers", class_id=class_id) for paper in answer]


def tab_notes(class_id: int) -> dict[str, TabNote]:
    """Every tab's note."""
    return {tab: note for answer in ask("class.tab_notes", class_id=class_id) for tab, note in answer.items()}


def lesson_notes(class_id: int) -> dict[int, LessonNote]:
    """Every lesson's note."""
    return {each: note for answer in ask("class.lesson_notes", class_id=class_id) for each, note in answer.items()}


def next_steps(class_id: int) -> list[NextStep]:
    """What has to be done, the most urgent first."""
    found = [step for answer in ask("class.next_steps", class_id=class_id) for step in answer]
    return sorted(found, key=lambda step: step.order)


def actions(class_id: int) -> list[ClassAction]:
    """Buttons for the head of the class."""
    found = [action for answer in ask("class.actions", class_id=class_id) for action in answer]
    return sorted(found, key=lambda action: action.order)


def check_in_states(lesson_ids: Collection[int]) -> dict[int, str]:
    """Whether check-in is or was open."""
    return {
        lesson_id: state
        for answer in ask("lesson.check_in_states", lesson_ids=lesson_ids)
        for lesson_id, state in answer.items()
    }
