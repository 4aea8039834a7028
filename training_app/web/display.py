"""How values look on a page: days, moments, hours, spans, icons, addresses of static files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.local import LocalProxy

from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.text import plural_of
from training_app.web import lists, navigation, slots

_HASHED = 10
_OWN_ICONS = "zhixing.own_icons"
_OWN_ID = "i-"  # a drawing the page brings along must not answer to the id of something else on it
_SYMBOL = re.compile(r'(<symbol id="([^"]+)".*?</symbol>)', re.DOTALL)


def day(value: date | None, *, year: bool | None = None) -> str:
    """A day as people write it: 3月5日, with the year when it is not this one."""
    if value is None:
        return ""
    with_year = value.year != clock.today().year if year is None else year
    if _is_chinese():
        return f"{value.year}年{value.month}月{value.day}日" if with_year else f"{value.month}月{value.day}日"
    return str(format_date(value, "d MMM yyyy" if with_year else "d MMM"))


def clock_time(value: datetime | None) -> str:
    """The county's wall clock at an instant: 14:05."""
    return "" if value is None else f"{clock.local(value):%H:%M}"


def wall_clock_ms() -> int:
    """What the county's wall clock shows now, as milliseconds that a script prints without knowing time zones."""
    return int(clock.local(clock.now()).replace(tzinfo=UTC).timestamp() * 1000)


def moment(value: datetime | None) -> str:
    """Day and time, with 今天 for today: 今天14:05."""
    if value is None:
        return ""
    at = clock.local(value)
    gap = "" if _is_chinese() else " "
    name = _("today") if at.date() == clock.today() else day(at.date())
    return f"{name}{gap}{at:%H:%M}"


def span(start: date | None, end: date | None) -> str:
    """From one day to another, without saying anything twice: 5月15日—16日."""
    if start is None or end is None or start == end:
        return day(start or end)
    if not _is_chinese():
        return f"{day(start)} – {day(end)}"
    if start.year != end.year:
        return f"{day(start, year=True)}—{day(end, year=True)}"
    if start.month != end.month:
        return f"{day(start)}—{end.month}月{end.day}日"
    return f"{day(start)}—{end.day}日"


def hours(value: Decimal | float | None) -> str:
    """Credit hours without idle zeros: 8, 7.5."""
    return "" if value is None else f"{Decimal(str(value)).normalize():f}"


def percent(value: Decimal | float | None, digits: int = 1) -> str:
    """A share (0 to 1) as per cent: 92.2%."""
    if value is None:
        return ""
    share = Decimal(str(value)) * 100
    return f"{share.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)}%"


def listing(items: Iterable[object]) -> str:
    """Several things of one kind in a row, as the language separates them: 张三、李四."""
    return ("、" if _is_chinese() else ", ").join(str(item) for item in items)


def comma() -> str:
    """What separates two facts in one line, as the language writes it: 今天14:30，报告厅."""
    return "，" if _is_chinese() else ", "


def gap() -> str:
    """What stands between two sentences: nothing in Chinese, where the full stop has its own room."""
    return "" if _is_chinese() else " "


def weekday(value: date) -> str:
    """The day of the week: 星期一."""
    return str(format_date(value, "EEEE"))


def icon(name: str, css: str = "") -> Markup:
    """An icon of the sprite built at set-up; decoration only, a word stands beside it."""
    own = request.environ.get(_OWN_ICONS) if has_request_context() else None
    if own is not None:
        own.add(name)
    sprite = static_url("build/icons.svg") if own is None else ""
    return Markup('<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(
        css, sprite, name if own is None else _OWN_ID + name
    )


def carry_icons() -> str:
    """Let the page now being made bring its few icons along, so that a phone need not fetch the whole sprite."""
    request.environ[_OWN_ICONS] = set()
    return ""


