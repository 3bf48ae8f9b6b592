"""The page of scores: each rule at each level with its back-test, the office's own record, and whether it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.people import Actor, Role
from services.warnings.backtesting import BackTest, Figures, scored
from services.warnings.muting import PAIRS, Bounds, bounds_in_force
from services.warnings.own_record import Record, own_record
from warehouse.models import RuleMutingRow
from warehouse.queries.hiding import hide
from warehouse.store.rule_mutings import kept_back_test, last_steps, muted, never_mutes
from warehouse.store.settings import codes


@dataclass(frozen=True, slots=True)
class Step:
    """When a rule fell silent or spoke again, why, by which judged warnings, and what a person gave as the reason."""

    at: datetime
    by: str
    why: str
    right: int | None
    wrong: int | None
    floor: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One rule at one level. `state`: speaks, muted, off, or law: it never mutes. `number` counts its steps so far."""

    rule: str
    level: str
    state: str
    last: Step | None
    number: int
    test: Figures | None
    own: Record | None


@dataclass(frozen=True, slots=True)
class Scores:
    """What the page shows. `test` None: no back-test has been made yet. `quiet`: lines that said nothing at all."""

    lines: tuple[Line, ...]
    quiet: tuple[Line, ...]
    test: BackTest | None
    step_days: int
    tested_at: datetime | None
    bounds: Bounds
    may_say: bool


def scores(session: Session, *, actor: Actor, office: str, at: datetime) -> Scores:
    """The scores as far as this person sees the places; `may_say`: whether they may mute rules of this office."""
    kept, silent, steps = kept_back_test(session), muted(session), last_steps(session)
    own, off = own_record(session, actor=actor, at=at), codes(session, "warning.off")
    test = None
    if kept is not None:
        days: tuple[date, date] = kept.first_on, kept.last_on
        test = scored(session, kept.alarms, actor=actor, days=days, at=kept.at, looks=kept.looks)
    lines = []
    for rule, level in PAIRS:
        key, row = (rule, level), steps.get((rule, level))
        law = never_mutes(session, *key)
        state = "off" if rule in off else "muted" if key in silent else "law" if law else "speaks"
        figures = test.by_rule.get(key) if test else None
        number = row.step_no if row else 0
        lines.append(Line(rule, level, state, _step(row) if row else None, number, figures, own.get(key)))
    said = tuple(one for one in lines if one.test or one.own or one.state == "muted")
    return Scores(
        lines=tuple(sorted(said, key=lambda one: (one.state != "muted", PAIRS.index((one.rule, one.level))))),
        quiet=tuple(one for one in lines if one not in said),
        test=test,
        step_days=kept.step_days if kept else 0,
        tested_at=kept.at if kept else None,
        bounds=bounds_in_force(session),
        may_say=actor.may(Role.HEAD, office),
    )


def _step(row: RuleMutingRow) -> Step:
    return Step(row.at, row.by, row.why, row.right_count, row.wrong_count, row.floor_percent, hide(row.reason))
