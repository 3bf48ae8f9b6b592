"""An officer's own work (我的案件): to sign for, in progress, to correct, to approve."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from casework.lifecycle import OPEN
from casework.people import Actor, Role
from warehouse.models import CaseRow, OutcomeRow
from warehouse.queries.case import Money
from warehouse.queries.deadlines import BINDS, Horizon, cases_with
from warehouse.queries.history import Handling
from warehouse.queries.progress import progress_of
from warehouse.queries.queue import QueueCase, queue_rows
from warehouse.queries.reviews import unreviewed_cases
from warehouse.queries.sight import OFFICERS, held_by, in_territory

_HEAD = frozenset({Role.HEAD})


@dataclass(frozen=True, slots=True)
class Mine:
    """The lists of one officer's page, each case in one of them. `after`: decided, and a deadline still runs.

    `due_soon`: a deadline is near or missed; `to_check`: the day of an order to correct has come, so that it is looked
    at whether it was obeyed. `unreviewed`: which of those to approve still wait for the legal review. `progress`: what
    the next step of each case in hand depends on, by the case's id.
    """

    to_sign: tuple[QueueCase, ...]
    due_soon: tuple[QueueCase, ...]
    to_check: tuple[QueueCase, ...]
    in_progress: tuple[QueueCase, ...]
    to_approve: tuple[QueueCase, ...]
    after: tuple[QueueCase, ...]
    done: tuple[QueueCase, ...]
    unreviewed: frozenset[str] = frozenset()
    progress: Mapping[str, tuple[CaseRow, Handling, Money]] = field(default_factory=dict)

    @property
    def waits(self) -> int:
        """How many cases are not done."""
        return sum(
            map(len, (self.to_sign, self.due_soon, self.to_check, self.in_progress, self.to_approve, self.after))
        )


def mine(session: Session, actor: Actor, horizon: Horizon) -> Mine:
    """What this officer has to do, by deadline, and the last five cases that are done."""
    held = list(session.scalars(_in_hand(actor)))
    after = list(session.scalars(_after(actor)))
    done = _last_done(session, actor, {row.id for row in after}) if Role.INSPECTOR in actor.roles else []
    waiting = list(session.scalars(_to_approve(actor))) if Role.HEAD in actor.roles else []
    working = [row for row in held if row.status == "in_progress"]
    progress = progress_of(session, held)
    check = {row.id for row in working if _order_is_due(progress[row.id][0], horizon)}
    every = {row.id: row for row in (*held, *waiting, *after, *done)}
    shown = queue_rows(session, list(every.values()), horizon)

    def of(rows: Iterable[CaseRow]) -> tuple[QueueCase, ...]:
        ids = {row.id for row in rows}
        return tuple(row for row in shown if row.id in ids)

    rows = of(working)
    near = {row.id for row in rows if row.clock is not None and row.clock.colour in ("soon", "over")} - check
    return Mine(
        to_sign=of(row for row in held if row.status == "dispatched"),
        due_soon=tuple(row for row in rows if row.id in near),
        to_check=tuple(row for row in rows if row.id in check),
        in_progress=tuple(row for row in rows if row.id not in near | check),
        to_approve=of(waiting),
        after=of(after),
        done=of(done),
        unreviewed=unreviewed_cases(session, [row.id for row in waiting]),
        progress={row.id: (row, *progress[row.id]) for row in held},
    )


@lru_cache(maxsize=OFFICERS)
def _in_hand(actor: Actor) -> Select[tuple[CaseRow]]:
    return select(CaseRow).where(held_by(actor), CaseRow.status.in_(("dispatched", "in_progress")))


@lru_cache(maxsize=OFFICERS)
def _after(actor: Actor) -> Select[tuple[CaseRow]]:
    """Asked by the clocks that run, which are few: the cases that ended are those of all years."""
    runs = CaseRow.id.in_(cases_with(BINDS)), CaseRow.status.not_in((*OPEN, "merged"))
    return select(CaseRow).where(held_by(actor), *runs)


@lru_cache(maxsize=OFFICERS)
def _to_approve(actor: Actor) -> Select[tuple[CaseRow]]:
    submitted = select(OutcomeRow.case_id).where(OutcomeRow.state == "submitted")
    return select(CaseRow).where(CaseRow.id.in_(submitted), in_territory(actor, CaseRow.district_code, _HEAD))


@lru_cache(maxsize=OFFICERS)
def _last_of(actor: Actor, limit: int) -> Select[tuple[CaseRow]]:
    in_state = CaseRow.status == bindparam("status"), CaseRow.id.not_in(bindparam("known", expanding=True))
    own = select(CaseRow).where(held_by(actor), *in_state)
    return own.order_by(CaseRow.changed_at.desc()).limit(limit)


def _last_done(session: Session, actor: Actor, known: Collection[str], *, limit: int = 5) -> list[CaseRow]:
    """The cases of this officer that ended last. Asked for each state apart, so that an index leads to the newest."""
    found: list[CaseRow] = []
    for status in ("concluded", "closed"):
        found += session.scalars(_last_of(actor, limit), {"status": status, "known": list(known)})
    return sorted(found, key=lambda row: row.changed_at, reverse=True)[:limit]


def _order_is_due(done: Handling, horizon: Horizon) -> bool:
    """Whether the day of an order that was not found obeyed yet has come."""
    return any(one.corrected_on is None and one.due_on <= horizon.today for one in done.orders)


def counting_to_sign(actor: Actor) -> Select[tuple[int]]:
    """The question how many cases this officer has to sign for."""
    return select(func.count()).select_from(CaseRow).where(held_by(actor), CaseRow.status == "dispatched")


def counting_to_approve(actor: Actor) -> Select[tuple[int]]:
    """The question how many outcomes wait for this head's decision; none for whoever is no head."""
    question = select(func.count(OutcomeRow.id.distinct())).join(CaseRow, CaseRow.id == OutcomeRow.case_id)
    return question.where(OutcomeRow.state == "submitted", in_territory(actor, CaseRow.district_code, _HEAD))
