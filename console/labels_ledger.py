"""What the codes of the ledger, of payment plans and of the liability chain are called on the screen."""

from __future__ import annotations

from console.words import N_

PARTS = {
    "project_owner": N_("Project owner"),
    "general_contractor": N_("General contractor"),
    "subcontractor": N_("Subcontractor"),
    "crew": N_("Crew or crew boss"),
    "labour_agency": N_("Labour agency"),
    "employer": N_("Employer"),
}
TOLD_BY = {
    "complainant": N_("The complainant"),
    "party": N_("The party itself"),
    "contract": N_("A contract"),
    "rights_board": N_("The rights notice board"),
    "trade_department": N_("The trade department"),
    "officer": N_("An officer's own finding"),
}
IRREGULAR = {
    "unlawful_project": N_("The project breaks planning or building law"),
    "lent_its_name": N_("Let others work under its name"),
    "gave_to_unqualified": N_("Gave work to a person or a unit without qualification"),
    "money_withheld": N_("Did not pay project money as agreed"),
    "passed_on": N_("Passed the whole project on"),
}
GROUNDS = {
    "unlawful_project": N_("724 §37: the owner of an unlawful project"),
    "lent_its_name": N_("724 §36: whose name was lent"),
    "gave_to_unqualified": N_("724 §36: who gave work to the unqualified"),
    "general_contractor_first": N_("724 §30: the general contractor for a subcontractor"),
    "passed_on": N_("724 §30: the general contractor of a project passed on"),
    "owner_advances": N_("724 §29: the owner advances"),
    "employer_itself": N_("423 §26: the employer itself"),
}
STEPS = {
    "ahead": N_("Not yet due"),
    "kept": N_("Kept"),
    "broken": N_("Broken"),
    "late": N_("Paid late"),
}
REMARKS = {
    "id_no_check": N_("check digit of the identity number"),
    "id_no_form": N_("form of the identity number"),
    "id_no_digits_lost": N_("the spreadsheet lost digits of the identity number"),
    "phone_odd": N_("form of the phone"),
    "uscc_check": N_("check digit of the credit code"),
    "uscc_length": N_("length of the credit code"),
    "uscc_old_number": N_("credit code: an old registration number"),
    "unclear": N_("who it is: several workers could be meant"),
}
NAMES = {"masked": N_("Names masked, as on this page"), "plain": N_("Names in full")}
FIELDS = {"name": N_("Name"), "phone": N_("Phone"), "id_no": N_("Identity number")}
YES_NO = {"yes": N_("Yes"), "no": N_("No")}
REST = {
    "listed": N_("Only what stands in the list"),
    "all": N_("The list, and for everybody else the full sum"),
}
ACTS = {
    "take_from_complaints": N_("Ledger brought up to the complaints"),
    "add_roster": N_("Roster taken into the ledger"),
    "export_ledger": N_("Ledger taken out as a workbook"),
    "verify_lines": N_("Amounts verified worker by worker"),
    "strike_worker": N_("Worker struck from the ledger"),
    "record_plan": N_("Payment plan recorded"),
    "plan_broken": N_("Payment plan broken"),
    "record_party": N_("Party of the liability chain recorded"),
    "name_liable": N_("Party liable to pay named"),
}
NOTICES = {"plan_broken": N_("An instalment of the payment plan was not proven paid by its day")}
