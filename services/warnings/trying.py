"""What another threshold would do, before it is put: which warnings it raises and clears today, and its back-test.

Nothing is written. The back-test is of the rules that the setting belongs to, over the last year, on the whole office.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from casework.settings_of_warnings import LIMITS
from casework.warnings.backtest import found_by, warned_by
from casework.warnings.finding import Finding, Limits
from casework.warnings.rules import RULES
from casework.warnings.scores import score
from services.office.rules import check_value
from services.office.trying_rules import Effect
from services.warnings.backtesting import LOOKED_BACK, Asked, Figures, figures, moments, replay
from services.warnings.knowing import known_at, limits_in_force
from services.warnings.muting import PAIRS, bounds_in_force, falls_silent, judged
from services.warnings.own_record import Raised, raised_since
from warehouse.engine import Warehouse
from warehouse.queries.later_complaints import complaint_days
from warehouse.store.rule_mutings import last_steps, muted, never_mutes
from warehouse.store.settings import codes

OF = "warning."
_BOUNDS = ("floor", "least")


def try_threshold(store: Warehouse, *, name: str, value: Json, actor: Actor, at: datetime) -> tuple[Effect, ...]:
    """What a value of a setting of early warning would do. Empty: it changes nothing that can be counted.

    Raises `NotAllowed`, and `BadInput` for a value the setting does not take.
    """
    if Role.SYSTEM_ADMIN not in actor.roles:
        raise NotAllowed("Only a system administrator changes the settings of the office.")
    check_value(name, value)
    own = name.removeprefix(OF)
    rule, _, what = own.partition(".")
    with store.read() as session:
        limits, off = limits_in_force(session), codes(session, f"{OF}off")
        if own in LIMITS and isinstance(value, int):
            rules = frozenset({rule}) if rule in RULES else None
            return tuple(_effects(session, (limits, limits | {own: value}), (off, off), rules, at=at))
        if own == "off" and isinstance(value, list):
            then = frozenset(map(str, value))
            changed = (off ^ then) & set(RULES)
            return tuple(_effects(session, (limits, limits), (off, then), changed, at=at)) if changed else ()
        if rule == "mute" and what in _BOUNDS and isinstance(value, int):
            return tuple(_silent(session, what, value, at=at))
    return ()


def _effects(
    session: Session,
    limits: tuple[Limits, Limits],
    off: tuple[Collection[str], Collection[str]],
    rules: frozenset[str] | None,
    *,
    at: datetime,
) -> Iterator[Effect]:
    known = known_at(session, at)
    now, then = (_levels(found_by(known, some, off=without)) for some, without in zip(limits, off, strict=True))
    yield Effect("warn_raised", len(then.keys() - now.keys()))
    yield Effect("warn_cleared", len(now.keys() - then.keys()))
    yield Effect("warn_level", sum(then[one] != now[one] for one in now.keys() & then.keys()))
    when = moments(Asked(), at)
    days = local_day(when[0]), local_day(when[-1])
    told = complaint_days(session, lambda _place: True, since=days[0] - LOOKED_BACK, until=days[1], joined_at=at)
    tried = replay(session, when, limits, rules=rules)
    for word, said, without in zip(("now", "then"), tried, off, strict=True):
        heard = [one for one in said.alarms if one.rule not in without]
        yield from _told(word, figures(score(warned_by(heard), told, since=days[0], until=days[1])))
    yield Effect("test_looks", len(when))


def _levels(found: Sequence[Finding]) -> dict[tuple[str, str | None, str | None], str]:
    return {(one.rule, one.employer, one.project): one.level.value for one in found}


def _told(word: str, one: Figures) -> Iterator[Effect]:
    yield Effect(f"test_alarms_{word}", one.alarms)
    yield Effect(f"test_judged_{word}", one.right + one.wrong)
    if one.precision is not None:
        yield Effect(f"test_right_{word}", round(one.precision.share * 100))
    if one.recall is not None:
        yield Effect(f"test_recall_{word}", round(one.recall.share * 100))
    if one.lead is not None:
        yield Effect(f"test_lead_{word}", round(one.lead[1]))


def _silent(session: Session, what: str, value: int, *, at: datetime) -> Iterator[Effect]:
    """How many rules are silent, and how many the next nightly step would mute now, and with the value."""
    bounds, last, silent = bounds_in_force(session), last_steps(session), muted(session)
    own: dict[tuple[str, str], list[Raised]] = defaultdict(list)
    since = at - timedelta(days=bounds.days)
    for one in raised_since(session, since, actor=Actor.system("try"), at=at):
        own[one.rule, one.level].append(one)
    yield Effect("mute_now", len(silent))
    for word, held in (("next", bounds), ("then", replace(bounds, **{what: value}))):
        falling = (
            key
            for key in PAIRS
            if key not in silent
            and not never_mutes(session, *key)
            and falls_silent(*judged(own[key], RULES[key[0]].version, last.get(key)), held)
        )
        yield Effect(f"mute_{word}", len(list(falling)))
