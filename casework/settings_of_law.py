"""What the law leaves open, or what nobody could check against a text: settings with a source field (设置).

The `setting` table overrides a row; an empty source means that the office has not answered yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casework import (
    settings_of_acts,
    settings_of_clocks,
    settings_of_figures,
    settings_of_lives,
    settings_of_messages,
    settings_of_papers,
    settings_of_prevention,
    settings_of_risk,
    settings_of_sparing,
    settings_of_tiers,
    settings_of_times,
    settings_of_warnings,
)
from casework.record import Json

UNVERIFIED = "unverified: general knowledge, not checked against a text"
HOUSE = "house rule 2026-11"


@dataclass(frozen=True, slots=True)
class LawSetting:
    """One value the office may set: what it says, what holds until then, and where that came from."""

    name: str
    default: Json
    source: str
    says: str


_PIECES = (
    settings_of_clocks,
    settings_of_lives,
    settings_of_acts,
    settings_of_papers,
    settings_of_sparing,
    settings_of_risk,
    settings_of_warnings,
    settings_of_figures,
    settings_of_times,
    settings_of_messages,
    settings_of_prevention,
    settings_of_tiers,
)
_ROWS = (
    # Deadlines
    LawSetting("clock.serve.unit", "calendar", "", "QD §31 names no unit for the 7 days of service"),
    LawSetting(
        "clock.rectify.days", 7, "a published order of 中原: 7 days", "days an order gives where none are named"
    ),
    LawSetting("clock.notice_service.days", 30, "CPL §95; QD §33 says 60: needs legal sign-off", "service by notice"),
    LawSetting("clock.police.decide_days", 3, "TRF §5, which names no unit", "the head decides on a transfer"),
    LawSetting("clock.referral.days", 15, "", "days another body has to answer a referral"),
    LawSetting("clock.due_soon.days", 2, HOUSE, "remaining days from which a deadline shows yellow"),
    # Documents
    LawSetting("document.prefix", "即人社劳监", "", "prefix of document numbers (机关代字)"),
    LawSetting(
        "document.title.rectification_order", "限期改正指令书", "怀柔 forms", "title; other offices say 责令改正指令书"
    ),
    LawSetting("document.title.inquiry_notice", "调查询问通知书", "怀柔 forms", "title"),
    LawSetting("case_no.form", "{prefix}案字〔{year}〕第{serial}号", "", "form of case numbers (案号)"),
    # Leniency
    LawSetting("leniency.first_offence.months", 24, "", "window in which an earlier offence bars `first offence`"),
    LawSetting("leniency.max_workers", 30, "", "workers up to which harm may be called slight"),
    LawSetting("leniency.offence_items", [], "", "the configured no-penalty list; 人社 items of Shandong are unknown"),
    LawSetting("leniency.follow_up.days", 90, "", "days until a spared employer is followed up"),
    # Thresholds
    LawSetting("criminal.one_worker_fen", 1_000_000, "Shandong 10,000 yuan: unverified", "SPC13 §3, one worker"),
    LawSetting("criminal.group_fen", 6_000_000, "Shandong 60,000 yuan: unverified", "SPC13 §3, ten workers together"),
    LawSetting("criminal.group_workers", 10, "SPC13 §3", "workers from which the group figure counts"),
    LawSetting("criminal.months", 3, "SPC13 §3", "months of one worker's pay"),
    LawSetting(
        "group_incident.tier1", 30, "xueshigu.com: ≥30 特大; no national number is known", "heads of a group incident"
    ),
    # Dispatch
    LawSetting("dispatch.max_open_cases", 120, HOUSE, "open cases from which an inspector is not suggested any more"),
    # Answers to the channels
    LawSetting(
        "reply.accepted.body",
        "您反映的事项已收到，编号{matter_no}，已交劳动保障监察员核查，我们将在法定时限内办理并告知结果。",
        "",
        "what every complaint is answered when its case is dispatched; {matter_no} is filled in",
    ),
    LawSetting(
        "reply.declined.body",
        "您反映的事项（编号{matter_no}）经审查不予受理。理由：{ground}（{law}）。详见《不予受理通知书》（{document_no}）。",
        "",
        "what a complaint is answered that is declined, by itself or with its case; {document_no} is the notice",
    ),
    LawSetting(
        "reply.result.body",
        "您反映的事项（编号{matter_no}）已办结。办理结果：{outcome}。{paid}",
        "",
        "what every complaint is answered when the outcome is approved",
    ),
    # Accounts
    LawSetting("account.password.length", 10, UNVERIFIED, "fewest characters of a password"),
    LawSetting("account.password.classes", 3, UNVERIFIED, "kinds of characters a password mixes"),
    LawSetting("account.lock.tries", 5, UNVERIFIED, "failed logins before the pause"),
    LawSetting("account.lock.minutes", 15, UNVERIFIED, "minutes of the pause"),
    LawSetting("account.idle.minutes", 30, UNVERIFIED, "minutes without a request that end a login"),
    LawSetting("account.absolute.hours", 12, HOUSE, "hours after which a login ends in any case"),
    LawSetting(
        "account.second_factor.roles", [], "GB/T 22239 8.1.4.1, level 3", "roles that need a one-time code at login"
    ),
    *(LawSetting(*row) for piece in _PIECES for row in piece.ROWS),
)

SETTINGS: Mapping[str, LawSetting] = MappingProxyType({row.name: row for row in _ROWS})
