"""The morning's queue (案件池): cases by their nearest deadline, and the number cards above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
from casework.people import Actor
from casework.tiers import Lamp
from warehouse.models import (
    AssignmentRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    EmployerRow,
    PullCertificateRow,
    SupervisionRow,
)
from warehouse.queries.deadlines import Deadline, Horizon, cases_with, deadlines_of, nearest
from warehouse.queries.endings import Ended, sent_back
from warehouse.queries.officers import names_of
from warehouse.queries.sight import seen_by
from warehouse.queries.tiers import lamps_lit
from warehouse.queries.waited_for import supervised_until
from warehouse.store.one_employer import root, roots_of

TABS = ("to_dispatch", "dispatched", "in_progress", "due_soon", "overdue", "supervised", "concluded")
LONGEST, LAST_CONCLUDED = 500, 100
"""The most rows one list shows; and how many of those concluded, the last ones first."""
COUNTED = 10_000
"""So many concluded cases are counted on their card: to count all of a great office's year would slow every look."""
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


@dataclass(frozen=True, slots=True)
class Intake:
    """What this day's pulls brought."""

    ended_at: datetime | None
    filed: int


_NOT_MERGED = CaseRow.status != "merged"
_DONE = ("concluded", "closed")
_AT_WORK = ("dispatched", "in_progress")


def tab_condition(tab: str, horizon: Horizon) -> ColumnElement[bool]:
    """The cases behind one number card. A day that is missed after the decision, or the file, is missed too."""
    if tab == "due_soon":
        return _NOT_MERGED & CaseRow.id.in_(cases_with(horizon.due_soon()))
    if tab == "overdue":
        return _NOT_MERGED & CaseRow.id.in_(cases_with(horizon.overdue()))
    if tab == "supervised":
        waits = select(SupervisionRow.case_id).where(SupervisionRow.answered_on.is_(None))
        return _NOT_MERGED & CaseRow.id.in_(waits)
    if tab == "concluded":
        year = datetime(horizon.today.year, 1, 1, tzinfo=SHANGHAI)
        return CaseRow.status.in_(_DONE) & (CaseRow.changed_at >= year)
    return CaseRow.status == tab


def card_counts(session: Session, actor: Actor, horizon: Horizon) -> dict[str, int]:
    """The number on each card, of the cases this person may see; `COUNTED` + 1 concluded ones are that or more."""
    counted = []
    for tab in TABS:
        where = seen_by(actor), tab_condition(tab, horizon)
        some = select(literal(1)).select_from(CaseRow).where(*where).limit(COUNTED + 1)
        question = select(func.count()).select_from(some.subquery() if tab == "concluded" else CaseRow)
        counted.append((question if tab == "concluded" else question.where(*where)).scalar_subquery().label(tab))
    return {tab: int(count) for tab, count in session.execute(select(*counted)).one()._mapping.items()}


def queue(
    session: Session,
    actor: Actor,
    horizon: Horizon,
    *,
    tab: str,
    only: ColumnElement[bool] | None = None,
) -> list[QueueCase]:
    """The cases of one card, the nearest deadline first, or what was concluded last; `only` narrows them."""
    question = select(CaseRow).where(seen_by(actor), tab_condition(tab, horizon))
    if only is not None:
        question = question.where(only)
    if tab == "concluded":
        newest = CaseRow.changed_at.desc(), CaseRow.matter_no
        # The last of each state, which its index has in order; all of a year's would have to be sorted.
        each = (question.with_only_columns(CaseRow.id).where(CaseRow.status == one) for one in _DONE)
        last = union_all(*(select(part.order_by(*newest).limit(LAST_CONCLUDED).subquery().c.id) for part in each))
        rows = session.scalars(
            select(CaseRow).where(CaseRow.id.in_(last.subquery().select())).order_by(*newest).limit(LAST_CONCLUDED)
        ).all()
        place = {row.id: number for number, row in enumerate(rows)}
        return sorted(queue_rows(session, rows, horizon), key=lambda case: place[case.id])
    rows = session.scalars(question.order_by(CaseRow.opened_at).limit(LONGEST)).all()
    return queue_rows(session, rows, horizon)


def longest(tab: str) -> int:
    """How many rows the list of a card shows at most."""
    return LAST_CONCLUDED if tab == "concluded" else LONGEST


