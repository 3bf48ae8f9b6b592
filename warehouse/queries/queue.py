"""The morning's queue (案件池): cases by their nearest deadline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.people import Actor
from casework.tiers import Lamp
from warehouse.models import (
    AssignmentRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    EmployerRow,
)
from warehouse.queries.cards import LAST_CONCLUDED, NOT_MERGED, last_concluded, of_card
from warehouse.queries.deadlines import Deadline, Horizon, nearest_of
from warehouse.queries.endings import Ended, sent_back
from warehouse.queries.officers import names_of
from warehouse.queries.sight import OFFICERS, seen_by
from warehouse.queries.tiers import lamps_lit
from warehouse.queries.waited_for import supervised_until

LONGEST = 500
"""The most rows one list shows."""
Holders: TypeAlias = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class QueueCase:
    """One row. Amounts in fen; None is "nobody said". `lead_id` is the suggested officer, or who has the case.

    `sent_back` stands while a case that an inspector returned waits to be sent again; `supervised_until` is the day a
    superior wants an answer by (督办), while there is none.
    """

    id: str
    matter_no: str
    version: int
    status: str
    employer_name: str | None
    site_name: str | None
    nature: str
    sector: str
    district_code: str | None
    worker_count: int | None
    amount_claimed_fen: int | None
    arrears_from: str | None
    arrears_to: str | None
    urgent: bool
    confidential: bool
    group_incident: bool
    needs_check: bool
    needs_supplement: bool
    repeat: int
    channels: tuple[tuple[str, int], ...]
    complaints: int
    clock: Deadline | None
    lead_id: str | None
    lead_name: str | None
    assisting_id: str | None
    assisting_name: str | None
    why: tuple[str, ...]
    sent_back: Ended | None
    supervised_until: date | None
    tier: Lamp | None = None

    @property
    def ready(self) -> bool:
        """Whether one click may send it."""
        return not self.needs_check and not self.needs_supplement and self.lead_id is not None


SHOWN = (
    CaseRow.id,
    CaseRow.matter_no,
    CaseRow.version,
    CaseRow.status,
    CaseRow.employer_id,
    CaseRow.employer_name,
    CaseRow.site_name,
    CaseRow.nature,
    CaseRow.sector,
    CaseRow.district_code,
    CaseRow.worker_count,
    CaseRow.amount_claimed_fen,
    CaseRow.arrears_from,
    CaseRow.arrears_to,
    CaseRow.urgent,
    CaseRow.confidential,
    CaseRow.group_incident,
    CaseRow.needs_check,
    CaseRow.needs_supplement,
    CaseRow.suggested_lead_id,
    CaseRow.suggested_assisting_id,
    CaseRow.suggested_why,
)
"""What a row of a list says of a case."""
_AT_WORK = ("dispatched", "in_progress")


def queue(
    session: Session,
    actor: Actor,
    horizon: Horizon,
    *,
    tab: str,
    only: ColumnElement[bool] | None = None,
) -> list[QueueCase]:
    """The cases of one card, the nearest deadline first, or what was concluded last; `only` narrows them."""
    question = of_card(actor, horizon, tab, only)
    if tab == "concluded":
        rows = session.execute(last_concluded(question, *SHOWN)).all()
        place = {row.id: number for number, row in enumerate(rows)}
        return sorted(queue_rows(session, rows, horizon), key=lambda case: place[case.id])
    listed = session.execute(question.with_only_columns(*SHOWN).order_by(CaseRow.opened_at).limit(LONGEST)).all()
    return queue_rows(session, listed, horizon)


def longest(tab: str) -> int:
    """How many rows the list of a card shows at most."""
    return LAST_CONCLUDED if tab == "concluded" else LONGEST


def in_order(rows: Sequence[QueueCase]) -> list[QueueCase]:
    """The rows of the queue as its page groups them: possible duplicates, then what lacks something, then the ready."""
    return sorted(rows, key=lambda row: (row.ready, not row.needs_check))


def by_number(session: Session, actor: Actor, horizon: Horizon, numbers: Sequence[str]) -> list[QueueCase]:
    """The cases of these numbers that this person may know of, the nearest deadline first."""
    rows = session.execute(select(*SHOWN).where(seen_by(actor), CaseRow.matter_no.in_(numbers))).all()
    return queue_rows(session, rows, horizon)


def come_since(session: Session, actor: Actor, moment: datetime) -> int:
    """How many cases came to the queue since a moment: new ones, and those that were sent back or recalled."""
    return session.scalar(_coming(actor), {"moment": moment}) or 0


@lru_cache(maxsize=OFFICERS)
def _coming(actor: Actor) -> Select[tuple[int]]:
    """Asked of each case that waits, which are few: complaints and assignments are those of all years."""
    inside, given = CaseMembershipRow, AssignmentRow
    moment: BindParameter[datetime] = bindparam("moment")
    known = exists().where(inside.case_id == CaseRow.id, inside.valid_from <= moment)
    back = exists().where(given.case_id == CaseRow.id, given.ended_at > moment)
    question = select(func.count()).select_from(CaseRow)
    return question.where(seen_by(actor), CaseRow.status == "to_dispatch", or_(~known, back))


def queue_rows(session: Session, rows: Sequence[CaseRow] | Sequence[Row[Any]], horizon: Horizon) -> list[QueueCase]:
    """These cases as rows of a list, the nearest deadline first."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    clocks = nearest_of(session, ids, horizon)
    channels = _channels(session, ids)
    holders = _holders(session, ids)
    repeats = _repeats(session, rows)
    people = {officer for pair in holders.values() for officer in pair}
    people |= {one for row in rows for one in (row.suggested_lead_id, row.suggested_assisting_id) if one}
    names = names_of(session, people)
    returned = sent_back(session, [row.id for row in rows if row.status == "to_dispatch"])
    supervised = supervised_until(session, ids)
    found = [
        _row(
            row,
            clocks.get(row.id),
            channels.get(row.id, Counter()),
            holders,
            names,
            repeats.get(row.employer_id or "", 1) - 1,
            returned.get(row.id),
            supervised.get(row.id),
        )
        for row in rows
    ]
    return sorted(_with_tiers(session, found, horizon), key=_by_deadline)


