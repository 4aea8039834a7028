"""Zhixing 知行: the training and education management of a county's cadres and party members.

One Flask process, one database, one package per feature. The packages stand in the order of the work itself and
import only downwards, through another's ``api`` and ``events`` (docs/decisions/0001). Start reading in ``app.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training_app.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """Import the application only when it is asked for: readers of uploads run in processes without it."""
    if name == "create_app":
        from training_app.app import create_app  # noqa: PLC0415 - that is the point

        return create_app
    raise AttributeError(name)
