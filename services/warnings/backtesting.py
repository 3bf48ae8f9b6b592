"""Back-testing: any set of thresholds on stored history, each past day with only what had come by then.

Nothing is written. The history is read once, however many sets are tried on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import quantiles

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput
from casework.people import Actor, Role
from casework.settings_of_warnings import LIMITS
from casework.warnings.backtest import (
    LONGEST_STEP,
    Alarm,
    Sign,
    alarms_of,
    found_by,
    scored_together,
    scores_of,
    signs_in,
)
from casework.warnings.finding import Finding, Limits
from casework.warnings.rule import Level
from casework.warnings.rules import RULES, spoken_level
from casework.warnings.scores import Score
from dedupe.sampling import wilson
from services.warnings.knowing import limits_in_force
from services.warnings.replaying import known_on
from warehouse.engine import Warehouse
from warehouse.queries.joined import Joined
from warehouse.queries.known_feed import Basis
from warehouse.queries.later_complaints import Places, complaint_days
from warehouse.store.rule_mutings import muted
from warehouse.store.settings import codes

MOST_LOOKS = 120
"""So many days are looked at in one back-test: a look costs about what one daily run costs."""
LOOKED_BACK = timedelta(days=365)
WIDE = (Role.DESK_OFFICER, Role.HEAD, Role.READ_ONLY)
_FEW = 2


@dataclass(frozen=True, slots=True)
class Share:
    """A share, with Wilson's interval at 95 %, of so many."""

    share: float
    low: float
    high: float
    of: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One score as it is told: shares with intervals and what they are of; days of lead with their quartiles."""

    alarms: int
    right: int
    wrong: int
    open: int
    precision: Share | None
    recall: Share | None
    lead: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which days and rules are looked at, and what is changed. `until` None: now; `since` None: a year before.

    `changes` are thresholds by `RULE.name` over those in force; `rules` None: all of the daily run that are on.
    """

    since: date | None = None
    until: date | None = None
    step_days: int = 7
    basis: Basis = "arrived"
    rules: frozenset[str] | None = None
    changes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What one set of thresholds said: its alarms, and what it finds on the last day."""

    alarms: tuple[Alarm, ...]
    last: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class BackTest:
    """The score over `looks` days from `since` to `until`, by rule and level, and of all that speak as one.

    `employers`: of how many somebody complained after the first day. `silent`: rule and level that do not speak.
    """

    since: date
    until: date
    looks: int
    employers: int
    by_rule: Mapping[tuple[str, str], Figures]
    together: Figures
    silent: frozenset[tuple[str, str]]


def figures(score: Score) -> Figures:
    """A score as it is told."""
    leads = score.leads
    spread = quantiles(leads, n=4, method="inclusive") if len(leads) >= _FEW else [float(one) for one in leads] * 3
    return Figures(
        alarms=score.right + score.wrong + score.open,
        right=score.right,
        wrong=score.wrong,
        open=score.open,
        precision=share_of(score.right, score.right + score.wrong),
        recall=share_of(score.foretold, score.waves),
        lead=(spread[0], spread[1], spread[2]) if leads else None,
    )


def share_of(part: int, whole: int) -> Share | None:
    """A share and its interval; None of nothing."""
    return Share(part / whole, *wilson(part / whole, whole), whole) if whole else None


def sees(actor: Actor) -> Callable[[str | None], bool]:
    """Whether the figures of a place are for this person: the places where they are desk, head or reader."""
    return lambda place: any(actor.may(role, place) for role in WIDE)


def moments(asked: Asked, at: datetime) -> list[datetime]:
    """The moments looked at, the oldest first: steps back from the last. Raises `BadInput` for too many, or none."""
    if not 1 <= asked.step_days <= LONGEST_STEP:
        raise BadInput(f"From one day to the next are 1 to {LONGEST_STEP} days.")
    today = local_day(at)
    until = asked.until or today
    if until > today:
        raise BadInput("A back-test ends today or earlier.")
    last = at - timedelta(days=(today - until).days)
    since = asked.since or until - LOOKED_BACK
    if since > until:
        raise BadInput("A back-test begins before it ends.")
    looks = (until - since).days // asked.step_days + 1
    if looks > MOST_LOOKS:
        raise BadInput(f"At most {MOST_LOOKS} days are looked at; please take a longer step or a shorter time.")
    return [last - timedelta(days=asked.step_days * back) for back in reversed(range(looks))]


def replay(
    session: Session,
    when: Sequence[datetime],
    tried: Sequence[Limits],
    *,
    rules: Collection[str] | None = None,
    off: Collection[str] = (),
    basis: Basis = "arrived",
) -> list[Replayed]:
    """What each of these sets of thresholds says on each of these moments, of what was known then.

    Each day employers are one as they were on it; what was said of those that are one at the last moment is told as of
    one, as the complaints are that it is held against.
    """
    joined = Joined(session)
    places = Places(session, joined)
    signs: list[list[Sign]] = [[] for _ in tried]
    last: list[tuple[Finding, ...]] = [() for _ in tried]
    for known in known_on(session, list(when), basis=basis):
        for number, limits in enumerate(tried):
            last[number] = found_by(known, limits, rules=rules, off=off)
            said = signs_in(known, last[number], places.at(known.at))
            signs[number].extend(replace(one, employer=joined.root(one.employer, when[-1])) for one in said)
    return [Replayed(alarms_of(said), found) for said, found in zip(signs, last, strict=True)]


def back_test(store: Warehouse, asked: Asked, *, actor: Actor, at: datetime) -> BackTest:
    """Replay the history and hold it against the complaints, of the places whose figures this person may see.

    Raises `BadInput` for a rule, a threshold, or days that cannot be.
    """
    check(asked)
    when = moments(asked, at)
    with store.read() as session:
        limits = limits_in_force(session) | dict(asked.changes)
        off = codes(session, "warning.off")
        (said,) = replay(session, when, [limits], rules=asked.rules, off=off, basis=asked.basis)
        days = local_day(when[0]), local_day(when[-1])
        said_all = bool(asked.rules)
        return scored(session, said.alarms, actor=actor, days=days, at=when[-1], looks=len(when), all_speak=said_all)


def check(asked: Asked) -> None:
    """Raise `BadInput` for a rule or a threshold that there is not."""
    for rule in sorted(asked.rules or ()):
        if rule not in RULES:
            raise BadInput(f"There is no rule {rule}.")
    for name, value in asked.changes.items():
        if name not in LIMITS:
            raise BadInput(f"There is no threshold {name}.")
        if value < 0:
            raise BadInput("A threshold is not negative.")


def scored(
    session: Session,
    alarms: Sequence[Alarm],
    *,
    actor: Actor,
    days: tuple[date, date],
    at: datetime,
    looks: int,
    all_speak: bool = False,
) -> BackTest:
    """Alarms held against the complaints, as far as this person sees the places of either.

    `days` are the first and the last day looked at, `at` the last moment: employers are one as they were then.
    `all_speak`: rules that are off or muted are not left out of the score of all together. Of one that is muted at its
    graver level alone, what it finds there is raised as milder.
    """
    seen, (since, until) = sees(actor), days
    told = complaint_days(session, seen, since=since - LOOKED_BACK, until=until, joined_at=at)
    mine = [one for one in alarms if seen(one.place or None)]
    silent = frozenset[tuple[str, str]]() if all_speak else silent_now(session)
    together = scored_together(
        mine,
        told,
        since=since,
        until=until,
        speaks=lambda rule, level: rule not in RULES or spoken_level(rule, Level(level), silent) is not None,
    )
    return BackTest(
        since=since,
        until=until,
        looks=looks,
        employers=sum(any(day > since for day in days) for days in told.values()),
        by_rule={key: figures(one) for key, one in scores_of(mine, told, since=since, until=until).items()},
        together=figures(together),
        silent=silent,
    )


def silent_now(session: Session) -> frozenset[tuple[str, str]]:
    """Every rule and level that raises nothing now: it is off, or muted."""
    off = (RULES[rule] for rule in codes(session, "warning.off") if rule in RULES)
    return frozenset(muted(session)) | {(rule.id, level) for rule in off for level in rule.levels}
