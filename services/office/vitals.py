"""How this installation is, in words and numbers: for the health page, for a monitor, and for `arrears doctor`."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from time import perf_counter

from sqlalchemy.exc import SQLAlchemyError

from casework.calendar import local_day
from casework.errors import ArrearsError
from services.arriving.health import ChannelCard, channel_cards
from services.office.backups import newest
from services.office.settings import Settings
from services.office.working_days import calendar_in_force
from warehouse import schema
from warehouse.engine import Warehouse
from warehouse.queries.vitals import Figures, figures

BACKUP_LATE, BACKUP_OLD = timedelta(hours=36), timedelta(days=7)
DRILL_LATE, DRILL_OLD = timedelta(days=2), timedelta(days=7)
"""After which time a backup, and a restore on trial, is to be looked at; and after which it counts as none."""
ANSWERS_LATE, MESSAGES_DEAD = timedelta(hours=1), timedelta(hours=24)
CALENDAR_AHEAD = timedelta(days=60)
LEAST_DISK = 0.1
"""Below this share of free space the disk is to be looked at."""


class Health(StrEnum):
    """Well, to be looked at, or broken."""

    WELL = "well"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Vital:
    """One thing that was looked at: how it is, in words, and the number behind them, in the unit its name ends with."""

    subject: str
    health: Health
    words: str
    number: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Vitals:
    """One look. `store_ms` is how long the database took to answer, None where it did not."""

    at: datetime
    store_ms: float | None
    form: schema.Form | None
    figures: Figures | None
    cards: tuple[ChannelCard, ...]
    calendar_days: int | None
    backup_age: timedelta | None
    disk_free: int
    disk_share: float

    @property
    def ready(self) -> bool:
        """Whether the console can do its work. A newer form of the tables is an upgrade that is under way."""
        return self.form in (schema.Form.OWN, schema.Form.NEWER)

    @property
    def stale(self) -> int | None:
        """How many channels somebody should look at; None where the database did not say."""
        return None if self.figures is None else sum(not card.well for card in self.cards)

    @property
    def drill_age(self) -> timedelta | None:
        """How long ago a backup was restored on trial."""
        drilled = self.figures.drilled if self.figures else None
        return self.at - drilled if drilled else None

    @property
    def answers_age(self) -> timedelta | None:
        """How long the oldest answer that may go out has waited."""
        since = [box.oldest for box in self.figures.outbox.values() if box.oldest] if self.figures else []
        return max((self.at - one for one in since), default=None)


def look(store: Warehouse, settings: Settings, *, at: datetime) -> Vitals:
    """Look once. A database that does not answer is a finding, not an error."""
    last = newest(settings)
    disk = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".")
    start, ms = perf_counter(), None
    form, found, days = None, None, None
    cards: tuple[ChannelCard, ...] = ()
    try:
        form = schema.form(store.engine)
        ms = (perf_counter() - start) * 1000
        if form in (schema.Form.OWN, schema.Form.NEWER):
            with store.read() as session:
                found = figures(session, at=at)
                cards = tuple(channel_cards(session, settings, at=at))
                days = (calendar_in_force(session).known_until - local_day(at)).days
    except (ArrearsError, SQLAlchemyError):
        found = None
    return Vitals(
        at=at,
        store_ms=ms,
        form=form,
        figures=found,
        cards=cards,
        calendar_days=days,
        backup_age=at - datetime.fromtimestamp(last.stat().st_mtime, UTC) if last else None,
        disk_free=disk.free,
        disk_share=disk.free / disk.total if disk.total else 0.0,
    )


def judged(seen: Vitals) -> list[Vital]:
    """What was seen, each with how it is."""
    found = [_store(seen), _form(seen)]
    if seen.figures is not None:
        found += [_channels(seen), _answers(seen), _messages(seen, seen.figures)]
    return [*found, backup(seen), drill(seen), disk(seen)]


def worst(vitals: list[Vital]) -> Health:
    """The worst of them."""
    order = [Health.WELL, Health.LOOK, Health.BROKEN]
    return max((one.health for one in vitals), key=order.index, default=Health.WELL)


def _store(seen: Vitals) -> Vital:
    if seen.store_ms is None:
        return Vital("store", Health.BROKEN, "the database does not answer")
    return Vital("store", Health.WELL, "the database answers", ("ms", round(seen.store_ms, 1)))


def _form(seen: Vitals) -> Vital:
    said = {
        None: (Health.BROKEN, "nobody knows which form the tables have"),
        schema.Form.NONE: (Health.BROKEN, "there are no tables yet: run `arrears setup`"),
        schema.Form.OLDER: (Health.BROKEN, "the tables are older than the program: run `arrears setup`"),
        schema.Form.OWN: (Health.WELL, "the tables are in their newest form"),
        schema.Form.NEWER: (Health.LOOK, "the tables are newer than this program: an upgrade is under way"),
    }
    return Vital("schema", *said[seen.form])


def _channels(seen: Vitals) -> Vital:
    stale = seen.stale or 0
    words = f"{stale} of {len(seen.cards)} channels need somebody" if stale else "every channel is well"
    return Vital("channels", Health.LOOK if stale else Health.WELL, words, ("stale", stale))


def _answers(seen: Vitals) -> Vital:
    age = seen.answers_age
    if age is None:
        return Vital("answers", Health.WELL, "no answer waits", ("oldest_minutes", 0))
    minutes = round(age / timedelta(minutes=1))
    late = age > ANSWERS_LATE
    words = f"the oldest answer has waited for {minutes} minutes"
    return Vital("answers", Health.LOOK if late else Health.WELL, words, ("oldest_minutes", minutes))


def _messages(seen: Vitals, known: Figures) -> Vital:
    """A gateway that does not take what it is given: to be looked at after an hour, broken after a day."""
    if known.oldest_message is None:
        return Vital("messages", Health.WELL, "no message is held up", ("oldest_minutes", 0))
    age = seen.at - known.oldest_message
    minutes = round(age / timedelta(minutes=1))
    words = f"{known.messages} messages were tried and do not go out, the oldest for {minutes} minutes"
    return Vital("messages", _by_age(age, ANSWERS_LATE, MESSAGES_DEAD), words, ("oldest_minutes", minutes))


def _none(seen: Vitals, old: timedelta) -> Health:
    """How bad it is that there never was one: red where the installation is older than the oldest that is borne."""
    return Health.BROKEN if seen.figures and seen.figures.began and seen.at - seen.figures.began > old else Health.LOOK


def backup(seen: Vitals) -> Vital:
    """How old the last backup is: to be looked at after 36 hours, none at all after seven days."""
    if seen.backup_age is None:
        return Vital("backup", _none(seen, BACKUP_OLD), "there is none yet; run `arrears backup`")
    hours = round(seen.backup_age / timedelta(hours=1))
    health = _by_age(seen.backup_age, BACKUP_LATE, BACKUP_OLD)
    return Vital("backup", health, f"the last one is {hours} hours old", ("age_hours", hours))


def drill(seen: Vitals) -> Vital:
    """How long ago a backup was restored on trial: red after seven days (promise R16)."""
    if seen.drill_age is None:
        return Vital("drill", _none(seen, DRILL_OLD), "no backup was restored on trial yet; run `arrears drill`")
    hours = round(seen.drill_age / timedelta(hours=1))
    words = f"a backup was restored on trial {hours} hours ago"
    return Vital("drill", _by_age(seen.drill_age, DRILL_LATE, DRILL_OLD), words, ("age_hours", hours))


def disk(seen: Vitals) -> Vital:
    """How much of the disk with the data folder is free."""
    percent = round(seen.disk_share * 100)
    health = Health.WELL if seen.disk_share >= LEAST_DISK else Health.LOOK
    words = f"{percent} % of the disk is free, {seen.disk_free // 2**20} MiB"
    return Vital("disk", Health.BROKEN if seen.disk_free < 256 * 2**20 else health, words, ("free_percent", percent))


def _by_age(age: timedelta, late: timedelta, old: timedelta) -> Health:
    if age > old:
        return Health.BROKEN
    return Health.LOOK if age > late else Health.WELL
