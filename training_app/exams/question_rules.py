"""What is wrong with a question, as plain rules over plain values."""

from __future__ import annotations

from training_app.exams.formats.questions import (
    CHOICES,
    ESSAY,
    MATCHING,
    NUMERICAL,
    SINGLE,
    TYPES,
    Question,
    number_of,
)

FIELDS = {
    "type_unknown": "type", "stem_missing": "stem", "one_option": "option_b", "answer_missing": "answer",
    "answer_not_an_option": "answer", "single_many_answers": "answer", "answer_no_number": "answer",
    "question_duplicate": "stem", "option_empty": "option_a", "options_same": "option_a", "pairs_missing": "answer",
    "format_broken": "",
}  # fmt: skip
MOST_OPTIONS = 26


def fault_of(question: Question) -> str:
    """The first reason why a question cannot be used, as a code; '' when there is none."""
    if question.broken:
        return "format_broken"
    if question.type not in TYPES:
        return "type_unknown"
    if not question.stem:
        return "stem_missing"
    if question.type in CHOICES:
        return _fault_of_choice(question)
    if question.type == MATCHING:
        return "pairs_missing" if len(question.pairs) < 2 else ""
    if question.type != ESSAY and not question.answer:
        return "answer_missing"
    if question.type == NUMERICAL and number_of(question.answer) is None:
        return "answer_no_number"
    return ""


def _fault_of_choice(question: Question) -> str:
    right = question.right()
    if len(question.options) < 2:
        return "one_option"
    if any(not option for option in question.options):
        return "option_empty"
    if not right:
        return "answer_missing"
    if max(right) >= len(question.options):
        return "answer_not_an_option"
    if question.type == SINGLE and len(right) > 1:
        return "single_many_answers"
    if len(set(question.options)) < len(question.options):
        return "options_same"
    return ""


def may_follow(state: str, after: str) -> bool:
    """Whether a question may go from one state to another."""
    return (state, after) in {("draft", "active"), ("active", "retired"), ("draft", "retired"), ("retired", "active")}
