"""What the codes of flexible enforcement and its opposite are called. English here, Chinese in the catalogue."""

from __future__ import annotations

from console import labels_publication
from console.words import N_

RESTS_ON = {
    "辽宁, 浙江, 山东 lists": N_("no-penalty lists of Liaoning, Zhejiang and Shandong"),
    "辽宁 list": N_("no-penalty list of Liaoning"),
    "practice of 即墨": N_("practice of Jimo"),
    "辽宁 一案三书": N_("one case, three papers (Liaoning)"),
    "山东省司法厅 2020": N_("department of justice of Shandong, 2020"),
    "咸宁 2022": N_("practice of Xianning, 2022"),
    "setting: leniency.max_workers": N_("set by the office"),
    "setting: leniency.max_workers, or the item's own number": N_("set by the office, or by the item of the list"),
    "setting: leniency.follow_up.days": N_("set by the office"),
    "setting: penalty.review_from_fen": N_("set by the office"),
    "setting: leniency.relapse.months": N_("set by the office"),
    "TRF §11: a fine replaces no transfer": N_("TRF §11"),
}
"""What a line rests on where that is more, or other, than an article."""

EDUCATION_WAYS = {
    "on_site": N_("Told on the spot"),
    "summons": N_("Summoned to talks"),
    "letter": N_("Letter of admonition"),
    "training": N_("Training in the law"),
}
RED_FLAGS = {
    "group_incident": N_("Group incident"),
    "extreme_act": N_("Extreme act"),
    "refusal": N_("Refused inspection or an order"),
    "concealment": N_("Concealed or false material"),
    "flight": N_("Fled, or moved assets away"),
    "retaliation": N_("Retaliated against complainants"),
}
PASSED = {"yes": N_("Passed"), "no": N_("Not passed")}
KEPT = {"yes": N_("Kept"), "no": N_("Broken")}
REVOKE = {"yes": N_("Revoke the sparing"), "no": N_("Uphold it")}
FOLLOW_UP_RESULTS = {
    "lawful": N_("Pays wages lawfully"),
    "new_arrears": N_("New arrears: a relapse"),
    "other_offence": N_("Another offence: a relapse"),
    "gone": N_("The employer has gone"),
}
LINE_STATES = {
    "met": N_("Met"),
    "not_met": N_("Not met"),
    "waits": N_("Still to come"),
    "not_asked": N_("Not asked"),
}
FOUND_BY = {
    "code": N_("by credit code"),
    "employer": N_("the same employer"),
    "name": N_("by name"),
    "alias": N_("by an alias or a linked case"),
}
REVOCATIONS = {
    "proposed": N_("Revocation proposed"),
    "revoked": N_("Sparing revoked"),
    "upheld": N_("Sparing upheld"),
}
LEVELS = {"yellow": N_("Yellow"), "orange": N_("Orange"), "red": N_("Red")}
SCALES = {
    "no_fine": N_("Arrears only: no fine in the law"),
    "protected_workers": N_("Female and minor workers not protected"),
    "overtime": N_("Overtime beyond the limits"),
    "insurance_report": N_("Wages under-reported for insurance"),
    "not_obeyed": N_("Inspection refused or order not obeyed"),
    "deposits_taken": N_("Deposits taken or belongings withheld"),
    "pay_records": N_("No payroll ledger or pay slips (unit)"),
    "pay_records_person": N_("No payroll ledger or pay slips (person)"),
    "site_duties": N_("No special account, deposit or real-name register"),
    "monthly_tally": N_("No monthly tally or supervision"),
    "owner_guarantee": N_("No payment guarantee of the owner"),
    "no_report": N_("Arrears not reported"),
}
STEPS = {"slight": N_("Slight"), "ordinary": N_("Ordinary"), "serious": N_("Serious")}
IN_SENTENCES = (N_("slight"), N_("ordinary"), N_("serious"))
"""Steps as they stand within a counted sentence."""
LISTING_STATES = {
    "told": N_("Told, may object"),
    "objected": N_("Objected"),
    "verified": N_("Objection verified"),
    "listed": N_("On the list"),
    "spared": N_("Spared after payment and credit pledge"),
    "dropped": N_("Not listed"),
    "removed": N_("Taken off the list"),
}
LISTING_GROUNDS = {
    "criminal_figure": N_("The criminal figure is reached"),
    "group_incident": N_("Group or extreme incident with bad effect"),
}
LISTING_DECISIONS = {
    "listed": N_("Put on the list"),
    "spared": N_("Spare: paid, and credit pledge given"),
    "dropped": N_("Do not list"),
}
TRANSFER_STATES = {
    "reported": N_("Reported, waits for the head"),
    "refused": N_("Refused by the head"),
    "approved": N_("Approved, to hand over"),
    "handed_over": N_("Handed over to the police"),
    "reconsider": N_("Reconsideration asked for"),
    "police_filed": N_("Filed by the police"),
    "police_refused": N_("Not filed by the police"),
}
TRANSFER_DECISIONS = {"yes": N_("Approve the transfer"), "no": N_("Refuse the transfer")}
POLICE_ANSWERS = {"yes": N_("The police open a case"), "no": N_("The police open none")}
PACKET = {
    "transfer_letter": N_("Transfer letter"),
    "investigation_report": N_("Investigation report"),
    "list_of_items": N_("List of items concerned"),
    "test_report": N_("Test or appraisal report"),
    "other_material": N_("Other material"),
}
ACTS = {
    "educate": N_("Party educated"),
    "record_red_flag": N_("Red flag recorded"),
    "lift_red_flag": N_("Red flag lifted"),
    "search_offences": N_("Earlier offences searched"),
    "review_outcome": N_("Legal review made"),
    "check_duty": N_("Obligation of a pledge checked"),
    "decide_revocation": N_("Revocation decided"),
    "record_follow_up": N_("Spared employer followed up"),
    "relapsed": N_("Offended again after a sparing"),
    "tell_party": N_("Told of the listing"),
    "record_objection": N_("Objection to the listing recorded"),
    "verify_objection": N_("Objection verified"),
    "extend_listing": N_("Decision on the listing extended"),
    "decide_listing": N_("Listing decided"),
    "ask_removal": N_("Removal from the list asked for"),
    "decide_removal": N_("Removal from the list decided"),
    "take_down": N_("Entry taken down"),
    **labels_publication.ACTS,
    "report_crime": N_("Suspected crime reported to the head"),
    "decide_transfer": N_("Transfer decided"),
    "take_back": N_("Taken back from the police"),
    "hand_over": N_("Handed over to the police"),
    "record_police": N_("Decision of the police recorded"),
    "ask_reconsideration": N_("Police asked to reconsider"),
    "hand_materials": N_("Materials handed to the police"),
}
NOTICES = {
    "reviewed": N_("The legal review was made"),
    "pledge_due": N_("An obligation of a pledge is past its day; check it"),
    "pledge_broken": N_("A pledge was broken; the case is open again"),
    "revocation_proposed": N_("A revocation of a sparing waits for you"),
    "revocation_revoked": N_("The sparing was revoked"),
    "revocation_upheld": N_("The sparing was upheld"),
    "follow_up_due": N_("A follow-up visit is past its day"),
    "relapsed": N_("A spared employer offended again"),
    "transfer_approved": N_("The transfer to the police was approved; hand over within 24 hours"),
    "transfer_refused": N_("The transfer to the police was refused"),
    **labels_publication.NOTICES,
}
CLOCKS = {
    "follow_up": N_("Follow up"),
    "list_verify": N_("Verify the objection"),
    "list_answer": N_("Answer the removal request"),
    "list_take_down": N_("Take the entry down"),
    **labels_publication.CLOCKS,
    "transfer_decide": N_("Decide on the transfer"),
    "transfer_hand_over": N_("Hand over to the police"),
    "police_decide": N_("Police decide"),
    "reconsider": N_("Ask for reconsideration"),
    "hand_materials": N_("Hand over the materials"),
}
