"""R1: a collecting process killed at any moment loses nothing and doubles nothing, on each of the six channels.

Children are killed with SIGKILL at random moments and at every named place of the intake, over the imitated platforms
by their real protocols; one run that nobody disturbs follows; the database must say what a database says that was
never disturbed. A kill counts as "inside" when the run had begun and had not ended. Where the promise is tried below
scale 1 there are few of them.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, select

from casework.errors import ArrearsError
from casework.people import Actor
from casework.record import Cursor, RawRecord
from connectors.base import Channel, Connector
from connectors.registry import CHANNELS
from services.arriving.intake import collect_channel
from tests.dumps import dump
from tests.postgres import Server
from tests.promises.proofs import SCALE, Proof, proof
from tests.promises.six_channels import Script, Six
from warehouse import audit
from warehouse.engine import Warehouse, open_warehouse
from warehouse.failpoints import NAMES
from warehouse.models import Base, ComplaintRow, PullCertificateRow
from warehouse.store.channels import channel_row

SEED = 1
SYSTEM = Actor.system("chaos")
SAID = {"landed", "complaint", "complaint_version", "worker", "clock", "employer", "employer_alias", "channel"}
CHANCE = {
    "*": {"id", "landed_id", "pull_id", "employer_id", "landed_at", "read_at", "filed_at", "created_at", "learned_at"},
    "channel": {"cursor_at", "last_attempt_at", "last_success_at", "failures", "error_code", "error_words"},
}
PLACES = [name for name in NAMES if "deliver" not in name]
WHOLE = SCALE >= 1
ENGINES = {"sqlite": (2_000, 17), "postgresql": (200, 4)} if WHOLE else {"sqlite": (12, 1)}
"""By engine: the complaints of a channel, and the kills at random moments for a channel and a state."""
ASKED = CHANNELS if WHOLE else CHANNELS[::2]

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(1_500)]


class Hasty:
    """The planted bug: the cursor is saved before the rows, in a transaction of its own."""

    def __init__(self, inner: Connector, store: Warehouse) -> None:
        self.inner, self.store = inner, store

    @property
    def channel(self) -> Channel:
        """The facts of the channel."""
        return self.inner.channel

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """As the channel pulls, but hasty."""
        records = list(self.inner.pull(cursor, now=now))
        with self.store.write() as session:
            row = channel_row(session, self.channel.name)
            row.cursor = Cursor(self.channel.name, max(record.position for record in records)).dumps()
        yield from records

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


class Chaos:
    """One side of the platforms and one database, and children that collect the one into the other."""

    def __init__(self, url: str, six: Six, side: str, *, hasty: bool = False) -> None:
        self.url, self._six, self._side, self._hasty = url, six, side, hasty
        self._now = dict.fromkeys(CHANNELS, six.script.now)
        self._pace = dict.fromkeys(CHANNELS, 0.4)
        self._chance = random.Random(SEED)

    def _later(self, channel: str) -> datetime:
        """A dead run's lease has to expire before the next one may begin."""
        self._now[channel] += timedelta(minutes=6)
        return self._now[channel]

    def collect(self, channel: str, at: datetime) -> None:
        """Collect once, in this process."""
        store = open_warehouse(self.url)
        honest = self._six.connector(self._side, channel)
        connector = cast(Connector, Hasty(honest, store)) if self._hasty else honest
        collect_channel(store, connector, run_id=_run_id(at), clock=lambda: at, actor=SYSTEM)
        store.close()

    def clean(self, channel: str) -> None:
        """A run that nobody disturbs."""
        self.collect(channel, self._later(channel))

    def kill(self, channel: str, place: str | None = None) -> tuple[bool, bool]:
        """A child that is killed at a named place, or at a random moment of its work: whether it was, and inside."""
        at, began = self._later(channel), time.monotonic()
        child = os.fork()
        if child == 0:
            code = 0
            try:
                os.environ["ARREARS_FAILPOINT"] = place or ""
                self.collect(channel, at)
            except ArrearsError:
                code = 3
            finally:
                os._exit(code)
        if place is None:
            self._strike(channel, child, began)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        assert killed or os.waitstatus_to_exitcode(status) == 0, f"{channel}: a child ended by itself"
        return killed, killed and self.inside(channel, at)

    def _strike(self, channel: str, child: int, began: float) -> None:
        """SIGKILL somewhere in the time that such a run took until now; one that was faster sets the pace."""
        until = began + self._chance.uniform(0.02, 0.95 * self._pace[channel])
        while time.monotonic() < until:
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                self._pace[channel] = time.monotonic() - began
                return
            time.sleep(0.002)
        self._pace[channel] *= 1.05
        os.kill(child, signal.SIGKILL)

    def inside(self, channel: str, at: datetime) -> bool:
        """Whether the run of that moment had begun and had not ended."""
        asked = select(func.count()).select_from(PullCertificateRow)
        begun = (PullCertificateRow.channel == channel, PullCertificateRow.run_id == _run_id(at))
        store = open_warehouse(self.url)
        with store.read() as session:
            found = session.scalar(asked.where(*begun, PullCertificateRow.verdict == "running"))
        store.close()
        return bool(found)

    def said(self, *, in_turn: bool = True) -> dict[str, list[str]]:
        """What the database says, but for ids and moments that chance gives.

        Where the channels did not come `in_turn`, which complaint has which number is chance too; the numbers are not.
        """
        store = open_warehouse(self.url)
        chance = CHANCE if in_turn else CHANCE | {"complaint": {"complaint_no"}}
        found = dump(store, without={table.name for table in Base.metadata.sorted_tables} - SAID, ignoring=chance)
        with store.read() as session:
            found["complaint_no"] = sorted(session.scalars(select(ComplaintRow.complaint_no)))
            assert audit.verify(session).broken_at is None
            keys = session.execute(select(ComplaintRow.channel, ComplaintRow.source_key)).all()
            assert len(keys) == len(set(keys))
        store.close()
        return found


