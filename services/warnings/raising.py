"""Raising warnings: what is found is raised once, kept up to date while it stands, and cleared when it ended.

What a person settled is never touched; only a finding that got worse since, or came back, is raised anew beside it.
Run again at the same moment it changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI, Calendar, local_day
from casework.clocks import due_day
from casework.people import Actor
from casework.record import Json
from casework.warnings.evaluate import evaluate
from casework.warnings.finding import Finding, is_worse
from casework.warnings.known import Known
from casework.warnings.rule import RANK, FoundBy, Level
from casework.warnings.rules import RULES, TABLE, spoken_level
from dedupe.normalise import name_key
from services.arriving.firms_of_feed import learn_firms
from services.warnings.knowing import known_at, limits_in_force
from services.warnings.owners import owners, place_of
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import AuditRow, EmployerRow, WarningRow, new_id
from warehouse.store.employers import find_or_make_employer
from warehouse.store.rule_mutings import muted
from warehouse.store.settings import codes, setting
from warehouse.store.warnings import (
    OPEN,
    end,
    evidence_of,
    identity,
    refreshed,
    sides,
    standing,
    without_owner,
    write_evidence,
)

OURS = tuple(rule.id for rule in TABLE if rule.found_by is FoundBy.WARN)
"""The rules of this run: what others raise, others clear."""
SCHEDULE = Actor.system("warn")


@dataclass(frozen=True, slots=True)
class WarnCount:
    """What a run found: `raised` anew, `changed` in their figures, `cleared`, `quiet`: settled by a person, and no
    worse since; `dark`: not raised because its rule is muted. `by_rule`: how many findings each rule had; `muted`:
    the rules that are silent, each at its level."""

    found: int
    raised: int
    changed: int
    cleared: int
    quiet: int
    dark: int
    by_rule: Mapping[str, int]
    muted: tuple[str, ...] = ()


@dataclass
class _Run:
    """One run: what it works on, and its count."""

    session: Session
    known: Known
    by: str
    at: datetime
    days: Mapping[str, int]
    off: frozenset[str]
    silent: Collection[tuple[str, str]]
    made: dict[str, str] = field(default_factory=dict)
    count: Counter[str] = field(default_factory=Counter)

    @property
    def calendar(self) -> Calendar:
        """The calendar in force."""
        return self.known.calendar

    def due_on(self, rule: str, level: Level) -> date:
        """Until when a warning is to be looked at, from today."""
        days = RULES[rule].due_days or self.days[level]
        return due_day(local_day(self.at), days, "working", self.calendar).due_on


def find_warnings(store: Warehouse, *, at: datetime) -> tuple[Finding, ...]:
    """What a run would find now. Nothing is written: the dry run."""
    with store.read() as session:
        return evaluate(known_at(session, at), limits_in_force(session), off=codes(session, "warning.off"))


def ran_today(store: Warehouse, *, at: datetime) -> bool:
    """Whether the schedule's run of the day a moment lies in has been made."""
    midnight = datetime.combine(local_day(at), time(), SHANGHAI)
    with store.read() as session:
        made = select(AuditRow.seq).where(AuditRow.by == SCHEDULE.id, AuditRow.act == "warn", AuditRow.at >= midnight)
        return session.scalar(made.order_by(AuditRow.seq.desc()).limit(1)) is not None


def raise_warnings(store: Warehouse, *, actor: Actor, at: datetime) -> WarnCount:
    """Evaluate every rule that is on, and keep the table of warnings equal to what is found. One transaction."""
    with store.write() as session:
        one_at_a_time(session, "warnings")
        learn_firms(session, at=at)
        known = known_at(session, at)
        off = codes(session, "warning.off")
        found = evaluate(known, limits_in_force(session), off=off)
        run = _Run(session, known, actor.id, at, _due_days(session), off, muted(session))
        there = standing(session, OURS, by=actor.id, at=at)
        _keep(run, _by_identity(run, found), there)
        _give_owners(run)
        session.flush()
        by_rule = Counter(one.rule for one in found)
        count = WarnCount(
            found=len(found),
            raised=run.count["raised"],
            changed=run.count["changed"],
            cleared=run.count["cleared"],
            quiet=run.count["quiet"],
            dark=run.count["dark"],
            by_rule=dict(sorted(by_rule.items())),
            muted=tuple(sorted(f"{rule}:{level}" for rule, level in run.silent)),
        )
        details: dict[str, Json] = {name: run.count[name] for name in ("raised", "changed", "cleared", "quiet", "dark")}
        audit.record(
            session, by=actor.id, act="warn", subject="warnings", at=at, details=details | {"found": len(found)}
        )
    return count


def _due_days(session: Session) -> dict[str, int]:
    said = setting(session, "warning.due_days")
    kept = said if isinstance(said, dict) else {}
    return {level.value: days if isinstance(days := kept.get(level.value), int) and days > 0 else 1 for level in Level}


