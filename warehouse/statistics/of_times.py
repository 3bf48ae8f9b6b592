"""The stopwatch (用时): minutes worked until the queue is empty, and hours from intake to dispatch. Reads only.

Of people nothing is told but medians over the office's mornings, and these only where there are enough mornings and
officers: no figure is of one person, and none is broken down by inspector (decision 25).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.calendar import Calendar, local_day
from casework.medians import Change, Median, median_of, sooner
from casework.record import Json, RecordKind
from casework.stopwatch import LEAST_OFFICERS, LOGIN, QUEUE_ACTS, Act, OfficeHours, active
from warehouse.models import (
    AssignmentRow,
    AuditRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    LandedRow,
    QueueEmptiedRow,
    TimeBaselineRow,
)
from warehouse.queries.hiding import hide
from warehouse.statistics.definitions_of_times import BASELINES, MEDIANS
from warehouse.statistics.grounds import Window, within


@dataclass(frozen=True, slots=True)
class Terms:
    """By which rules it is measured: the settings of the office, and its calendar."""

    pause: timedelta
    least_mornings: int
    least_officers: int
    hours: OfficeHours
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a change is held up to: which record, its times (median in seconds), when and in which role it was timed."""

    id: str
    times: Median
    timed_on: date
    timed_by: str


