"""What the levels of warnings, what people do with them and their evidence are called on the screen."""

from __future__ import annotations

from console import labels_prevention
from console.words import N_

LEVELS = {"red": N_("Red warning"), "orange": N_("Orange warning"), "yellow": N_("Yellow warning")}
SHORT = {"red": N_("Red"), "orange": N_("Orange"), "yellow": N_("Yellow")}
SHAPES = {"red": "octagon", "orange": "diamond", "yellow": "triangle"}
"""The level of a warning never rests on colour alone."""
STATES = {"standing": N_("Standing"), "snoozed": N_("Set aside"), "settled": N_("Settled")}
SETTLED = {
    "confirmed": N_("Confirmed"),
    "false_alarm": N_("False alarm"),
    "corrected": N_("Put right"),
    "cleared": N_("Ended by itself"),
}
MEANS = {
    "confirmed": N_("it was as the warning says"),
    "false_alarm": N_("nothing was wrong"),
    "corrected": N_("it was so, and has been put right"),
}
DONE = {
    "confirmed": N_("Settled as confirmed"),
    "false_alarm": N_("Settled as a false alarm"),
    "corrected": N_("Settled as put right"),
    "undo": N_("Settlement taken back"),
    "snooze": N_("Set aside"),
    "wake": N_("Brought back"),
    "give": N_("Given on"),
    "to_case": N_("Attached to a case"),
    "to_visit": N_("Visit proposed"),
    **labels_prevention.DONE,
}
ACTS = {**labels_prevention.ACTS, "attach_warning": N_("Warning attached"), "propose_visit": N_("Visit proposed")}
NOTICES = {
    **labels_prevention.NOTICES,
    "warning_attached": N_("A warning was attached to this case"),
    "visit_proposed": N_("A visit was proposed because of a warning"),
}
TABLES = {
    "project": N_("project"),
    "account_balance": N_("account"),
    "pay_period": N_("payroll"),
    "pay_line": N_("line of a payroll"),
    "attendance_month": N_("attendance"),
    "feed_version": N_("report of the platform"),
    "complaint": N_("complaint"),
    "cases": N_("case"),
    "pledge_duty": N_("duty of a pledge"),
    "instalment": N_("instalment"),
    "outside_arrears": N_("report of another body"),
    "channel": N_("channel"),
    "warning": N_("warning"),
}
"""What a row of evidence is, by the table that it lies in."""
EVIDENCE = {
    "project": N_("Project %(name)s, begun on %(day)s"),
    "deposit_paid": N_("Project %(name)s, begun on %(day)s: wage deposit paid"),
    "deposit_missing": N_("Project %(name)s, begun on %(day)s: no wage deposit"),
    "balance": N_("Special account of %(name)s on %(day)s: %(fen)s"),
    "paid_in": N_("Special account of %(name)s on %(day)s: %(fen)s of %(of_fen)s paid in"),
    "payroll_paid": N_("Payroll of %(month)s, %(name)s: %(fen)s of %(of_fen)s for %(heads)s people, paid on %(day)s"),
    "payroll_unpaid": N_("Payroll of %(month)s, %(name)s: %(of_fen)s for %(heads)s people, due on %(day)s, not paid"),
    "pay_line": N_("One worker on the payroll of %(month)s, %(name)s: %(fen)s of %(of_fen)s paid"),
    "attendance": N_("Gates of %(name)s in %(month)s: %(heads)s people"),
    "complaint": N_("Complaint %(name)s, %(channel)s, %(day)s: %(heads)s people, claimed %(fen)s"),
    "complaint_elsewhere": N_("A complaint of %(day)s, %(channel)s; its case is not yours to see"),
    "case": N_("Case %(name)s of %(day)s"),
    "case_elsewhere": N_("A case of %(day)s that is not yours to see"),
    "duty_kept": N_("Duty of a pledge due on %(day)s: kept"),
    "duty_broken": N_("Duty of a pledge due on %(day)s: broken"),
    "duty_open": N_("Duty of a pledge due on %(day)s: nobody has looked yet"),
    "instalment_paid": N_("Instalment of %(fen)s due on %(day)s: paid"),
    "instalment_open": N_("Instalment of %(fen)s due on %(day)s: not proven paid"),
    "insurance_owed": N_("Social insurance on %(day)s: %(heads)s months unpaid, %(fen)s"),
    "insurance_paid": N_("Social insurance on %(day)s: nothing owed"),
    "utility_owed": N_("Water, power or gas on %(day)s: %(heads)s months unpaid, %(fen)s"),
    "utility_paid": N_("Water, power or gas on %(day)s: nothing owed"),
    "channel": N_("Channel %(channel)s, last heard on %(day)s"),
    "warning": N_("Warning of %(day)s: %(rule)s"),
    "gone": N_("A row that is no longer there"),
}
SOURCES = {
    "house rule 2026-11": N_("house rule 2026-11"),
    "house rule 2026-11: no data is never `all paid`": N_("house rule 2026-11: no data is never “all paid”"),
    "通和: paid heads < attendance heads": N_("practice of 通和: fewer paid than at work"),
    "通和: >10% of attending workers without pay record": N_("practice of 通和: over 10 % at work without pay"),
    "通和: average pay in list below the minimum wage": N_("practice of 通和: average pay below the minimum wage"),
    "通和: one worker >50,000 a month or >300,000 a year": N_("practice of 通和: implausible sums of one worker"),
    "通和: leaver without settlement, yellow while a complaint runs": N_("practice of 通和: left without settlement"),
    "通和: no special-account pay in that or the next month": N_("practice of 通和: no special-account pay"),
    "group incidents: xueshigu.com 10-30 重大": N_("group incidents in practice: 10 to 30 people"),
    "risk code: ≥10 persons in 30 days": N_("practice: 10 people or more in 30 days"),
    "risk code: growth ≥0.3": N_("practice: growth of 30 % or more"),
    "risk code: repeat rate": N_("practice: rate of repeats"),
    "人社部发〔2021〕65号, unverified": N_("人社部发〔2021〕65号, unverified"),
    "安庆 2013, 达州 2018: score of several signs": N_("practice of 安庆 2013 and 达州 2018: several signs scored"),
}
"""What a rule of warning rests on, where the law alone does not say it."""