def carried_icons() -> Markup:
    """The drawings of the icons the page has used so far; stands at its end."""
    path = Path(str(current_app.static_folder)) / "build" / "icons.svg"
    drawn = _symbols(str(path), path.stat().st_mtime if path.exists() else 0)
    wanted = Markup().join(Markup(drawn[name]) for name in sorted(request.environ[_OWN_ICONS]) if name in drawn)  # noqa: S704 - our file
    return Markup('<svg class="zx-icons" hidden>{}</svg>').format(wanted)


@lru_cache(maxsize=2)
def _symbols(path: str, _changed: float) -> dict[str, str]:
    file = Path(path)
    sprite = file.read_text(encoding="utf-8") if file.exists() else ""
    return {found[2]: found[1].replace('id="', f'id="{_OWN_ID}', 1) for found in _SYMBOL.finditer(sprite)}


def static_url(name: str, blueprint: str = "") -> str:
    """The address of a static file, with a digest of its content so that browsers may keep it for ever."""
    endpoint = f"{blueprint}.static" if blueprint else "static"
    folder = current_app.blueprints[blueprint].static_folder if blueprint else current_app.static_folder
    return url_for(endpoint, filename=name, v=_digest(str(folder), name, current_app.debug))


def _digest(folder: str, name: str, debug: bool) -> str:  # noqa: FBT001 - part of a cache key
    path = Path(folder) / name
    return _content_digest(str(path), path.stat().st_mtime if debug and path.exists() else 0)


@lru_cache(maxsize=512)
def _content_digest(path: str, _changed: float) -> str:
    file = Path(path)
    return hashlib.sha256(file.read_bytes()).hexdigest()[:_HASHED] if file.exists() else "0"


def can(code: str) -> bool:
    """Whether the reader holds ``group.level``."""
    permissions: dict[str, object] = current_app.extensions["permissions"]
    permission = permissions[code]
    return permission.held_by(current_actor())  # type: ignore[attr-defined,no-any-return]


def _county_name() -> str:
    try:
        return str(current_app.config["COUNTY_NAME"]())
    except Exception:  # noqa: BLE001 - an error page must come out even when the database is away
        return ""


def _own_unit() -> str:
    try:
        return str(current_app.config["UNIT_NAME"](current_actor().unit_id))
    except Exception:  # noqa: BLE001 - an error page must come out even when the database is away
        return ""


def people_reach() -> str:
    """Whose people the reader sees: ``all`` units', those of the own ``unit``, or neither (``""``)."""
    reach = current_app.extensions["permissions"]["cadres.view"].reach_of(current_actor())
    return next((each for each in ("all", "unit") if each in reach), "")


def _is_chinese() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "zh"


def init_app(app: Flask) -> None:
    """Give the templates their words."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.do")
    env.add_extension("jinja2.ext.loopcontrols")
    env.filters.update(
        day=day,
        clock=clock_time,
        moment=moment,
        hours=hours,
        percent=percent,
        weekday=weekday,
        listing=listing,
        plural=plural_of,
    )
    helpers: dict[str, Callable[..., object]] = {
        "span": span,
        "comma": comma,
        "gap": gap,
        "icon": icon,
        "carry_icons": carry_icons,
        "carried_icons": carried_icons,
        "static_url": static_url,
        "can": can,
        "navigation": navigation.navigation,
        "navigation_phone": navigation.navigation_phone,
        "slot": slots.render_slot,
        "list_url": lists.list_url,
        "export_url": lists.export_url,
        "now": clock.now,
        "wall_clock_ms": wall_clock_ms,
        "today": clock.today,
        "people_reach": people_reach,
        "has_endpoint": lambda name: name in current_app.view_functions,
    }
    env.globals.update(helpers)

    @app.context_processor
    def _context() -> dict[str, object]:
        identity = g.get("identity")
        return {
            "actor": current_actor(),
            "identity": identity,
            "ui_theme": identity.theme if identity else "light",
            "ui_large_type": identity.large_type if identity else False,
            "ui_locale": str(get_locale() or "zh_CN"),
            "county_name": LocalProxy(_county_name),
            "own_unit": LocalProxy(_own_unit),
            "current_path": request.full_path.rstrip("?"),
        }
