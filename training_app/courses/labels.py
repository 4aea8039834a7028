"""Words for the fields of courses, sites and routes."""

from __future__ import annotations

from collections.abc import Mapping

from training_app.core.text import N_


def audit_codes() -> Mapping[str, Mapping[str, str]]:
    """What the codes in our events' fields mean: field → code → English gettext id."""
    what = {"courses": N_("the course catalogue"), "sites": N_("the teaching sites"), "routes": N_("the routes")}
    return {"what": what}


def audit_labels() -> Mapping[str, str]:
    """How the audit trail names our subjects and fields: English gettext ids."""
    return {
        "course": N_("Course"),
        "courses": N_("Course catalogue"),
        "site": N_("Teaching site"),
        "route": N_("Route"),
        "stops": N_("Stops"),
        "teachers": N_("Teachers"),
        "code": N_("Number"),
        "course_domain": N_("Course category"),
        "credit_hours": N_("Credit hours"),
        "method": N_("Method"),
        "audience": N_("Suited for"),
        "objectives": N_("Objectives"),
        "version": N_("Version"),
        "kind": N_("Kind"),
        "address": N_("Address"),
        "longitude": N_("Longitude"),
        "latitude": N_("Latitude"),
        "capacity": N_("Capacity"),
        "minutes": N_("Minutes"),
        "contact_name": N_("Contact"),
        "contact_phone": N_("Contact's phone"),
    }


def audit_pages() -> Mapping[str, tuple[str, str]]:
    """Where the audit trail finds our subjects: (endpoint, argument)."""
    return {
        "course": ("courses.show", "course_id"),
        "site": ("courses.site_show", "site_id"),
        "route": ("courses.route_show", "route_id"),
    }
