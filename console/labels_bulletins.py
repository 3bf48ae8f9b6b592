"""What the kinds and states of a bulletin are called."""

from __future__ import annotations

from collections.abc import Mapping

from console.words import N_

KINDS: Mapping[str, str] = {"weekly": N_("Weekly bulletin"), "monthly": N_("Monthly bulletin")}
STATES: Mapping[str, str] = {
    "draft": N_("Draft"),
    "issued": N_("Bulletin in force"),
    "replaced": N_("Replaced by a later one"),
}
LAST: Mapping[str, str] = {"weekly": N_("Last week"), "monthly": N_("Previous month")}
