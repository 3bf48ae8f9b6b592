"""What the office's own matters are called: kinds of acts of the audit log, and what each setting says."""

from __future__ import annotations

from collections.abc import Mapping

from console import labels_messages, labels_times, labels_warning_scores, labels_warning_settings
from console.words import N_

AUDIT_KINDS: Mapping[str, str] = {
    "exports": N_("Exports and backups"),
    "reveals": N_("Shown in plain"),
    "rights": N_("Rights and keys"),
    "logins": N_("Logins"),
    "settings": N_("Settings and holidays"),
    "refused": N_("What was refused or failed"),
}
GROUPS: Mapping[str, str] = {
    **labels_messages.SETTING_GROUPS,
    "figures": N_("Figures"),
    "photo": N_("Photographs of visits"),
    "file": N_("Files of complaints"),
    "publication": N_("Publication"),
    "account": N_("Accounts and logins"),
    "archive": N_("Archive"),
    "callback": N_("Call-backs"),
    "case_no": N_("Case numbers"),
    "clock": N_("Deadlines"),
    "criminal": N_("Crime of refusing to pay wages"),
    "dispatch": N_("Dispatch"),
    "document": N_("Papers"),
    "draft": N_("Drafts"),
    "group_incident": N_("Group incidents"),
    "inquiry": N_("Inquiries"),
    "leniency": N_("Leniency"),
    "listing": N_("Joint-sanction list"),
    "penalty": N_("Penalties"),
    "referral": N_("Referrals"),
    "remedy": N_("Remedies"),
    "reopen": N_("Reopening"),
    "reply": N_("Answers to the channels"),
    "stopwatch": N_("Stopwatch"),
    "supplement": N_("Material asked for"),
    "transfer": N_("Transfers to the police"),
    "risk": N_("Risk of employers"),
    "warning": N_("Early warnings"),
}
SAYS: Mapping[str, str] = {
    **labels_warning_settings.SAYS,
    **labels_times.SAYS,
    **labels_messages.SAYS,
    "photographs kept with one visit or payment; no form takes more than 12 of 15 MB": N_(
        "Photographs kept with one visit or payment; no form takes more than 12 of 15 MB"
    ),
    "megabytes of one photograph as sent": N_("Megabytes of one photograph as sent"),
    "million points of one photograph that are read; more is refused": N_(
        "Million points of one photograph that are read; more is refused"
    ),
    "longest side, in points, of the photograph that is kept": N_("Longest side of a kept photograph, in points"),
    "months in which a further case makes a repeat employer": N_("Months in which a further case is a repeat"),
    "numbers under this, and those that would give them away, do not leave the bureau": N_(
        "Numbers under this are hidden in what leaves the bureau"
    ),
    "points from which the risk of an employer is ordinary, raised, high": N_(
        "Points from which a risk is ordinary, raised, high"
    ),
    "points of each reason of an employer's risk: each time, and at most": N_(
        "Points of each reason of a risk: each time, at most"
    ),
    "QD §31 names no unit for the 7 days of service": N_("Unit of the 7 days of service (QD §31 names none)"),
    "days an order gives where none are named": N_("Days an order gives where none are named"),
    "service by notice": N_("Days of service by notice"),
    "the head decides on a transfer": N_("Days in which the head decides on a transfer"),
    "days another body has to answer a referral": N_("Working days another body has to answer a referral"),
    "remaining days from which a deadline shows yellow": N_("Remaining days from which a deadline shows yellow"),
    "prefix of document numbers (机关代字)": N_("Prefix of the numbers of papers"),
    "title; other offices say 责令改正指令书": N_("Title of the order to correct"),
    "title": N_("Title of the notice of inquiry"),
    "form of case numbers (案号)": N_("Form of case numbers"),
    "window in which an earlier offence bars `first offence`": N_(
        "Months in which an earlier offence bars a first one"
    ),
    "workers up to which harm may be called slight": N_("Workers up to which harm may be called slight"),
    "the configured no-penalty list; 人社 items of Shandong are unknown": N_("Items of the no-penalty list"),
    "days until a spared employer is followed up": N_("Days until a spared employer is followed up"),
    "SPC13 §3, one worker": N_("Arrears of one worker that point to the crime, in fen"),
    "SPC13 §3, ten workers together": N_("Arrears of ten workers that point to the crime, in fen"),
    "workers from which the group figure counts": N_("Workers from which the group figure counts"),
    "months of one worker's pay": N_("Months of one worker's pay that point to the crime"),
    "heads of a group incident": N_("Heads that make a group incident"),
    "open cases from which an inspector is not suggested any more": N_(
        "Open cases from which an inspector is not suggested any more"
    ),
    "what every complaint is answered when its case is dispatched; {matter_no} is filled in": N_(
        "What every complaint is answered when its case is dispatched"
    ),
    "what a complaint is answered that is declined, by itself or with its case; {document_no} is the notice": N_(
        "What a complaint is answered that is declined"
    ),
    "what every complaint is answered when the outcome is approved": N_(
        "What every complaint is answered when the outcome is approved"
    ),
    "fewest characters of a password": N_("Fewest characters of a password"),
    "kinds of characters a password mixes": N_("Kinds of characters a password mixes"),
    "failed logins before the pause": N_("Failed logins before the pause"),
    "minutes of the pause": N_("Minutes of the pause"),
    "minutes without a request that end a login": N_("Minutes without a request that end a login"),
    "hours after which a login ends in any case": N_("Hours after which a login ends in any case"),
    "roles that need a one-time code at login": N_("Roles that need a one-time code at login"),
    "grounds on which a head may suspend a deadline: local practice": N_(
        "Grounds on which a deadline may be suspended"
    ),
    "deadlines that may be suspended at all; none until the office names them with its source": N_(
        "Deadlines that may be suspended at all"
    ),
    'days a channel gives, over its own file: {"petition": {"days": 15, "unit": "calendar"}}': N_(
        "Days a channel gives for an answer, over its own file"
    ),
    "the clock of acceptance stops with the question and starts anew when the supplement is complete": N_(
        "The deadline of acceptance stops with the question and starts anew when the material is complete"
    ),
    "days to give what is missing": N_("Working days to give what is missing"),
    "how a complainant is asked for what is missing; {document_no} is the notice": N_(
        "How a complainant is asked for what is missing"
    ),
    "what a complaint is answered that is returned to its channel or referred; {reason} says where to turn": N_(
        "What a complaint is answered that is returned or referred"
    ),
    "what is added where a notice of another way was numbered; {document_no} is that notice": N_(
        "What is added where a notice of another way was numbered"
    ),
    "calls without an answer after which a complainant is not called again": N_(
        "Calls without an answer after which a complainant is not called again"
    ),
    "working days to look at a reopened case again": N_("Working days to look at a reopened case again"),
    "a reopened complaint owes its channel an answer anew, within the days the channel gives": N_(
        "A reopened complaint owes its channel an answer anew"
    ),
    "form of archive numbers": N_("Form of archive numbers"),
    "years a closed case is kept": N_("Years a closed case is kept"),
    "where a notice of inquiry calls the party to, where none is named": N_(
        "Where a notice of inquiry calls the party to"
    ),
    "whom a notice of inquiry names for questions, where nobody is named": N_(
        "Whom a notice of inquiry names for questions"
    ),
    "days a form that came too late is kept as a draft of its officer": N_(
        "Days a form that came too late is kept as a draft"
    ),
    "words in the name of a site that propose the transport department": N_(
        "Words in the name of a site that propose the transport department"
    ),
    "words in the name of a site that propose the water department": N_(
        "Words in the name of a site that propose the water department"
    ),
    "the authority that issues papers, as printed and sealed": N_("The authority that issues papers"),
    "remedies as printed on decisions; name the authorities and the court of the place": N_(
        "Remedies as printed on decisions"
    ),
    "remedies and other ways as printed on a notice of declining": N_("Remedies as printed on a notice of declining"),
    "so many letters in a row of a complaint are a quotation; no paper that the employer reads may hold them": N_(
        "Letters in a row of a complaint that count as a quotation"
    ),
    "form of the numbers of papers (文号)": N_("Form of the numbers of papers"),
    "its word in the number (文种字)": N_("Word of this kind of paper in its number"),
    "title of the paper": N_("Title of this kind of paper"),
    "version of the office's no-penalty list, printed with line 1": N_("Version of the no-penalty list"),
    "steps of the discretion guideline, percent of a fine's range": N_(
        "Steps of the discretion guideline, percent of a fine's range"
    ),
    "rows the office adds to the discretion guideline": N_("Rows the office adds to the discretion guideline"),
    "months after a sparing in which a new offence is a relapse": N_(
        "Months after a sparing in which a new offence is a relapse"
    ),
    "fine from which a penalty needs a legal review; 0: none": N_(
        "Fine in fen from which a penalty needs a legal review; 0: none"
    ),
    "days to sue after the decision of a review": N_("Days to sue after the decision of a review"),
    "working days to correct what was published after its decision was changed": N_(
        "Working days to correct what was published after its decision was changed"
    ),
    "years on the joint-sanction list": N_("Years on the joint-sanction list"),
    "months after the correction until early removal can be asked for": N_(
        "Months after the correction until early removal can be asked for"
    ),
    "unit of the days of a criminal transfer": N_("Unit of the days of a criminal transfer"),
    "days the police have to decide": N_("Days the police have to decide"),
    "days to ask the police for reconsideration": N_("Days to ask the police for reconsideration"),
    "days to hand the materials over after the filing notice": N_(
        "Days to hand the materials over after the filing notice"
    ),
}
SOURCES: Mapping[str, str] = {
    **labels_warning_settings.SOURCES,
    "unverified: general knowledge, not checked against a text": N_("not checked against a text"),
    "house rule 2026-11": N_("house rule of November 2026"),
}
EFFECTS: Mapping[str, str] = {
    **labels_warning_scores.EFFECTS,
    "deadlines": N_("running deadlines of this kind would fall on another day, counted with it"),
    "deadlines_all": N_("deadlines of this kind are running; they keep the length they began with"),
    "overdue": N_("of them would be overdue today"),
    "soon_now": N_("deadlines are due soon now"),
    "soon_then": N_("deadlines would be due soon with it"),
    "full_now": N_("inspectors are not suggested any more now"),
    "full_then": N_("inspectors would not be suggested any more with it"),
    "logins_ended": N_("logins that are open now would end"),
    "without_code": N_("accounts would have to turn the one-time code on with their next request"),
    "merged_now": N_("pairs of the last 30 days the linker joined by itself"),
    "merged_then": N_("of its pairs would be joined with this line"),
    "asked_then": N_("of its pairs would be asked about with this line"),
    "locked_now": N_("names are locked now, each from its own place; they stay so"),
}
