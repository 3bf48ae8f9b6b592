"""Pledge letters (《劳动维权》承诺书): obligations with days, each checked by a person; a broken one has consequences.

A breach reopens the case, raises the employer's warning level and proposes to revoke the sparing. Nobody is punished
by the machine: a head decides on the proposal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import FOLLOW_UP
from casework.errors import BadInput, NotAllowed, NotFound
from casework.leniency import EXEMPTIONS, RULE_VERSION
from casework.lifecycle import WorkStatus
from casework.money import fen_of
from casework.people import Actor
from casework.record import Json
from casework.sparing import raised
from services.cases.concluding import conclude
from services.cases.held import acted, cared_case, head_case, held_case, officers_of, took_part
from services.cases.reopening import bars_reopening, reopen
from services.paperwork.paper_secrecy import keep_secret
from warehouse.engine import Warehouse
from warehouse.models import (
    CaseRow,
    OutcomeRow,
    PledgeDutyRow,
    PledgeRow,
    RevocationRow,
    WarningRow,
    new_id,
)
from warehouse.store.clocks import cancel_clock, running
from warehouse.store.notices import write_notices
from warehouse.store.outcomes import waiting_outcome
from warehouse.store.sparing import duties_of, level_of, open_revocation

_BROKEN = "承诺未履行"
"""Why a case is taken up again whose pledge was broken."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation of a pledge and the day it falls due."""

    says: str
    due_on: date


