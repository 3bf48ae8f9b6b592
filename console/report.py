"""What the statistics page shows of one span: its figures, what they are compared with, and what is locked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.certified import ACCEPTED, MISSING
from casework.errors import NotAllowed
from casework.leniency import EXEMPTIONS
from casework.people import Role
from console import labels, labels_warnings
from console.access import may
from console.guard import Visit
from console.render import Show
from dedupe.streets import street_name
from services.months.alongside import alongside
from services.months.certifying import month_days
from services.months.closing_month import locked
from services.months.freezing_month import territory_of
from services.months.month_titles import in_order
from services.months.standing import stretches
from services.months.stopwatch import stopwatch
from warehouse.models import ComplaintRow
from warehouse.queries.behind import Named, named
from warehouse.queries.officers import names_of
from warehouse.statistics.along import Along
from warehouse.statistics.definitions import RATES as EVERY_RATE
from warehouse.statistics.grounds import COUNTY, NOBODY, UNSAID, WARNING, Window, outermost
from warehouse.statistics.month import DIMENSIONS, Cell, MonthFigures, figures_of, items
from warehouse.statistics.of_times import Timed, Times, timed
from warehouse.statistics.pulls import frozen_days
from warehouse.statistics.restating import Changed, Restated, restatements, restating
from warehouse.statistics.spans import Stretch
from warehouse.store.months import Frozen, Taken, cells_digest, frozen_items, last_taken

LINES, IDS = 80, 8
"""How many restated cells are shown, and how many numbers of a kind of change in each."""
READS = frozenset({Role.DESK_OFFICER, Role.HEAD, Role.READ_ONLY})
TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("channel", ("received", "duplicates", "cases_opened", "concluded", "amount_claimed", "amount_paid", "money_rate")),
    ("nature", ("cases_opened", "concluded", "workers_concerned", "amount_claimed", "amount_paid", "money_rate")),
    (
        "sector",
        ("received", "cases_opened", "concluded", "workers_concerned", "amount_claimed", "amount_paid", "money_rate"),
    ),
    (
        "town",
        ("received", "cases_opened", "concluded", "visits", "documents", "amount_paid", "money_rate", "on_time_rate"),
    ),
    (
        "lead",
        (
            "cases_opened",
            "concluded",
            "pending_end",
            "visits",
            "documents",
            "amount_paid",
            "money_rate",
            "on_time_rate",
        ),
    ),
    ("outcome", ("concluded", "exempted", "amount_exempted", "jobs_kept", "amount_verified", "amount_paid")),
)
_ORDINARY = ("declined", "handed_on", *(one for one in labels.EXITS if one not in EXEMPTIONS))
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ordinary", tuple(str(one) for one in _ORDINARY)),
    ("spared", tuple(str(one) for one in EXEMPTIONS)),
)
"""How cases end: in the ordinary ways, or spared a penalty with a sum waived."""


RATES = {rate.name: rate for rate in EVERY_RATE}


@dataclass(frozen=True, slots=True)
class Note:
    """One restatement as a head noted it: when, why, and how many cells it changed."""

    at: datetime
    reason: str
    cells: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """Days of one channel without the certificate of their pulls; the reason where a head accepted it, else empty."""

    channel: str
    days: list[tuple[date, date]]
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything of a span. `restated` is of a locked month; `since_taken` are cells as taken out last, and now.

    `along` is what stands beside a month: of a locked one as it was kept, of an open one where it is asked for.
    `times` is None for a month that was locked before there was a stopwatch; `timed` holds now.
    """

    span: Stretch
    counted: MonthFigures
    along: Along | None
    before: MonthFigures | None
    last_year: MonthFigures | None
    times: Times | None
    timed: list[Timed]
    lock: Frozen | None
    lockable: bool
    digest: str
    taken: Taken | None
    since_taken: list[tuple[Cell, int, int]]
    restated: list[Changed]
    notes: list[Note]
    lacking: list[Lacking]
    numbers: Mapping[str, Named]
    names: Mapping[str, str]

    def members(self, dimension: str, names: Sequence[str]) -> list[str]:
        """The rows of a table of these figures: those that any of them says something of."""
        asked = {part for name in names for part in (RATES[name].below if name in RATES else (name,))}
        cells = self.counted.cells.items()
        said = {member for (name, by, member), value in cells if by == dimension and name in asked and value}
        return in_order(dimension, said)

    def group(self, figure: str, members: Iterable[str]) -> int:
        """One figure over several outcomes."""
        return sum(self.counted.cell(figure, "outcome", member) for member in members)


def places_of(visit: Visit) -> tuple[str, ...]:
    """Where this reader's figures are counted."""
    return outermost(visit.actor.places(READS))


