"""Count a week or a month for the bulletin: the figures of the statistics, held against other weeks and other years."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from casework.bulletins import (
    CHARTED,
    NAMED,
    YEARS,
    Kind,
    Period,
    Subject,
    around,
    back,
    period,
    reference,
    same_of,
    speaks_of_nobody,
)
from casework.calendar import local_day
from casework.rising import LEAST, VERSION, Counts, Stretches, above_usual, judged
from casework.trades import trade_of
from services.bulletins.content import Content, Followed, Item, Last, Point
from services.months.certifying import missing, month_days
from services.months.closing_month import locked
from warehouse.statistics import definitions
from warehouse.statistics.grounds import Window
from warehouse.statistics.of_followed import done
from warehouse.statistics.of_places import (
    Heard,
    Opened,
    first_heard,
    heads_of_chains,
    heard,
    names_of_firms,
    names_of_sites,
    opened,
)
from warehouse.statistics.spans import stretch
from warehouse.store.months import Frozen, frozen_items
from warehouse.store.settings import whole

SHOWN = 4
"""Lines of one list: four lists of them, a chart and what became of the last ones fill one page."""
_DISTRICT = 6
"""Digits of the code of a district (GB/T 2260). A town has three more; a case that names no town is in none."""
FOLLOWED = 8
"""Lines of the last bulletin that are followed up on the page, the first of each list first."""


@dataclass
class _Tally:
    """By day what was counted of one thing; in the period its cases, their employers, and who told, as digests."""

    days: Counter[date] = field(default_factory=Counter)
    cases: set[str] = field(default_factory=set)
    employers: set[str] = field(default_factory=set)
    tellers: set[str] = field(default_factory=set)

    def within(self, first: date, after: date) -> int:
        return sum(count for day, count in self.days.items() if first <= day < after)


Tallies = dict[Subject, dict[str, _Tally]]


@dataclass(frozen=True)
class _Counted:
    """Everything that was counted, by list and key; all cases and all complaints; the years that are stored."""

    period: Period
    lists: Tallies
    cases: _Tally
    complaints: _Tally
    years: tuple[int, ...]
    days: Stretches

    def counts(self, tally: _Tally) -> Counts:
        """A thing in the period, before it, and in the same stretches of the years that are stored."""
        one = self.period
        earlier = sum(tally.within(*around(same_of(one, one.year - year))) for year in self.years)
        return Counts(tally.within(one.first, one.after), tally.within(*reference(one)), earlier)


def gather(session: Session, name: str, *, territory: str, office: str, at: datetime, last: Last | None) -> Content:
    """Count a period that is over, over one territory. `last` is the bulletin before, still as it was: its lines are
    followed up here by `follow`."""
    one = period(name)
    least = whole(session, "figures.least")
    counted = _count(session, one, territory, _lock(session, one, territory, at))
    items, more = _rising(session, counted, least)
    gaps = len(missing(month_days(session, _window(one.first, one.after), at=at)))
    why = [*(["gaps"] if gaps else []), *(["open"] if _is_open(session, one, territory, at) else [])]
    return Content(
        period=one.name,
        territory=territory,
        office=office,
        why=tuple(why),
        missing=gaps,
        years=counted.years,
        days=counted.days,
        cases=counted.counts(counted.cases),
        complaints=counted.counts(counted.complaints),
        chart=tuple(_chart(counted)),
        items=tuple(items),
        least=least,
        more=more,
        last=None if last is None else _now(counted, last),
        definitions=definitions.VERSION,
        rules=VERSION,
        counted_on=local_day(at).isoformat(),
    )


def follow(session: Session, number: str, before: Content, until: Period) -> Last:
    """The lines of the bulletin before with what was done from its end to the end of a later period; `now` is counted
    by `gather`."""
    span = _window(before.span.after, until.after)
    every = [(place, one) for subject in Subject for place, one in enumerate(before.of(subject))]
    ranked = sorted(every, key=lambda pair: pair[0])[:FOLLOWED]
    lines = []
    for _, one in sorted(ranked, key=lambda pair: list(Subject).index(pair[1].subject)):
        found = done(session, span, cases=one.cases, employers=one.employers)
        acts = {"concluded": found.concluded, "visits": found.visits, "warnings": found.warnings}
        acts |= {"notices": found.notices, "answered": found.answered}
        about = {"name": one.name, "place": one.place, "was": one.counts.now, "now": 0, "cases": len(one.cases)}
        lines.append(Followed(one.subject, one.key, **about, **acts))  # type: ignore[arg-type]  # by name
    return Last(number, before.period, tuple(lines))


def _now(counted: _Counted, last: Last) -> Last:
    one, none = counted.period, _Tally()
    tallies = (counted.lists[line.subject].get(line.key, none) for line in last.lines)
    now = [tally.within(one.first, one.after) for tally in tallies]
    lines = [replace(line, now=count) for line, count in zip(last.lines, now, strict=True)]
    return Last(last.number, last.period, tuple(lines))


def _window(first: date, after: date) -> Window:
    return Window(f"{first}..{after - timedelta(days=1)}", first, after)


def _lock(session: Session, one: Period, territory: str, at: datetime) -> Frozen | None:
    return locked(session, stretch(one.name, local_day(at)), (territory,)) if one.kind is Kind.MONTHLY else None


def _is_open(session: Session, one: Period, territory: str, at: datetime) -> bool:
    """A month counts for good when it is locked; a week is never locked, and its channel-days alone decide."""
    return one.kind is Kind.MONTHLY and _lock(session, one, territory, at) is None


def _count(session: Session, one: Period, territory: str, lock: Frozen | None) -> _Counted:
    charted = back(one, CHARTED[one.kind])
    spans = [(charted.first, one.after)]
    spans += [(around(same_of(charted, years))[0], around(same_of(one, years))[1]) for years in range(1, YEARS + 1)]
    windows = [_window(*span) for span in _apart(spans)]
    tallies: Tallies = {subject: defaultdict(_Tally) for subject in Subject}
    cases, complaints = _Tally(), _Tally()
    for case_ in _as_locked(session, one, lock, opened(session, windows, (territory,))):
        keys = ((Subject.TOWN, case_.town), (Subject.TRADE, trade_of(case_.sector, case_.employer_name)))
        for tally in (cases, *(tallies[subject][key] for subject, key in keys)):
            tally.days[case_.day] += 1
            if one.first <= case_.day < one.after:
                tally.cases.add(case_.case_id)
                tally.employers |= {case_.employer_id} if case_.employer_id else set()
    heads = heads_of_chains(session)
    for told in _told_as_locked(session, one, lock, heard(session, windows, (territory,))):
        found = [complaints]
        head = heads.get(told.employer_id or "")
        found += [tallies[Subject.SITE][told.site_id]] if told.site_id else []
        found += [tallies[Subject.CHAIN][head]] if head else []
        for tally in found:
            tally.days[told.day] += 1
            if one.first <= told.day < one.after:
                tally.cases |= {told.case_id} if told.case_id else set()
                tally.employers |= {told.employer_id} if told.employer_id else set()
                tally.tellers.add(told.teller or "")
    years = _stored(session, one, cases)
    earlier = sum(_length(around(same_of(one, one.year - year))) for year in years)
    days = Stretches(one.days, _before(session, one), earlier)
    return _Counted(one, tallies, cases, complaints, years, days)


def _before(session: Session, one: Period) -> int:
    """Days of the time before that are stored: those since the first complaint; none where they are fewer than the
    period has, as nothing is usual after a few days."""
    begins, (first, after) = first_heard(session), reference(one)
    stored = (after - max(first, begins)).days if begins is not None else 0
    return stored if stored >= one.days else 0


def _length(span: tuple[date, date]) -> int:
    return (span[1] - span[0]).days


def _apart(spans: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """The same days in stretches that do not overlap."""
    first, after = None, date.min
    for begins, ends in sorted(spans):
        if first is None or begins > after:
            if first is not None:
                yield first, after
            first, after = begins, ends
        after = max(after, ends)
    if first is not None:
        yield first, after


def _stored(session: Session, one: Period, cases: _Tally) -> tuple[int, ...]:
    """The earlier years whose same stretch begins after the first complaint, and holds more than a few stray cases."""
    begins, found = first_heard(session), []
    for years in range(1, YEARS + 1):
        span = around(same_of(one, years))
        if begins is not None and begins <= span[0] and cases.within(*span) >= LEAST:
            found.append(one.year - years)
    return tuple(found)


def _as_locked(session: Session, one: Period, lock: Frozen | None, rows: Iterator[Opened]) -> Iterator[Opened]:
    """Cases as they are; those of a locked month where they counted when it was locked, and no others."""
    kept = {item.subject_id: item for item in frozen_items(session, lock.id, figure="cases_opened")} if lock else {}
    names: dict[str, Opened] = {}
    for row in rows:
        if lock is None or not one.first <= row.day < one.after:
            yield row
        else:
            names[row.case_id] = row
    for case_id, item in kept.items():
        now = names.get(case_id)
        name, employer = (now.employer_name, now.employer_id) if now else (None, None)
        yield Opened(case_id, one.first, item.town, item.sector, name, employer)


def _told_as_locked(session: Session, one: Period, lock: Frozen | None, rows: Iterator[Heard]) -> Iterator[Heard]:
    """Complaints as they are; those of a locked month are those it counted, at the site where they are now."""
    kept = {item.subject_id for item in frozen_items(session, lock.id, figure="received")} if lock else set()
    for row in rows:
        if lock is None or not one.first <= row.day < one.after:
            yield row
        elif row.complaint_id in kept:
            kept.discard(row.complaint_id)
            yield row
    yield from (Heard(complaint_id, one.first, None, None, None, None) for complaint_id in sorted(kept))


def _chart(counted: _Counted) -> Iterator[Point]:
    one, cases = counted.period, counted.cases
    for count in range(CHARTED[one.kind], -1, -1):
        then = back(one, count)
        same = [same_of(then, one.year - year) for year in counted.years]
        earlier = [cases.within(other.first, other.after) for other in same]
        mean = round(sum(earlier) / len(earlier), 1) if earlier else None
        yield Point(then.name, cases.within(then.first, then.after), mean)


def _rising(session: Session, counted: _Counted, least: int) -> tuple[list[Item], dict[str, int]]:
    """What rises; where there is nothing to compare with, what came at least `LEAST` times."""
    found: list[tuple[float, Item]] = []
    unsaid = {Subject.TOWN: {"unsaid"}, Subject.TRADE: {"other"}}
    unsaid[Subject.TOWN] |= {key for key in counted.lists[Subject.TOWN] if len(key) <= _DISTRICT}
    for subject, tallies in counted.lists.items():
        for key, tally in tallies.items():
            counts = counted.counts(tally)
            verdict = judged(counts, counted.days)
            many = subject not in NAMED or len(tally.tellers) >= least
            listed = verdict.rising if counted.days.compared else counts.now >= LEAST
            if listed and many and key not in unsaid.get(subject, ()):
                about = tuple(sorted(tally.cases)), tuple(sorted(tally.employers))
                at_least = round(verdict.at_least, 2)
                found.append((above_usual(counts, counted.days), Item(subject, key, "", "", counts, at_least, *about)))
    found.sort(key=lambda pair: (list(Subject).index(pair[1].subject), -pair[0], pair[1].key))
    items, more = [], {}
    for subject, own in groupby(found, key=lambda pair: pair[1].subject):
        lines = [item for _, item in own]
        items += lines[:SHOWN]
        more[subject.value] = len(lines[SHOWN:])
    return _named(session, items), {name: count for name, count in more.items() if count}


def _named(session: Session, items: list[Item]) -> list[Item]:
    """The lines with their names and places, where a name may be printed."""
    keys = {subject: {one.key for one in items if one.subject is subject} for subject in NAMED}
    known: Mapping[Subject, Mapping[str, tuple[str, str | None]]] = {
        Subject.SITE: names_of_sites(session, keys[Subject.SITE]),
        Subject.CHAIN: names_of_firms(session, keys[Subject.CHAIN]),
    }
    found = []
    for one in items:
        name, place = known.get(one.subject, {}).get(one.key, ("", None))
        shown = name if speaks_of_nobody(name) else ""
        place = one.key if one.subject is Subject.TOWN else place or ""
        found.append(Item(one.subject, one.key, shown, place, one.counts, one.at_least, one.cases, one.employers))
    return found
