"""R36: surges and outages degrade, then recover.

An installation lives through six days of a clock that is moved: a surge of seven times a day's volume on one channel
within an hour, the mail server away for a day, the petition office away for three, and a day on which the schedule
itself stands still. The six imitated platforms are asked by their own protocols at the minutes of prefect.yaml; the
console answers by real HTTP all the while. The flows are called as Prefect calls them, without Prefect, whose
own outage is what they do not do: after it every run that was missed is fired, oldest first.

"Shown" is the card of the channel page. A channel that is asked in vain is shown by its second poll at the latest; when
nobody asks at all, the card counts time instead, three intervals of the channel.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from benchmarks.serving import served
from casework.errors import ArrearsError
from casework.people import Actor
from connectors.base import Channel
from connectors.registry import CHANNELS, channels
from sandbox.serve import Running, serve
from services.arriving.health import channel_cards
from services.arriving.watching import watch_channels
from services.office.running import collect_now
from services.office.settings import Settings
from services.people.sessions import log_in
from tests.promises.conftest import ENGINES, NewStore
from tests.promises.poison import said
from tests.promises.proofs import SCALE, Proof, proof
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, ChannelRow, LandedRow

SEED = 36
WHOLE = SCALE >= 1
DAILY = 300 if WHOLE else 8
"""Complaints of the surging channel on an ordinary day; the others hear one before each poll."""
SURGE, SURGING = 7, "hotline_12345"
CLOCK = Actor.system("clock")
PASSWORD = "Morning-2026!"
PAGES = ("/queue", "/channels", "/cases", "/employers")
SLOWEST, TRIES = 5.0, 3
"""Seconds in which a page of the console has to be there, on two busy cores, amid a surge; and how often one that was
later is asked for, for the machine itself may have stood still."""

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(1_500)]


@dataclass
class Life:
    """One installation with its platforms, its console and its clock."""

    store: Warehouse
    settings: Settings
    running: Running
    now: datetime
    made: Proof
    told: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CHANNELS, 0))
    away: set[str] = field(default_factory=set)
    vain: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CHANNELS, 0))
    faults: list[str] = field(default_factory=list)
    facts: dict[str, Channel] = field(default_factory=lambda: {one.name: one for one in channels()})
    forced: bool = False

    def tell(self, channel: str, how_many: int = 1) -> None:
        """Complaints come in at the platform."""
        platform: Any = self.running.platforms[channel]
        first = self.told[channel]
        news = [
            said(first + number, channel, self.now - timedelta(seconds=how_many - number)) for number in range(how_many)
        ]
        platform.add_all(news) if channel != "national_clue" else platform.add_batch(news, self.now)
        self.told[channel] += how_many

    def poll(self, channel: str) -> bool:
        """What the schedule does at its minute: whether the channel was asked, and looks at what came of it."""
        try:
            ran = collect_now(
                self.store, self.settings, channel, clock=lambda: self.now, actor=CLOCK, forced=self.forced
            )
        except ArrearsError:
            ran = None
            self.vain[channel] += 1
            self.made.count("polls in vain")
            if channel not in self.away:
                self.faults.append(f"{channel} could not be asked on {self.now:%d %H:%M}")
            self._shown(channel)
            return True
        if ran is None:
            return False
        self.vain[channel] = 0
        self.made.count("polls")
        if ran.verdict != "complete" or self.landed(channel) != self.told[channel]:
            self.faults.append(f"{channel} was not on time on {self.now:%d %H:%M}")
        return True

    def _shown(self, channel: str) -> None:
        if self.vain[channel] >= 2 and not self.unwell(channel):
            self.faults.append(f"{channel} is asked in vain for the {self.vain[channel]}th time and looks well")
        if self.vain[channel] == 2:
            self.made.count("outages shown by the second poll", self.unwell(channel))

    def unwell(self, channel: str) -> bool:
        """Whether the channel page says so."""
        with self.store.read() as session:
            cards = channel_cards(session, self.settings, at=self.now)
        return any(not card.well for card in cards if card.line.name == channel)

    def landed(self, channel: str) -> int:
        """Complaints of a channel in the store."""
        with self.store.read() as session:
            return session.scalar(select(func.count()).select_from(LandedRow).where(LandedRow.channel == channel)) or 0

    def leave(self, channel: str, away: bool) -> None:
        """A platform goes away, or comes back."""
        platform: Any = self.running.platforms[channel]
        platform.faults.status = 503 if away else None
        (self.away.add if away else self.away.discard)(channel)

    def live(self, hours: float, *, every: int = 1, polled: bool = True, tell: bool = True) -> None:
        """Let so many hours go by; the schedule asks each channel at its minutes, of its turns each `every`th."""
        end, turns = self.now + timedelta(hours=hours), dict.fromkeys(CHANNELS, 0)
        due = {name: fact.next_run(self.now) for name, fact in self.facts.items()}
        while min(due.values()) <= end:
            channel = min(due, key=lambda name: due[name])
            self.now, turns[channel] = due[channel], turns[channel] + 1
            due[channel] = self.facts[channel].next_run(self.now)
            if turns[channel] % every:
                continue
            if tell:
                self.tell(channel)
            if polled:
                self.poll(channel)
        self.now = end
        watch_channels(self.store, actor=CLOCK, at=self.now)

    def catch_up(self, missed: int) -> None:
        """Prefect is back and fires all it missed, the oldest first: each channel may be asked once."""
        for channel in CHANNELS:
            asked = sum(self.poll(channel) for _ in range(missed))
            self.made.count("runs fired after the schedule stood still", missed)
            if asked != 1:
                self.faults.append(f"{channel} was asked {asked} times to catch up")


@contextmanager
def looked_at(life: Life, desk: str) -> Iterator[Callable[[], None]]:
    """The console by real HTTP: `look` opens every page, in a login of that moment."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with life.store.write() as session:
        session.execute(update(AccountRow).where(AccountRow.id == desk).values(password_hash=hashed))

    def look() -> None:
        entered = log_in(life.store, login=desk, password=PASSWORD, origin="127.0.0.1", at=life.now)
        line.cookies.set("arrears", entered.token)
        for page in PAGES:
            for _ in range(TRIES):
                began = time.monotonic()
                answer = line.get(page)
                took = time.monotonic() - began
                if took <= SLOWEST:
                    break
            life.made.count("pages looked at")
            life.made.counted["slowest page, seconds"] = max(
                life.made.counted.get("slowest page, seconds", 0), round(took, 2)
            )
            if answer.status_code != 200 or took > SLOWEST:
                life.faults.append(f"{page} answered {answer.status_code} after {took:.2f} s on {life.now:%d %H:%M}")

    address = served(life.store, life.settings, lambda: life.now)
    with address as base, httpx.Client(base_url=base, trust_env=False, timeout=30, follow_redirects=True) as line:
        yield look


