"""Whether an Office file is one, and free of macros; looked at in a child, since anybody may have made it."""

from __future__ import annotations

from training_app.core.spreadsheets.guards import open_archive

_MOST_PARTS = 10_000  # a presentation with every picture; what a list of names may cost


def look(_name: str, data: bytes) -> dict[str, bool]:
    """Whether the parts are those of an Office file, and whether there are macros among them.

    Raises:
        Unreadable: it is no archive, or one that must not be read.
    """
    _archive, infos = open_archive(data, most=_MOST_PARTS)
    names = [info.filename for info in infos]
    return {
        "office": "[Content_Types].xml" in names,
        "macros": any("vbaproject" in name.lower() for name in names),
    }
