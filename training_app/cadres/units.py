"""What the people's records add to the list of units: how many people, how many deputies in post."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from markupsafe import Markup

from training_app.cadres.queries.units import deputies_in_post, people_within
from training_app.core.ports import ListColumn


def columns_of_units(*, ids: Collection[int]) -> list[ListColumn]:
    """Columns for the list of units (port ``unit.list_columns``)."""
    people = people_within(ids)
    posts = deputies_in_post(ids)
    cells = {}
    for unit_id, (in_post, approved) in posts.items():
        over = in_post - approved
        word = Markup('<span class="zx-word is-warn">{}</span>').format(_("%(count)s over", count=over))
        cells[unit_id] = Markup("{} {}").format(in_post, word) if over > 0 else str(in_post)
    return [
        ListColumn("deputies", _("Deputies in post"), cells, {i: p for i, (p, _a) in posts.items()}, numeric=True),
        ListColumn("people", _("People in the register"), {i: str(n) for i, n in people.items()}, people, numeric=True),
    ]