@contextmanager
def beside(look: Callable[[], None]) -> Iterator[None]:
    """Somebody looks again and again while something else goes on."""
    over = threading.Event()

    def keep_looking() -> None:
        while not over.is_set():
            look()

    thread = threading.Thread(target=keep_looking)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def surge(life: Life, look: Callable[[], None]) -> None:
    """Seven days' volume in the four polls of an hour, while somebody works at the console."""
    with beside(look):
        for _ in range(4):
            life.tell(SURGING, DAILY * SURGE // 4 - 1)
            life.live(0.25)
    life.made.count("complaints of the surge", DAILY * SURGE)
    look()


def days(life: Life, look: Callable[[], None], every: int) -> None:
    """The six days."""
    life.live(2, every=every)
    look()
    surge(life, look)
    for channel, hours in (("mailbox", 24), ("petition", 72)):
        life.leave(channel, away=True)
        step = 12 if WHOLE else 24
        for part in range(hours // step):
            life.live(step, every=every)
            if WHOLE or part == 0:
                look()
        life.leave(channel, away=False)
        life.now += timedelta(minutes=31)
        before = life.landed(channel)
        if not life.poll(channel) or life.landed(channel) != life.told[channel] or life.unwell(channel):
            life.faults.append(f"{channel} did not catch up in one run")
        life.made.count("complaints caught up in one run", life.landed(channel) - before)
    stand_still(life, look, every)
    life.live(2, every=every)
    look()


def stand_still(life: Life, look: Callable[[], None], every: int) -> None:
    """The schedule stands still for a day; the console goes on, and says so of every channel."""
    life.live(24, every=every, polled=False)
    look()
    life.faults += [f"nobody asked {name} for a day and it looks well" for name in CHANNELS if not life.unwell(name)]
    life.catch_up(96 // every)


@pytest.fixture
def life_of(new_store: NewStore, tmp_path: Path, now: datetime) -> Iterator[Callable[[str, Proof], Life]]:
    """Begin a life; its platforms are stopped at the end."""
    made: list[Life] = []

    def begin(engine: str, counted: Proof) -> Life:
        folder = tmp_path / f"{engine}{len(made)}"
        running = serve(None, folder / "platforms")
        running.write_channels_toml(folder / "channels.toml")
        settings = Settings(data_dir=folder, channels_file=folder / "channels.toml", audit_witness=None)
        made.append(Life(new_store(engine), settings, running, now, counted))
        return made[-1]

    yield begin
    for life in made:
        life.running.stop()


def test_r36(life_of: Callable[[str, Proof], Life]) -> None:
    every = 1 if WHOLE else 48
    enough = {
        "polls": len(ENGINES) * (1_500 if WHOLE else 30),
        "pages looked at": 16,
        "polls in vain": 6 if WHOLE else 5,
    }
    enough |= {"complaints of the surge": DAILY * SURGE, "outages shown by the second poll": 2}
    with proof("R36", seed=SEED, enough=enough) as made:
        for engine in ENGINES:
            life = life_of(engine, made)
            office = Office(life.store, life.now)
            with looked_at(life, office.desk.id) as look:
                days(life, look, every)
            assert not life.faults, (engine, life.faults[:12])
        nothing = Proof("R36", SEED, {})
        made.planted("the schedule asks whenever it is told to", caught=_forced(life_of(ENGINES[0], nothing)))
        made.planted("a channel that fails is not noted", caught=_unnoted(life_of(ENGINES[0], nothing)))


def _forced(life: Life) -> bool:
    """Planted: a run does not look whether the channel was asked a moment ago."""
    life.live(1)
    life.forced = True
    stand_still(life, lambda: None, 24)
    return any("to catch up" in fault for fault in life.faults)


def _unnoted(life: Life) -> bool:
    """Planted: the trouble of a failed run is forgotten at once, as if the channel had been heard."""
    life.live(1)
    life.leave("petition", away=True)
    shown, heard = life._shown, partial(_heard, life)

    def forgotten(channel: str) -> None:
        heard(channel)
        shown(channel)

    life._shown = forgotten  # type: ignore[method-assign]  # the planted bug
    life.live(3)
    return any("looks well" in fault for fault in life.faults)


def _heard(life: Life, channel: str) -> None:
    with life.store.write() as session:
        row = session.get_one(ChannelRow, channel)
        row.failures, row.error_code, row.last_success_at = 0, None, life.now
