"""What one employer promised, was spared, listed and published for, and in whose liability chains it takes part.

Cases are those the reader may see. Of an act on another case the day stands here, without the number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.ending import EXEMPTIONS, Exit
from casework.identifiers import mask_name
from casework.people import Actor
from warehouse.models import (
    CaseRow,
    InstalmentRow,
    JointListingRow,
    LiablePartyRow,
    OutcomeRow,
    PaymentPlanRow,
    PledgeDutyRow,
    PledgeRow,
    PublicationRow,
)
from warehouse.queries.employer_page import Family
from warehouse.queries.sight import seen_by
from warehouse.store.outcomes import window_start


@dataclass(frozen=True, slots=True)
class Promise:
    """One duty of a pledge, or one instalment. `kept` is None while nobody can say."""

    matter_no: str
    kind: str
    due_on: date
    fen: int | None
    kept: bool | None


@dataclass(frozen=True, slots=True)
class Decided:
    """One approved outcome; `bars`: the next offence is not a first one. `matter_no` only of a case one may see."""

    matter_no: str | None
    exit: str
    decided_on: date
    exempted_fen: int | None
    exempt: bool
    bars: bool
    revoked: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One way onto the joint-sanction list and off it."""

    matter_no: str | None
    state: str
    told_on: date
    decided_on: date | None
    listed_until: date | None


@dataclass(frozen=True, slots=True)
class Publication:
    """One breach of it that was published, or is on its way there (R29); withdrawn ones too."""

    matter_no: str | None
    breach: str
    state: str
    published_on: date | None
    corrected_on: date | None
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class Part:
    """One party of a chain in which this employer stands. `own`: it is this employer."""

    matter_no: str
    part: str
    name: str
    own: bool
    liable: bool


def promises(session: Session, actor: Actor, family: Family) -> list[Promise]:
    """What was pledged and what was promised in instalments, what is due last first."""
    duty, step = PledgeDutyRow, InstalmentRow
    mine = CaseRow.employer_id.in_(family.ids), seen_by(actor)
    duties = (
        select(CaseRow.matter_no, duty.due_on, duty.kept)
        .join(PledgeRow, PledgeRow.case_id == CaseRow.id)
        .join(duty, duty.pledge_id == PledgeRow.id)
        .where(*mine)
    )
    steps = (
        select(CaseRow.matter_no, step.due_on, step.amount_fen, step.alarmed_at, step.settled_at)
        .join(PaymentPlanRow, PaymentPlanRow.case_id == CaseRow.id)
        .join(step, step.plan_id == PaymentPlanRow.id)
        .where(*mine, PaymentPlanRow.replaced_at.is_(None))
    )
    found = [Promise(number, "duty", due_on, None, kept) for number, due_on, kept in session.execute(duties)]
    for number, due_on, fen, alarmed_at, settled_at in session.execute(steps):
        kept = False if alarmed_at is not None else True if settled_at is not None else None
        found.append(Promise(number, "instalment", due_on, fen, kept))
    return sorted(found, key=lambda one: (one.due_on, one.matter_no), reverse=True)


def decided(session: Session, actor: Actor, family: Family, *, today: date) -> list[Decided]:
    """Every approved outcome, of all cases: an offence within the window bars the next from being the first."""
    since = window_start(session, today)
    seen = set(session.scalars(select(CaseRow.id).where(CaseRow.employer_id.in_(family.ids), seen_by(actor))))
    rows = session.execute(
        select(OutcomeRow, CaseRow)
        .join(CaseRow, CaseRow.id == OutcomeRow.case_id)
        # The state is that of almost all outcomes: as it is, SQLite would look them up by it, and not by the case.
        .where(CaseRow.employer_id.in_(family.ids), func.coalesce(OutcomeRow.state, "") == "approved")
        .order_by(OutcomeRow.decided_at.desc())
    )
    found = []
    for outcome, case in rows:
        on = local_day(outcome.decided_at)
        offence = outcome.exit != Exit.NOT_ESTABLISHED and (since is None or on >= since)
        found.append(
            Decided(
                case.matter_no if case.id in seen else None,
                outcome.exit,
                on,
                outcome.amount_exempted_fen,
                outcome.exit in EXEMPTIONS,
                offence,
                outcome.revoked_at is not None,
            )
        )
    return found


def listings(session: Session, actor: Actor, family: Family) -> list[Listing]:
    """Its ways onto the joint-sanction list, the newest first."""
    row = JointListingRow
    number = select(CaseRow.matter_no).where(CaseRow.id == row.case_id, seen_by(actor)).scalar_subquery()
    question = select(number, row.state, row.told_on, row.decided_on, row.listed_until)
    question = question.where(row.employer_id.in_(family.ids)).order_by(row.told_on.desc(), row.id)
    return [Listing(*one) for one in session.execute(question)]


def publications(session: Session, actor: Actor, family: Family) -> list[Publication]:
    """Its breaches before the public, the newest first. What was dropped never came there; what is not there yet is
    only for those who may see the case."""
    row = PublicationRow
    seen = select(CaseRow.matter_no).where(CaseRow.id == row.case_id, seen_by(actor))
    number = seen.scalar_subquery()
    shown = row.state.in_(("published", "withdrawn")) | (row.state.in_(("proposed", "approved")) & seen.exists())
    question = select(number, row.breach, row.state, row.published_on, row.corrected_on, row.withdrawn_on)
    question = question.where(row.employer_id.in_(family.ids), shown).order_by(row.at.desc(), row.id)
    return [Publication(*one) for one in session.execute(question)]


def chains(session: Session, actor: Actor, family: Family) -> list[Part]:
    """The liability chains of its own cases, and of others that name its credit code. Persons' names are masked."""
    row = LiablePartyRow
    theirs = select(row.case_id).where(row.uscc == family.uscc) if family.uscc else select(row.case_id).where(false())
    question = (
        select(CaseRow.matter_no, row.part, row.name, row.uscc, row.liable_ground)
        .join(CaseRow, CaseRow.id == row.case_id)
        .where(or_(CaseRow.employer_id.in_(family.ids), CaseRow.id.in_(theirs)), seen_by(actor))
        .order_by(CaseRow.matter_no, row.at, row.id)
    )
    known = {family.stays.name, *(one.name for one in family.merged)}
    newest: dict[tuple[str, str, str], Part] = {}
    for number, part, name, uscc, ground in session.execute(question):
        own = name in known or (uscc is not None and uscc == family.uscc)
        shown = mask_name(name) or "" if part == "crew" and not own else name
        newest[number, part, name] = Part(number, part, shown, own, ground is not None)
    return list(newest.values())
