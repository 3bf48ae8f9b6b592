"""What codes are called on the screen. English here, Chinese in the catalogue; an unknown code is shown as it is."""

from __future__ import annotations

from console import labels_clocks, labels_investigation, labels_ledger, labels_lives, labels_papers, labels_sparing
from console.labels_clocks import HOLIDAYS, SOURCES, SUSPENSIONS
from console.labels_employers import NOTICES as WATCHED
from console.labels_lives import IN_WORDS
from console.labels_warnings import ACTS as ON_WARNINGS
from console.labels_warnings import NOTICES as WARNED
from console.words import N_

CHANNELS = {
    "hotline_12345": N_("12345 hotline"),
    "national_clue": N_("National platform"),
    "petition": N_("Petitions"),
    "message_board": N_("Message board"),
    "wage_monitor": N_("Wage monitoring"),
    "mailbox": N_("Mailbox"),
    "self_report": N_("Workers' page"),
    "walk_in": N_("Service window"),
    "import": N_("Imported file"),
    "photo": N_("Photographs of visits"),
}
CHIPS = {
    "hotline_12345": N_("12345"), "national_clue": N_("Nat."), "petition": N_("Pet."), "message_board": N_("Board"),
    "wage_monitor": N_("Wages"), "mailbox": N_("Mail"), "self_report": N_("Page"), "walk_in": N_("Window"),
    "import": N_("File"), "photo": N_("Photo"),
}  # fmt: skip
ROLES = {
    "desk_officer": N_("Desk officer"),
    "inspector": N_("Inspector"),
    "head": N_("Head"),
    "bureau_head": N_("Head of the bureau"),
    "read_only": N_("Reader"),
    "system_admin": N_("System administrator"),
    "security_admin": N_("Security administrator"),
    "audit_admin": N_("Audit administrator"),
}
STATUSES = {
    "to_dispatch": N_("To dispatch"),
    "dispatched": N_("To sign for"),
    "in_progress": N_("In progress"),
    "due_soon": N_("Due soon"),
    "overdue": N_("Overdue"),
    "concluded": N_("Concluded"),
    "closed": N_("Closed"),
    "merged": N_("Merged"),
}
KINDS = {
    "worker_complaint": N_("Complaint by the worker"),
    "informant_report": N_("Informant's report"),
}
NATURES = {
    "arrears_rural": N_("Arrears of migrant workers"),
    "arrears": N_("Wage arrears"),
    "deduction": N_("Unlawful deduction"),
    "below_minimum": N_("Below the minimum wage"),
    "overtime": N_("Overtime pay"),
    "severance": N_("Severance pay"),
    "no_contract": N_("No written contract"),
    "social_insurance": N_("Social insurance"),
    "hours_and_leave": N_("Hours and leave"),
    "protected_workers": N_("Female and minor workers"),
    "child_labour": N_("Child labour"),
    "withheld_papers": N_("Papers or deposits withheld"),
    "labour_dispatch": N_("Labour dispatch"),
    "other": N_("Other matters"),
}
SECTORS = {"construction": N_("Construction"), "other": N_("Not construction"), "unknown": N_("Sector unknown")}
CLOCKS = {
    "notice_service": N_("Service by notice"),
    "accept": N_("Accept"),
    "investigate": N_("Investigate"),
    "extension": N_("Extension"),
    "decide": N_("Decide"),
    "serve": N_("Serve"),
    "rectify": N_("Correct"),
    "reply": N_("Reply"),
    "penalty_90": N_("90-day limit"),
    "hearing_request": N_("Hearing request"),
    "hearing_notice": N_("Hearing notice"),
    "pay_fine": N_("Pay the fine"),
    "keep_evidence": N_("Kept evidence"),
    "demand": N_("Demand"),
    "publish": N_("Publish"),
    "withdraw_published": N_("Withdraw publication"),
    "list_objection": N_("Objection to listing"),
    "list_decide": N_("Decide on listing"),
    **labels_investigation.CLOCKS,
}
FINDINGS = {"agrees": N_("Same"), "close": N_("Similar"), "against": N_("Different"), "silent": N_("Says little")}
FEATURES = {
    "code": N_("Credit code"),
    "employer": N_("Employer"),
    "boss": N_("Boss"),
    "boss_phone": N_("Boss's phone"),
    "site": N_("Site"),
    "address": N_("Address"),
    "district": N_("District"),
    "name": N_("Complainant"),
    "phone": N_("Phone"),
    "id_no": N_("Identity number"),
    "crew": N_("Roster"),
    "heads": N_("People"),
    "amount": N_("Amount"),
    "period": N_("Months"),
    "told": N_("Told on"),
    "text": N_("Wording"),
}
VERDICTS = {
    "same": N_("Same case"),
    "different": N_("Different"),
    "linked": N_("Linked, kept apart"),
    "unsure": N_("Unsure"),
}
DOUBTS = {
    "codes_differ": N_("Two credit codes stand in one case."),
    "far_sites": N_("Two sites in different places stand in one case."),
    "periods_disjoint": N_("Months in which nobody was owed anything divide the case."),
    "agents_phone": N_("Nothing but the phone of an agent, which many give, joins these two."),
    "weak_bridge": N_("One weak link alone joins the two parts of the case."),
}
"""Why the nightly scan asks whether one case is two."""
SERVED = {
    "direct": N_("Handed over"),
    "left": N_("Left at the address"),
    "by_other_office": N_("Through another office"),
    "by_post": N_("By post"),
    "by_notice": N_("By public notice"),
    "posted": N_("Posted where the boss lived or worked"),
}
SERVED_AT_ONCE = {way: words for way, words in SERVED.items() if way != "posted"}
"""How a paper may be served in the act that issues it."""
PROOFS = {
    "bank_voucher": N_("Bank voucher"),
    "signed_payroll": N_("Signed payroll"),
    "witness": N_("Said by a witness (reported, not proven)"),
}
BODIES = {
    "housing": N_("Housing and construction"),
    "transport": N_("Transport"),
    "water": N_("Water"),
    "police": N_("Police"),
    "finance": N_("Finance"),
    "development": N_("Development and reform"),
    "audit_office": N_("Audit office"),
    "legal_aid": N_("Legal aid"),
    "market_supervision": N_("Market supervision"),
    "arbitration": N_("Labour arbitration"),
    "court": N_("Court"),
    "petition_office": N_("Petitions office"),
    "tax": N_("Tax"),
    "social_insurance": N_("Social insurance agency"),
    "other_district": N_("Another district"),
}
GROUNDS = {
    "outside_inspection": N_("Outside labour inspection"),
    "employer_unclear": N_("The employer stays unclear after supplement"),
    "already_filed": N_("The same request is already filed"),
    "older_than_two_years": N_("Older than two years"),
    "in_arbitration_or_court": N_("In arbitration or court"),
    "other_legal_reason": N_("Another legal reason"),
}
REVEAL_REASONS = {
    "call_complainant": N_("To call the complainant"),
    "serve_paper": N_("To serve a paper"),
    "check_duplicate": N_("To compare possible duplicates"),
    "check_payment": N_("To check who was paid"),
    "mend_record": N_("To mend a record that could not be read"),
}
CHANNEL_STATES = {
    "well": N_("Working"),
    "failing": N_("Failing"),
    "empty": N_("Suspiciously empty"),
    "paused": N_("Paused"),
    "never": N_("Never run yet"),
}
PULL_VERDICTS = {
    "running": N_("Running"),
    "complete": N_("Complete"),
    "empty_alarm": N_("Fewer than usual"),
    "failed": N_("Broke off"),
}
LEGAL = {
    "received": N_("not yet accepted"),
    "declined": N_("declined"),
    "filed": N_("filed"),
    "investigated": N_("investigated"),
    "decided": N_("decided"),
    "withdrawn": N_("filing withdrawn"),
    "transferred": N_("transferred"),
    "closed": N_("closed"),
}
EXITS = {
    "correction_only": N_("Correction only"),
    "filing_withdrawn": N_("Filing withdrawn after correction"),
    "exempt_no_harm": N_("No penalty: no harm"),
    "exempt_first_offence": N_("No penalty: first minor offence"),
    "exempt_no_fault": N_("No penalty: no fault"),
    "lighter_penalty": N_("Lighter penalty"),
    "penalty": N_("Penalty"),
    "handling": N_("Handling decision: order to pay"),
    "transferred_to_police": N_("Transferred to the police"),
    "not_established": N_("Not established"),
}
COUNTED_AS = {
    **EXITS,
    "declined": N_("Declined"),
    "handed_on": N_("Handed on or answered directly"),
    "open": N_("Not concluded yet"),
    "merged": N_("Merged"),
    "unlinked": N_("Not linked yet"),
}
"""How the cases of a month stand by outcome."""
OUTCOME_STATES = {
    "draft": N_("Draft"),
    "submitted": N_("Waits for approval"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
}
PAPERS = labels_papers.PAPERS
WHY = {
    "handled_employer": N_("Knows the employer"),
    "own_street": N_("Own street"),
    "knows_sector": N_("Knows the sector"),
    "light_load": N_("Few open cases"),
    "territory": N_("Own territory"),
    "chosen": N_("Chosen by the desk"),
}
ACTS = {
    "judge": N_("Pair judged"),
    "merge": N_("Merged"),
    "split": N_("Complaints split off"),
    "undo": N_("Merge or split undone"),
    "take_back_verdict": N_("Verdict taken back"),
    "link": N_("Linked by the system"),
    "pick_employer": N_("Employer picked"),
    "choose_inspector": N_("Another inspector chosen"),
    "suggest": N_("Inspectors suggested"),
    "dispatch": N_("Dispatched"),
    "recall": N_("Dispatch recalled"),
    "sign_for": N_("Signed for"),
    "send_back": N_("Sent back"),
    "reassign": N_("Reassigned"),
    "accept_case": N_("Accepted and filed"),
    "decline_case": N_("Declined"),
    "accept_joined": N_("Later complaints accepted"),
    "end_investigation": N_("Investigation ended"),
    "extend_investigation": N_("Investigation extended"),
    "record_visit": N_("Visit recorded"),
    "add_photos": N_("Photographs added"),
    "strike_photo": N_("Photograph struck out"),
    "issue_document": N_("Paper issued"),
    "serve_document": N_("Paper served"),
    "announce_service": N_("Service announced"),
    "fill_paper": N_("Paper filled in"),
    "order_correction": N_("Order to correct issued"),
    "record_correction": N_("Correction recorded"),
    "record_pledge": N_("Pledge letter signed"),
    "record_payment": N_("Back payment recorded"),
    "verify_amount": N_("Amount verified"),
    "refer": N_("Referred to another body"),
    "record_answer": N_("Answer of another body recorded"),
    "draft_outcome": N_("Outcome saved as a draft"),
    "submitted_outcome": N_("Outcome submitted"),
    "approved_outcome": N_("Outcome approved"),
    "rejected_outcome": N_("Outcome rejected"),
    "close_case": N_("Case closed"),
    **labels_clocks.ACTS,
    **labels_investigation.ACTS,
}
NOTICES = {
    "dispatched": N_("Dispatched to you, to sign for"),
    "recalled": N_("Taken back before it was signed for"),
    "reassigned": N_("Given to other inspectors"),
    "sent_back": N_("Sent back; it waits to be dispatched again"),
    "outcome_approved": N_("The outcome was approved"),
    "outcome_rejected": N_("The outcome was rejected"),
    **labels_investigation.NOTICES,
}
for _table, *_more in (
    (ACTS, labels_ledger.ACTS, labels_lives.ACTS, labels_sparing.ACTS, ON_WARNINGS),
    (NOTICES, labels_ledger.NOTICES, labels_lives.NOTICES, labels_sparing.NOTICES, WATCHED, WARNED),
    (CLOCKS, labels_lives.CLOCKS, labels_sparing.CLOCKS),
    (LEGAL, labels_lives.LEGAL),
):
    _table.update(pair for one in _more for pair in one.items())
TABLES = (
    CHANNELS, CHIPS, ROLES, STATUSES, KINDS, NATURES, SECTORS, CLOCKS, FINDINGS, FEATURES, VERDICTS, DOUBTS, SERVED,
    PROOFS, BODIES, REVEAL_REASONS, CHANNEL_STATES, PULL_VERDICTS, LEGAL, EXITS, OUTCOME_STATES, PAPERS, WHY, ACTS,
    NOTICES, IN_WORDS, SUSPENSIONS, HOLIDAYS, SOURCES, labels_lives.COMPLAINT_STATUSES, labels_lives.LIVES,
    labels_lives.ENFORCED, labels_lives.PARTY, labels_lives.REMEDIES, labels_lives.REMEDY_ENDS,
)  # fmt: skip
