"""How inspectors are suggested, in words: every rule of `casework.dispatch` with its points."""

from __future__ import annotations

from casework.dispatch import BARS, LEAD_POINTS, LOAD_POINTS, REASONS
from console.words import N_

BARRED = {
    "recused": N_("recused from it"),
    "absent": N_("away"),
    "other_territory": N_("without its place"),
    "full": N_("full"),
}
"""Who takes no case, by the codes of `BARS`."""
SPEAKS = {
    "handled_employer": N_("Who handled a case of this employer before"),
    "own_street": N_("Whose own street it is"),
    "knows_sector": N_("Who knows the sector"),
    "light_load": N_("Who has fewer than five open cases"),
    "territory": N_("Whose place it is in"),
}
"""What speaks for an inspector, by the codes of `REASONS`."""
OUT = tuple(code for code, _, _ in BARS)
RULES = tuple((one.code, one.points) for one in REASONS)
LOADED, LEADING = -LOAD_POINTS, -LEAD_POINTS
"""Every rule as it is: what keeps somebody out, what gives points, and what takes them."""
