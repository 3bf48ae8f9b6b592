"""What the settings of early warning say, and what they rest on, on the page of rules. Chinese in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from console import labels_prevention
from console.words import N_

SAYS: Mapping[str, str] = {
    **labels_prevention.SAYS,
    "days of unpaid wages that make a point": N_("Days of unpaid wages that make a point"),
    "most points of wages, of an account, of dues of one kind": N_(
        "Most points of wages, of an account, of dues of one kind"
    ),
    "points of a red sign of another rule": N_("Points of a red sign of another rule"),
    "points of a yellow sign of another rule": N_("Points of a yellow sign of another rule"),
    "points of an orange sign of another rule": N_("Points of an orange sign of another rule"),
    "rules that are switched off": N_("Rules that are switched off"),
    "working days to look at a warning, by colour: handling times per colour are not known": N_(
        "Working days to look at a warning, by colour: handling times per colour are not known"
    ),
    "percent of its warnings that must be right for a rule to speak": N_(
        "Percent of its warnings that must be right for a rule to speak"
    ),
    "percent above the floor from which a muted rule speaks again": N_(
        "Percent above the floor from which a muted rule speaks again"
    ),
    "judged warnings below which no rule mutes itself": N_("Judged warnings below which no rule mutes itself"),
    "days back to which warnings are judged": N_("Days back to which warnings are judged"),
    "days from one day of the nightly back-test to the next": N_(
        "Days from one day of the nightly back-test to the next"
    ),
    "rules that never mute, or RULE:LEVEL, beside those of duties that the law names, which no setting mutes": N_(
        "Rules that never mute, or RULE:LEVEL, beside those of duties that the law names, which no setting mutes"
    ),
    "months back at which the rules on single payrolls look": N_(
        "Months back at which the rules on single payrolls look"
    ),
    "days for which the word of another body holds": N_("Days for which the word of another body holds"),
    "fen of a payroll unpaid that are no rounding": N_("Fen of a payroll unpaid that are no rounding"),
    "months after the due day up to which arrears are yellow": N_(
        "Months after the due day up to which arrears are yellow"
    ),
    "months after the due day up to which arrears are orange": N_(
        "Months after the due day up to which arrears are orange"
    ),
    "days after the pay day on which a payroll is missed": N_("Days after the pay day on which a payroll is missed"),
    "months without payroll from which it is orange": N_("Months without payroll from which it is orange"),
    "people at work and not paid": N_("People at work and not paid"),
    "percent of people at work above which no pay record is red": N_(
        "Percent of people at work above which no pay record is red"
    ),
    "people without pay record, however large their share": N_("People without pay record, however large their share"),
    "minimum wage of a month, in fen": N_("Minimum wage of a month, in fen"),
    "fen of one worker in a month": N_("Fen of one worker in a month"),
    "fen of one worker in a calendar year": N_("Fen of one worker in a calendar year"),
    "workers gone without settlement": N_("Workers gone without settlement"),
    "days over a month without a payment into the account": N_("Days over a month without a payment into the account"),
    "percent of the agreed sum below which an account is short": N_(
        "Percent of the agreed sum below which an account is short"
    ),
    "percent of the agreed sum below which that is orange": N_("Percent of the agreed sum below which that is orange"),
    "day from which the month that runs is judged": N_("Day from which the month that runs is judged"),
    "working days from the start to pay the deposit in": N_("Working days from the start to pay the deposit in"),
    "days more where the holidays of the year are not known": N_(
        "Days more where the holidays of the year are not known"
    ),
    "workers on payrolls of two projects in one month": N_("Workers on payrolls of two projects in one month"),
    "days without any data of a project": N_("Days without any data of a project"),
    "days without any data from which it is orange": N_("Days without any data from which it is orange"),
    "days without data of one kind": N_("Days without data of one kind"),
    "days after the due day on which a payroll is reported late": N_(
        "Days after the due day on which a payroll is reported late"
    ),
    "hours within which workers are counted together": N_("Hours within which workers are counted together"),
    "days for which such hours stay a sign": N_("Days for which such hours stay a sign"),
    "different workers within the hours": N_("Different workers within the hours"),
    "different workers from which it is orange": N_("Different workers from which it is orange"),
    "different workers from which it is red": N_("Different workers from which it is red"),
    "days within which channels are looked at together": N_("Days within which channels are looked at together"),
    "channels over which complaints come": N_("Channels over which complaints come"),
    "channels from which it is orange": N_("Channels from which it is orange"),
    "different workers over all channels": N_("Different workers over all channels"),
    "complaints on one channel that make a group by themselves": N_(
        "Complaints on one channel that make a group by themselves"
    ),
    "days of the count": N_("Days of the count"),
    "complaints in these days": N_("Complaints in these days"),
    "complaints from which it is orange": N_("Complaints from which it is orange"),
    "complaints from which it is red": N_("Complaints from which it is red"),
    "days that are compared with those before": N_("Days that are compared with those before"),
    "percent by which complaints grow": N_("Percent by which complaints grow"),
    "complaints below which nothing is called growth": N_("Complaints below which nothing is called growth"),
    "days after the end of a case": N_("Days after the end of a case"),
    "days within which sites of one boss are looked at together": N_(
        "Days within which sites of one boss are looked at together"
    ),
    "sites of one boss": N_("Sites of one boss"),
    "broken instalments from which it is red": N_("Broken instalments from which it is red"),
    "months of social insurance unpaid": N_("Months of social insurance unpaid"),
    "months from which it is orange": N_("Months from which it is orange"),
    "months of water, power or gas unpaid": N_("Months of water, power or gas unpaid"),
    "signs of one employer, each of another rule": N_("Signs of one employer, each of another rule"),
    "points from which signs together are orange": N_("Points from which signs together are orange"),
    "points from which signs together are red": N_("Points from which signs together are red"),
}
SOURCES: Mapping[str, str] = {
    "house rule 2026-11: as the shipped rules are held to": N_(
        "house rule of November 2026: as the shipped rules are held to"
    ),
    "724 §13-15, §27, §29, §31-32; 423 §26; house rule 2026-11": N_(
        "Regulation on wages of migrant workers §13-15, §27, §29, §31-32; Regulation on labour supervision §26; house "
        "rule of November 2026"
    ),
    "通和 / 贵州 vendor": N_("platform of a vendor in Guizhou"),
    "通和 / 贵州 vendor: any; house rule 2026-11: gates count visitors": N_(
        "platform of a vendor in Guizhou: any; gates count visitors: house rule of November 2026"
    ),
    "Shandong, first class of areas: unverified": N_("Shandong, first class of areas: not checked against a text"),
    "人社部发〔2021〕65号: unverified": N_("人社部发〔2021〕65号: not checked against a text"),
    "XF §20: five": N_("Regulation on petitions §20: five"),
    "xueshigu.com: 10-30 重大; 安庆 2008: ≥10": N_("published scales: 10 to 30 are major; Anqing 2008: 10"),
    "risk code (public)": N_("a published risk code"),
    "risk code (public): ≥10 persons in 30 days": N_("a published risk code: 10 persons in 30 days"),
    "risk code (public): growth ≥0.3": N_("a published risk code: growth of 0.3"),
}
