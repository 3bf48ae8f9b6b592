"""What the periods and figures of the dashboard are called."""

from __future__ import annotations

from console.words import N_

PERIODS = {
    "today": N_("Today"),
    "week": N_("This week"),
    "month": N_("This month"),
    "quarter": N_("This quarter"),
    "year": N_("This year"),
    "all": N_("All time"),
}
AGAINST = {
    "today": N_("%(change)s on yesterday"),
    "week": N_("%(change)s on the same days last week"),
    "month": N_("%(change)s on the same days last month"),
    "quarter": N_("%(change)s on the same days last quarter"),
    "year": N_("%(change)s on the same days last year"),
}
NOTHING_BEFORE = {
    "today": N_("No data of yesterday yet, so nothing is compared."),
    "week": N_("No data of last week yet, so nothing is compared."),
    "month": N_("No data of last month yet, so nothing is compared."),
    "quarter": N_("No data of last quarter yet, so nothing is compared."),
    "year": N_("No data of last year yet, so nothing is compared."),
}
FIGURES = {
    "opened": N_("New cases"),
    "concluded": N_("Cases concluded"),
    "to_conclude": N_("Cases to conclude"),
    "pending": N_("Not concluded at the end"),
    "paid": N_("Wages paid"),
    "asked": N_("Called back"),
    "answered": N_("Call-back answered"),
    "satisfied": N_("Satisfied"),
    "money_asked": N_("Asked whether the money came"),
    "money_came": N_("Confirmed that the money came"),
}
MARKS = {"red": N_("Red mark"), "yellow": N_("Yellow mark")}
REACHED = {
    "to_dispatch": N_("Taken in"),
    "dispatched": N_("Dispatched or further"),
    "in_progress": N_("Signed for or further"),
    "concluded": N_("Concluded or further"),
    "closed": N_("Closed"),
}
"""How far the work on a case has got."""
SPANS = {
    "month": N_("This month"),
    "last_month": N_("Previous month"),
    "quarter": N_("This quarter"),
    "year": N_("This year so far"),
}
"""The spans of a report that are one click away."""
BEFORE = {
    "month": N_("Month before"),
    "quarter": N_("Quarter before"),
    "range": N_("As many months before"),
    "cut": N_("Same days before"),
}
SAME_DAYS = {
    "month": N_("Same days of the month before"),
    "quarter": N_("Same days of the quarter before"),
    "range": N_("Same days before"),
}
"""What a span is held against: all of it, or while the span runs as many days."""
SINCE_LOCK = {
    "late": N_("Came in late"),
    "merge": N_("Merged"),
    "split": N_("Split off"),
    "regroup": N_("Grouped anew"),
    "undo": N_("Merge taken back"),
    "joined": N_("A complaint joined"),
    "nature": N_("Nature corrected"),
    "sector": N_("Sector corrected"),
    "outcome": N_("Outcome changed"),
    "town": N_("Place corrected"),
    "lead": N_("Given to another inspector"),
    "recorded": N_("Recorded later"),
}
"""Why a locked month would be counted otherwise today."""
GROUPS = {"ordinary": N_("Ordinary ends"), "spared": N_("No penalty")}
"""How cases end, in two rows."""
AXES = {
    "channel": N_("Channel"),
    "nature": N_("Nature"),
    "sector": N_("Sector"),
    "outcome": N_("Outcome"),
    "town": N_("Town"),
    "lead": N_("Inspector"),
    "kind": N_("Kind"),
    "month": N_("Month by month"),
    "along": N_("Cumulative and year on year"),
}
"""What a figure is crossed by."""
BESIDE = {
    "now": N_("Figure"),
    "last_year": N_("Last year"),
    "cumulative": N_("Cumulative"),
    "cumulative_last_year": N_("Cumulative, last year"),
    "change": N_("Change"),
}
"""The columns of a figure held up to the year."""
