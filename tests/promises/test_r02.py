"""R2: the same as R1 with Prefect around it. Runs, the worker and the server are killed; nobody takes a step.

A real Prefect server with its password, the worker of the pool and a supervisor that starts again what ended, as
docs/operations.md has it; the collecting flows and `resume` on schedule against the six imitated platforms. What the
database then says must be what one says that nobody disturbed.

Time is scaled: the lease is the shortest that can be set, two minutes where the office has five, and the schedules
are shortened likewise. A run that was cut off is known by its certificate, whoever cut it off; that it was taken up is
the moment of the next one. The wait is counted from the beginning of the run that died, which is longer than from its
death; or, where the worker, the server or the run that takes up was killed while the channel waited, from the last such
blow. Nobody waits between the kills: they strike the recovery too. Where the run that takes up dies as well, the
channel waits for its turn by intent, and a turn is added to its bound.

Below scale 1 there is no Prefect: one run is killed, and taken up when its lease is over and not before.
"""

from __future__ import annotations

import json
import random
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from connectors.registry import CHANNELS
from services.office.running import cut_off_channels
from tests.pipelines.prefect_server import ROOT
from tests.promises.alarm_clock import POOL, AlarmClock
from tests.promises.proofs import SCALE, Proof, proof
from tests.promises.six_channels import Script, Six
from tests.promises.test_r01 import PLACES, Chaos, _hasty
from warehouse import crypto
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import PullCertificateRow
from warehouse.store.leases import LENGTH, acquire

SEED = 2
WHOLE = SCALE >= 1
LEASE = timedelta(seconds=120)
TURN, RESUMING = 120, 40
"""Seconds between two runs of a channel, and between two looks at what was cut off."""
SIZE, STEPS = (240, 24) if WHOLE else (6, 2)
KILLS, SERVER_KILLS = 30, 5
HOTLINE = CHANNELS[0]

pytestmark = [pytest.mark.slow, pytest.mark.prefect, pytest.mark.timeout(1_500)]


def plan() -> dict[str, Any]:
    """The deployments of prefect.yaml that collect and take up, in the time of this test.

    They share one worker of three places here, which is harder: the office's `resume` has a pool of short runs.
    """
    told: dict[str, Any] = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
    kept = [one for one in told["deployments"] if one["name"] in (*CHANNELS, "resume")]
    for number, one in enumerate(kept):
        seconds = RESUMING if one["name"] == "resume" else TURN
        begun = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=10 * number)
        one["schedules"] = [{"interval": seconds, "anchor_date": begun.isoformat(), "slug": "scaled", "active": True}]
        one["work_pool"] = {**one["work_pool"], "name": POOL}
        if "parameters" in one:
            one["parameters"] |= {"forced": True}  # an interval is minutes, and here it is a moment
    return {"name": "arrears", "pull": told["pull"], "deployments": kept}


class Ground:
    """An installation under its schedule, and somebody who kills."""

    def __init__(self, folder: Path, template: Path, settings: dict[str, dict[str, str]]) -> None:
        self.data = folder / "installation"
        self.data.mkdir()
        shutil.copyfile(template, self.data / "arrears.db")
        crypto.keyring().save(self.data / "keys.json")
        lines = [
            "\n".join([f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in told.items()), ""])
            for name, told in settings.items()
        ]
        (self.data / "channels.toml").write_text("\n".join(lines), "utf-8")
        self.url = f"sqlite:///{self.data / 'arrears.db'}"
        self.store: Warehouse = open_warehouse(self.url)
        lease = {"ARREARS_DATA_DIR": str(self.data), "ARREARS_LEASE_SECONDS": str(int(LEASE.total_seconds()))}
        self.clock = AlarmClock(folder / "prefect", lease)
        self.blows: list[datetime] = []

    def kill(self, unit: str) -> None:
        """A blow against the worker, with all its runs, or against the server."""
        self.clock.kill(unit)
        self.blows.append(datetime.now(UTC))

    def inside(self) -> str | None:
        """A channel that a run is at, as far as the certificates know."""
        running = select(PullCertificateRow.channel).where(
            PullCertificateRow.verdict == "running", PullCertificateRow.started_at > datetime.now(UTC) - LEASE / 8
        )
        with self.store.read() as session:
            return session.scalar(running.order_by(PullCertificateRow.started_at.desc()).limit(1))

    def wait_for(self, there: Callable[[], object], seconds: float) -> bool:
        """Whether it comes in time."""
        until = time.monotonic() + seconds
        while not there():
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True

    def pulls(self, channel: str, since: datetime) -> int:
        """How many pulls of a channel came to their end since then."""
        ended = select(func.count()).where(
            PullCertificateRow.channel == channel,
            PullCertificateRow.started_at > since,
            PullCertificateRow.verdict.in_(("complete", "empty_alarm")),
        )
        with self.store.read() as session:
            return session.scalar(ended) or 0

    def waits(self) -> list[tuple[timedelta, bool]]:
        """For each run that was cut off: how long after its beginning, or the last blow, its channel was asked again.

        And whether the run before had died too: then the channel waits for its turn.
        """
        with self.store.read() as session:
            order = PullCertificateRow.channel, PullCertificateRow.started_at
            rows = session.scalars(select(PullCertificateRow).order_by(*order)).all()
            found = []
            for before, one in zip([None, *rows], rows, strict=False):
                if one.error_code == "cut_off" and one.ended_at is not None:
                    blows = [at for at in self.blows if at < one.ended_at]
                    twice = before is not None and (before.channel, before.error_code) == (one.channel, "cut_off")
                    found.append((one.ended_at - max([one.started_at, *blows]), twice))
        return found

    def left_running(self) -> list[str]:
        """Channels whose last run has no end."""
        with self.store.read() as session:
            asked = select(PullCertificateRow.channel).where(PullCertificateRow.verdict == "running")
            return list(session.scalars(asked))