def in_order(rows: Sequence[QueueCase]) -> list[QueueCase]:
    """The rows of the queue as its page groups them: possible duplicates, then what lacks something, then the ready."""
    return sorted(rows, key=lambda row: (row.ready, not row.needs_check))


def by_number(session: Session, actor: Actor, horizon: Horizon, numbers: Sequence[str]) -> list[QueueCase]:
    """The cases of these numbers that this person may know of, the nearest deadline first."""
    rows = session.scalars(select(CaseRow).where(seen_by(actor), CaseRow.matter_no.in_(numbers))).all()
    return queue_rows(session, rows, horizon)


def come_since(session: Session, actor: Actor, moment: datetime) -> int:
    """How many cases came to the queue since a moment: new ones, and those that were sent back or recalled."""
    known = select(CaseMembershipRow.case_id).where(CaseMembershipRow.valid_from <= moment)
    back = select(AssignmentRow.case_id).where(AssignmentRow.ended_at > moment)
    fresh = or_(CaseRow.id.not_in(known), CaseRow.id.in_(back))
    question = select(func.count()).select_from(CaseRow)
    return session.scalar(question.where(seen_by(actor), CaseRow.status == "to_dispatch", fresh)) or 0


def queue_rows(session: Session, rows: Sequence[CaseRow], horizon: Horizon) -> list[QueueCase]:
    """These cases as rows of a list, the nearest deadline first."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    clocks = deadlines_of(session, ids, horizon, running=True)
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
            nearest(clocks[row.id]),
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
    row: CaseRow,
    clock: Deadline | None,
    channels: Counter[str],
    holders: Holders,
    names: dict[str, str],
    repeat: int,
    returned: Ended | None,
    supervised: date | None,
) -> QueueCase:
    lead, assisting = holders.get(row.id, (row.suggested_lead_id, row.suggested_assisting_id))
    return QueueCase(
        id=row.id,
        matter_no=row.matter_no,
        version=row.version,
        status=row.status,
        employer_name=row.employer_name,
        site_name=row.site_name,
        nature=row.nature,
        sector=row.sector,
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


def _channels(session: Session, ids: Sequence[str]) -> dict[str, Counter[str]]:
    question = (
        select(CaseMembershipRow.case_id, ComplaintRow.channel, func.count())
        .join(ComplaintRow, ComplaintRow.id == CaseMembershipRow.complaint_id)
        .where(CaseMembershipRow.case_id.in_(ids), CaseMembershipRow.valid_to.is_(None))
        .group_by(CaseMembershipRow.case_id, ComplaintRow.channel)
        .order_by(ComplaintRow.channel)
    )
    found: dict[str, Counter[str]] = {}
    for case_id, channel, count in session.execute(question):
        found.setdefault(case_id, Counter())[channel] = count
    return found


def _holders(session: Session, ids: Sequence[str]) -> Holders:
    question = select(AssignmentRow.case_id, AssignmentRow.lead_id, AssignmentRow.assisting_id).where(
        AssignmentRow.case_id.in_(ids), AssignmentRow.state.in_(("sent", "signed", "ended"))
    )
    question = question.order_by(AssignmentRow.dispatched_at)  # the last one who had it stands
    return {case_id: (lead, assisting) for case_id, lead, assisting in session.execute(question)}


def _repeats(session: Session, rows: Sequence[CaseRow]) -> dict[str, int]:
    employers = {row.employer_id for row in rows if row.employer_id}
    stays = roots_of(session, employers)
    one = set(stays.values())
    kin = select(EmployerRow.id, root()).where(or_(EmployerRow.id.in_(one), EmployerRow.merged_into.in_(one)))
    lead: dict[str, str] = dict(session.execute(kin).tuples().all())
    row, counts = CaseRow, Counter[str]()
    question = select(row.employer_id, func.count()).where(row.employer_id.in_(lead), row.status != "merged")
    for employer, count in session.execute(question.group_by(row.employer_id)):
        counts[lead[employer or ""]] += count
    return {employer: counts[stays[employer]] for employer in stays}


def intake_since(session: Session, start: datetime) -> Intake:
    """How many complaints were filed since a moment (wage feeds are none), and when the last pull ended."""
    ended = select(func.max(PullCertificateRow.ended_at)).where(PullCertificateRow.started_at >= start)
    filed = select(func.count()).select_from(ComplaintRow).where(ComplaintRow.filed_at >= start)
    return Intake(session.scalar(ended), session.scalar(filed) or 0)
