"""What another value of a setting would do today, before it is put: counts only, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import Unit, due_day
from casework.errors import NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from casework.suspension import NAMED
from dedupe.weights import load_model
from services.office.rules import check_value
from services.office.working_days import calendar_in_force
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    ClockRow,
    JudgementRow,
    LoginAttemptRow,
    LoginSessionRow,
    RoleGrantRow,
)
from warehouse.queries.deadlines import Horizon
from warehouse.queries.officers import inspectors
from warehouse.store.pauses import pauses_of_kinds
from warehouse.store.settings import whole

LOOKED_BACK = timedelta(days=30)
LENGTHS: Mapping[str, str] = {
    "clock.notice_service.days": "notice_service",
    "clock.police.decide_days": "transfer_decide",
    "clock.supplement.days": "supplement",
    "callback.recheck.days": "recheck",
    "leniency.follow_up.days": "follow_up",
    "publication.correct.days": "publication_correct",
    "transfer.police.days": "police_decide",
    "transfer.reconsider.days": "reconsider",
    "transfer.materials.days": "hand_materials",
}
UNITS: Mapping[str, tuple[str, ...]] = {
    "clock.serve.unit": ("serve",),
    "transfer.unit": ("transfer_decide", "police_decide", "reconsider", "hand_materials"),
}
"""Which clocks take their length, or the unit of their days, from which setting."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One number of a trial: what is counted, as a code the page has words for, and how many."""

    code: str
    count: int


def try_setting(store: Warehouse, *, name: str, value: Json, actor: Actor, at: datetime) -> tuple[Effect, ...]:
    """What a value would do. Empty: it holds for what is done from then on, and changes nothing that stands.

    Raises `NotAllowed`, and `BadInput` for a value the setting does not take.
    """
    if Role.SYSTEM_ADMIN not in actor.roles:
        raise NotAllowed("Only a system administrator changes the settings of the office.")
    check_value(name, value)
    with store.read() as session:
        if name in LENGTHS and isinstance(value, int):
            return tuple(_recounted(session, (LENGTHS[name],), length=value, unit=None, at=at))
        if name in UNITS:
            return tuple(_recounted(session, UNITS[name], length=None, unit=cast(Unit, value), at=at))
        trial = _TRIALS.get(name)
        return () if trial is None else tuple(trial(session, value, at))


def _recounted(
    session: Session, kinds: tuple[str, ...], *, length: int | None, unit: Unit | None, at: datetime
) -> Iterator[Effect]:
    calendar, today = calendar_in_force(session), local_day(at)
    question = select(ClockRow).where(
        ClockRow.kind.in_(kinds), ClockRow.state.in_(("running", "paused")), ClockRow.calendar_version != NAMED
    )
    clocks = session.scalars(question).all()
    pauses = pauses_of_kinds(session, kinds)
    then = []
    for clock in clocks:
        counted = due_day(
            clock.started_on,
            clock.length if length is None else length,
            cast(Unit, clock.unit) if unit is None else unit,
            calendar,
            pauses.get(clock.id, ()),
        )
        if counted.due_on != clock.due_on:
            then.append(counted.due_on)
    yield Effect("deadlines", len(then))
    yield Effect("overdue", sum(1 for day in then if day < today))
    yield Effect("deadlines_all", len(clocks))


def _due_soon(session: Session, value: Json, at: datetime) -> Iterator[Effect]:
    calendar, today = calendar_in_force(session), local_day(at)
    for code, days in (("soon_now", whole(session, "clock.due_soon.days")), ("soon_then", cast(int, value))):
        near = Horizon(today, calendar, min(days, 366)).due_soon()
        yield Effect(code, session.scalar(select(func.count()).select_from(ClockRow).where(near)) or 0)


def _full(session: Session, value: Json, at: datetime) -> Iterator[Effect]:
    people, most = inspectors(session, today=local_day(at)), whole(session, "dispatch.max_open_cases")
    yield Effect("full_now", sum(1 for one in people if one.open_cases >= most))
    yield Effect("full_then", sum(1 for one in people if one.open_cases >= cast(int, value)))


def _idle(session: Session, value: Json, at: datetime) -> Iterator[Effect]:
    open_now = [LoginSessionRow.ended_at.is_(None), LoginSessionRow.expires_at > at]
    awake = LoginSessionRow.seen_at > at - timedelta(minutes=whole(session, "account.idle.minutes"))
    asleep = LoginSessionRow.seen_at <= at - timedelta(minutes=cast(int, value))
    count = select(func.count()).select_from(LoginSessionRow).where(*open_now, awake, asleep)
    yield Effect("logins_ended", session.scalar(count) or 0)


def _codes(session: Session, value: Json, _at: datetime) -> Iterator[Effect]:
    question = (
        select(RoleGrantRow.account_id)
        .join(AccountRow, AccountRow.id == RoleGrantRow.account_id)
        .where(
            RoleGrantRow.role.in_(cast(list[str], value)),
            RoleGrantRow.ended_at.is_(None),
            AccountRow.disabled_at.is_(None),
            AccountRow.totp_secret.is_(None),
        )
        .distinct()
    )
    found = session.scalars(question).all()
    yield Effect("without_code", len(found))


def _locked(session: Session, _value: Json, at: datetime) -> Iterator[Effect]:
    count = select(func.count()).select_from(LoginAttemptRow).where(LoginAttemptRow.locked_until > at)
    yield Effect("locked_now", session.scalar(count) or 0)


_TRIALS: Mapping[str, Callable[[Session, Json, datetime], Iterator[Effect]]] = {
    "clock.due_soon.days": _due_soon,
    "dispatch.max_open_cases": _full,
    "account.idle.minutes": _idle,
    "account.second_factor.roles": _codes,
    "account.lock.tries": _locked,
    "account.lock.minutes": _locked,
}


def try_line(store: Warehouse, *, line: float, actor: Actor, at: datetime) -> tuple[Effect, ...]:
    """The linker's last month with another line, in bits: joined by itself then and now, and asked about then.

    Read are the verdicts that were kept, so pairs below both lines are in no count.
    """
    if Role.SYSTEM_ADMIN not in actor.roles:
        raise NotAllowed("Only a system administrator changes the settings of the office.")
    ask = min(load_model().lines["case_ask"], line)
    rows = (
        select(JudgementRow.verdict, JudgementRow.case_score)
        .where(JudgementRow.by_person.is_(False), JudgementRow.newest, JudgementRow.at > at - LOOKED_BACK)
        .where(JudgementRow.case_score.is_not(None))
        .subquery()
    )

    def how_many(*meant: object) -> int:
        question = select(func.count()).select_from(rows)
        return session.scalar(question.where(*meant)) or 0  # type: ignore[arg-type]  # conditions on the columns

    with store.read() as session:
        return (
            Effect("merged_now", how_many(rows.c.verdict == "same")),
            Effect("merged_then", how_many(rows.c.case_score >= line)),
            Effect("asked_then", how_many(rows.c.case_score >= ask, rows.c.case_score < line)),
        )


def lines_in_force() -> tuple[str, float, float]:
    """The model in force, from how many bits it joins, and from how many it asks."""
    model = load_model()
    return model.name, model.lines["case_same"], model.lines["case_ask"]
