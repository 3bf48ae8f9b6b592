"""What the steps of complaints and cases are called on the screen, and what is done after a decision."""

from __future__ import annotations

from console.words import N_

COMPLAINT_STATUSES = {
    "received": N_("received"),
    "supplementing": N_("supplementing"),
    "supplemented": N_("supplemented"),
    "judged": N_("judged"),
    "accepted": N_("accepted"),
    "merged": N_("merged"),
    "declined": N_("declined"),
    "redirected": N_("redirected"),
    "answered": N_("answered"),
    "replied": N_("replied"),
    "confirmed": N_("confirmed"),
    "closed": N_("closed"),
}
LIVES = {"complaint": N_("Complaint"), "work": N_("At work"), "law": N_("In law")}
ENFORCED = {
    "performed": N_("Carried out"),
    "demanded": N_("Demanded"),
    "applied": N_("Put before the court"),
}
DEFENCES = {
    "stated": N_("Stated its defence"),
    "waived": N_("Waived defence and hearing"),
    "hearing_asked": N_("Asked for a hearing"),
    "heard": N_("Was heard"),
}
REMEDIES = {"review": N_("Administrative review"), "suit": N_("Administrative suit")}
REMEDY_ENDS = {
    "upheld": N_("The decision stands"),
    "withdrawn": N_("Withdrawn by the party"),
    "annulled": N_("The decision was annulled"),
    "changed": N_("The decision was changed"),
}
PARTY = {**DEFENCES, "remedy_taken": N_("Went against the decision"), "remedy_ended": N_("The remedy ended")}
LEGAL = {
    "served": N_("served"),
    "performed": N_("performed"),
    "demanded": N_("demanded"),
    "in_court": N_("in court"),
    "called_back": N_("called back"),
    "archived": N_("archived"),
}
CLOCKS = {
    "supplement": N_("Supplement"),
    "recheck": N_("Look again"),
    "apply_court": N_("Ask the court"),
}
NOTICES = {"reopened": N_("Reopened; it is with you again")}
ACTS = {
    "ask_about_money": N_("Workers asked whether the money came"),
    "note_money_answer": N_("Answer about the money recorded"),
    "record_defence": N_("Defence of the party recorded"),
    "record_remedy": N_("Review or suit recorded"),
    "end_remedy": N_("End of a review or suit recorded"),
    "ask_supplement": N_("Supplement asked for"),
    "record_supplement": N_("Supplement came in"),
    "redirect_complaint": N_("Complaint redirected"),
    "answer_complaint": N_("Complaint answered directly"),
    "decline_complaint": N_("Complaint declined"),
    "record_performance": N_("Decision carried out"),
    "demand_performance": N_("Performance demanded"),
    "apply_enforcement": N_("Court asked to enforce"),
    "reopen_case": N_("Case reopened"),
    "take_back_decline": N_("Decline taken back"),
    "archive_case": N_("Case archived"),
}
IN_WORDS = {
    "to_dispatch": N_("to dispatch"),
    "dispatched": N_("dispatched"),
    "in_progress": N_("in progress"),
    "concluded": N_("concluded"),
    "merged": N_("merged"),
    "quarantined": N_("quarantined"),
    "discarded": N_("discarded"),
}
"""States as they stand within a sentence of a service."""
