"""Signs in how complaints come: many workers at once, several channels, more and more, again, one boss on two sites."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from casework.warnings.finding import Finding, Limits, Row, rows, step
from casework.warnings.known import Ended, Known, Told
from casework.warnings.rule import Level


def _last(known: Known, told: Iterable[Told], days: int) -> list[Told]:
    """The complaints of the last days, up to now."""
    since = known.at - timedelta(days=days)
    return [one for one in told if since < one.at <= known.at]


def _people(told: Iterable[Told]) -> set[str]:
    return {who for one in told for who in one.who}


def _doubles(told: Sequence[Told]) -> list[str]:
    """Complaints that name nobody whom an earlier one has not named: they add no worker, and speak against."""
    seen: set[str] = set()
    found = []
    for one in told:
        if one.who <= seen:
            found.append(one.id)
        seen |= one.who
    return found


def _sides(told: Sequence[Told]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The complaints that add a worker, and those that add none, each in the order told."""
    doubles = _doubles(told)
    again = set(doubles)
    return rows("complaint", (one.id for one in told if one.id not in again)), rows("complaint", doubles)


def workers_72h(known: Known, limits: Limits) -> Iterator[Finding]:
    """So many different workers complained of one employer within hours that it may become a group incident.

    It stands as long as such hours lie within the last days. Heads that somebody only claims are not counted.
    """
    hours = limits["workers_72h.hours"]
    for employer, told in known.complaints_of.items():
        recent = _last(known, told, limits["workers_72h.stands_days"])
        best: list[Told] = []
        for place, end in enumerate(recent):
            window = [one for one in recent[: place + 1] if end.at - one.at <= timedelta(hours=hours)]
            if len(_people(window)) > len(_people(best)):
                best = window
        workers = len(_people(best))
        if workers < limits["workers_72h.yellow"]:
            continue
        adding, repeating = _sides(best)
        yield Finding(
            rule="workers_72h",
            level=step(workers, orange=limits["workers_72h.orange"], red=limits["workers_72h.red"]),
            employer=employer,
            facts={"workers": workers, "complaints": len(best), "hours": hours},
            speaks_for=adding,
            speaks_against=repeating,
        )


def channel_hopping(known: Known, limits: Limits) -> Iterator[Finding]:
    """One employer on several channels in a few days, while no single channel sees a group: only together is it one."""
    days = limits["channel_hopping.days"]
    for employer, told in known.complaints_of.items():
        recent = _last(known, told, days)
        by_channel = Counter(one.channel for one in recent)
        people = len(_people(recent))
        if len(by_channel) < limits["channel_hopping.channels"] or people < limits["channel_hopping.workers"]:
            continue
        most = max(by_channel.values())
        if most >= limits["channel_hopping.group"]:
            continue
        orange = len(by_channel) >= limits["channel_hopping.orange_channels"]
        adding, repeating = _sides(recent)
        yield Finding(
            rule="channel_hopping",
            level=Level.ORANGE if orange else Level.YELLOW,
            employer=employer,
            facts={"channels": len(by_channel), "complaints": len(recent), "days": days, "most": most},
            speaks_for=adding,
            speaks_against=repeating,
        )


def complaints_30d(known: Known, limits: Limits) -> Iterator[Finding]:
    """So many complaints of one employer in a month."""
    days = limits["complaints_30d.days"]
    for employer, told in known.complaints_of.items():
        recent = _last(known, told, days)
        if len(recent) < limits["complaints_30d.yellow"]:
            continue
        adding, repeating = _sides(recent)
        yield Finding(
            rule="complaints_30d",
            level=step(len(recent), orange=limits["complaints_30d.orange"], red=limits["complaints_30d.red"]),
            employer=employer,
            facts={"complaints": len(recent), "days": days},
            speaks_for=adding,
            speaks_against=repeating,
        )


def growth(known: Known, limits: Limits) -> Iterator[Finding]:
    """Complaints grow by more than a share over the days before. Out of none nothing grows."""
    days = limits["growth.days"]
    for employer, told in known.complaints_of.items():
        recent = _last(known, told, days)
        before = [one for one in _last(known, told, 2 * days) if one not in recent]
        enough = len(recent) >= limits["growth.least"] and before
        if not enough or len(recent) * 100 < len(before) * (100 + limits["growth.percent"]):
            continue
        yield Finding(
            rule="growth",
            level=Level.YELLOW,
            employer=employer,
            facts={"now": len(recent), "before": len(before), "days": days},
            speaks_for=rows("complaint", (one.id for one in recent)),
            speaks_against=rows("complaint", (one.id for one in before)),
        )


def repeat(known: Known, limits: Limits) -> Iterator[Finding]:
    """New complaints within days after a case of the employer had ended; of the same worker as before, graver."""
    days = limits["repeat.days"]
    by_employer: dict[str, list[Ended]] = defaultdict(list)
    for case in known.ended:
        if known.at - timedelta(days=days) <= case.ended_at <= known.at:
            by_employer[case.employer].append(case)
    for employer, cases in by_employer.items():
        told = known.complaints_of.get(employer, [])
        first = min(case.ended_at for case in cases)
        again = [one for one in told if first < one.at <= known.at]
        if not again:
            continue
        before = _people(one for one in told if one.at <= first)
        same = any(one.people & before for one in again)
        yield Finding(
            rule="repeat",
            level=Level.ORANGE if same else Level.YELLOW,
            employer=employer,
            facts={"days": days, "closed": len(cases), "complaints": len(again)},
            speaks_for=(*rows("complaint", (one.id for one in again)), *rows("cases", (case.id for case in cases))),
            speaks_against=rows("complaint", _doubles(again)),
        )


def boss_two_sites(known: Known, limits: Limits) -> Iterator[Finding]:
    """One labour boss is named in complaints of two sites: the employer named last is asked about him."""
    days = limits["boss_two_sites.days"]
    by_boss: dict[str, list[Told]] = defaultdict(list)
    for one in _last(known, sorted(known.complaints, key=lambda told: (told.at, told.id)), days):
        if one.boss and one.site:
            by_boss[one.boss].append(one)
    told_of: set[str] = set()
    for _, told in sorted(by_boss.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        sites = {one.site for one in told}
        employer = told[-1].employer
        if len(sites) < limits["boss_two_sites.sites"] or employer in told_of:
            continue
        told_of.add(employer)
        yield Finding(
            rule="boss_two_sites",
            level=Level.YELLOW,
            employer=employer,
            facts={"sites": len(sites), "complaints": len(told), "days": days},
            speaks_for=rows("complaint", (one.id for one in told)),
            speaks_against=rows("complaint", _doubles(told)),
        )