def _by_identity(run: _Run, found: tuple[Finding, ...]) -> dict[str, tuple[str | None, Finding]]:
    """Findings by what they are about, with the employer as we keep it; of two on the same the graver."""
    kept: dict[str, tuple[str | None, Finding]] = {}
    for one in found:
        employer_id = _employer(run, one)
        about = identity(one.rule, employer_id, one.project)
        if about not in kept or RANK[one.level] > RANK[kept[about][1].level]:
            kept[about] = employer_id, one
    return kept


def _employer(run: _Run, one: Finding) -> str | None:
    """The employer of a finding; one that only the feed has named is kept from now on."""
    key = one.employer
    party = run.known.parties.get(key) if key else None
    if key is None or party is None or party.employer_id is not None:
        return party.employer_id if party else key
    if key not in run.made:
        made = find_or_make_employer(
            run.session,
            name=party.name,
            name_key=name_key(party.name)[:200],
            uscc=party.uscc,
            district_code=party.district,
            learned_from="feed",
            at=run.at,
        )
        if made is None:
            return None
        stays = run.session.get_one(EmployerRow, made).merged_into
        run.made[key] = stays or made
    return run.made[key]


def _keep(run: _Run, found: Mapping[str, tuple[str | None, Finding]], there: Mapping[str, list[WarningRow]]) -> None:
    open_rows = {about: row for about, rows in there.items() for row in rows if row.state == OPEN}
    evidence = evidence_of(run.session, {row.id for row in open_rows.values()})
    for about, (employer_id, one) in found.items():
        row, settled = open_rows.get(about), [row for row in there.get(about, []) if row.state != OPEN]
        if row is not None:
            _renew(run, row, one, same=evidence[row.id] == sides(one.speaks_for, one.speaks_against))
            continue
        spoken = spoken_level(one.rule, one.level, run.silent)
        heard = replace(one, level=spoken or one.level)
        if settled and not _worse(settled[-1], heard):
            settled[-1].looked_at = run.at
            run.count["quiet"] += 1
        elif spoken is None:
            run.count["dark"] += 1
        else:
            _raise(run, about, employer_id, heard, earlier=settled[-1].id if settled else None)
    for about, rows in there.items():
        if about not in found:
            for row in rows:
                run.count["cleared"] += row.state == OPEN
                if row.state == OPEN or row.rule not in run.off:
                    end(row, by=run.by, at=run.at)


def _worse(row: WarningRow, one: Finding) -> bool:
    return is_worse(one.rule, level=one.level, facts=one.facts, before_level=row.level, before=row.facts)


def _renew(run: _Run, row: WarningRow, one: Finding, *, same: bool) -> None:
    """Keep an open warning up to date. One that rises is due sooner, and nobody's snooze hides it.

    It keeps a level that fell silent since, and rises to none that is.
    """
    stands = Level(row.level)
    level = one.level
    if RANK[level] > RANK[stands]:
        level = max(stands, spoken_level(one.rule, level, run.silent) or stands, key=RANK.__getitem__)
    rises = RANK[level] > RANK[stands]
    changed = refreshed(row, level=level, rule_version=one.version, facts=dict(one.facts))
    if rises:
        sooner = run.due_on(one.rule, level)
        row.due_on = min(row.due_on or sooner, sooner)
        row.snoozed_until = row.snoozed_by = None
    if not same:
        write_evidence(run.session, row.id, one.speaks_for, one.speaks_against)
    row.looked_at = run.at
    row.district_code = row.district_code or place_of(run.session, row.employer_id)
    run.count["changed"] += changed


def _raise(run: _Run, about: str, employer_id: str | None, one: Finding, *, earlier: str | None) -> None:
    site = run.known.sites.get(one.project or "")
    row = WarningRow(
        id=new_id("wrn"),
        rule=one.rule,
        rule_version=one.version,
        level=one.level,
        employer_id=employer_id,
        project_code=one.project,
        district_code=(site.district if site else None) or place_of(run.session, employer_id),
        identity_key=about,
        facts=dict(one.facts),
        raised_at=run.at,
        looked_at=run.at,
        due_on=run.due_on(one.rule, one.level),
        state=OPEN,
        earlier_id=earlier,
    )
    run.session.add(row)
    run.session.flush()
    write_evidence(run.session, row.id, one.speaks_for, one.speaks_against)
    run.count["raised"] += 1


def _give_owners(run: _Run) -> None:
    """Every open warning without an owner gets one, also those that the watch or a broken pledge raised."""
    run.session.flush()
    waiting = without_owner(run.session)
    people = owners(run.session, today=local_day(run.at)) if waiting else None
    for row in waiting:
        rule = RULES.get(row.rule)
        if people is None or rule is None:
            continue
        row.district_code = row.district_code or place_of(run.session, row.employer_id)
        row.owner_id = people.owner_of(rule.owner, employer_id=row.employer_id, place=row.district_code)
        row.due_on = row.due_on or run.due_on(row.rule, Level(row.level))
