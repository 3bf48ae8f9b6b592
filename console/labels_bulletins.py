"""What the kinds and states of a bulletin are called."""

from __future__ import annotations

from collections.abc import Mapping

from console.words import N_

KINDS: Mapping[str, str] = {"weekly": N_("Weekly bulletin"), "monthly": N_("Monthly bulletin")}
STATES: Mapping[str, str] = {
    "draft": N_("Bulletin in draft"),
    "issued": N_("Bulletin in force"),
    "replaced": N_("Replaced by a later one"),
}
LAST: Mapping[str, str] = {"weekly": N_("Last week"), "monthly": N_("Previous month")}
ACTS: Mapping[str, str] = {
    "make_bulletin": N_("Bulletin counted"),
    "issue_bulletin": N_("Bulletin issued"),
    "restate_bulletin": N_("Bulletin restated"),
    "read_bulletin": N_("Bulletin downloaded"),
    "freeze_month": N_("Month locked"),
    "restate_month": N_("Month restated"),
}
"""What the log calls what is done with figures that stay as they were given out: bulletins, and months."""
