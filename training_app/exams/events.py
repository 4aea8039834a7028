"""Facts published by exams. Scores themselves stay in the append-only tables; events carry their digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class ExamScheduled(Event):
    """An exam, or a re-sit, has been given a time and a place."""

    sentence: ClassVar[str] = N_("%(title)s was scheduled (attempt %(attempt_no)s)")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    title: str
    attempt_no: int
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class ExamChanged(Event):
    """Time, place or marks of an exam nobody has entered scores for were changed."""

    sentence: ClassVar[str] = N_("%(title)s was changed: %(before)s → %(after)s")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    title: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ExamCalledOff(Event):
    """A planned exam was taken off again before anybody entered a score."""

    sentence: ClassVar[str] = N_("%(title)s was called off: %(reason)s")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class EntryTaken(Event):
    """Somebody took over the first or the second entry of an exam."""

    sentence: ClassVar[str] = N_("Took over entry %(entry_no)s of the scores")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    entry_no: int


@dataclass(frozen=True, kw_only=True)
class EntryReleased(Event):
    """An unfinished or submitted entry was taken from its person, so that another can do it afresh."""

    sentence: ClassVar[str] = N_("Entry %(entry_no)s was released: %(reason)s")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    entry_no: int
    account_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ScoresEntered(Event):
    """Some cells of one entry were typed; the values lie in the append-only entries."""

    sentence: ClassVar[str] = N_("%(count)s scores typed in entry %(entry_no)s")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    entry_no: int
    count: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class EntrySubmitted(Event):
    """One whole entry was handed in."""

    sentence: ClassVar[str] = N_("Entry %(entry_no)s was submitted with %(count)s scores")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    entry_no: int
    count: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class DifferenceSettled(Event):
    """A third person decided between two entries that differ."""

    sentence: ClassVar[str] = N_("A difference between the two entries was settled: %(reason)s")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    enrollment_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ScoresPublished(Event):
    """The scores of an exam are out and locked."""

    sentence: ClassVar[str] = N_("%(count)s scores were published")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    count: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class ChangeAsked(Event):
    """Somebody asked to change a published score."""

    sentence: ClassVar[str] = N_("Asked to change a published score: %(reason)s")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    enrollment_id: int
    request_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ChangeRefused(Event):
    """A wish to change a published score was turned down."""

    sentence: ClassVar[str] = N_("The change of a published score was turned down: %(note)s")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    enrollment_id: int
    request_id: int
    note: str


@dataclass(frozen=True, kw_only=True)
class ScoreChanged(Event):
    """A published score has a new version: a change approved by a second person, or a corrected import."""

    sentence: ClassVar[str] = N_("A published score was corrected: %(old)s → %(new)s (%(reason)s)")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"
    personal: ClassVar[frozenset[str]] = frozenset({"old", "new"})

    exam_id: int
    class_id: int
    enrollment_id: int
    old: str
    new: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AdmissionRulesLaidDown(Event):
    """A class laid down how much absence shuts out of its exam."""

    sentence: ClassVar[str] = N_("Laid down who is admitted to the exam, from %(counts_from)s on: %(old)s → %(new)s")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    counts_from: str
    old: Mapping[str, str]
    new: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class AdmissionChanged(Event):
    """Somebody's admission to an exam followed leave or attendance; ``noted``: it is only noted, the exam was sat."""

    sentence: ClassVar[str] = N_(
        "Admission of enrollment %(enrollment_id)s to the exam: %(old)s → %(new)s "
        "(missed %(missed)s of %(planned)s hours)"
    )
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    enrollment_id: int
    old: str
    new: str
    noted: bool
    missed: str
    planned: str


@dataclass(frozen=True, kw_only=True)
class AdmittedNevertheless(Event):
    """A person let somebody sit an exam in spite of the hours missed."""

    sentence: ClassVar[str] = N_("Admitted enrollment %(enrollment_id)s to the exam nevertheless: %(reason)s")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    enrollment_id: int
    reason: str
    missed: str
    planned: str


@dataclass(frozen=True, kw_only=True)
class AdmissionTakenBack(Event):
    """The admission in spite of the hours was taken back before the exam."""

    sentence: ClassVar[str] = N_("Took back the admission of enrollment %(enrollment_id)s to the exam: %(reason)s")
    subject_kind: ClassVar[str] = "exam"
    subject_field: ClassVar[str] = "exam_id"

    exam_id: int
    class_id: int
    enrollment_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MarksEntered(Event):
    """Marks for reflections or conduct were entered."""

    sentence: ClassVar[str] = N_("%(count)s marks for reflection and conduct were entered")
    subject_kind: ClassVar[str] = "class"
    subject_field: ClassVar[str] = "class_id"

    class_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class QuestionAdded(Event):
    """A question was entered into the bank; the question itself stays in the bank."""

    sentence: ClassVar[str] = N_("Entered question %(question_id)s into the bank")
    subject_kind: ClassVar[str] = "question"
    subject_field: ClassVar[str] = "question_id"

    question_id: int
    type: str
    category: str


@dataclass(frozen=True, kw_only=True)
class QuestionChanged(Event):
    """A question was changed; ``fields`` names what, the version before is kept."""

    sentence: ClassVar[str] = N_("Changed question %(question_id)s (now version %(version)s): %(fields)s")
    subject_kind: ClassVar[str] = "question"
    subject_field: ClassVar[str] = "question_id"

    question_id: int
    version: int
    fields: str


@dataclass(frozen=True, kw_only=True)
class QuestionStateChanged(Event):
    """A question was taken out of use, or back into it."""

    sentence: ClassVar[str] = N_("Question %(question_id)s went from %(old_state)s to %(new_state)s: %(reason)s")
    subject_kind: ClassVar[str] = "question"
    subject_field: ClassVar[str] = "question_id"

    question_id: int
    old_state: str
    new_state: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuestionAnswerRead(Event):
    """Somebody read the answer of a question."""

    sentence: ClassVar[str] = N_("Read the answer of question %(question_id)s")
    subject_kind: ClassVar[str] = "question"
    subject_field: ClassVar[str] = "question_id"

    question_id: int


@dataclass(frozen=True, kw_only=True)
class QuestionsExported(Event):
    """Questions left the system as a file. Only old entries say so; since then it is ``core.ListExported``."""

    sentence: ClassVar[str] = N_("Exported %(rows)s questions as %(file_format)s")
    subject_kind: ClassVar[str] = "questions"

    rows: int
    file_format: str


@dataclass(frozen=True, kw_only=True)
class QuestionsStored(Event):
    """The questions of a file were taken in as a whole."""

    sentence: ClassVar[str] = N_("Took in questions: %(created)s new, %(updated)s changed")
    subject_kind: ClassVar[str] = "questions"

    created: int
    updated: int
    unchanged: int
    source: str