def report(session: Session, visit: Visit, span: Stretch, *, cumulative: bool = False) -> Report:
    """Count a span for a reader, in a fixed number of statements; with what stands beside an open month, if asked for.

    That costs as much as the months since January and those of last year, and the page is not to wait for it.
    """
    places = places_of(visit)
    spans = {"now": span.span, "last_year": span.last_year, **({"before": span.before} if span.before else {})}
    found: dict[str, MonthFigures | None] = {**figures_of(session, spans, territories=places, today=visit.today)}
    first = session.scalar(select(func.min(ComplaintRow.received_at)))
    for name in ("before", "last_year"):
        found[name] = _compared(session, spans.get(name), found.get(name), places, first)
    lock = locked(session, span, places)
    live = found["now"]
    assert live is not None
    counted = lock.figures if lock else live
    taken = last_taken(session, span.name, places)
    restated = _restated(session, span, places, lock)
    shown = {one for cell in restated[:LINES] for _, ids in cell.why for one in ids[:IDS]}
    numbers = named(session, visit.actor, shown)
    people = {*counted.members("lead"), *(one.member for one in restated if one.dimension == "lead")}
    who = [*people, lock.by if lock else None, taken.by if taken else None]
    return Report(
        span=span,
        counted=counted,
        along=lock.along if lock else alongside(session, span, places, today=visit.today) if cumulative else None,
        before=found["before"],
        last_year=found["last_year"],
        times=lock.times if lock else stopwatch(session, span.span, places),
        timed=timed(session, places),
        lock=lock,
        lockable=lock is None and _lockable(visit, span, places),
        digest=cells_digest(live.cells),
        taken=taken,
        since_taken=_since(taken, counted),
        restated=restated,
        notes=_notes(restatements(session, lock.id)) if lock else [],
        lacking=_lacking(session, span, lock, visit),
        numbers=numbers,
        names=names_of(session, who),
    )


def _compared(
    session: Session,
    window: Window | None,
    counted: MonthFigures | None,
    places: tuple[str, ...],
    first: datetime | None,
) -> MonthFigures | None:
    """What a span is held against: as it was published, where it was locked; None before the first complaint."""
    if window is None or counted is None or first is None or first >= window.end:
        return None
    whole = len(window.month) == len("2026-10")
    lock = locked(session, Stretch(window, "month", False, None, window), places) if whole else None
    return lock.figures if lock else counted


def _lockable(visit: Visit, span: Stretch, places: tuple[str, ...]) -> bool:
    """A month that is over, before the eyes of the head of exactly these places."""
    if span.kind != "month" or span.span.end > visit.at or not may(visit.actor, "lock_month"):
        return False
    try:
        return places == (territory_of(visit.actor),)
    except NotAllowed:
        return False


def _restated(session: Session, span: Stretch, places: tuple[str, ...], lock: Frozen | None) -> list[Changed]:
    if lock is None:
        return []
    now = items(session, span.span, territories=places)
    changed = restating(session, frozen_items(session, lock.id), now, since=lock.at)
    return [one for one in changed if lock.says((one.figure, one.dimension, one.member))]


def _lacking(session: Session, span: Stretch, lock: Frozen | None, visit: Visit) -> list[Lacking]:
    """Of a month that is over, as it was locked or as it is now: what was accepted, and what nobody accepted yet."""
    if span.kind != "month" or span.span.end > visit.at:
        return []
    days = frozen_days(session, lock.id) if lock else month_days(session, span.span, at=visit.at)
    gone: dict[tuple[str, str], list[date]] = {}
    for one in days:
        if one.state in (MISSING, ACCEPTED):
            gone.setdefault((one.channel, one.reason), []).append(one.day)
    return [Lacking(channel, stretches(own), len(own), reason) for (channel, reason), own in gone.items()]


def _since(taken: Taken | None, counted: MonthFigures) -> list[tuple[Cell, int, int]]:
    if taken is None:
        return []
    order = ["total", *DIMENSIONS, "kind"]
    cells = sorted({*taken.cells, *counted.cells}, key=lambda cell: (order.index(cell[1]), cell[0], cell[2]))
    both = ((cell, taken.cells.get(cell, 0), counted.cells.get(cell, 0)) for cell in cells)
    return [(cell, was, now) for cell, was, now in both if was != now and taken.says(cell)]


def _notes(rows: Sequence[Restated]) -> list[Note]:
    found: dict[datetime, Note] = {}
    for row in rows:
        before = found.get(row.at)
        found[row.at] = Note(row.at, row.reason, 1 + (before.cells if before else 0))
    return list(found.values())


def _kind_words(show: Show, code: str, figure: str) -> str:
    if figure == "complaints_declined":
        return show.words.say("Ground not on record") if code == UNSAID else show.label(labels.GROUNDS, code)
    if figure.startswith("warnings_"):
        return show.label(labels_warnings.LEVELS, code)
    return show.label(labels.PAPERS if figure in ("documents", "announced") else labels.CLOCKS, code)


def member_words(show: Show, dimension: str, code: str, names: Mapping[str, str], figure: str = "") -> str:
    """What a row of a table is called."""
    if dimension == "total":
        return show.words.say("Total")
    if dimension == "lead":
        return show.words.say("Nobody yet") if code == NOBODY else names.get(code, "—")
    if dimension == "town":
        if code == UNSAID:
            return show.words.say("No place said")
        return street_name(code) or (show.words.say("Town not said") if len(code) == COUNTY else code)
    if dimension == "kind":
        return _kind_words(show, code, figure)
    if code == WARNING:
        return show.words.say("Early warnings")
    tables = {"channel": labels.CHANNELS, "nature": labels.NATURES, "sector": labels.SECTORS}
    return show.label(tables.get(dimension, labels.COUNTED_AS), code)
