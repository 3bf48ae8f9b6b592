"""The office's own record: what became of each warning that it raised, by what people said of it and who complained.

The word of a person counts before all: confirmed or corrected is right, a false alarm is wrong. A warning that nobody
settled is right when somebody complained of its employer while it stood, or within `HORIZON` days of it; wrong when
that time is over; else open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.people import Actor
from casework.warnings.scores import HORIZON
from services.warnings.backtesting import LOOKED_BACK, WIDE, Share, sees, share_of
from services.warnings.raising import OURS
from warehouse.models import WarningRow
from warehouse.queries.later_complaints import complaint_days
from warehouse.queries.warning_sight import warnings_of
from warehouse.store.one_employer import roots_of

BECAME = ("confirmed", "corrected", "false_alarm", "complaint", "nothing", "open")
"""What becomes of a warning: said by a person, or by a complaint that came, did not come, or may still come."""
RIGHT, WRONG = frozenset({"confirmed", "corrected", "complaint"}), frozenset({"false_alarm", "nothing"})


@dataclass(frozen=True, slots=True)
class Raised:
    """One warning that was raised, and what became of it (`BECAME`)."""

    rule: str
    level: str
    rule_version: str
    raised_at: datetime
    became: str


@dataclass(frozen=True, slots=True)
class Record:
    """What became of the warnings of one rule at one level, each way counted."""

    raised: int
    became: Mapping[str, int]

    @property
    def right(self) -> int:
        """How many were right."""
        return sum(self.became[one] for one in RIGHT)

    @property
    def wrong(self) -> int:
        """How many were wrong."""
        return sum(self.became[one] for one in WRONG)

    @property
    def precision(self) -> Share | None:
        """The share of the judged that was right; None: none is judged."""
        return share_of(self.right, self.right + self.wrong)


def raised_since(session: Session, since: datetime, *, actor: Actor, at: datetime) -> list[Raised]:
    """Every warning of the daily run raised after a moment that this person may see, the oldest first.

    Whoever sees everywhere sees those of which nobody knows where they are, too.
    """
    row = WarningRow
    mine = true() if "" in actor.places(WIDE) else warnings_of(actor)
    question = (
        select(row.rule, row.level, row.rule_version, row.raised_at, row.ended_at, row.state, row.employer_id)
        .where(row.rule.in_(OURS), row.raised_at > since, row.raised_at <= at, mine)
        .order_by(row.raised_at, row.id)
    )
    rows = session.execute(question).all()
    told = complaint_days(session, sees(actor), since=local_day(since), until=local_day(at))
    roots = roots_of(session, {one.employer_id for one in rows if one.employer_id})
    today = local_day(at)
    found = []
    for one in rows:
        became = one.state
        if became not in ("confirmed", "corrected", "false_alarm"):
            days = told.get(roots.get(one.employer_id or "", ""), [])
            ended = local_day(one.ended_at) if one.ended_at else today
            became = _without_a_word(days, local_day(one.raised_at), ended, today)
        found.append(Raised(one.rule, one.level, one.rule_version, one.raised_at, became))
    return found


def _without_a_word(days: Iterable[date], first: date, last: date, today: date) -> str:
    reach = max(last, first + timedelta(days=HORIZON))
    if any(first < day <= reach for day in days):
        return "complaint"
    return "nothing" if reach < today else "open"


def records(raised: Iterable[Raised]) -> dict[tuple[str, str], Record]:
    """The record of each rule at each level."""
    counted: dict[tuple[str, str], Counter[str]] = {}
    for one in raised:
        counted.setdefault((one.rule, one.level), Counter())[one.became] += 1
    return {key: Record(sum(found.values()), {one: found[one] for one in BECAME}) for key, found in counted.items()}


def own_record(session: Session, *, actor: Actor, at: datetime) -> dict[tuple[str, str], Record]:
    """The record of the last year, as far as this person sees it."""
    return records(raised_since(session, at - LOOKED_BACK, actor=actor, at=at))
