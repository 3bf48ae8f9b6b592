"""Which cases and complaints can count in some spans at all, found by the days that are indexed.

Each is wider than the figures it serves, never narrower: the figure's own condition decides. Without it every figure
would be asked of every case there ever was. A state that most rows share is no way to find the few of a month: where
an index begins with it, it is left out here, so that the day is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all

from casework.lifecycle import ENDED, OPEN
from warehouse.models import (
    AssignmentRow,
    CaseRow,
    ClockEventRow,
    ClockRow,
    ComplaintRow,
    CrimeTransferRow,
    DocumentRow,
    JointListingRow,
    LifeMoveRow,
    MoneyQuestionRow,
    OutcomeRow,
    PaymentRow,
    PublicationRow,
    ReferralRow,
    SatisfactionRow,
    VisitRow,
    WarningActRow,
    WarningRow,
)
from warehouse.statistics.counted_once import Once
from warehouse.statistics.grounds import Window
from warehouse.statistics.of_money import home
from warehouse.store.handling import where_it_lies

Spans = Sequence[Window]
_Question = Select[Any]


def _in(spans: Spans, column: Any) -> ColumnElement[bool]:
    return or_(*(span.holds(column) for span in spans))


def _on(spans: Spans, column: Any) -> ColumnElement[bool]:
    return or_(*(span.holds_day(column) for span in spans))


def _cases(*questions: _Question) -> ColumnElement[bool]:
    return CaseRow.id.in_(union_all(*questions) if len(questions) > 1 else questions[0])


def heard(spans: Spans, seen: Mapping[Window, date]) -> ColumnElement[bool]:
    """Complaints received in a span, or with a deadline (`due`)."""
    received = select(ComplaintRow.id).where(_in(spans, ComplaintRow.received_at))
    return ComplaintRow.id.in_(union_all(received, *due(seen, ClockRow.complaint_id)))


def declined(spans: Spans) -> ColumnElement[bool]:
    """Complaints declined in a span, taken back or not."""
    row = LifeMoveRow
    steps = select(row.complaint_id).where(_in(spans, row.at), row.became == "declined", row.complaint_id.is_not(None))
    return ComplaintRow.id.in_(steps)


def warned(spans: Spans) -> ColumnElement[bool]:
    """Warnings raised in a span, or open at its start or end: settled since its start, or not at all."""
    row, first = WarningRow, min(span.start for span in spans)
    unsettled = select(row.id).where(row.state == "open")
    since = select(row.id).where(row.settled_at >= first)
    return row.id.in_(union_all(select(row.id).where(_in(spans, row.raised_at)), unsettled, since))


def to_visit(spans: Spans) -> ColumnElement[bool]:
    """Warnings on which a visit was proposed before the last span was over: what people did, so these are few."""
    act, last = WarningActRow, max(span.end for span in spans)
    return WarningRow.id.in_(select(act.warning_id).where(act.kind == "to_visit", act.at < last))


def called_back(spans: Spans) -> ColumnElement[bool]:
    """Complaints whose complainant was asked in a span."""
    return ComplaintRow.id.in_(select(SatisfactionRow.complaint_id).where(_in(spans, SatisfactionRow.asked_at)))


def asked_about_money(spans: Spans) -> ColumnElement[bool]:
    """Complaints whose teller was asked in a span whether the money came."""
    return ComplaintRow.id.in_(select(MoneyQuestionRow.complaint_id).where(_in(spans, MoneyQuestionRow.asked_at)))


def worked_on(
    spans: Spans, seen: Mapping[Window, date], once: Once, waited: Sequence[_Question]
) -> ColumnElement[bool]:
    """Cases opened, sent, filed, concluded, closed, decided or paid in a span, with a deadline (`due`), or that waited.

    Most cases do several of these in one span: what the ground says of a case is looked up once for all.
    """
    sent = select(AssignmentRow.case_id).where(_in(spans, AssignmentRow.dispatched_at))
    closed = select(AssignmentRow.case_id).where(_in(spans, AssignmentRow.ended_at))
    filed = select(ClockRow.case_id).where(ClockRow.kind == "investigate", _on(spans, ClockRow.started_on))
    decided = select(OutcomeRow.case_id).where(_in(spans, OutcomeRow.decided_at))
    paid = select(home(once)).where(_on(spans, PaymentRow.paid_on))
    came, went = (select(CaseRow.id).where(one) for one in (opened(spans), ended(spans)))
    return _cases(came, sent, closed, filed, went, decided, paid, *due(seen, ClockRow.case_id), *waited)


def opened(spans: Spans) -> ColumnElement[bool]:
    """Cases whose oldest complaint was heard in a span."""
    return _in(spans, CaseRow.opened_at)


def ended(spans: Spans) -> ColumnElement[bool]:
    """Cases that came to their end in a span."""
    return _in(spans, CaseRow.ended_at)


def waiting(since: datetime) -> ColumnElement[bool]:
    """Cases that may have waited at some moment since then: without an end now, or come to it later."""
    return _cases(*(select(CaseRow.id).where(one) for one in waiting_parts(since)))


def waiting_parts(since: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The same in two parts, none of them in both: each is found by an index that says all that is asked of it."""
    row = CaseRow
    return and_(row.ended_at.is_(None), row.status.in_(OPEN | ENDED)), row.ended_at >= since


