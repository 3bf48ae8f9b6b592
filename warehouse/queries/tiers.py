"""Response tiers of cases: the tier that was in force when each was dispatched, and the lamps that are lit now."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import Calendar
from casework.errors import BadInput
from casework.lifecycle import ENDED, LegalStatus, Life
from casework.people import Actor, Role
from casework.settings_of_tiers import TIERS
from casework.stopwatch import OfficeHours
from casework.tiers import (
    Handed,
    Lamp,
    Part,
    Terms,
    Tier,
    UnitKind,
    Until,
    beside_the_law,
    lamps,
    nearest_lamp,
    read_tiers,
    unit_kind,
)
from warehouse.engine import once
from warehouse.many import some_at_a_time
from warehouse.models import AssignmentRow, CaseRow, LifeMoveRow, RoleGrantRow, SettingChangeRow
from warehouse.queries.sight import in_territory
from warehouse.store.settings import setting, whole

PARTS: tuple[Part, ...] = ("first", "answer")
_STATES = ("kept", "missed", "running")
_HAD = ("sent", "signed", "ended")
_LAW = frozenset({LegalStatus.FILED.value, LegalStatus.DECLINED.value})
_WORK = frozenset(map(str, ENDED))


@dataclass(frozen=True, slots=True)
class TierBook:
    """The tiers as the office set them, by when. What was dispatched under one is held to that one."""

    since: tuple[datetime, ...]
    tiers: tuple[Mapping[UnitKind, Tier], ...]

    def of(self, unit: UnitKind, at: datetime) -> Tier | None:
        """The tier of a kind of unit at a moment."""
        place = bisect_right(self.since, at)
        return self.tiers[place - 1].get(unit) if place else None


def tier_book(session: Session) -> TierBook:
    """Every set of tiers there was; a session that only looks reads it once. Empty where the office never set any."""
    return once(session, "tiers", lambda: _book(session))


def _book(session: Session) -> TierBook:
    row = SettingChangeRow
    question = select(row.at, row.now).where(row.name == TIERS).order_by(row.at, row.id)
    changes = session.execute(question).tuples().all()
    return TierBook(tuple(at for at, _ in changes), tuple(read_tiers(now) for _, now in changes))


def tier_terms(session: Session, calendar: Calendar) -> Terms:
    """By what tiers are counted now."""
    written = setting(session, "stopwatch.office_hours")
    if not isinstance(written, list):
        raise BadInput("The setting stopwatch.office_hours must be a list of spans.")
    hours = OfficeHours.read([str(one) for one in written])
    return Terms(hours, calendar, whole(session, "response.soon.hours"), whole(session, "response.soon.days"))


def lamps_of(
    session: Session, case_ids: Collection[str], *, at: datetime, calendar: Calendar
) -> dict[str, tuple[Lamp, ...]]:
    """Each part of the tier that holds for each of these cases, kept or not; cases without a tier are not named.

    A case belongs to the kind of unit in whose place its lead is inspector. Where tiers are off, nothing is asked.
    """
    if not setting(session, TIERS):
        return {}
    book = tier_book(session)
    terms, found = tier_terms(session, calendar), dict[str, tuple[Lamp, ...]]()
    for some in some_at_a_time(case_ids):
        given = _given(session, some)
        asked = {case_id: tier for case_id, (row, unit) in given.items() if (tier := book.of(unit, row.dispatched_at))}
        answers = _answers(session, {case_id: tier.until for case_id, tier in asked.items()})
        for case_id, tier in asked.items():
            row = given[case_id][0]
            answered = answers.get(case_id)
            handed = Handed(row.dispatched_at, row.signed_at, max(answered, row.dispatched_at) if answered else None)
            found[case_id] = lamps(tier, handed, terms, now=at)
    return found


def lamps_lit(
    session: Session, legal: Mapping[str, date | None], *, at: datetime, calendar: Calendar
) -> dict[str, Lamp]:
    """The one lamp of each case that is lit beside the nearest deadline of the law, whose day is given by the case."""
    found = lamps_of(session, list(legal), at=at, calendar=calendar)
    lit = {case_id: nearest_lamp(beside_the_law(some, legal[case_id])) for case_id, some in found.items()}
    return {case_id: lamp for case_id, lamp in lit.items() if lamp is not None}


@dataclass(frozen=True, slots=True)
class Kept:
    """One part of the tier of one kind of unit over a span: how many cases kept it, missed it, or still have time."""

    unit: UnitKind
    part: Part
    kept: int
    missed: int
    running: int

    @property
    def share(self) -> float | None:
        """Percent kept of what is decided; None where nothing is yet."""
        decided = self.kept + self.missed
        return 100 * self.kept / decided if decided else None


def kept_tiers(
    session: Session, actor: Actor, begins: datetime, ends: datetime, *, at: datetime, calendar: Calendar
) -> list[Kept]:
    """What became of the tiers of the cases dispatched in this time, as it stands now, in one's own places."""
    if not setting(session, TIERS):
        return []
    row = AssignmentRow
    ids = session.scalars(
        select(row.case_id)
        .join(CaseRow, CaseRow.id == row.case_id)
        .where(row.dispatched_at >= begins, row.dispatched_at < ends, row.state.in_(_HAD))
        .where(in_territory(actor, CaseRow.district_code))
        .distinct()
    ).all()
    counted: Counter[tuple[UnitKind, Part, str]] = Counter()
    for found in lamps_of(session, ids, at=at, calendar=calendar).values():
        for lamp in found:
            if begins <= lamp.started_at < ends:
                state = "running" if lamp.state in ("fine", "soon") else "kept" if lamp.state == "kept" else "missed"
                counted[lamp.tier.unit, lamp.part, state] += 1
    parts = [(unit, part) for unit in UnitKind for part in PARTS if any(counted[unit, part, one] for one in _STATES)]
    return [Kept(unit, part, *(counted[unit, part, one] for one in _STATES)) for unit, part in parts]


