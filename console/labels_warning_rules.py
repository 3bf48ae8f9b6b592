"""What the rules of early warning are called, and the sentence each says with its figures. Chinese in the catalogue.

The places in a sentence are facts that its rule declares; how each is to be shown is its `Kind`.
"""

from __future__ import annotations

from console.words import N_

NAMES = {
    "arrears": N_("Wages not paid when due"),
    "payroll_missing": N_("No payroll made"),
    "heads_short": N_("Fewer paid than came to work"),
    "attendees_unpaid": N_("Many at work without pay"),
    "below_minimum": N_("Average pay below the minimum wage"),
    "sum_implausible": N_("Implausible pay of one worker"),
    "leaver_unsettled": N_("Left without being paid off"),
    "account_unfed": N_("Nothing paid into the special account"),
    "account_short": N_("Special account short"),
    "deposit_missing": N_("No wage deposit"),
    "crew_on_two_sites": N_("Same crew on two sites"),
    "no_data": N_("No data of the project"),
    "payroll_late": N_("Payroll reported late"),
    "payroll_rewritten": N_("Payroll rewritten afterwards"),
    "workers_72h": N_("Many workers within hours"),
    "channel_hopping": N_("Complaints over several channels"),
    "complaints_30d": N_("Many complaints in a month"),
    "growth": N_("Complaints grow"),
    "repeat": N_("Complaints again after a case ended"),
    "boss_two_sites": N_("Same labour boss on two sites"),
    "plan_broken": N_("Payment plan broken"),
    "pledge_broken": N_("Pledge broken"),
    "insurance_arrears": N_("Social insurance in arrears"),
    "utility_arrears": N_("Water, power or gas in arrears"),
    "channel_silent": N_("Channel in trouble"),
    "answers_stuck": N_("Answers that do not arrive"),
    "signs_together": N_("Several signs at once"),
}
SENTENCES = {
    "arrears": N_(
        "On project %(project)s the wages of %(months)s months are unpaid, the oldest due on %(due_on)s (%(days)s days"
        " ago): %(owed)s for %(workers)s workers."
    ),
    "payroll_missing": N_(
        "On project %(project)s the gates saw %(heads)s people in %(month)s; no payroll of that month was there when"
        " pay fell due on %(due_on)s."
    ),
    "heads_short": N_(
        "On project %(project)s the gates saw %(heads)s people in %(month)s, and %(paid)s were paid for that month."
    ),
    "attendees_unpaid": N_(
        "On project %(project)s %(unpaid)s of %(heads)s people at work in %(month)s (%(share)s%%) have no pay on"
        " record."
    ),
    "below_minimum": N_(
        "On project %(project)s the pay of %(workers)s workers in %(month)s comes to %(average)s for a full month on"
        " average, below the minimum wage of %(minimum)s."
    ),
    "sum_implausible": N_(
        "On project %(project)s the payroll gives %(workers)s workers more than the limit of %(limit)s; the largest sum"
        " is %(most)s."
    ),
    "leaver_unsettled": N_(
        "On project %(project)s %(workers)s workers are on no payroll after %(month)s, and %(owed)s of theirs is"
        " unpaid."
    ),
    "account_unfed": N_(
        "Nothing was paid into the special account of project %(project)s since %(since)s, for %(days)s days; it holds"
        " %(balance)s."
    ),
    "account_short": N_(
        "In %(month)s the special account of project %(project)s got %(paid_in)s of the agreed %(agreed)s"
        " (%(share)s%%)."
    ),
    "deposit_missing": N_(
        "Project %(project)s began on %(started_on)s; its wage deposit, due by %(due_on)s, is not paid."
    ),
    "crew_on_two_sites": N_(
        "In %(month)s %(workers)s workers stand on the payrolls of %(projects)s projects at once; one of them with"
        " %(most_days)s days."
    ),
    "no_data": N_(
        "Of project %(project)s no %(what)s came since %(since)s, for %(days)s days. That does not mean that all is"
        " paid."
    ),
    "payroll_late": N_(
        "The payroll of %(month)s of project %(project)s, due on %(due_on)s, was reported %(days)s days late."
    ),
    "payroll_rewritten": N_(
        "The payroll of %(month)s of project %(project)s was rewritten %(times)s times after pay was due:"
        " %(workers_before)s workers and %(before)s became %(workers_after)s workers and %(after)s."
    ),
    "workers_72h": N_("%(workers)s different workers complained within %(hours)s hours; complaints: %(complaints)s."),
    "channel_hopping": N_(
        "%(complaints)s complaints came over %(channels)s channels within %(days)s days; no channel alone had more than"
        " %(most)s."
    ),
    "complaints_30d": N_("%(complaints)s complaints within %(days)s days."),
    "growth": N_("%(now)s complaints in the last %(days)s days, after %(before)s in the %(days)s days before."),
    "repeat": N_(
        "%(complaints)s new complaints within %(days)s days after a case of this employer had ended; %(closed)s ended"
        " in that time."
    ),
    "boss_two_sites": N_(
        "%(complaints)s complaints of the last %(days)s days name the same labour boss on %(sites)s sites."
    ),
    "plan_broken": N_("%(broken)s instalments of a payment plan are broken since %(due_on)s: %(owed)s."),
    "pledge_broken": N_("A duty of a pledge was found broken."),
    "insurance_arrears": N_("%(months)s months of social insurance were unpaid on %(as_of)s: %(owed)s."),
    "utility_arrears": N_("%(months)s months of water, power or gas were unpaid on %(as_of)s: %(owed)s."),
    "channel_silent": N_("%(why)s; last heard %(last_success_at)s."),
    "answers_stuck": N_(
        "%(answers)s answers did not arrive, the oldest written %(oldest)s; %(remainder)s source ids in the receipt"
        " book are not accounted for."
    ),
    "signs_together": N_(
        "%(signs)s signs stand at once, together %(points)s points: unpaid wages %(pay)s, special account %(account)s,"
        " dues elsewhere %(elsewhere)s, others %(others)s."
    ),
}
CODES = {
    "why": {
        "silent": N_("The channel has been silent for longer than it may be"),
        "failing": N_("The last pulls of the channel failed"),
        "empty": N_("The channel answered and had nothing, on a working day"),
        "paused": N_("The channel is paused"),
        "canary": N_("The canary of the channel has not come through to the queue"),
    },
    "what": {
        "anything": N_("data at all"),
        "account": N_("data of the special account"),
        "payroll": N_("payroll"),
        "attendance": N_("attendance"),
    },
}
"""The words of facts of the kind `code`."""
THEMES = {
    "pay": N_("Pay of wages"),
    "site": N_("Projects and accounts"),
    "feed": N_("Data of the platform"),
    "complaints": N_("Complaints and promises"),
    "elsewhere": N_("Other bodies and channels"),
    "together": N_("Signs together"),
}
PROPOSALS = {
    "visit": N_("Visit the employer"),
    "inquiry": N_("Ask the employer for papers"),
    "ask_platform": N_("Ask the wage-payment platform"),
    "call_complainants": N_("Call the complainants"),
    "mend_channel": N_("Look at the channel"),
}
