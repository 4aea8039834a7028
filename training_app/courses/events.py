"""Facts about courses, sites and routes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from training_app.core.events import Event
from training_app.core.text import N_


@dataclass(frozen=True, kw_only=True)
class CourseEvent(Event):
    """Base of what concerns one course."""

    subject_kind: ClassVar[str] = "course"
    subject_field: ClassVar[str] = "course_id"

    course_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class CourseAdded(CourseEvent):
    """A course was entered into the catalogue."""

    sentence: ClassVar[str] = N_("Entered the course %(name)s into the catalogue")


@dataclass(frozen=True, kw_only=True)
class CourseChanged(CourseEvent):
    """A course was changed; another title or other hours make another version."""

    sentence: ClassVar[str] = N_("Changed the course %(name)s, now version %(version)s")

    version: int
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CourseTeachersSet(CourseEvent):
    """Who can give a course was changed."""

    sentence: ClassVar[str] = N_("Set the teachers of the course %(name)s: %(teachers)s")

    teachers: str


@dataclass(frozen=True, kw_only=True)
class CourseRetired(CourseEvent):
    """A course was taken out of the catalogue, or put back."""

    sentence: ClassVar[str] = N_("Took the course %(name)s out of the catalogue")


@dataclass(frozen=True, kw_only=True)
class CourseRestored(CourseEvent):
    """A course was put back into the catalogue."""

    sentence: ClassVar[str] = N_("Put the course %(name)s back into the catalogue")


@dataclass(frozen=True, kw_only=True)
class SiteEvent(Event):
    """Base of what concerns one teaching site."""

    subject_kind: ClassVar[str] = "site"
    subject_field: ClassVar[str] = "site_id"

    site_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class SiteAdded(SiteEvent):
    """A teaching site was entered."""

    sentence: ClassVar[str] = N_("Entered the teaching site %(name)s")


@dataclass(frozen=True, kw_only=True)
class SiteChanged(SiteEvent):
    """A teaching site was changed."""

    sentence: ClassVar[str] = N_("Changed the teaching site %(name)s")

    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RouteSaved(Event):
    """A route was entered or its stops were changed."""

    sentence: ClassVar[str] = N_("Saved the route %(name)s: %(stops)s")
    subject_kind: ClassVar[str] = "route"
    subject_field: ClassVar[str] = "route_id"

    route_id: int
    name: str
    stops: str


@dataclass(frozen=True, kw_only=True)
class CatalogueStored(Event):
    """A catalogue, a list of sites or of routes was taken in as a whole; ``what`` says which."""

    sentence: ClassVar[str] = N_("Took in %(what)s: %(created)s new, %(updated)s changed")
    subject_kind: ClassVar[str] = "courses"

    what: str
    created: int
    updated: int
    unchanged: int
    source: str
