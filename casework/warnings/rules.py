"""The table of rules (预警规则表). What raises a warning is one of these, in one version of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from casework.warnings.rule import Rule
from casework.warnings.rules_of_feeds import FEED, PAY, SITE
from casework.warnings.rules_of_others import COMPLAINTS, ELSEWHERE, TOGETHER

TABLE: tuple[Rule, ...] = (*PAY, *SITE, *FEED, *COMPLAINTS, *ELSEWHERE, *TOGETHER)
RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in TABLE})
