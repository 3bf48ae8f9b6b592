"""Signs from promises and from other bodies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from casework.warnings.finding import Finding, Limits, rows, step
from casework.warnings.known import Known, Outside, Promised
from casework.warnings.rule import Level


def plan_broken(known: Known, limits: Limits) -> Iterator[Finding]:
    """Instalments of payment plans in force that were found broken. Those kept speak against."""
    of: dict[str, list[Promised]] = defaultdict(list)
    for one in known.promised:
        of[one.employer].append(one)
    for employer, steps in of.items():
        broken = sorted((one for one in steps if one.broken), key=lambda one: (one.due_on, one.id))
        if broken:
            yield Finding(
                rule="plan_broken",
                level=Level.RED if len(broken) >= limits["plan_broken.red"] else Level.ORANGE,
                employer=employer,
                facts={
                    "broken": len(broken),
                    "due_on": broken[0].due_on.isoformat(),
                    "owed": sum(one.fen for one in broken),
                },
                speaks_for=rows("instalment", (one.id for one in broken)),
                speaks_against=rows("instalment", (one.id for one in steps if not one.broken)),
            )


def insurance_arrears(known: Known, limits: Limits) -> Iterator[Finding]:
    """Months of social insurance unpaid, as the body that collects it last said."""
    for one in _told(known, limits, "insurance"):
        if one.months >= limits["insurance_arrears.months"]:
            level = step(one.months, orange=limits["insurance_arrears.orange_months"])
            yield _outside("insurance_arrears", level, one)


def utility_arrears(known: Known, limits: Limits) -> Iterator[Finding]:
    """Months of water, power or gas unpaid, as the supplier last said."""
    for one in _told(known, limits, "utility"):
        if one.months >= limits["utility_arrears.months"]:
            yield _outside("utility_arrears", Level.YELLOW, one)


def faint(known: Known, limits: Limits) -> Iterator[Finding]:
    """Months unpaid elsewhere that are too few for a warning of their own: they count beside other signs."""
    for kind in ("insurance", "utility"):
        rule = f"{kind}_arrears"
        for one in _told(known, limits, kind):
            if 0 < one.months < limits[f"{rule}.months"]:
                yield _outside(rule, Level.YELLOW, one)


def _told(known: Known, limits: Limits, kind: str) -> Iterator[Outside]:
    """What was said of late: an old word says nothing of today."""
    since = known.today - timedelta(days=limits["window.outside_days"])
    return (one for one in known.outside if one.kind == kind and since <= one.as_of <= known.today)


def _outside(rule: str, level: Level, one: Outside) -> Finding:
    return Finding(
        rule=rule,
        level=level,
        employer=one.employer,
        facts={"months": one.months, "owed": one.owed_fen, "as_of": one.as_of.isoformat()},
        speaks_for=rows("outside_arrears", [one.id]),
    )
