"""A browser whose camera looks at a picture we made: another screen, smaller, a little turned and out of focus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Playwright

WIDTH, HEIGHT = 640, 480


def film_of(picture: bytes, target: Path) -> None:
    """What a camera sees that looks at a screen, as raw video."""
    screen = Image.open(BytesIO(picture)).convert("L")
    scale = min(460 / screen.height, 600 / screen.width)
    screen = screen.resize((int(screen.width * scale), int(screen.height * scale)))
    seen = Image.new("L", (WIDTH, HEIGHT), 90)
    turned = screen.rotate(4, expand=True, fillcolor=90, resample=Image.Resampling.BICUBIC)
    seen.paste(turned, ((WIDTH - turned.width) // 2, (HEIGHT - turned.height) // 2))
    frame = seen.filter(ImageFilter.GaussianBlur(0.6)).tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2)
    target.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 C420\n".encode() + (b"FRAME\n" + frame) * 3)


@contextmanager
def looking_at(film: Path, playwright: Playwright, launch_args: dict[str, Any]) -> Iterator[Browser]:
    """A Chromium of its own whose camera shows the film; it looks into the file when its camera is started."""
    flags = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    eye = playwright.chromium.launch(**{**launch_args, "args": [*launch_args.get("args", ()), *flags]})
    try:
        yield eye
    finally:
        eye.close()