@dataclass(frozen=True, slots=True)
class Times:
    """The stopwatch of one span. Medians are in seconds; a measure that is not there was not measured.

    `withheld`: there were mornings, and too few of them or of officers. `changes` and `baselines` by `BASELINES`.
    """

    medians: Mapping[str, Median]
    withheld: bool
    dispatches: int
    complaints: int
    baselines: Mapping[str, Baseline]
    changes: Mapping[str, Change]

    @property
    def merge_gain(self) -> float | None:
        """How many complaints more than dispatches there were, in percent."""
        return 100 * (self.complaints / self.dispatches - 1) if self.dispatches else None

    def to_json(self) -> dict[str, Json]:
        """As it is kept with a locked month."""
        return {
            "medians": {name: one.to_json() for name, one in self.medians.items()},
            "withheld": self.withheld,
            "dispatches": self.dispatches,
            "complaints": self.complaints,
            "baselines": {
                name: {"id": one.id, "times": one.times.to_json(), "on": one.timed_on.isoformat(), "by": one.timed_by}
                for name, one in self.baselines.items()
            },
            "changes": {name: [one.percent, one.low, one.high] for name, one in self.changes.items()},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Times:
        """What `to_json` wrote."""
        return cls(
            {name: Median.from_json(one) for name, one in kept["medians"].items()},
            kept["withheld"],
            kept["dispatches"],
            kept["complaints"],
            {
                name: Baseline(one["id"], Median.from_json(one["times"]), date.fromisoformat(one["on"]), one["by"])
                for name, one in kept["baselines"].items()
            },
            {name: Change(*one) for name, one in kept["changes"].items()},
        )


def times_of(session: Session, span: Window, *, territories: Sequence[str], terms: Terms) -> Times:
    """Measure a span over these territories, in a fixed number of statements."""
    sent = list(session.execute(_sent(span, territories)))
    waits = [(row.sent_at - row.arrived_at).total_seconds() for row in sent]
    found: dict[str, Sequence[float]] = {
        "hours_to_dispatch": waits,
        "working_hours_to_dispatch": [terms.hours.seconds(row.arrived_at, row.sent_at, terms.calendar) for row in sent],
    }
    mornings = list(_mornings(session, span, territories, terms))
    officers = {one.officer for one in mornings}
    enough = len(mornings) >= terms.least_mornings and len(officers) >= max(terms.least_officers, LEAST_OFFICERS)
    if enough:
        found["minutes_to_empty"] = [one.seconds for one in mornings]
        found["minutes_per_case"] = [one.seconds / one.cases for one in mornings]
        found["minutes_per_complaint"] = [one.seconds / one.complaints for one in mornings]
    medians = {name: middle for name in MEDIANS if (middle := median_of(found.get(name, ())))}
    known = {row.measure: row for row in baselines(session, territories)}
    changes = {name: sooner(row.seconds, found.get(name, ())) for name, row in known.items()}
    return Times(
        medians,
        bool(mornings) and not enough,
        len(sent),
        sum(row.complaints for row in sent),
        {name: _baseline(row) for name, row in known.items()},
        {name: one for name, one in changes.items() if one is not None},
    )


def baselines(session: Session, territories: Sequence[str]) -> list[TimeBaselineRow]:
    """What was timed by hand and holds: of each measure the newest record over these territories, in their order."""
    row = TimeBaselineRow
    question = select(row).where(row.dropped_at.is_(None)).order_by(row.at, row.id)
    if "" not in territories:
        question = question.where(row.territory.in_(territories))
    newest = {one.measure: one for one in session.scalars(question)}
    return [newest[name] for name in BASELINES if name in newest]


@dataclass(frozen=True, slots=True)
class Timed:
    """What was timed by hand before: what, of how many complaints, until when, in which role, and how."""

    id: str
    measure: str
    count: int
    timed_on: date
    timed_by: str
    how: str


def timed(session: Session, territories: Sequence[str]) -> list[Timed]:
    """As `baselines`, to be shown: what somebody wrote of how it was timed is without numbers of people."""
    return [
        Timed(one.id, one.measure, len(one.seconds), one.timed_on, one.timed_by, hide(one.how) or "")
        for one in baselines(session, territories)
    ]


def _baseline(row: TimeBaselineRow) -> Baseline:
    middle = median_of(row.seconds)
    assert middle is not None, "a baseline holds at least one time"
    return Baseline(row.id, middle, row.timed_on, row.timed_by)


def _sent(span: Window, territories: Sequence[str]) -> Select[Any]:
    """派发历时: the cases first dispatched in the span, when, when their first complaint arrived, and how many.

    Base: cases. Date: the first dispatch that was not recalled. Arrival: when the first version of the record landed
    here, whether it could be read or not; of what was written down at the window, when it was filed. Left out: cases
    merged into another, and complaints that joined after the dispatch.
    """
    row, earlier, held = AssignmentRow, aliased(AssignmentRow), CaseMembershipRow
    before = select(earlier.id).where(
        earlier.case_id == row.case_id, earlier.state != "recalled", earlier.dispatched_at < span.start
    )
    first = (
        select(row.case_id, func.min(row.dispatched_at).label("sent_at"))
        .join(CaseRow, CaseRow.id == row.case_id)
        .where(row.state != "recalled", span.holds(row.dispatched_at), ~before.exists())
        .where(CaseRow.status != "merged", within(CaseRow.district_code, territories))
        .group_by(row.case_id)
        .subquery("first_sent")
    )
    inside = and_(held.case_id == first.c.case_id, held.valid_from <= first.c.sent_at)
    landed = and_(
        LandedRow.channel == ComplaintRow.channel,
        LandedRow.kind == RecordKind.COMPLAINT.value,
        LandedRow.source_key == ComplaintRow.source_key,
        LandedRow.version == 1,
    )
    arrived = func.min(func.coalesce(LandedRow.landed_at, ComplaintRow.filed_at)).label("arrived_at")
    return (
        select(first.c.case_id, first.c.sent_at, arrived, func.count(ComplaintRow.id).label("complaints"))
        .join(held, and_(inside, or_(held.valid_to.is_(None), held.valid_to > first.c.sent_at)))
        .join(ComplaintRow, ComplaintRow.id == held.complaint_id)
        .outerjoin(LandedRow, landed)
        .group_by(first.c.case_id, first.c.sent_at)
    )


@dataclass(frozen=True, slots=True)
class _Morning:
    """One officer's work from the first login of a day until the queue was first empty. It stays in this file."""

    officer: str
    seconds: float
    cases: int
    complaints: int


def _mornings(session: Session, span: Window, territories: Sequence[str], terms: Terms) -> Iterator[_Morning]:
    """Base: an officer's days on which an act of theirs left the queue empty.

    Left out: a day without a login of its own, one that sent nothing, and one that sent a case from elsewhere.
    """
    ends: dict[tuple[str, date], datetime] = {}
    emptied = select(QueueEmptiedRow.by, QueueEmptiedRow.at).where(span.holds(QueueEmptiedRow.at))
    for officer, at in session.execute(emptied.order_by(QueueEmptiedRow.at, QueueEmptiedRow.id)):
        ends.setdefault((officer, local_day(at)), at)
    if not ends:
        return
    officers = {officer for officer, _ in ends}
    begins, acts = _acts(session, span, officers)
    sent = _sent_by(session, span, officers)
    for (officer, day), end in ends.items():
        begin = begins.get((officer, day))
        if begin is None or begin > end:
            continue
        own = [one for one in sent[officer, day] if begin <= one[0] <= end]
        if not own or not all(_inside(place, territories) for _, place, _ in own):
            continue
        worked = active(acts[officer, day], begins=begin, ends=end, pause=terms.pause)
        yield _Morning(officer, worked.total_seconds(), len(own), sum(complaints for _, _, complaints in own))


Days = Mapping[tuple[str, date], Any]


def _acts(session: Session, span: Window, officers: Collection[str]) -> tuple[Days, Days]:
    """By officer and day the first login, and every act."""
    row = AuditRow
    begins: dict[tuple[str, date], datetime] = {}
    acts: dict[tuple[str, date], list[Act]] = defaultdict(list)
    question = select(row.by, row.at, row.act, row.success).where(row.by.in_(officers), span.holds(row.at))
    for officer, at, act, success in session.execute(question.order_by(row.seq)):
        day = officer, local_day(at)
        acts[day].append(Act(at, act in QUEUE_ACTS))
        if act == LOGIN and success:
            begins[day] = min(begins.get(day, at), at)
    return begins, acts


def _sent_by(session: Session, span: Window, officers: Collection[str]) -> Days:
    """By officer and day what they sent: when, from where, and of how many complaints it was then."""
    row, held = AssignmentRow, CaseMembershipRow
    count = select(func.count(held.id)).where(
        held.case_id == row.case_id,
        held.valid_from <= row.dispatched_at,
        or_(held.valid_to.is_(None), held.valid_to > row.dispatched_at),
    )
    question = (
        select(row.dispatched_by, row.dispatched_at, CaseRow.district_code, count.correlate(row).scalar_subquery())
        .join(CaseRow, CaseRow.id == row.case_id)
        .where(row.dispatched_by.in_(officers), row.state != "recalled", span.holds(row.dispatched_at))
    )
    found: dict[tuple[str, date], list[tuple[datetime, str | None, int]]] = defaultdict(list)
    for officer, at, place, complaints in session.execute(question):
        found[officer, local_day(at)].append((at, place, complaints))
    return found


def _inside(place: str | None, territories: Sequence[str]) -> bool:
    return not place or any(place.startswith(own) for own in territories)
