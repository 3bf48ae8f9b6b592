"""The acts of the publication of grave breaches (R29), from the proposal to a correction or the withdrawal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from casework.blanks import ALL
from casework.calendar import local_day
from casework.lifecycle import CARED_FOR
from casework.publication import UNDER_WAY, Breach, changed_since, conditions, suggested, unmet, unmet_since
from console import labels_publication as words
from console.acts_sparing import yes
from console.forms import Act, Asked, plain
from console.words import N_
from services.malice import publishing
from services.malice.public_text import said_of
from warehouse.models import CaseRow, EmployerRow
from warehouse.queries.history import Handling
from warehouse.store.publication_grounds import grounds_of
from warehouse.store.published import last_publication

_TODAY = "today"
_REASON = Asked("reason", N_("Reason"), "long")
_FACTS = Asked(
    "facts",
    N_("Main facts of the breach"),
    "long",
    hint=N_("nothing of a complainant or a worker, no telephone or identity number, no secret of state or business"),
)
_NUMBER = Asked(
    "notice_no",
    N_("Number of the publication"),
    required=False,
    hint=N_("only for an earlier publication of this case than the last"),
)
_NOT_IN_IT = N_("What follows is not part of the text, it is what the records say now:")
_HANDLED = Asked("handled", N_("How it was handled"), "long")


def _conditions(session: Session, case: CaseRow) -> tuple[str, ...]:
    """The class that the records show, and what is not met so far; the law's own sentences."""
    grounds = grounds_of(session, case, today=local_day(case.changed_at))
    shown = suggested(grounds)
    lines = conditions(shown or Breach.OTHER, grounds)
    told = next((line.fact for line in lines if line.key == "grave"), "")
    return (told, *(line.fact for line in unmet(lines) if line.key != "grave"))


def _to_read(session: Session, case: CaseRow) -> tuple[str, ...]:
    """What the public would read, line by line, in the language of the paper; behind it what changed since it was
    proposed, and the facts of now that do not bear it."""
    row = last_publication(session, case.id)
    if row is None:
        return ()
    employer = session.get_one(EmployerRow, row.employer_id)
    said = {"employer": employer.name, "uscc": employer.uscc or "", **said_of(row)}
    grounds = grounds_of(session, case, today=local_day(case.changed_at))
    lines = unmet_since(row.breach, conditions(row.breach, grounds, row.basis or ""), approved=row.state == "approved")
    changed = changed_since(row.unpaid_fen, grounds.unpaid)
    since = (*((changed,) if changed else ()), *(line.fact for line in lines))
    return (
        *(f"{ALL[key].label}：{words}" for key, words in said.items() if words),
        *((_NOT_IN_IT, *since) if since else ()),
    )