def visited(spans: Spans) -> ColumnElement[bool]:
    """Cases visited in a span."""
    return _cases(select(VisitRow.case_id).where(_in(spans, VisitRow.visited_at)))


def issued(spans: Spans) -> ColumnElement[bool]:
    """Cases in which a paper of a span lies."""
    return _cases(select(where_it_lies()).where(_on(spans, DocumentRow.issued_on)))


def referred(spans: Spans) -> ColumnElement[bool]:
    """Cases handed to another body in a span."""
    return _cases(select(ReferralRow.case_id).where(_on(spans, ReferralRow.referred_on)))


def announced(spans: Spans) -> ColumnElement[bool]:
    """Cases in which a paper lies that was served in a span."""
    return _cases(select(where_it_lies()).where(_on(spans, DocumentRow.served_on)))


def handed_over(spans: Spans) -> ColumnElement[bool]:
    """Cases handed to the police, or answered by them, in a span."""
    row = CrimeTransferRow
    handed = select(row.case_id).where(_in(spans, row.handed_at))
    return _cases(handed, select(row.case_id).where(_on(spans, row.police_answered_on)))


def listed(spans: Spans) -> ColumnElement[bool]:
    """Cases of an employer whose listing, or taking off the list, was decided in a span."""
    row = JointListingRow
    decided = select(row.case_id).where(_on(spans, row.decided_on))
    return _cases(decided, select(row.case_id).where(_on(spans, row.removal_decided_on)))


def published(spans: Spans) -> ColumnElement[bool]:
    """Cases of which a grave breach was published in a span, withdrawn since or not."""
    return _cases(select(PublicationRow.case_id).where(_on(spans, PublicationRow.published_on)))


def due(seen: Mapping[Window, date], owner: Any) -> list[_Question]:
    """Owners of deadlines that were met or extended in a span, or were overdue on the day its overdue are seen on.

    What was overdue on a day of the past and is met now was met late: an index holds these alone, for most were not.
    """
    row, event, spans = ClockRow, ClockEventRow, list(seen)
    extended = select(event.clock_id).where(event.kind == "extended", _in(spans, event.at))
    days = sorted(set(seen.values()))
    late = or_(*(and_(row.met_on >= day, row.due_on < day) for day in days))
    return [
        select(owner).where(condition)
        for condition in (
            _on(spans, row.met_on),
            and_(row.met_on > row.due_on, row.met_on >= days[0], late),
            and_(row.state == "running", row.due_on < max(seen.values())),
            row.id.in_(extended),
        )
    ]
