"""What papers are called on the screen; what stands on a paper is a setting."""

from __future__ import annotations

from console.words import N_

PAPERS = {
    "acceptance_notice": N_("Acceptance notice"),
    "declining_notice": N_("Declining notice"),
    "supplement_notice": N_("Supplement notice"),
    "filing_form": N_("Filing approval form"),
    "inquiry_notice": N_("Notice of inquiry"),
    "interview_record": N_("Interview record"),
    "inspection_record": N_("Inspection record"),
    "rectification_order": N_("Rectification order"),
    "inspection_advice": N_("Inspection advice"),
    "disposal_form": N_("Disposal approval form"),
    "prior_notice": N_("Prior notice"),
    "handling_decision": N_("Handling decision"),
    "penalty_decision": N_("Penalty decision"),
    "exemption_decision": N_("Decision not to punish"),
    "filing_withdrawal": N_("Withdrawal of the filing"),
    "transfer_letter": N_("Transfer letter"),
    "performance_demand": N_("Demand to perform"),
    "closing_report": N_("Closing report"),
    "pledge": N_("Pledge letter"),
    "service_proof": N_("Proof of service"),
}
