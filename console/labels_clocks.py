"""What the codes of deadlines are called on the screen; joined in console/labels.py."""

from __future__ import annotations

from casework import clocks
from casework.suspension import NAMED_BY_CHANNEL
from console import labels_publication
from console.words import N_

ACTS = {
    "suspend_clock": N_("Deadline suspended"),
    "resume_clock": N_("Deadline runs on"),
}
SUSPENSIONS = {
    "supplement_awaited": N_("Materials are awaited"),
    "service_by_notice": N_("Service by public notice"),
    "arbitration_pending": N_("Arbitration or a court decides first"),
    "other": N_("Another ground"),
}
"""Grounds on which a deadline stands still."""
HOLIDAYS = {
    "New Year's Day": N_("New Year's Day"),
    "Spring Festival": N_("Spring Festival"),
    "Tomb-sweeping Day": N_("Tomb-sweeping Day"),
    "Labour Day": N_("Labour Day"),
    "Dragon Boat Festival": N_("Dragon Boat Festival"),
    "National Day": N_("National Day"),
    "Mid-autumn Festival": N_("Mid-autumn Festival"),
    "Anti-Fascist 70th Day": N_("Anti-Fascist 70th Day"),
}
"""Holidays as the package of the published years names them; a loaded notice names its own."""
SOURCES = {
    clocks.ACCEPT.source: N_("Rules on Decree 423, art. 18; Qingdao regulations, art. 26"),
    clocks.INVESTIGATE.source: N_("Decree 423, art. 17; Qingdao regulations, art. 31; Shandong regulations, art. 18"),
    clocks.EXTENSION.source: N_(
        "Decree 423, art. 17; Qingdao regulations, art. 31: approved by the head of the bureau"
    ),
    clocks.DECIDE.source: N_("Qingdao regulations, art. 31"),
    clocks.SERVE.source: N_("Qingdao regulations, art. 31: the party absent; the unit is set by the office"),
    clocks.SERVE_PENALTY.source: N_("Penalties act, art. 61 and 85"),
    clocks.PENALTY_90.source: N_("Penalties act, art. 60, which gives way to Decree 423"),
    clocks.RECTIFY.source: N_("Qingdao regulations, art. 31: the day the order names"),
    clocks.HEARING_REQUEST.source: N_("Penalties act, art. 63, 64 and 85"),
    clocks.HEARING_NOTICE.source: N_("Penalties act, art. 64 and 85"),
    clocks.NOTICE_SERVICE.source: N_(
        "Civil procedure act, art. 95; Qingdao regulations, art. 33, say 60: the days are set by the office"
    ),
    clocks.PAY_FINE.source: N_("Penalties act, art. 67"),
    clocks.KEEP_EVIDENCE.source: N_("Penalties act, art. 56 and 85"),
    clocks.DEMAND.source: N_("Enforcement act, art. 54 and 69"),
    clocks.PUBLISH.source: N_("Regulations on open government information, art. 26"),
    clocks.WITHDRAW_PUBLISHED.source: N_("Penalties act, art. 48 and 85"),
    clocks.LIST_OBJECTION.source: N_("Decree 45 of the ministry, art. 6"),
    clocks.LIST_DECIDE.source: N_("Decree 45 of the ministry, art. 8"),
    clocks.FOLLOW_UP.source: N_("Practice of other cities; the days are set by the office"),
    clocks.LIST_VERIFY.source: N_("Decree 45 of the ministry, art. 6: the objection is verified"),
    clocks.LIST_ANSWER.source: N_("Decree 45 of the ministry, art. 14"),
    clocks.LIST_TAKE_DOWN.source: N_("Decree 45 of the ministry, art. 17"),
    **labels_publication.SOURCES,
    clocks.TRANSFER_DECIDE.source: N_("Rules on transferring suspected crimes, art. 5"),
    clocks.TRANSFER_HAND_OVER.source: N_("Rules on transferring suspected crimes, art. 5: within 24 hours"),
    clocks.POLICE_DECIDE.source: N_("Rules on transferring suspected crimes, art. 8"),
    clocks.RECONSIDER.source: N_("Rules on transferring suspected crimes, art. 9"),
    clocks.HAND_MATERIALS.source: N_("Rules on transferring suspected crimes, art. 12"),
    "the day the superior named": N_("The day the superior named"),
    NAMED_BY_CHANNEL: N_("The day the channel itself names"),
    "unverified for Qingdao; 5 working days in Jinan (JN §24) and Weifang (WF §20)": N_(
        "Set by the office after Jinan and Weifang; Qingdao's own days are not verified"
    ),
    "unverified for Qingdao; 10 working days in Wuhan (2018), 5 days in Zhuzhou (2024)": N_(
        "Set by the office after Wuhan and Zhuzhou; Qingdao's own days are not verified"
    ),
    "unverified: practice of the platform, contact 1-3 days, close 15 working days": N_(
        "Practice of the platform, not verified"
    ),
    "信访工作条例 §22-23: the unit tells the petitioner in writing within 15 days": N_(
        "Regulations on petitions, art. 22 and 23"
    ),
    "setting: no channel of this kind states one": N_("Set by the office; the channel states none"),
    "setting: the platform states none": N_("Set by the office; the channel states none"),
}
"""The articles behind deadlines, as an officer cites them, and what the days of the channels rest on."""
