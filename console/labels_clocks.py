"""What the codes of deadlines are called on the screen; joined in console/labels.py."""

from __future__ import annotations

from console.words import N_

ACTS = {
    "suspend_clock": N_("Deadline suspended"),
    "resume_clock": N_("Deadline runs on"),
}
SUSPENSIONS = {
    "supplement_awaited": N_("Materials are awaited"),
    "service_by_notice": N_("Service by public notice"),
    "arbitration_pending": N_("Arbitration or a court decides first"),
    "other": N_("Another ground"),
}
"""Grounds on which a deadline stands still."""
HOLIDAYS = {
    "New Year's Day": N_("New Year's Day"),
    "Spring Festival": N_("Spring Festival"),
    "Tomb-sweeping Day": N_("Tomb-sweeping Day"),
    "Labour Day": N_("Labour Day"),
    "Dragon Boat Festival": N_("Dragon Boat Festival"),
    "National Day": N_("National Day"),
    "Mid-autumn Festival": N_("Mid-autumn Festival"),
    "Anti-Fascist 70th Day": N_("Anti-Fascist 70th Day"),
}
"""Holidays as the package of the published years names them; a loaded notice names its own."""
