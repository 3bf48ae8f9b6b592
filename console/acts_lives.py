"""The acts of the lives: on a single complaint before it is accepted, and on a case after its decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casework.enforcement import ORDERING
from casework.leniency import PAPER, Exit
from casework.lifecycle import DECIDED, ENDED, OPEN, WORKED
from console import labels, labels_lives
from console.forms import Act, Asked, plain
from console.words import N_
from services.cases import archiving, declining, enforcing, party, reopening, screening
from warehouse.models import CaseRow
from warehouse.queries.history import Handling

_REASON = Asked("reason", N_("Reason"), "long")
_COMPLAINT = Asked("complaint_id", N_("Complaint"), "complaint")

ACTS_OF_LIVES: tuple[Act, ...] = (
    Act(
        "ask_supplement",
        "ask-supplement",
        N_("Ask for missing particulars"),
        N_("Ask for a supplement"),
        OPEN,
        plain(screening.ask_supplement),
        (_COMPLAINT, Asked("wanted", N_("What is missing"), "long")),
        says=N_(
            "A numbered notice says what is missing and until when. The complainant is asked on their own channel too, "
            "and the clock of acceptance waits for the answer."
        ),
    ),
    Act(
        "record_supplement",
        "supplement",
        N_("Record a supplement"),
        N_("Supplement came in"),
        OPEN,
        plain(screening.record_supplement),
        (
            _COMPLAINT,
            Asked("came_on", N_("Complete on"), "day", now="today"),
            Asked("given", N_("What was given"), "long", required=False),
        ),
        says=N_("From the day the particulars are complete, the clock of acceptance runs anew."),
    ),
    Act(
        "redirect_complaint",
        "redirect",
        N_("Redirect a complaint"),
        N_("Redirect"),
        OPEN,
        plain(screening.redirect_complaint),
        (
            _COMPLAINT,
            Asked("way", N_("Referred to"), "choice", offers={"channel": N_("Back to its channel"), **labels.BODIES}),
            Asked("reason", N_("Why, and where to turn"), "long", hint=N_("the complainant is told this")),
        ),
        says=N_("What is not ours goes where it belongs. The only complaint of a case ends the case with it."),
    ),
    Act(
        "answer_complaint",
        "answer",
        N_("Answer a complaint directly"),
        N_("Answer directly"),
        OPEN,
        plain(screening.answer_complaint),
        (_COMPLAINT, Asked("answer", N_("Answer"), "long", hint=N_("the complainant is told this"))),
        says=N_("For what needs no case. The only complaint of a case ends the case with it."),
    ),
    Act(
        "decline_complaint",
        "decline-complaint",
        N_("Decline one complaint"),
        N_("Decline"),
        OPEN,
        plain(screening.decline_complaint),
        (_COMPLAINT, Asked("ground", N_("Ground"), "choice", offers=labels.GROUNDS), _REASON),
        says=N_(
            "By a numbered notice with ground, article, reason and remedy; the answer on the channel names it. The "
            "other complaints of the case go on."
        ),
    ),
    Act(
        "record_defence",
        "defence",
        N_("Record what the party said to the prior notice"),
        N_("Defence"),
        WORKED,
        plain(party.record_defence),
        (
            Asked("kind", N_("What it did"), "choice", offers=labels_lives.DEFENCES),
            Asked("done_on", N_("On"), "day", now="today"),
            Asked("said", N_("What it said, or how it waived"), "long"),
            Asked("examined", N_("What was examined again, with which result"), "long", required=False),
            Asked("notified_on", N_("Told of the hearing on"), "day", required=False),
        ),
        says=N_("No order to pay and no fine before the party was heard, or its five working days are over."),
        holder=True,
    ),
    Act(
        "record_performance",
        "performance",
        N_("Record that the decision was carried out"),
        N_("Carried out"),
        DECIDED,
        plain(enforcing.record_performance),
        (
            Asked("performed_on", N_("Carried out on"), "day", now="today"),
            Asked("note", N_("How it is proven"), "long", required=False, hint=N_("needed for a fine")),
        ),
        says=N_("An order to pay is carried out when every worker's money is proven."),
        holder=True,
    ),
    Act(
        "demand_performance",
        "demand",
        N_("Demand performance"),
        N_("Demand performance"),
        DECIDED,
        plain(enforcing.demand_performance),
        (
            Asked("demand", N_("What is to be done, and how"), "long"),
            Asked("issued_on", N_("Issued on"), "day", now="today"),
            Asked("served_on", N_("Served on"), "day", required=False),
            Asked("served_how", N_("How it was served"), "choice", required=False, offers=labels.SERVED_AT_ONCE),
        ),
        says=N_("Ten working days run from its service; then the court may be asked."),
        holder=True,
    ),
    Act(
        "apply_enforcement",
        "court",
        N_("Apply for court enforcement"),
        N_("Ask the court"),
        DECIDED,
        plain(enforcing.apply_enforcement),
        (
            Asked("court", N_("Court")),
            Asked("applied_on", N_("Applied on"), "day", now="today"),
            Asked("note", N_("Note"), "long", required=False),
        ),
        says=N_("Within three months after the terms of review and of suit have ended."),
        holder=True,
    ),
    Act(
        "record_remedy",
        "remedy",
        N_("Record that the party went against the decision"),
        N_("Review or suit"),
        ENDED,
        plain(party.record_remedy),
        (
            Asked("way", N_("Remedy"), "choice", offers=labels_lives.REMEDIES),
            Asked("where", N_("Authority or court")),
            Asked("taken_on", N_("On"), "day", now="today"),
        ),
        says=N_("While it is open, the court is not asked to enforce the decision."),
        holder=True,
    ),
    Act(
        "end_remedy",
        "remedy-end",
        N_("Record how the review or suit ended"),
        N_("Review or suit ended"),
        ENDED,
        plain(party.end_remedy),
        (
            Asked("how", N_("How it ended"), "choice", offers=labels_lives.REMEDY_ENDS),
            Asked("ended_on", N_("On"), "day", now="today"),
            Asked("said", N_("Decision or judgment"), hint=N_("with its number")),
            Asked(
                "amount",
                N_("Sum as changed, yuan"),
                "yuan",
                required=False,
                hint=N_("needed when it was changed: what is to be paid to the workers in all, or the fine"),
            ),
        ),
        says=N_("Where the decision stands, the three months to ask the court run anew."),
        holder=True,
    ),
    Act(
        "reopen_case",
        "reopen",
        N_("Reopen the case"),
        N_("Reopen"),
        ENDED,
        plain(reopening.reopen_case),
        (_REASON,),
        says=N_("It goes to the inspectors who had it, and every complainant gets a further answer."),
    ),
    Act(
        "take_back_decline",
        "take-back-decline",
        N_("Take the decline back"),
        N_("Take the decline back"),
        ENDED,
        plain(declining.take_back_decline),
        (_REASON,),
        says=N_("By the office itself, or after a review or a court annulled it. The days of acceptance start anew."),
    ),
    Act(
        "take_back_declined",
        "take-back-declined",
        N_("Take the decline of one complaint back"),
        N_("Take the decline back"),
        OPEN,
        plain(declining.take_back_decline),
        (_COMPLAINT, _REASON),
        says=N_("By the office itself, or after a review or a court annulled it. The days of acceptance start anew."),
    ),
    Act(
        "archive_case",
        "archive",
        N_("Archive the case"),
        N_("Archive"),
        frozenset({"closed"}),
        plain(archiving.archive_case),
        (Asked("note", N_("Note"), "long", required=False),),
        says=N_("One case, one volume, after every complainant was called back."),
    ),
)


def _orders_something(done: Handling) -> bool:
    return done.standing is not None and done.standing.exit in ORDERING


def given_back(_case: CaseRow, done: Handling) -> bool:
    """Whether the police have refused a case that ended with them."""
    refused = done.transfer is not None and done.transfer.state == "police_refused"
    return refused and done.standing is not None and done.standing.exit == "transferred_to_police"


def decision_to_serve(case: CaseRow, done: Handling) -> bool:
    """Whether the paper of the approved outcome has not reached the party yet."""
    if done.standing is None or case.legal_status not in ("decided", "withdrawn"):
        return False
    kind = PAPER[Exit(done.standing.exit)]
    of_it = [paper for paper in done.papers if paper.kind == kind]
    return any(paper.to_serve for paper in of_it) and not any(paper.served_on for paper in of_it)


def _nowhere(_case: CaseRow, _done: Handling) -> bool:
    """The acts on one complaint stand beside the complaint, not above the case."""
    return False


_AGAINST = ("served", "performed", "demanded", "in_court", "closed", "called_back")
_AND_BEFORE = (*_AGAINST, "transferred")  # Where a decision of before the transfer was served.

FITS: Mapping[str, Callable[[CaseRow, Handling], bool]] = {
    **{act.name: _nowhere for act in ACTS_OF_LIVES if act.asks[0] is _COMPLAINT},
    "record_defence": lambda _case, done: any(
        one.kind == "prior_notice" and one.served_on is not None for one in done.papers
    ),
    "record_performance": lambda case, done: (
        case.legal_status in ("served", "demanded", "in_court") and _orders_something(done)
    ),
    "record_remedy": lambda case, done: case.legal_status in (_AGAINST if not done.decision else _AND_BEFORE),
    "end_remedy": lambda case, done: case.legal_status in (_AGAINST if not done.decision else _AND_BEFORE),
    "demand_performance": lambda case, done: case.legal_status == "served" and _orders_something(done),
    "apply_enforcement": lambda case, _done: case.legal_status == "demanded",
    "close_case": lambda case, done: (
        not given_back(case, done)
        and not decision_to_serve(case, done)
        and (not _orders_something(done) or case.legal_status in ("performed", "in_court"))
    ),
    "reopen_case": lambda _case, done: done.standing is not None and done.standing.exit != "transferred_to_police",
    "take_back_decline": lambda case, done: case.case_no is None and done.standing is None,
    "archive_case": lambda case, _done: case.legal_status in ("closed", "called_back"),
}
"""Whether an act makes sense with what was done so far."""


def after_decision(case: CaseRow, done: Handling) -> tuple[str, str]:
    """What a concluded case waits for, and the act that does it."""
    if decision_to_serve(case, done):
        return N_("Serve the decision."), "serve_document"
    if given_back(case, done):
        return N_("The police refused it: ask them to reconsider, or take the case back."), "take_back"
    if not _orders_something(done) or case.legal_status in ("performed", "in_court"):
        return N_("Close the case."), "close_case"
    if case.legal_status == "served":
        return N_("Record that the decision was carried out, or demand it."), "record_performance"
    if case.legal_status == "demanded":
        return N_("Ten working days after the demand, ask the court."), "apply_enforcement"
    return N_("Serve the decision."), "serve_document"


def after_closing(case: CaseRow) -> tuple[str, str]:
    """What a closed case waits for."""
    if case.legal_status == "archived":
        return N_("Nothing; the case is archived."), ""
    if case.legal_status == "called_back":
        return N_("Archive the case."), "archive_case"
    return N_("Call the complainants back, then archive the case."), "record_callback"
