"""Rules that are wrong too often fall silent and say so; those that win trust back, and those a head wants, speak.

What a rule is judged by: while it speaks, the warnings it raised (`own_record`); while it is silent, the alarms that
the nightly back-test says it would have begun since. What stands is never touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day, local_midnight
from casework.errors import BadInput, Conflict, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from casework.warnings.backtest import Alarm, ripe
from casework.warnings.rules import RULES
from services.warnings.backtesting import LOOKED_BACK, Asked, moments, replay, share_of
from services.warnings.knowing import limits_in_force
from services.warnings.own_record import RIGHT, WRONG, Raised, raised_since
from services.warnings.raising import OURS
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import AuditRow, RuleMutingRow
from warehouse.queries.later_complaints import complaint_days
from warehouse.store.rule_mutings import Key, keep_back_test, last_steps, muted, never_mutes, note_step
from warehouse.store.settings import codes, whole

PAIRS = tuple((rule, level.value) for rule in OURS for level in RULES[rule].levels)
"""Every rule of the daily run at each of its levels."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a rule is held against: percent, judged warnings, days back."""

    floor: int
    back: int
    least: int
    days: int


@dataclass(frozen=True, slots=True)
class ScoreCount:
    """What a nightly step came to: days looked at, alarms, and the rules that fell silent or speak again."""

    looks: int
    alarms: int
    muted: tuple[str, ...]
    speaking: tuple[str, ...]


def falls_silent(right: int, wrong: int, bounds: Bounds) -> bool:
    """Whether judged warnings show a rule under the floor: enough of them, and Wilson's whole interval below it."""
    share = share_of(right, right + wrong)
    return share is not None and share.of >= bounds.least and share.high * 100 < bounds.floor


def speaks_again(right: int, wrong: int, bounds: Bounds) -> bool:
    """Whether so many judged alarms in the dark bring a rule back: enough of them, and clearly above the floor."""
    share = share_of(right, right + wrong)
    return share is not None and share.of >= bounds.least and share.share * 100 >= bounds.floor + bounds.back


def bounds_in_force(session: Session) -> Bounds:
    """The settings that a rule is held against."""
    return Bounds(*(whole(session, f"warning.mute.{name}") for name in ("floor", "back", "least", "days")))


def scored_today(store: Warehouse, *, at: datetime) -> bool:
    """Whether the nightly step of the day a moment lies in has been made."""
    midnight = local_midnight(local_day(at))
    made = select(AuditRow.seq).where(AuditRow.act == "score_rules", AuditRow.at >= midnight)
    with store.read() as session:
        return session.scalar(made.order_by(AuditRow.seq.desc()).limit(1)) is not None


def keep_score(store: Warehouse, *, actor: Actor, at: datetime) -> ScoreCount:
    """Make the back-test of the rules in force anew, and let rules fall silent or speak. Twice a day changes nothing.

    The history is read before the one transaction that writes: what came meanwhile counts the next night.
    """
    with store.read() as session:
        step_days = max(whole(session, "warning.mute.step_days"), 1)
        when = moments(Asked(step_days=step_days), at)
        (said,) = replay(session, when, [limits_in_force(session)], off=codes(session, "warning.off"))
        bounds = bounds_in_force(session)
        raised = raised_since(session, at - timedelta(days=bounds.days), actor=actor, at=at)
        days = local_day(when[0]), local_day(when[-1])
        told = complaint_days(session, lambda _place: True, since=days[0] - LOOKED_BACK, until=days[1], joined_at=at)
    with store.write() as session:
        one_at_a_time(session, "warnings")
        keep_back_test(session, said.alarms, days=days, step_days=step_days, looks=len(when), by=actor.id, at=at)
        steps = _steps(session, raised, said.alarms, told, bounds, by=actor.id, at=at)
        silent = tuple(f"{one.rule}:{one.level}" for one in steps if one.mute)
        speaking = tuple(f"{one.rule}:{one.level}" for one in steps if not one.mute)
        details: dict[str, Json] = {
            "looks": len(when),
            "alarms": len(said.alarms),
            "muted": list(silent),
            "speaking": list(speaking),
        }
        audit.record(session, by=actor.id, act="score_rules", subject="warnings", at=at, details=details)
    return ScoreCount(len(when), len(said.alarms), silent, speaking)