ACTS: tuple[Act, ...] = (
    Act(
        "propose_publication",
        "publication",
        N_("Propose to publish the breach"),
        N_("Publish the breach"),
        CARED_FOR,
        plain(publishing.propose_publication),
        holder=True,
        says=N_(
            "A grave breach must be published once its decision is served: the name, code and address of the employer, "
            "who represents it, the main facts, and how it was handled."
        ),
        asks=(
            Asked("breach", N_("Class of the breach"), "choice", offers=words.BREACHES),
            Asked(
                "basis",
                N_("On what it rests that it is grave"),
                "long",
                required=False,
                hint=N_("needed where the records do not show it; it stays in the file"),
            ),
            Asked(
                "code",
                N_("Registration number"),
                required=False,
                hint=N_("needed where no credit code of the employer is on record"),
            ),
            Asked("address", N_("Address of the employer")),
            Asked("legal_rep", N_("Legal representative or person in charge")),
            _FACTS,
            _HANDLED,
        ),
        above=_conditions,
    ),
    Act(
        "decide_publication",
        "publication-decide",
        N_("Decide on the publication"),
        N_("Decide on the publication"),
        CARED_FOR,
        yes(publishing.decide_publication, "approve"),
        (
            Asked("approve", N_("Decision"), "choice", offers=words.DECISIONS),
            Asked(
                "weighed",
                N_("What changed since the proposal comes to"),
                "long",
                required=False,
                hint=N_("needed where wages were paid or found owed since: why it is published all the same"),
            ),
            _REASON,
        ),
        says=N_("Read it as the public will: no secret of state or business, nothing of a private life."),
        above=_to_read,
    ),
    Act(
        "publish_breach",
        "publication-publish",
        N_("Record that it was published"),
        N_("Published"),
        CARED_FOR,
        plain(publishing.publish_breach),
        holder=True,
        says=N_(
            "On the website of the department, and in the papers or on television of the place. What was before the "
            "public when it fell is recorded with its true day, and is to be put right at once."
        ),
        asks=(
            Asked("published_on", N_("Published on"), "day", now=_TODAY),
            Asked("place", N_("Where it was published")),
            Asked("nevertheless", N_("It went out although it should not have"), "tick", required=False),
            _NUMBER,
        ),
    ),
    Act(
        "record_publication_objection",
        "publication-objection",
        N_("Record the objection to the publication"),
        N_("Objection to the publication"),
        CARED_FOR,
        plain(publishing.record_publication_objection),
        holder=True,
        asks=(
            Asked("objection", N_("What is objected"), "long"),
            Asked("objected_on", N_("On"), "day", now=_TODAY),
            _NUMBER,
        ),
    ),
    Act(
        "answer_publication",
        "publication-answer",
        N_("Answer the objection to the publication"),
        N_("Answer the objection"),
        CARED_FOR,
        plain(publishing.answer_publication),
        (Asked("answer", N_("Result"), "choice", offers=words.ANSWERS), _REASON, _NUMBER),
        says=N_("The employer is told in writing."),
    ),
    Act(
        "correct_publication",
        "publication-correct",
        N_("Correct what was published"),
        N_("Correct what was published"),
        CARED_FOR,
        plain(publishing.correct_publication),
        (_FACTS, _HANDLED, _REASON, _NUMBER),
        says=N_("The whole text as it is to stand now. The correction is published like the first."),
    ),
    Act(
        "withdraw_publication",
        "publication-withdraw",
        N_("Withdraw what was published"),
        N_("Withdraw what was published"),
        CARED_FOR,
        plain(publishing.withdraw_publication),
        (Asked("why", N_("Why"), "choice", offers=words.WITHDRAWALS), _REASON, _NUMBER),
        says=N_("The public is told why. It counts as published no more."),
    ),
)


def _publication(*states: str) -> Callable[[CaseRow, Handling], bool]:
    return lambda _case, done: any(one.state in states for one in done.publications)


def _last_publication(*states: str) -> Callable[[CaseRow, Handling], bool]:
    return lambda _case, done: done.publication is not None and done.publication.state in states


def _may_propose(_case: CaseRow, done: Handling) -> bool:
    free = not any(one.state in UNDER_WAY for one in done.publications)
    decided = any(one.kind in ("handling_decision", "penalty_decision") and one.served_on for one in done.papers)
    return free and (decided or (done.transfer is not None and done.transfer.handed_at is not None))


def _may_record(_case: CaseRow, done: Handling) -> bool:
    """Of what was approved; of what was dropped after that too, for it may have gone out."""
    return any(one.notice_id is not None and one.state in ("approved", "dropped") for one in done.publications)


def _objection(*, waits: bool) -> Callable[[CaseRow, Handling], bool]:
    def fits(_case: CaseRow, done: Handling) -> bool:
        out = [one for one in done.publications if one.state == "published"]
        return any((one.objected_on is not None and one.answered_on is None) is waits for one in out)

    return fits


FITS: Mapping[str, Callable[[CaseRow, Handling], bool]] = {
    "propose_publication": _may_propose,
    "decide_publication": _last_publication("proposed", "approved"),
    "publish_breach": _may_record,
    "record_publication_objection": _objection(waits=False),
    "answer_publication": _objection(waits=True),
    "correct_publication": _publication("published"),
    "withdraw_publication": _objection(waits=False),
}
"""When an act makes sense with what was done so far."""
