"""What a list was asked for, and one page of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class ListQuery:
    """Search text, order, page and filters, as the address of the page says them."""

    q: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1
    per_page: int = 50
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.per_page

    def wants(self, name: str) -> str:
        """The value of a filter, or ''."""
        return self.filters.get(name, "")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list, and how long the whole is."""

    items: Sequence[T]
    total: int
    query: ListQuery

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.query.per_page))

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1; 0 when there is none."""
        return min(self.query.offset + 1, self.total)

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return min(self.query.offset + len(self.items), self.total)
