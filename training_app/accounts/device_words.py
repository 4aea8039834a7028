"""What kind of browser somebody signed in with, in words a trainee uses."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from training_app.core.text import N_

_SYSTEMS: Mapping[str, str] = {
    "Android": N_("Android phone"),
    "HarmonyOS": N_("HarmonyOS phone"),
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": N_("Windows computer"),
    "Mac": N_("Mac computer"),
    "Linux": N_("Linux computer"),
}
_FAMILIES: Mapping[str, str] = {"WeChat": N_("WeChat"), "API": N_("another program")}


def device_words(browser: str) -> str:
    """``WeChat Android`` as “Android phone, WeChat”."""
    words = browser.split()
    systems = [_(_SYSTEMS[word]) for word in words if word in _SYSTEMS]
    families = [_(_FAMILIES[word]) if word in _FAMILIES else word for word in words if word not in _SYSTEMS]
    if not words:
        return str(_("unknown device"))
    if not systems or not families:
        return " ".join(systems + families)
    return str(_("%(system)s, %(browser)s", system=" ".join(systems), browser=" ".join(families)))
