"""What a rule of early warning is: its source, whom it goes to, and which figures it gives.

A warning proposes that somebody looks; it decides nothing by itself (PIPL §24).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """黄, 橙, 红: three colours, shown with words and shapes."""

    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


RANK: Mapping[Level, int] = {Level.YELLOW: 1, Level.ORANGE: 2, Level.RED: 3}


class Theme(StrEnum):
    """What a rule looks at."""

    PAY = "pay"
    SITE = "site"
    FEED = "feed"
    COMPLAINTS = "complaints"
    ELSEWHERE = "elsewhere"
    TOGETHER = "together"


class Owner(StrEnum):
    """Who looks after a warning: the inspector of the place, the head of the place, or who keeps the machine."""

    INSPECTOR = "inspector"
    HEAD = "head"
    SYSTEM_ADMIN = "system_admin"


class FoundBy(StrEnum):
    """Which run raises the rule: the daily one; the watch over the channels; or the step that finds a pledge broken."""

    WARN = "warn"
    WATCH = "watch"
    PLEDGE = "pledge"


class Proposal(StrEnum):
    """What a warning proposes. Never more than this: it sanctions nobody."""

    VISIT = "visit"
    INQUIRY = "inquiry"
    ASK_PLATFORM = "ask_platform"
    CALL_COMPLAINANTS = "call_complainants"
    MEND_CHANNEL = "mend_channel"


class Kind(StrEnum):
    """How a figure is to be shown. `fen` money; `day` and `month` as ISO text; `moment` ISO with zone, or none;
    `percent` and `days` whole numbers; `code` a word of `console.labels_warning_rules.CODES`; the others ids."""

    COUNT = "count"
    FEN = "fen"
    DAYS = "days"
    PERCENT = "percent"
    DAY = "day"
    MONTH = "month"
    MOMENT = "moment"
    CODE = "code"
    PROJECT = "project"
    CASE = "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule (预警规则), as one version of it stands.

    `facts` are the figures that every finding gives, by name; `more` those that only some give. `measure` is the one
    by which a finding is worse than an earlier one of the same level; None: no figure is. `due_days` are working days
    to look at it; None: by the colour, setting `warning.due_days`. `inputs` are the tables that it reads. Thresholds
    are settings `warning.ID.*`. `about_project`: one finding a project, else one an employer or a channel.
    """

    id: str
    version: str
    theme: Theme
    levels: tuple[Level, ...]
    source: str
    inputs: tuple[str, ...]
    owner: Owner
    facts: Mapping[str, Kind]
    measure: str | None
    proposes: Proposal
    about_project: bool = False
    due_days: int | None = None
    found_by: FoundBy = FoundBy.WARN
    more: Mapping[str, Kind] = field(default_factory=dict)

    @property
    def known_facts(self) -> Mapping[str, Kind]:
        """Every figure that a finding may give."""
        return {**self.facts, **self.more}