def _steps(
    session: Session,
    raised: Iterable[Raised],
    alarms: Iterable[Alarm],
    told: Mapping[str, list[date]],
    bounds: Bounds,
    *,
    by: str,
    at: datetime,
) -> list[RuleMutingRow]:
    """The rules that fall silent or speak from now on."""
    last, silent = last_steps(session), muted(session)
    own: dict[Key, list[Raised]] = defaultdict(list)
    dark: dict[Key, list[Alarm]] = defaultdict(list)
    for one in raised:
        own[one.rule, one.level].append(one)
    for alarm in alarms:
        dark[alarm.rule, alarm.level].append(alarm)
    made = []
    for key in PAIRS:
        before = last.get(key)
        if before is not None and before.mute and never_mutes(session, *key):
            made.append(note_step(session, key, mute=False, why="law", by=by, at=at))
        elif key in silent:
            if before is None or before.why == "person":
                continue
            counts = ripe(dark[key], told, begun_after=local_day(before.at), until=local_day(at))
            if speaks_again(*counts, bounds):
                made.append(
                    note_step(
                        session, key, mute=False, why="recovered", counts=counts, floor=bounds.floor, by=by, at=at
                    )
                )
        elif not never_mutes(session, *key):
            counts = judged(own[key], RULES[key[0]].version, before)
            if falls_silent(*counts, bounds):
                made.append(
                    note_step(session, key, mute=True, why="floor", counts=counts, floor=bounds.floor, by=by, at=at)
                )
    return made


def judged(raised: Iterable[Raised], version: str, before: RuleMutingRow | None) -> tuple[int, int]:
    """Right and wrong warnings of this version of a rule, since it last spoke again: what was forgiven is forgiven."""
    counted = [
        one.became
        for one in raised
        if one.rule_version == version and (before is None or before.mute or one.raised_at > before.at)
    ]
    return sum(one in RIGHT for one in counted), sum(one in WRONG for one in counted)


def say(
    store: Warehouse,
    *,
    rule: str,
    level: str,
    mute: bool,
    step: int,
    reason: str,
    actor: Actor,
    office: str,
    at: datetime,
) -> None:
    """A head mutes a rule at a level, or lets it speak. `step`: its last step as it was seen; 0: there was none.

    It holds for the whole office, so the head is one of the whole `office`. What a person muted stays silent until a
    person says otherwise. Raises `BadInput`, `NotAllowed`, `Conflict`.
    """
    if not actor.may(Role.HEAD, office):
        raise NotAllowed("Only the head of the whole office mutes a rule or lets it speak.")
    if (rule, level) not in PAIRS:
        raise BadInput("There is no such rule at this level.")
    why = reason.strip()
    if not why:
        raise BadInput("Please give the reason; it is kept.")
    with store.write() as session:
        one_at_a_time(session, "warnings")
        before = last_steps(session).get((rule, level))
        if (before.step_no if before else 0) != step:
            raise Conflict(
                "Somebody else changed this rule meanwhile.",
                by=before.by if before else None,
                at=before.at.isoformat(timespec="minutes") if before else None,
            )
        if mute and never_mutes(session, rule, level):
            raise NotAllowed("The law names the duty that this rule looks at: it does not fall silent.")
        if ((rule, level) in muted(session)) is mute:
            raise NotAllowed("This rule is muted already." if mute else "This rule speaks already.")
        note_step(session, (rule, level), mute=mute, why="person", reason=why, by=actor.id, at=at)
        act = "mute_rule" if mute else "let_rule_speak"
        audit.record(session, by=actor.id, act=act, subject=f"{rule}:{level}", at=at, details={"step": step + 1})
