"""What speaks for a warning and what against it, row by row, as figures: no worker is named, no complainant known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.people import Actor
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ChannelRow,
    ComplaintRow,
    ComplaintVersionRow,
    InstalmentRow,
    OutsideArrearsRow,
    PaymentPlanRow,
    PledgeDutyRow,
    PledgeRow,
    WarningEvidenceRow,
    WarningRow,
)
from warehouse.queries.sight import seen_by
from warehouse.queries.warning_feed import FEED_READERS, Proof, Reader
from warehouse.queries.warning_sight import warnings_of


def evidence_of(session: Session, actor: Actor, warning_id: str) -> list[Proof]:
    """Every row of evidence of a warning, those for it first. One statement a table, however many rows there are."""
    row = WarningEvidenceRow
    rows = session.execute(
        select(row.table_name, row.row_id, row.speaks).where(row.warning_id == warning_id).order_by(row.id)
    ).all()
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in rows:
        wanted[one.table_name].add(one.row_id)
    known: dict[tuple[str, str], Proof] = {}
    for table, ids in wanted.items():
        for proof in _READERS.get(table, _unread)(session, actor, ids):
            known[table, proof.row_id] = proof
    found = [
        replace(known.get((one.table_name, one.row_id), Proof(one.row_id, one.table_name, "gone")), speaks=one.speaks)
        for one in rows
    ]
    return sorted(found, key=lambda one: (one.speaks != "for", one.table, one.month or "", str(one.day), one.row_id))


def _unread(_session: Session, _actor: Actor, _ids: Collection[str]) -> Iterator[Proof]:
    return iter(())


def _complaints(session: Session, actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    """Of a complaint whose case the reader may not see, the channel and the day alone."""
    row, said = ComplaintRow, ComplaintVersionRow
    number = (
        select(CaseRow.matter_no)
        .join(CaseMembershipRow, CaseMembershipRow.case_id == CaseRow.id)
        .where(CaseMembershipRow.complaint_id == row.id, CaseMembershipRow.valid_to.is_(None), seen_by(actor))
        .limit(1)
        .scalar_subquery()
    )
    question = (
        select(
            row.id, row.complaint_no, row.channel, row.received_at, said.worker_count, said.amount_claimed_fen, number
        )
        .join(said, (said.complaint_id == row.id) & said.newest.is_(True))
        .where(row.id.in_(ids))
    )
    for one_id, complaint_no, channel, at, heads, fen, matter_no in session.execute(question):
        proof = Proof(one_id, "complaint", "complaint_elsewhere", day=local_day(at), channel=channel)
        if matter_no is not None:
            proof = replace(proof, what="complaint", name=complaint_no, heads=heads or 1, fen=fen, matter_no=matter_no)
        yield proof


def _cases(session: Session, actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    seen = select(CaseRow.id).where(CaseRow.id.in_(ids), seen_by(actor))
    visible = set(session.scalars(seen))
    for row in session.scalars(select(CaseRow).where(CaseRow.id.in_(ids))):
        day = local_day(row.opened_at)
        if row.id in visible:
            yield Proof(row.id, "cases", "case", name=row.matter_no, day=day, matter_no=row.matter_no)
        else:
            yield Proof(row.id, "cases", "case_elsewhere", day=day)


def _duties(session: Session, actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    number = select(CaseRow.matter_no).where(CaseRow.id == PledgeRow.case_id, seen_by(actor)).scalar_subquery()
    question = (
        select(PledgeDutyRow.id, PledgeDutyRow.due_on, PledgeDutyRow.kept, number)
        .join(PledgeRow, PledgeRow.id == PledgeDutyRow.pledge_id)
        .where(PledgeDutyRow.id.in_(ids))
    )
    what = {True: "duty_kept", False: "duty_broken", None: "duty_open"}
    for one_id, due_on, kept, matter_no in session.execute(question):
        yield Proof(one_id, "pledge_duty", what[kept], day=due_on, matter_no=matter_no)


def _instalments(session: Session, actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    row = InstalmentRow
    number = select(CaseRow.matter_no).where(CaseRow.id == PaymentPlanRow.case_id, seen_by(actor)).scalar_subquery()
    question = (
        select(row.id, row.due_on, row.amount_fen, row.settled_at, number)
        .join(PaymentPlanRow, PaymentPlanRow.id == row.plan_id)
        .where(row.id.in_(ids))
    )
    for one_id, due_on, fen, settled_at, matter_no in session.execute(question):
        what = "instalment_open" if settled_at is None else "instalment_paid"
        yield Proof(one_id, "instalment", what, day=due_on, fen=fen, matter_no=matter_no)


def _outside(session: Session, _actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    for row in session.scalars(select(OutsideArrearsRow).where(OutsideArrearsRow.id.in_(ids))):
        what = f"{row.kind}_owed" if row.months else f"{row.kind}_paid"
        yield Proof(row.id, "outside_arrears", what, day=row.as_of, heads=row.months, fen=row.owed_fen)


def _channels(session: Session, _actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    for row in session.scalars(select(ChannelRow).where(ChannelRow.name.in_(ids))):
        heard = row.last_success_at
        yield Proof(row.name, "channel", "channel", channel=row.name, day=local_day(heard) if heard else None)


def _warnings(session: Session, actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    visible = set(session.scalars(select(WarningRow.id).where(WarningRow.id.in_(ids), warnings_of(actor))))
    for row in session.scalars(select(WarningRow).where(WarningRow.id.in_(ids))):
        leads = row.id if row.id in visible else None
        yield Proof(row.id, "warning", "warning", rule=row.rule, day=local_day(row.raised_at), warning_id=leads)


_READERS: Mapping[str, Reader] = {
    **FEED_READERS,
    "complaint": _complaints,
    "cases": _cases,
    "pledge_duty": _duties,
    "instalment": _instalments,
    "outside_arrears": _outside,
    "channel": _channels,
    "warning": _warnings,
}
"""Who reads which table of evidence. A row of another table, or one that is gone, is said to be so."""