def _with_tiers(session: Session, found: list[QueueCase], horizon: Horizon) -> list[QueueCase]:
    """The cases at work with the lamp of their response tier; the deadline of the law stays the one they go by."""
    out = {one.id: one.clock.due_on if one.clock else None for one in found if one.status in _AT_WORK}
    lit = lamps_lit(session, out, at=horizon.at, calendar=horizon.calendar) if horizon.at else {}
    return [replace(one, tier=lit[one.id]) if one.id in lit else one for one in found]


def _by_deadline(case: QueueCase) -> tuple[bool, date, str]:
    return (case.clock is None, case.clock.due_on if case.clock else date.max, case.matter_no)


def _row(
    row: CaseRow | Row[Any],
    clock: Deadline | None,
    channels: Counter[str],
    holders: Holders,
    names: dict[str, str],
    repeat: int,
    returned: Ended | None,
    supervised: date | None,
) -> QueueCase:
    lead, assisting = row.suggested_lead_id, row.suggested_assisting_id
    if row.status != "to_dispatch":  # who had a reopened case before need not be who gets it now
        lead, assisting = holders.get(row.id, (lead, assisting))
    return QueueCase(
        id=row.id,
        matter_no=row.matter_no,
        version=row.version,
        status=row.status,
        employer_name=row.employer_name,
        site_name=row.site_name,
        nature=row.nature,
        sector=row.sector,
        district_code=row.district_code,
        worker_count=row.worker_count,
        amount_claimed_fen=row.amount_claimed_fen,
        arrears_from=row.arrears_from,
        arrears_to=row.arrears_to,
        urgent=row.urgent,
        confidential=row.confidential,
        group_incident=row.group_incident,
        needs_check=row.needs_check,
        needs_supplement=row.needs_supplement,
        repeat=repeat,
        channels=tuple(channels.most_common()),
        complaints=channels.total(),
        clock=clock,
        lead_id=lead,
        lead_name=names.get(lead or ""),
        assisting_id=assisting,
        assisting_name=names.get(assisting or ""),
        why=tuple(row.suggested_why or ()),
        sent_back=returned,
        supervised_until=supervised,
    )


_THESE: BindParameter[str] = bindparam("ids", expanding=True)
_CHANNELS_OF = (
    select(CaseMembershipRow.case_id, ComplaintRow.channel, func.count())
    .join(ComplaintRow, ComplaintRow.id == CaseMembershipRow.complaint_id)
    .where(CaseMembershipRow.case_id.in_(_THESE), CaseMembershipRow.valid_to.is_(None))
    .group_by(CaseMembershipRow.case_id, ComplaintRow.channel)
    .order_by(ComplaintRow.channel)
)
_HELD_BY = (
    select(AssignmentRow.case_id, AssignmentRow.lead_id, AssignmentRow.assisting_id)
    .where(AssignmentRow.case_id.in_(_THESE), AssignmentRow.state.in_(("sent", "signed", "ended")))
    .order_by(AssignmentRow.dispatched_at)  # the last one who had it stands
)


def _channels(session: Session, ids: Sequence[str]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for case_id, channel, count in session.execute(_CHANNELS_OF, {"ids": ids}):
        found.setdefault(case_id, Counter())[channel] = count
    return found


def _holders(session: Session, ids: Sequence[str]) -> Holders:
    rows = session.execute(_HELD_BY, {"ids": ids})
    return {case_id: (lead, assisting) for case_id, lead, assisting in rows}


def _of_one_house() -> Select[tuple[str, int]]:
    """By employer, the cases of all employers that are one with it."""
    own, kin = aliased(EmployerRow), aliased(EmployerRow)
    stays = func.coalesce(own.merged_into, own.id)
    return (
        select(own.id, func.count())
        .join(kin, or_(kin.id == stays, kin.merged_into == stays))
        .join(CaseRow, (CaseRow.employer_id == kin.id) & NOT_MERGED)
        .where(own.id.in_(_THESE))
        .group_by(own.id)
    )


_CASES_OF = _of_one_house()


def _repeats(session: Session, rows: Sequence[CaseRow] | Sequence[Row[Any]]) -> dict[str, int]:
    employers = {row.employer_id for row in rows if row.employer_id}
    return dict(session.execute(_CASES_OF, {"ids": list(employers)}).tuples().all()) if employers else {}
