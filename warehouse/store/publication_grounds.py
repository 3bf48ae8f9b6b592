"""What the records say of a case whose breach may be published, or has to be (R29 §5-6)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.crime import WITH_THE_POLICE, criminal_figure, still_unpaid
from casework.leniency import PAPER, Exit
from casework.lifecycle import ENDED
from casework.party import FALLEN, Party
from casework.publication import PUBLISHED_DECISIONS, UNDER_WAY, Breach, Grounds
from warehouse.models import CaseRow, CrimeTransferRow, DocumentRow, LiablePartyRow, PublicationRow
from warehouse.store.handling import documents_of
from warehouse.store.lives import reopened_at
from warehouse.store.outcomes import Waived, facts_of, waiting_outcome
from warehouse.store.party import remedies_of
from warehouse.store.published import publications_of
from warehouse.store.sparing import last_transfer, red_flags

_INCIDENTS = frozenset({"group_incident", "extreme_act"})


def decision_of(session: Session, case: CaseRow) -> DocumentRow | None:
    """The served decision on the breach of a case: the newest to pay or to punish of the outcome that stands.

    Where that is the transfer to the police, a decision to pay that was not obeyed came before it and counts.
    """
    outcome = waiting_outcome(session, case.id, "approved")
    if outcome is None:
        return None
    exit_ = Exit(outcome.exit)
    kinds = PUBLISHED_DECISIONS if exit_ is Exit.TRANSFERRED_TO_POLICE else (PAPER[exit_],)
    since = reopened_at(session, case.id)
    if since is not None and outcome.at < since:
        if case.status not in ENDED:
            return None  # It is looked at again, and what was decided before may fall.
        since = None  # It was upheld: an outcome of before the reopening stands again, and its paper with it.
    papers = documents_of(session, case.id, tuple(kind for kind in kinds if kind in PUBLISHED_DECISIONS))
    served = [paper for paper in papers if paper.served_on is not None and (since is None or paper.at >= since)]
    return served[-1] if served else None


def fallen(session: Session, decision: DocumentRow | None) -> str | None:
    """`annulled` or `changed`, where a review or a court ended so; None where the decision stands as it was made."""
    if decision is None:
        return None
    ends = [one.code for one in remedies_of(session, [decision.id]) if one.kind == Party.REMEDY_ENDED]
    gone = [code for code in ends if code in FALLEN]
    return "annulled" if "annulled" in gone else gone[-1] if gone else None


def fell_since(session: Session, decision: DocumentRow | None, since: datetime) -> date | None:
    """The day of the first of those ends of a review or a suit, recorded after a moment, by which a decision fell."""
    if decision is None:
        return None
    ends = [one for one in remedies_of(session, [decision.id]) if one.kind == Party.REMEDY_ENDED]
    return min((one.done_on for one in ends if one.code in FALLEN and one.at > since), default=None)


def fall_recorded(session: Session, decision: DocumentRow | None, since: datetime) -> datetime | None:
    """When the last of those ends was recorded; the fall itself may be days older."""
    if decision is None:
        return None
    ends = [one for one in remedies_of(session, [decision.id]) if one.kind == Party.REMEDY_ENDED]
    return max((one.at for one in ends if one.code in FALLEN and one.at > since), default=None)


def paper_made(session: Session, row: PublicationRow, kind: str) -> datetime | None:
    """When the last paper of a kind on this publication was made: an answer, a correction. None: there is none."""
    papers = documents_of(session, row.case_id, (kind,))
    return max((paper.at for paper in papers if paper.body.get("publication") == row.id), default=None)


def with_police(session: Session, case_id: str) -> bool:
    """Whether the police have a case: it was handed over, and they neither refused it nor was it taken back."""
    transfer = last_transfer(session, case_id)
    return transfer is not None and transfer.state in WITH_THE_POLICE


def left_police(session: Session, row: PublicationRow) -> date | None:
    """Since when the police do not have the case any more for which a breach was published; None where they have it,
    and where the publication rests on something else."""
    if row.breach != Breach.REFUSED_PAY or with_police(session, row.case_id):
        return None
    answered = select(func.max(CrimeTransferRow.police_answered_on)).where(CrimeTransferRow.case_id == row.case_id)
    return session.scalar(answered) or local_day(row.at)


def grounds_of(session: Session, case: CaseRow, *, today: date) -> Grounds:
    """What the records of a case say, on which a publication may rest (R29 §5-6)."""
    decision = decision_of(session, case)
    facts = facts_of(session, case, today=today, waived=Waived())
    party = session.get(LiablePartyRow, decision.addressee_id) if decision and decision.addressee_id else None
    return Grounds(
        nature=case.nature,
        decision=decision.kind if decision else None,
        served_on=decision.served_on if decision else None,
        fallen=fallen(session, decision),
        transferred=with_police(session, case.id),
        criminal=criminal_figure(facts),
        incident=any(one.kind in _INCIDENTS for one in red_flags(session, case.id)),
        employer_known=case.employer_id is not None or party is not None,
        a_firm=party is None or party.part != "crew",
        under_way=any(one.state in UNDER_WAY for one in publications_of(session, case.id)),
        unpaid=still_unpaid(facts),
    )
