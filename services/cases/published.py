"""What a publication rests on falls: what the public reads must follow (R29 §5, §11; APL §48).

A decision is annulled or changed; the police refuse the case that it was published for, or it is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import PUBLICATION_CORRECT, PUBLICATION_TRANSFER, PUBLISH, WITHDRAW_PUBLISHED, TimeLimit
from services.office.step_clocks import start_once
from warehouse.models import CaseRow, DocumentRow, PublicationRow
from warehouse.store.accounts import heads_of
from warehouse.store.clocks import cancel_clock, running
from warehouse.store.notices import write_notices
from warehouse.store.publication_grounds import fall_recorded, paper_made
from warehouse.store.published import stands_on_transfer, stands_published, waits_on_decision, waits_on_transfer


def decision_fell(session: Session, case: CaseRow, decision: DocumentRow, on: date, *, by: str, at: datetime) -> None:
    """Start the deadline to withdraw or to correct, where this decision stands published and none of the kind runs.

    What is to be published of it and is not yet does not go out any more: `_goes_out_no_more`.
    """
    row = stands_published(session, case.id, decision.id)
    if row is not None:
        put_right(session, row, [limit_of(decision)], on, by=by, at=at)
    _goes_out_no_more(session, case, waits_on_decision(session, case.id, decision.id), by=by, at=at)


def limit_of(decision: DocumentRow) -> TimeLimit:
    """By when what was published of a decision is put right once it fell.

    A penalty is withdrawn within three working days, by the act (APL §48, §85); a decision to pay is corrected within
    the days of R29 §11, which is a decree.
    """
    return WITHDRAW_PUBLISHED if decision.kind == "penalty_decision" else PUBLICATION_CORRECT


def transfer_fell(session: Session, case: CaseRow, on: date, *, by: str, at: datetime, again: bool = False) -> None:
    """The same where a breach stands published because the police had the case, and they do not have it any more.

    Whether they are asked to reconsider is open then: should they take it after all, `transfer_stands` ends the
    deadline. `again`: the same refusal was told before; nobody is told twice, unless nothing runs.
    """
    row = stands_on_transfer(session, case.id)
    if row is not None and not (again and running(session, kind=PUBLICATION_TRANSFER.kind, case_id=case.id)):
        put_right(session, row, [PUBLICATION_TRANSFER], on, by=by, at=at)
    _goes_out_no_more(session, case, waits_on_transfer(session, case.id), by=by, at=at, again=again)


def _goes_out_no_more(
    session: Session, case: CaseRow, row: PublicationRow | None, *, by: str, at: datetime, again: bool = False
) -> None:
    """What was proposed or approved and is not out yet is refused from now on: its deadline ends, the head is told.

    Of a proposal no head has decided yet, so the heads of the place are told.
    """
    if row is None:
        return
    ended = running(session, kind=PUBLISH.kind, case_id=case.id) if row.state == "approved" else []
    for clock in ended:
        cancel_clock(session, clock, reason="fallen", by=by, at=at)
    if ended or not again:
        told = [row.decided_by] if row.decided_by else sorted(heads_of(session, case.district_code))
        write_notices(session, told, kind="publication_barred", case_id=case.id, due_at=at)


def transfer_stands(session: Session, case: CaseRow, *, by: str, at: datetime) -> None:
    """The police have the case again: nothing is to be put right, unless it is for another reason.

    What was approved to be published may go out again; its days run anew from now, for till now it was refused.
    """
    waits = waits_on_transfer(session, case.id)
    if (
        waits is not None
        and waits.state == "approved"
        and fall_recorded(session, _decision(session, waits), waits.at) is None
    ):
        start_once(session, case.id, PUBLISH, local_day(at), by=by, at=at)
    row = stands_on_transfer(session, case.id)
    if row is None or _owed_otherwise(session, row):
        return
    for clock in running(session, kind=PUBLICATION_TRANSFER.kind, case_id=case.id):
        if clock.source == PUBLICATION_TRANSFER.source:
            cancel_clock(session, clock, reason="transferred", by=by, at=at)


def put_right(
    session: Session, row: PublicationRow, limits: Sequence[TimeLimit], on: date, *, by: str, at: datetime
) -> None:
    """What stands published is to be put right: the head is told, whatever runs already, and the deadlines start.

    Three duties share a kind of deadline, and a head who knows of one does not know of the next. Of a kind there is one
    deadline, the first.
    """
    for limit in limits:
        start_once(session, row.case_id, limit, on, by=by, at=at)
    told = [row.decided_by] if row.decided_by else []
    write_notices(session, told, kind="publication_fell", case_id=row.case_id, due_at=at)


def _owed_otherwise(session: Session, row: PublicationRow) -> bool:
    """Whether an objection that was accepted, or a decision that fell, still waits for a correction.

    A correction counts for what was on record when it was made, not for what fell before and was recorded after.
    """
    decision = _decision(session, row)
    accepted = paper_made(session, row, "publication_answer") if row.answer == "accepted" else None
    corrected = paper_made(session, row, "publication_correction")
    known = (fall_recorded(session, decision, row.at), accepted)
    return any(moment is not None and (corrected is None or corrected < moment) for moment in known)


def _decision(session: Session, row: PublicationRow) -> DocumentRow | None:
    return session.get(DocumentRow, row.decision_id) if row.decision_id else None
