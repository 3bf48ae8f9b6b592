"""What the codes of the acts of investigation are called; joined in console/labels.py where they share a table."""

from __future__ import annotations

from console.words import N_

CLOCKS = {"supervise": N_("Answer the superior")}
ACTS = {
    "issue_inquiry": N_("Notice of inquiry issued"),
    "record_inquiry_answer": N_("Answer to a notice of inquiry recorded"),
    "record_interview": N_("Interview recorded"),
    "record_inspection": N_("Site inspection recorded"),
    "supervise": N_("Supervised by a superior"),
    "answer_supervision": N_("Superior answered"),
    "chase": N_("Inspectors chased"),
    "ask_recusal": N_("Recusal asked for"),
    "recusal_granted": N_("Recusal granted"),
    "recusal_refused": N_("Recusal refused"),
}
NOTICES = {
    "supervised": N_("A superior supervises this case"),
    "chased": N_("Please hurry: a head chases this case"),
    "recused": N_("An officer of this case is recused; give it to others"),
    "deadline_moved": N_("The holidays of a year are known: a deadline moved"),
    "recusal_asked": N_("A recusal is asked for; a head decides"),
    "recusal_granted": N_("The recusal was granted"),
    "recusal_refused": N_("The recusal was refused; the work goes on"),
}
ITEMS = {
    "licence": N_("Business licence, copy"),
    "legal_rep_id": N_("Identity of the legal representative"),
    "power_of_attorney": N_("Power of attorney and identity of the agent"),
    "roster": N_("Roster of workers"),
    "contracts": N_("Labour contracts"),
    "payroll": N_("Payroll ledger"),
    "attendance": N_("Attendance records"),
    "rules": N_("Work rules"),
    "injury_insurance": N_("Proof of work-injury insurance"),
    "cost_to_contractor": N_("Labour cost paid by the owner to the general contractor"),
    "cost_to_subcontractor": N_("Labour cost paid by the general contractor to the subcontractor"),
    "wage_deposit": N_("Wage guarantee deposit"),
    "special_account": N_("Dedicated wage account"),
    "crew_contract": N_("Contract with the crew or its boss"),
    "other": N_("Other papers"),
}
SIDES = {
    "project_owner": N_("Project owner"),
    "general_contractor": N_("General contractor"),
    "subcontractor": N_("Subcontractor"),
}
SIGNATURES = {
    "signed": N_("Has signed"),
    "refused": N_("Signature refused"),
    "absent": N_("Nobody there to sign"),
}
ASKED_BY = {
    "officer": N_("The officer"),
    "party": N_("The party"),
    "office": N_("The office itself"),
}
PROJECT_TYPES = {"road": N_("Road works"), "water": N_("Water works"), "building": N_("Building")}
STEPS = {"extend_investigation": N_("Extension of the investigation")}
ASKING = {"officer": N_("The officer"), "party": N_("The party")}
RECUSAL_DECISIONS = {"yes": N_("Grant the recusal"), "no": N_("Refuse it")}
RECUSAL_STATES = {"asked": N_("waits for a head"), "granted": N_("granted"), "refused": N_("refused")}
