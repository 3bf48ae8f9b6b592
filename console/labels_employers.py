"""What the risk of an employer, its names and what people decided about it are called on the screen."""

from __future__ import annotations

from console.words import N_

RISKS = {
    "low": N_("Low risk"),
    "ordinary": N_("Ordinary risk"),
    "raised": N_("Raised risk"),
    "high": N_("High risk"),
}
REASONS = {
    "listed": N_("It is on the joint-sanction list."),
    "transferred": N_("Cases handed to the police for refusing to pay: %(count)s."),
    "group_incident": N_("Group incidents: %(count)s."),
    "red_flag": N_("Red flags that stand: %(count)s."),
    "relapse": N_("Offended again after it was spared: %(count)s times."),
    "broken_promise": N_("Broken promises: %(count)s."),
    "overdue_order": N_("Orders to correct past their day, not obeyed: %(count)s."),
    "offence": N_("Penalties and decisions to pay within the window: %(count)s."),
    "open_case": N_("Open cases: %(count)s."),
    "repeat": N_("Further cases within the months of the setting: %(count)s."),
    "owed": N_("Owed in open cases and not proven paid: %(money)s."),
    "late_payroll": N_("Payrolls past their day on the wage-payment platform: %(count)s."),
    "warning": N_("Orange and red warnings that stand: %(count)s."),
    "kept_promise": N_("In its favour, promises kept: %(count)s."),
}
SORTS = {
    "risk": N_("Risk"),
    "open": N_("Open cases"),
    "owed": N_("Arrears"),
    "paid": N_("Recovered"),
    "last": N_("Last case"),
    "name": N_("Name"),
}
LEARNED = {
    "own": N_("kept under this name"),
    "merged": N_("merged in"),
    "complaint": N_("from a complaint"),
    "feed": N_("from the wage-payment platform"),
    "liability chain": N_("from a liability chain"),
    "office": N_("written by the office"),
}
STEPS = {
    "merge": N_("Merged"),
    "split_alias": N_("Spelling taken out"),
    "verify_code": N_("Credit code verified"),
}
LISTINGS = {
    "told": N_("Told beforehand"),
    "objected": N_("Objected"),
    "verified": N_("Objection verified"),
    "listed": N_("Listed"),
    "spared": N_("Spared, not listed"),
    "dropped": N_("Not listed"),
    "removed": N_("Removed from the list"),
}
PROMISES = {"duty": N_("Pledge"), "instalment": N_("Instalment")}
NOTICES = {"watched_employer": N_("A new complaint names an employer that you watch")}
PRACTICE = N_("practice, unverified")
