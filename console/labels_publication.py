"""What the codes of the publication of grave breaches (R29) are called. English here, Chinese in the catalogue."""

from __future__ import annotations

from casework import clocks
from console.words import N_

BREACHES = {
    "arrears": N_("Pay deducted or owed without ground, a large amount"),
    "refused_pay": N_("Refused to pay, handed over for criminal prosecution"),
    "insurance": N_("Social insurance not joined or not paid, grave"),
    "hours": N_("Working hours and rest, grave"),
    "protected": N_("Protection of women and minors at work, grave"),
    "child_labour": N_("Child labour"),
    "social_harm": N_("A breach with grave effect on the public"),
    "other": N_("Another grave breach"),
}
STATES = {
    "proposed": N_("Proposed, waits for the head"),
    "approved": N_("Approved, to be published"),
    "dropped": N_("Not to be published"),
    "published": N_("Published"),
    "withdrawn": N_("Publication withdrawn"),
}
DECISIONS = {"yes": N_("Approve the publication"), "no": N_("Do not publish")}
ANSWERS = {
    "upheld": N_("What was published stands"),
    "accepted": N_("The objection is right: correct or withdraw"),
}
WITHDRAWALS = {
    "annulled": N_("A review or a court annulled the decision"),
    "changed": N_("A review or a court changed the decision"),
    "transfer": N_("The police do not have the case any more"),
    "objection": N_("The objection of the employer was right"),
    "mistaken": N_("It should not have been published"),
}
ACTS = {
    "propose_publication": N_("Publication of the breach proposed"),
    "decide_publication": N_("Publication decided"),
    "publish_breach": N_("Breach published"),
    "record_publication_objection": N_("Objection to the publication recorded"),
    "answer_publication": N_("Objection to the publication answered"),
    "correct_publication": N_("Publication corrected"),
    "withdraw_publication": N_("Publication withdrawn"),
}
NOTICES = {
    "publication_fell": N_("What a publication rests on fell; correct or withdraw it"),
    "publication_barred": N_("What a publication that is not out yet rests on fell; it does not go out as it is"),
}
CLOCKS = {
    "publication_answer": N_("Answer the objection"),
    "publication_correct": N_("Correct publication"),
}
SOURCES = {
    clocks.PUBLICATION_ANSWER.source: N_("Decree 29 of the ministry, art. 11: the objection is examined"),
    clocks.PUBLICATION_TRANSFER.source: N_(
        "Decree 29 of the ministry, art. 5 and 11: the police do not have the case; the days are set by the office"
    ),
    clocks.PUBLICATION_CORRECT.source: N_("Decree 29 of the ministry, art. 11; the days are set by the office"),
}
PAPERS = {
    "publication_notice": N_("Publication of a grave breach"),
    "publication_answer": N_("Answer to an objection to a publication"),
    "publication_correction": N_("Correction or withdrawal of a publication"),
}
BLANKS = {
    "published_breach": N_("Class of the breach"),
    "published_code": N_("Registration number"),
    "published_address": N_("Address"),
    "published_rep": N_("Legal representative or person in charge"),
    "published_facts": N_("Main facts of the breach"),
    "published_handling": N_("How it was handled"),
    "publication_no": N_("Number of the publication"),
    "publication_step": N_("Corrected or withdrawn"),
    "objected_on": N_("Day of the objection"),
}