def _run_id(at: datetime) -> str:
    return f"run_{at:%d%H%M%S}"


@pytest.fixture
def fresh(tmp_path: Path, sqlite_template: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Addresses of empty databases. Nothing of PostgreSQL is started where it is not asked for."""

    def make(engine: str) -> str:
        name = f"chaos_{secrets.token_hex(6)}"
        if engine == "sqlite":
            shutil.copyfile(sqlite_template, tmp_path / f"{name}.db")
            return f"sqlite:///{tmp_path / name}.db"
        server: Server = request.getfixturevalue("postgres")
        server.copy(name)
        return server.url(name)

    return make


def _kills(state: int, channel: str, at_random: int) -> list[str | None]:
    """What strikes one channel in one state: every named place (below scale 1 some of them), and random moments."""
    places = PLACES if WHOLE else [PLACES[(CHANNELS.index(channel) + 6 * state) % 12]]
    pairs = zip_longest(places, [""] * at_random)
    return [one or None for pair in pairs for one in pair if one is not None]


def _play(chaos: Chaos, six: Six, side: str, at_random: int, made: Proof) -> None:
    for state in (1, 2):
        for channel in ASKED:
            kills = _kills(state, channel, at_random)
            for step in range(six.script.steps):
                six.tell(side, channel, state, step)
                if step < len(kills):
                    killed, inside = chaos.kill(channel, kills[step])
                    made.count("kills", killed)
                    made.count("kills inside a run", inside)
                    made.count("kills at a named place", killed and kills[step] is not None)
            chaos.clean(channel)


def _undisturbed(calm: Chaos, six: Six, side: str) -> dict[str, list[str]]:
    """What a database says that saw the one state and then the other, and was never killed."""
    for state in (1, 2):
        for channel in ASKED:
            for step in range(six.script.steps):
                six.tell(side, channel, state, step)
            calm.clean(channel)
    return calm.said()


def test_r01(fresh: Callable[[str], str], tmp_path: Path, now: datetime) -> None:
    complaints = len(ASKED) * sum(size for size, _ in ENGINES.values())
    enough = {"kills": 6, "kills inside a run": 5, "kills at a named place": 5, "complaints compared": complaints}
    if WHOLE:
        enough |= {"kills": 340, "kills inside a run": 150, "kills at a named place": 144}
    with proof("R1", seed=SEED, enough=enough) as made:
        for engine, (size, at_random) in ENGINES.items():
            steps = len(PLACES) + at_random if WHOLE else 2
            script = Script(size, steps, now, SEED, timedelta(minutes=11 if size > 1_000 else 90))
            six = Six(tmp_path / engine, script, ["calm", "killed", "bug"])
            try:
                expected = _undisturbed(Chaos(fresh(engine), six, "calm"), six, "calm")
                chaos = Chaos(fresh(engine), six, "killed")
                _play(chaos, six, "killed", at_random, made)
                said = chaos.said()
                differ = [name for name in said if said[name] != expected[name]]
                assert not differ, f"{engine}: killed and undisturbed differ in {differ}"
                made.count("complaints compared", len(said["complaint"]))
                caught = _hasty(fresh(engine), six, expected)
                made.planted(f"the cursor is saved before its rows, {engine}", caught=caught)
            finally:
                six.close()


def _hasty(url: str, six: Six, expected: dict[str, list[str]]) -> bool:
    """Whether the same comparison sees that a hasty cursor lost what a kill cut off."""
    chaos = Chaos(url, six, "bug", hasty=True)
    for step in range(six.script.steps):
        six.tell("bug", "hotline_12345", 1, step)
        if step == 1:
            chaos.kill("hotline_12345", "before_land_commit")
    chaos.clean("hotline_12345")
    for step in range(six.script.steps):
        six.tell("bug", "hotline_12345", 2, step)
    chaos.clean("hotline_12345")
    of_it = [line for line in expected["complaint"] if "'hotline_12345'" in line]
    return chaos.said()["complaint"] != of_it
