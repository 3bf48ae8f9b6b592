"""Several signs of one employer at once, by points: what lasts weighs more, and one sign alone is never enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from casework.warnings.finding import Finding, Limits
from casework.warnings.known import Known
from casework.warnings.rule import Level

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "arrears": "pay",
        "account_short": "account",
        "insurance_arrears": "elsewhere",
        "utility_arrears": "elsewhere",
    }
)
"""Under which figure the points of a rule are told; those of every other rule are `others`."""


def signs_together(known: Known, limits: Limits, found: Sequence[Finding]) -> Iterator[Finding]:
    """Several signs of one employer at once, each of another rule and each with its points (`weight`).

    Its own signs, and those of a project on which it has a payroll that are asked of another, the general contractor.
    What is owed by one crew's employer is no sign of the next.
    """
    of: dict[str, dict[str, Finding]] = defaultdict(dict)
    for one in found:
        if not weight(one, limits):
            continue
        at_work = known.at_work_on.get(one.project, set()) if one.project else set()
        concerned = {one.employer} if one.employer in at_work else {one.employer, *at_work}
        for employer in concerned - {None}:
            best = of[str(employer)].get(one.rule)
            if best is None or weight(one, limits) > weight(best, limits):
                of[str(employer)][one.rule] = one
    for employer, signs in of.items():
        parts = dict.fromkeys(("pay", "account", "elsewhere", "others"), 0)
        for rule, one in signs.items():
            parts[PARTS.get(rule, "others")] += weight(one, limits)
        total = sum(parts.values())
        if len(signs) < limits["signs_together.signs"] or total < limits["signs_together.orange"]:
            continue
        newest = [signs[rule] for rule in sorted(signs)]
        yield Finding(
            rule="signs_together",
            level=Level.RED if total >= limits["signs_together.red"] else Level.ORANGE,
            employer=employer,
            facts={"signs": len(signs), "points": total, **parts},
            speaks_for=tuple(dict.fromkeys(row for one in newest for row in one.speaks_for[-2:])),
            speaks_against=tuple(dict.fromkeys(row for one in newest for row in one.speaks_against[-1:])),
        )


def weight(one: Finding, limits: Limits) -> int:
    """The points of a sign. Unpaid wages: one for each so many days past their day, so that who pays some days late has
    none. A short account, dues elsewhere: one for each month. These up to a limit. Others by their colour."""
    colour = limits[f"signs_together.{one.level}_points"]
    match one.rule:
        case "arrears":
            lasting = one.facts["days"], limits["signs_together.arrears_days"]
        case "account_short" | "insurance_arrears" | "utility_arrears":
            lasting = one.facts["months"], 1
        case _:
            return colour
    lasted, unit = lasting
    assert isinstance(lasted, int)
    return min(lasted // max(unit, 1), limits["signs_together.most_points"])
