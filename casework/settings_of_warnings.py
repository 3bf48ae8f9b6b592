"""The thresholds of early warning: where practice names a figure it stands here with its source, the rest is ours."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from casework.record import Json

_HOUSE = "house rule 2026-11"
_TUNED = "house rule 2026-11, set on the invented economy"
_VENDOR = "通和 / 贵州 vendor"
_RISK_CODE = "risk code (public)"

ROWS: tuple[tuple[str, Json, str, str], ...] = (
    ("warning.off", [], "", "rules that are switched off"),
    (
        "warning.due_days",
        {"yellow": 15, "orange": 10, "red": 5},
        "",
        "working days to look at a warning, by colour: handling times per colour are not known",
    ),
    (
        "warning.mute.floor",
        60,
        f"{_HOUSE}: as the shipped rules are held to",
        "percent of its warnings that must be right for a rule to speak",
    ),
    ("warning.mute.back", 10, _HOUSE, "percent above the floor from which a muted rule speaks again"),
    ("warning.mute.least", 10, _HOUSE, "judged warnings below which no rule mutes itself"),
    ("warning.mute.days", 365, _HOUSE, "days back to which warnings are judged"),
    ("warning.mute.step_days", 7, _HOUSE, "days from one day of the nightly back-test to the next"),
    (
        "warning.mute.never",
        [],
        "",
        "rules that never mute, or RULE:LEVEL, beside those of duties that the law names, which no setting mutes",
    ),
    ("warning.window.months", 3, _HOUSE, "months back at which the rules on single payrolls look"),
    ("warning.window.outside_days", 120, _HOUSE, "days for which the word of another body holds"),
    ("warning.arrears.least_fen", 10_000, _HOUSE, "fen of a payroll unpaid that are no rounding"),
    ("warning.arrears.orange_months", 1, "宝应 2019", "months after the due day up to which arrears are yellow"),
    ("warning.arrears.red_months", 2, "宝应 2019", "months after the due day up to which arrears are orange"),
    ("warning.payroll_missing.days", 10, _HOUSE, "days after the pay day on which a payroll is missed"),
    ("warning.payroll_missing.orange_months", 2, _HOUSE, "months without payroll from which it is orange"),
    ("warning.heads_short.least", 3, f"{_VENDOR}: any; {_HOUSE}: gates count visitors", "people at work and not paid"),
    ("warning.attendees_unpaid.share", 10, _VENDOR, "percent of people at work above which no pay record is red"),
    ("warning.attendees_unpaid.least", 3, _HOUSE, "people without pay record, however large their share"),
    (
        "warning.below_minimum.wage_fen",
        220_000,
        "Shandong, first class of areas: unverified",
        "minimum wage of a month, in fen",
    ),
    ("warning.sum_implausible.month_fen", 5_000_000, _VENDOR, "fen of one worker in a month"),
    ("warning.sum_implausible.year_fen", 30_000_000, _VENDOR, "fen of one worker in a calendar year"),
    ("warning.leaver_unsettled.least", 1, _VENDOR, "workers gone without settlement"),
    ("warning.account_unfed.slack_days", 10, _HOUSE, "days over a month without a payment into the account"),
    ("warning.account_short.share", 90, _HOUSE, "percent of the agreed sum below which an account is short"),
    ("warning.account_short.orange_share", 50, _HOUSE, "percent of the agreed sum below which that is orange"),
    ("warning.account_short.from_day", 10, _HOUSE, "day from which the month that runs is judged"),
    (
        "warning.deposit_missing.working_days",
        20,
        "人社部发〔2021〕65号: unverified",
        "working days from the start to pay the deposit in",
    ),
    ("warning.deposit_missing.slack_days", 15, _HOUSE, "days more where the holidays of the year are not known"),
    ("warning.crew_on_two_sites.workers", 3, _HOUSE, "workers on payrolls of two projects in one month"),
    ("warning.no_data.days", 45, _HOUSE, "days without any data of a project"),
    ("warning.no_data.orange_days", 75, _HOUSE, "days without any data from which it is orange"),
    ("warning.no_data.one_kind_days", 75, _HOUSE, "days without data of one kind"),
    ("warning.payroll_late.days", 10, _HOUSE, "days after the due day on which a payroll is reported late"),
    ("warning.workers_72h.hours", 72, _HOUSE, "hours within which workers are counted together"),
    ("warning.workers_72h.stands_days", 7, _HOUSE, "days for which such hours stay a sign"),
    ("warning.workers_72h.yellow", 3, _HOUSE, "different workers within the hours"),
    ("warning.workers_72h.orange", 5, "XF §20: five", "different workers from which it is orange"),
    (
        "warning.workers_72h.red",
        10,
        "xueshigu.com: 10-30 重大; 安庆 2008: ≥10",
        "different workers from which it is red",
    ),
    ("warning.channel_hopping.days", 7, _HOUSE, "days within which channels are looked at together"),
    ("warning.channel_hopping.channels", 2, _HOUSE, "channels over which complaints come"),
    ("warning.channel_hopping.orange_channels", 3, _HOUSE, "channels from which it is orange"),
    ("warning.channel_hopping.workers", 3, _HOUSE, "different workers over all channels"),
    ("warning.channel_hopping.group", 5, "XF §20: five", "complaints on one channel that make a group by themselves"),
    ("warning.complaints_30d.days", 30, _RISK_CODE, "days of the count"),
    ("warning.complaints_30d.yellow", 3, _HOUSE, "complaints in these days"),
    ("warning.complaints_30d.orange", 6, _HOUSE, "complaints from which it is orange"),
    ("warning.complaints_30d.red", 10, f"{_RISK_CODE}: ≥10 persons in 30 days", "complaints from which it is red"),
    ("warning.growth.days", 30, _HOUSE, "days that are compared with those before"),
    ("warning.growth.percent", 30, f"{_RISK_CODE}: growth ≥0.3", "percent by which complaints grow"),
    ("warning.growth.least", 3, _HOUSE, "complaints below which nothing is called growth"),
    ("warning.repeat.days", 180, _HOUSE, "days after the end of a case"),
    ("warning.boss_two_sites.days", 30, _HOUSE, "days within which sites of one boss are looked at together"),
    ("warning.boss_two_sites.sites", 2, _HOUSE, "sites of one boss"),
    ("warning.plan_broken.red", 2, _HOUSE, "broken instalments from which it is red"),
    ("warning.insurance_arrears.months", 2, _HOUSE, "months of social insurance unpaid"),
    ("warning.insurance_arrears.orange_months", 4, _HOUSE, "months from which it is orange"),
    ("warning.utility_arrears.months", 2, _HOUSE, "months of water, power or gas unpaid"),
    ("warning.signs_together.signs", 2, _HOUSE, "signs of one employer, each of another rule"),
    ("warning.signs_together.arrears_days", 14, _TUNED, "days of unpaid wages that make a point"),
    ("warning.signs_together.most_points", 3, _TUNED, "most points of wages, of an account, of dues of one kind"),
    ("warning.signs_together.yellow_points", 1, _HOUSE, "points of a yellow sign of another rule"),
    ("warning.signs_together.orange_points", 2, _HOUSE, "points of an orange sign of another rule"),
    ("warning.signs_together.red_points", 4, _HOUSE, "points of a red sign of another rule"),
    ("warning.signs_together.orange", 5, _TUNED, "points from which signs together are orange"),
    ("warning.signs_together.red", 8, _TUNED, "points from which signs together are red"),
)
"""Name, default, source, and what it says."""

_PREFIX = "warning."
LIMITS: Mapping[str, int] = MappingProxyType(
    {
        name.removeprefix(_PREFIX): value
        for name, value, _, _ in ROWS
        if type(value) is int and not name.startswith(f"{_PREFIX}mute.")
    }
)
"""The thresholds by `RULE.name`, as they are without the office's own."""
