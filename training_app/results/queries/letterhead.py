"""Who issues documents, and under which abbreviation their numbers stand."""

from __future__ import annotations

from training_app.accounts import api as accounts
from training_app.core import documents


def letterhead() -> documents.Letterhead:
    """The letterhead of the settings; what they leave open follows from the name of the county's root unit."""
    configured = documents.configured_letterhead()
    county = configured.county or next((u.name for u in accounts.list_units() if u.parent_id is None), "")
    return documents.Letterhead(
        county=county,
        prefix=configured.prefix or f"{county[:1]}结",
        issuers=configured.issuers or (f"中共{county}委组织部", f"中共{county}委党校"),
    )