def record_pledge(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    signed_by: str,
    signed_on: date,
    obligations: str,
    due_on: date,
    actor: Actor,
    at: datetime,
    amount: Decimal | None = None,
    duties: Sequence[Duty] = (),
    scan_ref: str | None = None,
) -> str:
    """A signed pledge letter: what is promised by when. Without duties of its own it is one duty. Returns its id.

    The employer signs and keeps it: it names no complainant and quotes none. Raises `NotAllowed` and `BadInput`.
    """
    if not signed_by.strip() or not obligations.strip():
        raise BadInput("A pledge names who signed and what is promised.")
    if signed_on > local_day(at) or due_on < signed_on:
        raise BadInput("A pledge is signed today or before, and falls due on or after that day.")
    own = list(duties) or [Duty(obligations, due_on)]
    if any(not one.says.strip() or not signed_on <= one.due_on <= due_on for one in own):
        raise BadInput("An obligation says something, and falls due between the signature and the last day.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        said = {"legal_rep": signed_by, "obligations": [obligations, *(one.says for one in own)]}
        keep_secret(session, case, "pledge", said)
        row = PledgeRow(
            id=new_id("plg"),
            case_id=case.id,
            employer_id=case.employer_id,
            signed_by=signed_by.strip(),
            signed_on=signed_on,
            obligations=obligations.strip(),
            amount_fen=fen_of(amount),
            due_on=due_on,
            scan_ref=scan_ref,
            by=actor.id,
            at=at,
        )
        session.add(row)
        session.flush()
        session.add_all(
            PledgeDutyRow(id=new_id("dty"), pledge_id=row.id, seq=seq, says=one.says.strip(), due_on=one.due_on)
            for seq, one in enumerate(own, 1)
        )
        details: dict[str, Json] = {"pledge": row.id, "duties": len(own)}
        acted(session, case, "record_pledge", actor=actor, at=at, details=details)
        return row.id


def check_duty(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    duty_id: str,
    kept: bool,
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Whether one obligation was kept, as a person checked. A broken one needs a reason and has consequences."""
    if not kept and not (reason or "").strip():
        raise BadInput("A broken obligation is recorded with what was found.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        duty = next((one for one in duties_of(session, case.id) if one.id == duty_id), None)
        if duty is None:
            raise NotFound("There is no such obligation on this case.")
        if duty.kept is not None:
            raise NotAllowed("This obligation is already checked.")
        if not kept and duty.due_on > local_day(at):
            raise NotAllowed("This obligation is not due yet, so it cannot be broken.")
        _checked(session, case, duty, kept=kept, reason=(reason or "").strip() or None, actor=actor, at=at)
        acted(session, case, "check_duty", actor=actor, at=at, details={"duty": duty.id, "kept": kept})


def _checked(
    session: Session,
    case: CaseRow,
    duty: PledgeDutyRow,
    *,
    kept: bool,
    reason: str | None,
    actor: Actor,
    at: datetime,
) -> None:
    duty.kept, duty.checked_by, duty.checked_at, duty.reason = kept, actor.id, at, reason
    session.flush()
    pledge = session.get_one(PledgeRow, duty.pledge_id)
    answers = session.scalars(select(PledgeDutyRow.kept).where(PledgeDutyRow.pledge_id == pledge.id)).all()
    pledge.kept = False if False in answers else None if None in answers else True
    if not kept:
        _broken(session, case, duty, actor=actor, at=at)


def _broken(session: Session, case: CaseRow, duty: PledgeDutyRow, *, actor: Actor, at: datetime) -> None:
    """What a breach sets in motion: the case is open again, the level rises, the sparing may be revoked."""
    _raise_level(session, case, at=at)
    outcome = waiting_outcome(session, case.id, "approved")
    spared = outcome is not None and outcome.exit in {one.value for one in EXEMPTIONS}
    if outcome is not None and spared and open_revocation(session, case.id) is None:
        row = RevocationRow(
            id=new_id("rvk"),
            case_id=case.id,
            outcome_id=outcome.id,
            duty_id=duty.id,
            state="proposed",
            by=actor.id,
            at=at,
        )
        session.add(row)
        decider = [outcome.decided_by] if outcome.decided_by else []
        write_notices(session, decider, kind="revocation_proposed", case_id=case.id, due_at=at)
    if not bars_reopening(session, case):
        reopen(session, case, reason=_BROKEN, actor=actor, at=at)
    told = sorted(officers_of(session, case.id) - {actor.id})
    write_notices(session, told, kind="pledge_broken", case_id=case.id, due_at=at)


def _raise_level(session: Session, case: CaseRow, *, at: datetime) -> None:
    """One level above the employer's highest open warning, and the case is urgent."""
    case.urgent = True
    if case.employer_id is None:
        return
    session.add(
        WarningRow(
            id=new_id("wrn"),
            rule="pledge_broken",
            rule_version=RULE_VERSION,
            level=raised(level_of(session, case.employer_id)),
            employer_id=case.employer_id,
            facts={"case": case.id},
            raised_at=at,
            state="open",
        )
    )
    session.flush()


def decide_revocation(
    store: Warehouse, *, case_id: str, version: int, revoke: bool, reason: str, actor: Actor, at: datetime
) -> None:
    """A head revokes a sparing, or upholds it, with the reason; not the one who proposed. The wage order stands.

    A case whose sparing is revoked is worked on until it has another outcome; upheld, it is concluded again and
    every complaint is told so.
    """
    if not reason.strip():
        raise BadInput("The decision on a revocation gives its reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row = open_revocation(session, case_id)
        if row is None:
            raise NotAllowed("No revocation of this case waits for a decision.")
        if row.by == actor.id or actor.id in took_part(session, case_id):
            raise NotAllowed("Nobody decides on a revocation of their own.")
        if not revoke and case.status in (WorkStatus.TO_DISPATCH, WorkStatus.DISPATCHED):
            raise NotAllowed("The case waits for its inspectors; a sparing is upheld once they have signed for it.")
        row.state = "revoked" if revoke else "upheld"
        row.decided_by, row.decided_at, row.reason = actor.id, at, reason.strip()
        if revoke:
            outcome = session.get_one(OutcomeRow, row.outcome_id)
            outcome.revoked_at, outcome.revoked_by = at, actor.id
            for clock in running(session, kind=FOLLOW_UP.kind, case_id=case.id):
                cancel_clock(session, clock, reason="revoked", by=actor.id, at=at)
        elif case.status == WorkStatus.IN_PROGRESS:
            conclude(session, case, session.get_one(OutcomeRow, row.outcome_id), actor=actor, at=at)
        write_notices(session, [row.by], kind=f"revocation_{row.state}", case_id=case.id, due_at=at)
        details: dict[str, Json] = {"revocation": row.id, "outcome": row.outcome_id, "revoked": revoke}
        acted(session, case, "decide_revocation", actor=actor, at=at, details=details)