@pytest.fixture
def six(tmp_path: Path) -> Iterator[Six]:
    """The platforms of all sides."""
    script = Script(SIZE, STEPS, datetime.now(UTC).replace(microsecond=0), SEED, timedelta(minutes=60))
    running = Six(tmp_path / "platforms", script, ["calm", "killed", "bug"])
    yield running
    running.close()


def strike(ground: Ground, chance: random.Random, number: int, made: Proof) -> None:
    """One kill: at a named place, at a run that is at work, or at the worker with all its runs."""
    kind = ("place", "run", "worker")[number % 3]
    if kind == "place":
        channel = CHANNELS[(number // 3) % len(CHANNELS)]
        ground.clock.ask(channel, chance.choice(PLACES))
        before = len(ground.waits()) + len(ground.left_running())
        ground.wait_for(lambda: len(ground.waits()) + len(ground.left_running()) > before, 60)
        time.sleep(1)
        made.count("runs asked for that die at a named place")
        return
    channel = chance.choice(CHANNELS)
    run = ground.clock.ask(channel)
    if not ground.wait_for(lambda: ground.inside() == channel, 60):
        made.count("moments at which nothing ran")
    time.sleep(chance.uniform(0, 0.05))
    if kind == "run":
        at_it = ground.clock.kill_run(run, channel)
        made.count("runs killed")
        if not at_it:
            ground.blows.append(datetime.now(UTC))
    else:
        made.count("workers killed, with a run inside", ground.inside() is not None)
        ground.kill("worker")
        made.count("workers killed")


def disturb(ground: Ground, six: Six, made: Proof, chance: random.Random, state: int) -> None:
    """The platforms are told what one state brings, while runs, worker and server are killed."""
    telling, half = iter(range(STEPS)), KILLS // 2
    for number in range(half):
        _tell(six, state, islice(telling, -(-STEPS // half)))
        strike(ground, chance, half * (state - 1) + number, made)
        made.count("kills")
        if (half * (state - 1) + number) % (KILLS // SERVER_KILLS) == 1:
            ground.clock.ask(chance.choice(CHANNELS))
            ground.wait_for(ground.inside, 60)
            made.count("servers killed, with a run inside", ground.inside() is not None)
            ground.kill("server")
            made.count("servers killed")
            ground.clock.wait_for_server()
    _tell(six, state, telling)


def _tell(six: Six, state: int, told: Iterable[int]) -> None:
    for step in told:
        for channel in CHANNELS:
            six.tell("killed", channel, state, step)


def come_to_rest(ground: Ground, *, hurry: bool) -> list[str]:
    """Wait until each channel was heard since the last word; those that were not in time.

    To `hurry` is to ask each channel, between the states; at the end nobody does anything.
    """
    quiet = datetime.now(UTC) + timedelta(seconds=22)  # a file of the folder lies still for twenty before it is read
    if hurry:
        time.sleep(22)
        for channel in CHANNELS:
            ground.clock.ask(channel)
    seconds = 22 + 2 * LEASE.total_seconds() + TURN
    ground.wait_for(lambda: all(ground.pulls(channel, quiet) for channel in CHANNELS), seconds)
    return [channel for channel in CHANNELS if not ground.pulls(channel, quiet)]


def under_prefect(ground: Ground, six: Six, expected: dict[str, list[str]], made: Proof) -> None:
    """Start it, disturb it, let it come to rest, and look."""
    ground.clock.start(plan())
    assert ground.wait_for(ground.inside, 240), "no run began"
    chance, unheard = random.Random(SEED), list[str]()
    for state in (1, 2):
        disturb(ground, six, made, chance, state)
        unheard += come_to_rest(ground, hurry=state == 1)
    cut = ground.waits()
    waits, turns = ([wait for wait, twice in cut if twice is asked] for asked in (False, True))
    made.count("runs cut off inside", len(cut))
    made.count("runs cut off inside after one that was", len(turns))
    made.counted["longest wait of a channel, seconds"] = round(max(waits, default=timedelta()).total_seconds(), 1)
    made.counted["2 leases, seconds"] = 2 * LEASE.total_seconds()
    made.counted["starts of the worker"] = ground.clock.units["worker"].starts
    made.counted["starts of the server"] = ground.clock.units["server"].starts
    assert not unheard
    assert max(waits) <= 2 * LEASE
    assert max(turns, default=timedelta()) <= 2 * LEASE + timedelta(seconds=TURN)
    said = Chaos(ground.url, six, "killed").said(in_turn=False)
    differ = {name: len(set(said[name]) ^ set(expected[name])) for name in said if said[name] != expected[name]}
    assert not differ, f"killed and undisturbed differ in so many rows: {differ}"
    made.count("complaints compared", len(said["complaint"]))


def _ghost_is_seen(url: str, now: datetime) -> bool:
    """Planted: a run died and its lease has no end. Whether its channel is missed among those that are taken up."""
    store = open_warehouse(url)
    with store.write() as session:
        acquire(session, f"collect:{HOTLINE}", holder="ghost", at=now, length=timedelta(days=1_000))
        acquire(session, f"collect:{CHANNELS[1]}", holder="ghost", at=now)
    taken_up = cut_off_channels(store, at=now + 2 * LENGTH)
    store.close()
    return taken_up == [CHANNELS[1]]


def test_the_plan_is_the_schedule_of_the_office_in_one_pool() -> None:
    planned = plan()["deployments"]
    assert [one["name"] for one in planned] == [*CHANNELS, "resume"]
    assert {one["work_pool"]["name"] for one in planned} == {POOL}
    seconds = {one["name"]: one["schedules"][0]["interval"] for one in planned}
    assert seconds == dict.fromkeys(CHANNELS, TURN) | {"resume": RESUMING}
    assert all(one["parameters"] == {"channel": one["name"], "forced": True} for one in planned[:-1])


def test_r02(six: Six, tmp_path: Path, sqlite_template: Path) -> None:
    def fresh(name: str) -> str:
        path = tmp_path / f"{name}_{secrets.token_hex(4)}.db"
        shutil.copyfile(sqlite_template, path)
        return f"sqlite:///{path}"

    enough = {"kills": 1, "runs cut off inside": 1, "complaints compared": SIZE}
    if WHOLE:
        enough = {"kills": KILLS, "servers killed": SERVER_KILLS, "runs cut off inside": 12, "workers killed": 6}
        enough |= {"complaints compared": SIZE * len(CHANNELS), "starts of the server": 1 + SERVER_KILLS}
    with proof("R2", seed=SEED, enough=enough) as made:
        calm = Chaos(fresh("calm"), six, "calm")
        for state in (1, 2):
            for channel in CHANNELS if WHOLE else (HOTLINE,):
                for step in range(STEPS):
                    six.tell("calm", channel, state, step)
                calm.clean(channel)
        expected = calm.said()
        if WHOLE:
            ground = Ground(tmp_path, sqlite_template, six.settings["killed"])
            try:
                under_prefect(ground, six, calm.said(in_turn=False), made)
            finally:
                ground.clock.stop()
                ground.store.close()
        else:
            _once(Chaos(fresh("killed"), six, "killed"), six, expected, made)
        made.planted("a lease that never ends", caught=_ghost_is_seen(fresh("ghost"), six.script.now))
        made.planted("the cursor is saved before its rows", caught=_hasty(fresh("bug"), six, expected))


def _once(chaos: Chaos, six: Six, expected: dict[str, list[str]], made: Proof) -> None:
    """One run is killed. Its channel is taken up when the lease is over, and not before."""
    store = open_warehouse(chaos.url)
    for state in (1, 2):
        for step in range(STEPS):
            six.tell("killed", HOTLINE, state, step)
            if (state, step) == (1, 1):
                begun = six.script.now + timedelta(minutes=6)
                made.count("kills", chaos.kill(HOTLINE, "after_land_commit")[0])
                early = cut_off_channels(store, at=begun + LENGTH - timedelta(seconds=1))
                late = cut_off_channels(store, at=begun + LENGTH)
                assert (early, late) == ([], [HOTLINE])
                made.count("runs cut off inside", len(late))
        chaos.clean(HOTLINE)
    assert cut_off_channels(store, at=six.script.now + timedelta(days=1)) == []
    store.close()
    said = chaos.said()
    assert [name for name in said if said[name] != expected[name]] == []
    made.count("complaints compared", len(said["complaint"]))
