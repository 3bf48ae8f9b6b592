"""All rules over what was known on a day: the same knowledge gives the same findings in the same order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from casework.warnings import complaining, feeds, others, pay, payrolls, sites, together
from casework.warnings.finding import Finder, Finding, Limits
from casework.warnings.known import Known
from casework.warnings.rule import RANK

FINDERS: Mapping[str, Finder] = MappingProxyType(
    {
        "arrears": pay.arrears,
        "payroll_missing": pay.payroll_missing,
        "heads_short": payrolls.heads,
        "attendees_unpaid": payrolls.heads,
        "below_minimum": payrolls.below_minimum,
        "sum_implausible": payrolls.sum_implausible,
        "leaver_unsettled": payrolls.leaver_unsettled,
        "account_unfed": sites.account_unfed,
        "account_short": sites.account_short,
        "deposit_missing": sites.deposit_missing,
        "crew_on_two_sites": sites.crew_on_two_sites,
        "no_data": feeds.no_data,
        "payroll_late": feeds.payroll_late,
        "payroll_rewritten": feeds.payroll_rewritten,
        "workers_72h": complaining.workers_72h,
        "channel_hopping": complaining.channel_hopping,
        "complaints_30d": complaining.complaints_30d,
        "growth": complaining.growth,
        "repeat": complaining.repeat,
        "boss_two_sites": complaining.boss_two_sites,
        "plan_broken": others.plan_broken,
        "insurance_arrears": others.insurance_arrears,
        "utility_arrears": others.utility_arrears,
    }
)
"""Which function finds a rule's signs. `signs_together` reads what these found."""
TOGETHER = "signs_together"


GRAVER: Mapping[str, str] = MappingProxyType({"heads_short": "attendees_unpaid"})
"""What a rule finds on a project is told by the graver one alone, where that finds it too and is on."""


def evaluate(known: Known, limits: Limits, *, off: Collection[str] = ()) -> tuple[Finding, ...]:
    """Every finding, the gravest first; one a rule, employer and project. Rules that are off are left out, and their
    signs do not count together either."""
    every = (one for finder in dict.fromkeys(FINDERS.values()) for one in finder(known, limits))
    signs = told_once(gravest(one for one in every if one.employer or one.project), off)
    if TOGETHER not in off:
        faint = [one for one in others.faint(known, limits) if one.rule not in off]
        signs += together.signs_together(known, limits, [*signs, *faint])
    return tuple(sorted(signs, key=lambda one: (-RANK[one.level], one.rule, one.employer or "", one.project or "")))


def gravest(found: Iterable[Finding]) -> list[Finding]:
    """Of several findings of one rule on the same employer and project the gravest; among equals the first."""
    kept: dict[tuple[str, str | None, str | None], Finding] = {}
    for one in found:
        key = (one.rule, one.employer, one.project)
        if key not in kept or RANK[one.level] > RANK[kept[key].level]:
            kept[key] = one
    return list(kept.values())


def told_once(found: Iterable[Finding], off: Collection[str]) -> list[Finding]:
    """Findings of rules that are on, without those that a graver rule tells already (`GRAVER`)."""
    kept = [one for one in found if one.rule not in off]
    about = {(one.rule, one.employer, one.project) for one in kept}
    return [one for one in kept if (GRAVER.get(one.rule), one.employer, one.project) not in about]
