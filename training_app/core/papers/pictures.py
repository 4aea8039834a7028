"""Pictures on forms: how large one is, and whether it can be printed at all."""

from __future__ import annotations

import typst
from docx.image.image import Image

_MOST_DOTS = 40_000_000  # a small file may unfold to many gigabytes
_PROBE = b"#set page(width: auto, height: auto)\n#image(bytes(json(bytes(sys.inputs.data))), width: 1mm)"


def fitted_size(picture: bytes, fit: tuple[float, float]) -> tuple[float, float] | None:
    """Width and height in millimetres that keep its shape and fit a box; None when it cannot be printed."""
    size = _dots(picture)
    if size is None or not _is_settable(picture):
        return None
    scale = min(fit[0] / size[0], fit[1] / size[1])
    return size[0] * scale, size[1] * scale


def _dots(picture: bytes) -> tuple[int, int] | None:
    """Width and height; None when it is no picture, or one too large to be unfolded."""
    try:
        found = Image.from_blob(picture)
        width, height = int(found.px_width), int(found.px_height)
    except Exception:  # noqa: BLE001 - for a damaged picture the library raises plain Exceptions
        return None
    return (width, height) if 0 < width * height <= _MOST_DOTS else None


def _is_settable(picture: bytes) -> bool:
    """Whether typst can set it; it gives up on a whole document for one picture that is damaged."""
    try:
        typst.compile(_PROBE, ignore_system_fonts=True, sys_inputs={"data": str(list(picture))})
    except typst.TypstError:
        return False
    return True