def _given(session: Session, case_ids: Collection[str]) -> dict[str, tuple[AssignmentRow, UnitKind]]:
    """Who has each case, or had it last, and of which kind of unit they were when it came to them."""
    row = AssignmentRow
    rows = session.execute(
        select(row, CaseRow.district_code)
        .join(CaseRow, CaseRow.id == row.case_id)
        .where(row.case_id.in_(case_ids), row.state.in_(_HAD))
        .order_by(row.dispatched_at, row.id)
    ).tuples()
    last = {given.case_id: (given, place or "") for given, place in rows}
    leads = {given.lead_id for given, _ in last.values()}
    grants = select(RoleGrantRow).where(RoleGrantRow.account_id.in_(leads), RoleGrantRow.role == Role.INSPECTOR)
    held: dict[str, list[RoleGrantRow]] = {}
    for grant in session.scalars(grants):
        held.setdefault(grant.account_id, []).append(grant)
    return {
        case_id: (given, unit_kind(_place(held.get(given.lead_id, []), place, given.dispatched_at)))
        for case_id, (given, place) in last.items()
    }


def _place(grants: list[RoleGrantRow], place: str, at: datetime) -> str:
    """Where somebody was inspector then: the narrowest of their places that holds the case's, or their widest."""
    then = [one.territory for one in grants if one.granted_at <= at and (one.ended_at is None or one.ended_at > at)]
    around = [one for one in then if place.startswith(one)]
    return max(around, key=len) if around else min(then, key=len, default="")


def _answers(session: Session, until: Mapping[str, Until]) -> dict[str, datetime]:
    """When each case was first answered, as its tier means it: filed (or declined), or concluded.

    A case that ended was answered, whether it was filed or not.
    """
    row, found = LifeMoveRow, dict[str, datetime]()
    question = (
        select(row.case_id, row.life, row.became, row.at)
        .where(row.case_id.in_(until), row.became.in_(_LAW | _WORK))
        .order_by(row.at)
    )
    for case_id, life, became, at in session.execute(question).tuples():
        counts = life == Life.WORK and became in _WORK
        counts = counts or (life == Life.LAW and became in _LAW and until[case_id or ""] == "filed")
        if counts:
            found.setdefault(case_id or "", at)
    return found
