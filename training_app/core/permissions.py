"""What can be permitted: groups with a few named levels, each level including those below it.

A feature declares its group once, in its ``permissions.py``; roles are granted levels there too, with a reach:
``own`` (about oneself), ``class`` (classes one runs or teaches), ``unit`` (one's unit and those below), ``all``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from training_app.core.actor import Actor, current_actor
from training_app.core.errors import NotAllowed

ROLES = (
    "trainee",
    "instructor",
    "class_teacher",
    "exam_officer",
    "unit_officer",
    "planner",
    "org_dept",
    "leader",
    "sysadmin",
    "secadmin",
    "auditor",
)
REACHES = ("own", "class", "unit", "all")
RISKS = ("personal", "integrity", "leak", "trust", "config", "mass")


@dataclass(frozen=True)
class Permission:
    """One level of a group: what an entry point demands.

    ``duties``: the roles that are granted it for classes. Whoever runs one class and teaches a lesson in another may
    do in the other what an instructor may, and no more: the duty there must be one of these.
    """

    group: str
    level: str
    rank: int
    risks: tuple[str, ...] = ()
    title: str = ""
    duties: frozenset[str] = frozenset()

    @property
    def code(self) -> str:
        """Its stable name: ``attendance.correct``."""
        return f"{self.group}.{self.level}"

    def held_by(self, actor: Actor) -> bool:
        """Whether any of the actor's roles grants this level or a higher one."""
        return actor.levels.get(self.group, 0) >= self.rank

    def reach_of(self, actor: Actor) -> frozenset[str]:
        """How far the actor's grant goes: a set of ``own``, ``class``, ``unit``, ``all``; empty when not held."""
        return actor.scopes.get((self.group, self.rank), frozenset())


@dataclass(frozen=True)
class Group:
    """A feature's permissions: levels from the weakest to the strongest, and what each role gets.

    ``grants`` maps a role to (level, reach).
    """

    name: str
    title: str
    levels: tuple[Permission, ...]
    grants: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse unknown roles, levels and reaches when the program starts, not when somebody is denied."""
        names = {p.level for p in self.levels}
        for role, (level, reach) in self.grants.items():
            if role not in ROLES or level not in names or reach not in REACHES:
                raise ValueError(f"{self.name}: unknown grant {role} → {level} ({reach})")

    def __getitem__(self, level: str) -> Permission:
        """The permission of that level."""
        return next(p for p in self.levels if p.level == level)


def group(
    name: str, title: str, levels: Mapping[str, tuple[str, tuple[str, ...]]], grants: Mapping[str, tuple[str, str]]
) -> Group:
    """Declare a group; ``levels`` maps level → (title, risks), the weakest first."""
    ranks = {level: rank for rank, level in enumerate(levels, 1)}
    made = tuple(
        Permission(
            name,
            level,
            ranks[level],
            risks,
            text,
            frozenset(
                role
                for role, (up_to, reach) in grants.items()
                if reach == "class" and ranks.get(up_to, 0) >= ranks[level]
            ),
        )
        for level, (text, risks) in levels.items()
    )
    return Group(name, title, made, grants)


def levels_of(
    roles: Iterable[str], groups: Iterable[Group]
) -> tuple[dict[str, int], dict[tuple[str, int], frozenset[str]]]:
    """What a set of roles grants: the highest level per group, and the reach at each level."""
    levels: dict[str, int] = {}
    scopes: dict[tuple[str, int], set[str]] = {}
    roles = tuple(roles)
    for each in groups:
        for role in roles:
            if role not in each.grants:
                continue
            level, reach = each.grants[role]
            rank = each[level].rank
            levels[each.name] = max(levels.get(each.name, 0), rank)
            for below in range(1, rank + 1):
                scopes.setdefault((each.name, below), set()).add(reach)
    return levels, {key: frozenset(reaches) for key, reaches in scopes.items()}


def check(permission: Permission) -> None:
    """Refuse the acting person who does not hold the permission.

    Raises:
        NotAllowed: when no role grants it. The system itself may do everything.
    """
    actor = current_actor()
    if not actor.is_system and not permission.held_by(actor):
        raise NotAllowed
