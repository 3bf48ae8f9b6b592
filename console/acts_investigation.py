"""The acts of investigation: asked in writing, heard, inspected, referred and answered, supervised and chased."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.lifecycle import CARED_FOR, OPEN, WORKED, WorkStatus
from console import labels
from console import labels_investigation as own_labels
from console.forms import Act, Asked, Values, common, plain
from console.guard import Visit
from console.words import N_
from services.cases import extending, inquiring, referring, supervising
from services.cases.inquiring import Sheet
from services.people import recusing
from warehouse.models import CaseRow
from warehouse.queries.history import Handling

HELD = frozenset({WorkStatus.DISPATCHED, WorkStatus.IN_PROGRESS})


def _interview(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    return inquiring.record_interview(visit.store, **common(visit, case, version), sheet=Sheet(**values))


def _inspection(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    return inquiring.record_inspection(visit.store, **common(visit, case, version), sheet=Sheet(**values))


def _department(session: Session, case: CaseRow) -> tuple[str, ...]:
    """Which trade department is proposed, and why: a sentence, then its values as labels."""
    found = referring.trade_department(session, case)
    if found is None:
        return ()
    kind, body = own_labels.PROJECT_TYPES[found.project_type], labels.BODIES[found.body]
    if found.word is None:
        return (N_("Proposed: %(body)s (%(kind)s; no word of the site says otherwise; 724 §7, §43)"), body, kind, "")
    return (N_("Proposed: %(body)s (%(kind)s; the site or firm says %(word)s; 724 §7, §43)"), body, kind, found.word)


def _referral_open(_case: CaseRow, done: Handling) -> bool:
    return any(one.answered_on is None for one in done.referrals)


def _inquired(_case: CaseRow, done: Handling) -> bool:
    return any(one.kind == "inquiry_notice" for one in done.papers)


def _supervision_open(_case: CaseRow, done: Handling) -> bool:
    return any(one.answered_on is None for one in done.supervisions)


def _filed(case: CaseRow, _done: Handling) -> bool:
    return case.legal_status == "filed"


def _recusal_asked(_case: CaseRow, done: Handling) -> bool:
    return done.recusal_asked


def _decide_recusal(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    given = {**values, "grant": values["grant"] == "yes"}
    return recusing.decide_recusal(visit.store, **common(visit, case, version), **given)


def _sheet(person: str) -> tuple[Asked, ...]:
    return (
        Asked("started_at", N_("Began"), "moment", now="now"),
        Asked("ended_at", N_("Ended"), "moment", now="now"),
        Asked("place", N_("Place")),
        Asked("officer_ids", N_("Officers, at least two"), "officers"),
        Asked("ids_shown", N_("The officers showed their cards and told the rights and duties"), "tick"),
        Asked("person", person),
        Asked("post", N_("Post or relation to the employer"), required=False),
        Asked("text", N_("What was said or seen"), "long"),
        Asked("signature", N_("Signature"), "choice", offers=own_labels.SIGNATURES),
        Asked("unsigned_why", N_("Why it is not signed"), required=False),
    )


ACTS: tuple[Act, ...] = (
    Act(
        "issue_inquiry",
        "inquiry",
        N_("Issue a notice of inquiry"),
        N_("Inquiry"),
        WORKED,
        plain(inquiring.issue_inquiry),
        holder=True,
        says=N_("The fifteen lines of the form; mark whose paper each is. The notice never quotes the complaint."),
        asks=(
            Asked("issued_on", N_("Issued on"), "day", now="today"),
            Asked("appear_at", N_("To come on"), "moment"),
            Asked("place", N_("Place to come to"), required=False, hint=N_("empty: that of the office")),
            Asked("contact", N_("Whom to ask"), required=False, hint=N_("empty: that of the office")),
            Asked("items", N_("Papers to bring"), "items", required=False),
            Asked("text", N_("What it says besides"), "long", required=False),
        ),
    ),
    Act(
        "record_inquiry_answer",
        "inquiry-answer",
        N_("Record what came of a notice of inquiry"),
        N_("Handed in"),
        WORKED,
        plain(inquiring.record_inquiry_answer),
        holder=True,
        fits=_inquired,
        says=N_(
            "May be recorded again when more is handed in. What stays missing counts against the employer (724 §50)."
        ),
        asks=(
            Asked("document_id", N_("Notice of inquiry"), "inquiry"),
            Asked("answered_on", N_("Answered on"), "day", now="today"),
            Asked("came", N_("The party came"), "tick", required=False),
            Asked("handed_in", N_("Papers handed in"), "numbers", required=False),
            Asked("note", N_("Note"), "long", required=False),
        ),
    ),
    Act(
        "record_interview",
        "interview",
        N_("Record an interview"),
        N_("Interview"),
        WORKED,
        _interview,
        holder=True,
        asks=_sheet(N_("Who was heard")),
    ),
    Act(
        "record_inspection",
        "inspection",
        N_("Record a site inspection"),
        N_("Inspection"),
        WORKED,
        _inspection,
        holder=True,
        asks=_sheet(N_("Who was there for the employer")),
    ),
    Act(
        "refer",
        "refer",
        N_("Refer to another body"),
        N_("Refer"),
        WORKED,
        plain(referring.refer),
        holder=True,
        advice=_department,
        asks=(
            Asked("body", N_("Referred to"), "choice", offers=labels.BODIES),
            Asked("reason", N_("Reason"), "long"),
            Asked("referred_on", N_("Referred on"), "day", now="today"),
            Asked("due_on", N_("Answer due by"), "day", required=False, hint=N_("empty: the usual term")),
        ),
    ),
    Act(
        "record_answer",
        "referral-answer",
        N_("Record the answer to a referral"),
        N_("Answer"),
        OPEN | {WorkStatus.CONCLUDED, WorkStatus.CLOSED},
        plain(referring.record_answer),
        holder=True,
        desk=True,
        fits=_referral_open,
        asks=(
            Asked("referral_id", N_("Referral"), "referral"),
            Asked("answer", N_("What was answered"), "long"),
            Asked("answered_on", N_("Answered on"), "day", now="today"),
        ),
    ),
    Act(
        "supervise",
        "supervise",
        N_("Record a supervision"),
        N_("Supervise"),
        OPEN | {WorkStatus.CONCLUDED},
        plain(supervising.supervise),
        says=N_("A superior asks for this case by a day. It runs as a deadline until it is answered."),
        asks=(
            Asked("superior", N_("Who supervises")),
            Asked("demand", N_("What is asked"), "long"),
            Asked("ordered_on", N_("Ordered on"), "day", now="today"),
            Asked("due_on", N_("Answer due by"), "day"),
        ),
    ),
    Act(
        "answer_supervision",
        "answer-supervision",
        N_("Answer the superior"),
        N_("Answer the superior"),
        CARED_FOR,
        plain(supervising.answer_supervision),
        holder=True,
        fits=_supervision_open,
        asks=(
            Asked("supervision_id", N_("Supervision"), "supervision"),
            Asked("answer", N_("What was answered"), "long"),
            Asked("answered_on", N_("Answered on"), "day", now="today"),
        ),
    ),
    Act(
        "chase",
        "chase",
        N_("Chase the inspectors"),
        N_("Chase"),
        HELD,
        plain(supervising.chase),
        says=N_("Both inspectors get a notice. Once a day; it is counted on the case."),
        asks=(Asked("words", N_("What is to be hurried"), "long", required=False),),
    ),
    Act(
        "ask_recusal",
        "recusal",
        N_("Ask for a recusal"),
        N_("Recusal"),
        HELD,
        plain(recusing.ask_recusal),
        says=N_(
            "Kin, a stake, or another tie that could make the officer partial (423 §16; QD §29). A head decides; until "
            "then the work goes on."
        ),
        asks=(
            Asked("account_id", N_("Who is to be recused"), "pick"),
            Asked("asked_by", N_("Asked for by"), "choice", offers=own_labels.ASKING),
            Asked("asked_on", N_("Asked on"), "day", now="today"),
            Asked("reason", N_("Reason"), "long"),
        ),
    ),
    Act(
        "decide_recusal",
        "recusal-decide",
        N_("Decide on the recusal asked for"),
        N_("Decide on the recusal"),
        OPEN,
        _decide_recusal,
        fits=_recusal_asked,
        says=N_("Nobody decides on their own. Once granted, the officer can do nothing more on the case; reassign it."),
        asks=(
            Asked("request_id", N_("Request"), "pick"),
            Asked("grant", N_("Decision"), "choice", offers=own_labels.RECUSAL_DECISIONS),
            Asked("reason", N_("Reason"), "long", required=False, hint=N_("needed for a refusal")),
        ),
    ),
    Act(
        "extend_investigation",
        "extend",
        N_("Extend the investigation"),
        N_("Extend"),
        WORKED,
        plain(extending.extend_investigation),
        fits=_filed,
        says=N_("30 working days more, once, because the case is complicated, approved by the head of the bureau."),
        asks=(
            Asked("approved_on", N_("Approved on"), "day", now="today"),
            Asked("reason", N_("Reason"), "long"),
        ),
    ),
)
