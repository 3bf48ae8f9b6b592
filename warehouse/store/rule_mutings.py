"""Which rules of early warning are silent, and the newest back-test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casework.warnings.backtest import Alarm
from casework.warnings.rules import DUTIES, RULES
from warehouse.models import BackTestRow, RuleMutingRow, new_id
from warehouse.store.settings import codes

Key = tuple[str, str]
"""A rule and a level."""
NEVER = "warning.mute.never"


def never_mutes(session: Session, rule: str, level: str) -> bool:
    """Whether a rule may not fall silent: it looks at a duty (`DUTIES`), or the office added it to those."""
    return _stands_in(DUTIES | codes(session, NEVER), rule, level)


def _stands_in(never: frozenset[str], rule: str, level: str) -> bool:
    return rule in never or f"{rule}:{level}" in never


def last_steps(session: Session) -> dict[Key, RuleMutingRow]:
    """The last step of every rule and level that ever fell silent."""
    row = RuleMutingRow
    last = select(row.rule, row.level, func.max(row.step_no).label("step_no")).group_by(row.rule, row.level).subquery()
    same = (row.rule == last.c.rule) & (row.level == last.c.level) & (row.step_no == last.c.step_no)
    rows = session.scalars(select(row).join(last, same).order_by(row.rule, row.level))
    return {(one.rule, one.level): one for one in rows}


def muted(session: Session) -> dict[Key, RuleMutingRow]:
    """What is silent now, with the step that made it so.

    A rule that muted itself did so as one version of it: another version speaks. What a person muted stays so.
    """
    never = DUTIES | codes(session, NEVER)
    return {
        (rule, level): row
        for (rule, level), row in last_steps(session).items()
        if row.mute
        and not _stands_in(never, rule, level)
        and rule in RULES
        and (row.why == "person" or row.rule_version == RULES[rule].version)
    }


def note_step(
    session: Session,
    key: Key,
    *,
    mute: bool,
    why: str,
    counts: tuple[int, int] | None = None,
    floor: int | None = None,
    reason: str | None = None,
    by: str,
    at: datetime,
) -> RuleMutingRow:
    """Keep that a rule falls silent or speaks again. `counts` are right and wrong. The caller holds `warnings`."""
    rule, level = key
    row = RuleMutingRow
    last = session.scalar(select(func.max(row.step_no)).where(row.rule == rule, row.level == level)) or 0
    made = row(
        id=new_id("mut"),
        rule=rule,
        level=level,
        rule_version=RULES[rule].version,
        step_no=last + 1,
        mute=mute,
        why=why,
        right_count=counts[0] if counts else None,
        wrong_count=counts[1] if counts else None,
        floor_percent=floor,
        reason=reason,
        by=by,
        at=at,
    )
    session.add(made)
    session.flush()
    return made


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest back-test: which days it looked at, and the alarms of the whole office."""

    first_on: date
    last_on: date
    step_days: int
    looks: int
    alarms: tuple[Alarm, ...]
    at: datetime


def keep_back_test(
    session: Session,
    alarms: Iterable[Alarm],
    *,
    days: tuple[date, date],
    step_days: int,
    looks: int,
    by: str,
    at: datetime,
) -> None:
    """Put a back-test in the place of the one before. `days` are the first and the last day looked at."""
    session.execute(delete(BackTestRow))
    told = [
        [one.rule, one.level, one.employer, one.place, one.first.isoformat(), one.last.isoformat()] for one in alarms
    ]
    made = BackTestRow(
        id=new_id("bkt"), first_on=days[0], last_on=days[1], step_days=step_days, looks=looks, alarms=told, by=by, at=at
    )
    session.add(made)
    session.flush()


def kept_back_test(session: Session) -> Kept | None:
    """The newest back-test; None before the first."""
    row = session.scalars(select(BackTestRow).order_by(BackTestRow.at.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    alarms = (
        Alarm(rule, level, employer, place, date.fromisoformat(first), date.fromisoformat(last))
        for rule, level, employer, place, first, last in row.alarms
    )
    return Kept(row.first_on, row.last_on, row.step_days, row.looks, tuple(alarms), row.at)
