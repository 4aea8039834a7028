"""The front door of the catalogue, the teaching sites and the routes."""

from __future__ import annotations

from training_app.courses.queries import (
    CourseInfo,
    RouteInfo,
    SiteInfo,
    StopInfo,
    course_ids_of_teacher,
    find_course_by_code,
    find_course_by_name,
    find_site_by_name,
    get_course,
    get_site,
    list_courses,
    list_routes,
    list_sites,
    teacher_ids_of,
)
from training_app.courses.rules import DOMAINS, METHODS, SITE_KINDS
from training_app.courses.services.catalogue import CourseValues, store_courses
from training_app.courses.services.sites import RouteValues, SiteValues, StopValues, store_routes, store_sites
from training_app.courses.services.stored import Stored

__all__ = [
    "DOMAINS",
    "METHODS",
    "SITE_KINDS",
    "CourseInfo",
    "CourseValues",
    "RouteInfo",
    "RouteValues",
    "SiteInfo",
    "SiteValues",
    "StopInfo",
    "StopValues",
    "Stored",
    "course_ids_of_teacher",
    "find_course_by_code",
    "find_course_by_name",
    "find_site_by_name",
    "get_course",
    "get_site",
    "list_courses",
    "list_routes",
    "list_sites",
    "store_courses",
    "store_routes",
    "store_sites",
    "teacher_ids_of",
]
