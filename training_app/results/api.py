"""What archives, reports, imports and linked modules may use of results."""

from __future__ import annotations

from training_app.results import labels
from training_app.results.pdf import certificates_pdf
from training_app.results.queries.certificates import (
    certificates_of_cadre,
    certificates_of_class,
    count_certificates,
    search_certificates,
)
from training_app.results.queries.forms import appraisal_paper, outcomes_paper, registration_paper
from training_app.results.queries.ledger import (
    days_in_years,
    hours_between,
    hours_by_cadre,
    hours_in_years,
    lines_of_cadre,
    lines_of_class,
)
from training_app.results.queries.letterhead import letterhead
from training_app.results.queries.outcomes import Outcome, Preview, preview_of_class
from training_app.results.queries.requirements import load_requirements, online_requirement, requirement_for
from training_app.results.queries.results import results_of_cadre, results_of_class, results_of_classes, scheme_of
from training_app.results.queries.statement import training_statement, training_statements
from training_app.results.rules import REASONS, UNDECIDED, Scheme, binding_rule, is_met
from training_app.results.services.certificates import issue_certificates
from training_app.results.services.decisions import decide_results
from training_app.results.services.hours import post_hours, settle_enrollment, settle_lesson
from training_app.results.services.requirements import ensure_requirements, set_requirement
from training_app.results.services.schemes import set_scheme
from training_app.results.values import (
    CertificateInfo,
    Figure,
    HourLine,
    HourSum,
    NewHours,
    Requirement,
    Requirements,
    ResultInfo,
    Source,
    Statement,
    StatementClass,
)

__all__ = [
    "REASONS",
    "UNDECIDED",
    "CertificateInfo",
    "Figure",
    "HourLine",
    "HourSum",
    "NewHours",
    "Outcome",
    "Preview",
    "Requirement",
    "Requirements",
    "ResultInfo",
    "Scheme",
    "Source",
    "Statement",
    "StatementClass",
    "appraisal_paper",
    "binding_rule",
    "certificates_of_cadre",
    "certificates_of_class",
    "certificates_pdf",
    "count_certificates",
    "days_in_years",
    "decide_results",
    "ensure_requirements",
    "hours_between",
    "hours_by_cadre",
    "hours_in_years",
    "is_met",
    "issue_certificates",
    "labels",
    "letterhead",
    "lines_of_cadre",
    "lines_of_class",
    "load_requirements",
    "online_requirement",
    "outcomes_paper",
    "post_hours",
    "preview_of_class",
    "registration_paper",
    "requirement_for",
    "results_of_cadre",
    "results_of_class",
    "results_of_classes",
    "scheme_of",
    "search_certificates",
    "set_requirement",
    "set_scheme",
    "settle_enrollment",
    "settle_lesson",
    "training_statement",
    "training_statements",
]
