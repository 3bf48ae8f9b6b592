"""The queue narrowed by what an officer looks for: channel, street, nature, three ticks. Nothing here is personal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy import case as either
from sqlalchemy.orm import Session, aliased

from casework.people import Actor
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, EmployerRow
from warehouse.queries.cards import tab_condition
from warehouse.queries.deadlines import Horizon
from warehouse.queries.queue import QueueCase
from warehouse.queries.sight import seen_by

CHOICES = ("channel", "street", "nature")
TICKS = ("construction", "many", "repeat")
MANY = 10
"""From how many people a case counts as one of many."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of the list is asked for. All empty is the whole list."""

    channel: str | None = None
    street: str | None = None
    nature: str | None = None
    ticks: tuple[str, ...] = ()

    @classmethod
    def read(cls, asked: Mapping[str, str], ticks: list[str]) -> Narrowed:
        """From the words of an address; what is not one of ours is left out."""
        said = {name: asked[name][:40] for name in CHOICES if asked.get(name)}
        return cls(**said, ticks=tuple(one for one in TICKS if one in ticks))

    def __bool__(self) -> bool:
        return self != Narrowed()

    def pairs(self) -> list[tuple[str, str]]:
        """As the pairs of an address."""
        named = [(name, getattr(self, name)) for name in CHOICES]
        return [(name, value) for name, value in named if value] + [("tick", one) for one in self.ticks]

    def without(self, name: str, value: str) -> Narrowed:
        """The same without one choice."""
        if name == "tick":
            return replace(self, ticks=tuple(one for one in self.ticks if one != value))
        return Narrowed(
            **{one: None if one == name else getattr(self, one) for one in CHOICES},
            ticks=self.ticks,
        )

    def condition(self) -> ColumnElement[bool]:
        """The cases that fit."""
        ways: list[ColumnElement[bool]] = [true()]
        if self.channel:
            inside = select(CaseMembershipRow.case_id).join(
                ComplaintRow, ComplaintRow.id == CaseMembershipRow.complaint_id
            )
            inside = inside.where(CaseMembershipRow.valid_to.is_(None), ComplaintRow.channel == self.channel)
            ways.append(CaseRow.id.in_(inside))
        if self.street:
            ways.append(CaseRow.district_code == self.street)
        if self.nature:
            ways.append(CaseRow.nature == self.nature)
        return and_(*ways, *(_TICKED[one]() for one in self.ticks))


def _repeat() -> ColumnElement[bool]:
    own, kin, other = aliased(EmployerRow), aliased(EmployerRow), aliased(CaseRow)
    stays = func.coalesce(own.merged_into, own.id)
    one_house = own.id == CaseRow.employer_id, or_(kin.id == stays, kin.merged_into == stays)
    another = other.employer_id == kin.id, other.id != CaseRow.id, other.status != "merged"
    found = select(other.id).select_from(own).join(kin, one_house[1]).join(other, and_(*another)).where(one_house[0])
    return and_(CaseRow.status != "merged", found.correlate(CaseRow).exists())


_TICKED = {
    "construction": lambda: CaseRow.sector == "construction",
    "many": lambda: CaseRow.worker_count >= MANY,
    "repeat": _repeat,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What one may narrow a list by, each with its number of cases in the whole list."""

    channel: Mapping[str, int]
    street: Mapping[str, int]
    nature: Mapping[str, int]
    ticks: Mapping[str, int]


def offered_in(rows: Sequence[QueueCase]) -> Offer:
    """The choices of a list that is here whole."""
    heard = Counter(channel for row in rows for channel, _ in row.channels)
    streets = Counter(row.district_code for row in rows if row.district_code)
    natures = Counter(row.nature for row in rows)
    ticks = Counter(
        construction=sum(row.sector == "construction" for row in rows),
        many=sum((row.worker_count or 0) >= MANY for row in rows),
        repeat=sum(row.repeat > 0 for row in rows),
    )
    return Offer(dict(sorted(heard.items())), dict(sorted(streets.items())), dict(natures.most_common()), ticks)


def offered(session: Session, actor: Actor, horizon: Horizon, *, tab: str) -> Offer:
    """The choices of one list, counted over all of it, whatever is chosen now."""
    within = and_(seen_by(actor), tab_condition(tab, horizon))
    many = func.sum(either((_TICKED["many"](), 1), else_=0))
    kinds: Select[tuple[str, str | None, str, int, int]] = (
        select(CaseRow.nature, CaseRow.district_code, CaseRow.sector, func.count(), many)
        .where(within)
        .group_by(CaseRow.nature, CaseRow.district_code, CaseRow.sector)
    )
    natures: Counter[str] = Counter()
    streets: Counter[str] = Counter()
    ticks: Counter[str] = Counter()
    for nature, street, sector, count, of_many in session.execute(kinds):
        natures[nature] += count
        streets[street or ""] += count
        ticks["construction"] += count if sector == "construction" else 0
        ticks["many"] += int(of_many)
    ticks["repeat"] = _repeated(session, within)
    channels = (
        select(ComplaintRow.channel, func.count(CaseMembershipRow.case_id.distinct()))
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .where(CaseMembershipRow.valid_to.is_(None), within)
        .group_by(ComplaintRow.channel)
    )
    heard = {channel: count for channel, count in session.execute(channels)}  # noqa: C416 - rows are no pairs to mypy
    streets.pop("", None)
    return Offer(dict(sorted(heard.items())), dict(sorted(streets.items())), dict(natures.most_common()), ticks)


def _repeated(session: Session, within: ColumnElement[bool]) -> int:
    """As the tick `repeat` finds them, asked once an employer: who has two cases in the list has them all repeated, and
    for the others a second one is looked for anywhere."""
    stays = func.coalesce(EmployerRow.merged_into, EmployerRow.id).label("stays")
    own = (
        select(stays, func.count().label("cases"))
        .select_from(CaseRow)
        .join(EmployerRow, EmployerRow.id == CaseRow.employer_id)
        .where(within, CaseRow.status != "merged")
        .group_by(stays)
        .subquery()
    )
    other, kin = aliased(CaseRow), aliased(EmployerRow)
    of_kin = or_(kin.id == own.c.stays, kin.merged_into == own.c.stays)
    two = select(other.id).join(kin, kin.id == other.employer_id).where(of_kin, other.status != "merged").correlate(own)
    more = select(func.count()).select_from(two.limit(2).subquery()).scalar_subquery()
    found = session.scalar(select(func.sum(own.c.cases)).where(or_(own.c.cases > 1, more > 1)))
    return int(found or 0)
