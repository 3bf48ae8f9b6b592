"""The table of rules (预警规则表). What raises a warning is one of these, in one version of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from casework.warnings.rule import RANK, Level, Rule
from casework.warnings.rules_of_feeds import FEED, PAY, SITE
from casework.warnings.rules_of_others import COMPLAINTS, ELSEWHERE, TOGETHER

TABLE: tuple[Rule, ...] = (*PAY, *SITE, *FEED, *COMPLAINTS, *ELSEWHERE, *TOGETHER)
RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in TABLE})
DUTIES: frozenset[str] = frozenset(
    {
        "arrears",
        "payroll_missing",
        "attendees_unpaid",
        "leaver_unsettled",
        "below_minimum",
        "account_unfed",
        "account_short",
        "deposit_missing",
        "plan_broken",
        "workers_72h:red",
    }
)
"""Rules, some at one level alone, that never fall silent: what they find is the breach of a duty by itself, whether or
not anybody complains after it (724 §13-15, §27, §29, §31-32; 423 §26), or so many workers at once that the office has
to go there, and going there in time ends the complaints that would prove the warning right (house rule 2026-11; group
incidents: R45 §5). The setting `warning.mute.never` adds to these and takes none of them away."""


def spoken_level(rule: str, level: Level, silent: Collection[tuple[str, str]]) -> Level | None:
    """The level at which a finding is raised: the highest of its rule, up to its own, that speaks. None: none does.

    The levels of a rule are steps of one scale, so what is red is orange too; who muted the red did not mute that.
    """
    speaking = (one for one in RULES[rule].levels if RANK[one] <= RANK[level] and (rule, one.value) not in silent)
    return max(speaking, key=RANK.__getitem__, default=None)
