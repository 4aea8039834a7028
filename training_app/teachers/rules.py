"""What a teacher of the pool can be, and how one enters and leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

KINDS = ("school", "leader", "expert", "local")
EMPLOYMENTS = ("full_time", "part_time")
POOL_STATUSES = ("candidate", "active", "suspended", "removed")
# 入库、出库 (动态管理): who has been removed comes back as a candidate, to be looked at anew.
NEXT_STATUSES: Mapping[str, tuple[str, ...]] = {
    "candidate": ("active", "removed"),
    "active": ("suspended", "removed"),
    "suspended": ("active", "removed"),
    "removed": ("candidate",),
}
KIND_NAMES = {"党校教师": "school", "党政领导": "leader", "技术专家": "expert", "乡土人才": "local", "土专家": "local"}
EMPLOYMENT_NAMES = {"专职": "full_time", "兼职": "part_time"}


def may_follow(status: str, following: str) -> bool:
    """Whether the pool knows this step."""
    return following in NEXT_STATUSES.get(status, ())


def split_list(text: str) -> list[str]:
    """Specialities and courses, as lists are typed: apart by 、，；; or line breaks."""
    for mark in "，,；;\n\r":
        text = text.replace(mark, "、")
    return list(dict.fromkeys(part.strip() for part in text.split("、") if part.strip()))


def split_courses(text: str) -> list[str]:
    """Course titles, apart by ； or line breaks only: titles hold 、 and ， themselves."""
    for mark in ";\n\r":
        text = text.replace(mark, "；")
    return list(dict.fromkeys(part.strip() for part in text.split("；") if part.strip()))


def join_specialities(parts: Iterable[str]) -> str:
    """The stored form of a list of specialities."""
    return "、".join(parts)
