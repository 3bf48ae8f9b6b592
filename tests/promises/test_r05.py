"""R5: a damaged or impossible cursor is noticed. Thirty of them on each channel, over its real transport.

Each is put where the channel's own stood, and the channel is polled twice: both polls are refused with a reason on
record, none passes for an empty one, the cursor stays as it was found, and the watch raises its alarm.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.errors import CursorRefused
from casework.people import Actor
from casework.record import Cursor
from connectors.registry import CHANNELS, connect
from services.arriving import watching
from services.arriving.intake import collect_channel
from services.arriving.watching import watch_channels
from tests.conftest import NOW
from tests.contracts.suite import Driver, driver
from tests.promises.conftest import NewStore
from tests.promises.proofs import Proof, proof, times
from warehouse.engine import Warehouse
from warehouse.models import ChannelRow, PullCertificateRow, WarningRow

EACH = times(30, least=5)
SEED = 5
SYSTEM = Actor.system("collect")

pytestmark = [pytest.mark.timeout(600)]


def damaged(stored: str, positions: list[str], other: str) -> list[str]:
    """Thirty texts that are no cursor of this channel: cut, of another kind, newer, of another channel, impossible."""
    whole = json.loads(stored)
    channel = whole["channel"]

    def with_(**changed: object) -> str:
        return json.dumps({**whole, **changed})

    shapes = [
        "",
        "null",
        "[]",
        "17",
        '"2999"',
        "{",
        stored[:-3],
        stored[: len(stored) // 2],
        stored + "}",
        "\ufeff" + stored,
        with_(format=2),
        with_(format="1"),
        with_(format=True),
        with_(position=None),
        with_(position=7),
        with_(position=""),
        with_(position=[whole["position"]]),
        with_(channel=other),
        with_(more=1),
        json.dumps({"channel": channel, "position": whole["position"]}),
    ]
    impossible = [with_(position=position) for position in positions[:10]]
    mixed = [one for pair in zip(impossible, shapes[:10], strict=True) for one in pair]
    return [*mixed, *shapes[10:]]


@dataclass
class Bench:
    """One channel that has been landed once, and its store."""

    driver: Driver
    store: Warehouse
    now: datetime = NOW

    def poll(self) -> str | None:
        """One poll: why it was refused, or None where it was not."""
        self.now += timedelta(minutes=20)
        connector = connect(self.driver.channel, self.driver.settings)
        try:
            collect_channel(self.store, connector, run_id=f"r{self.now}", clock=lambda: self.now, actor=SYSTEM)
        except CursorRefused as refused:
            return str(refused)
        return None

    def cursor(self) -> str | None:
        """What is stored."""
        with self.store.read() as session:
            return session.get_one(ChannelRow, self.driver.channel).cursor

    def put(self, cursor: str | None) -> None:
        """Something else is stored."""
        with self.store.write() as session:
            session.get_one(ChannelRow, self.driver.channel).cursor = cursor

    def last(self) -> tuple[str, str | None, str | None]:
        """Verdict, code and words of the last certificate."""
        row = PullCertificateRow
        with self.store.read() as session:
            question = select(row.verdict, row.error_code, row.error_words).order_by(row.started_at.desc()).limit(1)
            verdict, code, words = session.execute(question).one()
            return verdict, code, words

    def alarmed(self) -> bool:
        """Whether the watch, which looks now, says that this channel fails."""
        watch_channels(self.store, actor=SYSTEM, at=self.now)
        with self.store.read() as session:
            question = select(WarningRow.facts).where(
                WarningRow.channel == self.driver.channel, WarningRow.state == "open"
            )
            return [facts["why"] for facts in session.scalars(question)] == ["failing"]


@contextmanager
def bench(channel: str, folder: Path, new_store: NewStore) -> Iterator[Bench]:
    """A channel with two complaints, which were landed."""
    other_side = driver(channel, folder / channel, NOW)
    try:
        made = Bench(other_side, new_store("sqlite"))
        other_side.good(2)
        assert made.poll() is None
        yield made
    finally:
        other_side.close()


def one_cursor(here: Bench, text: str, made: Proof) -> list[str]:
    """Two polls from a damaged cursor, and one from the good one. What is not as promised, in words."""
    good, faults = here.cursor(), []
    here.put(text)
    for poll in ("first", "second"):
        reason = here.poll()
        made.count("polls from a damaged cursor")
        verdict, code, words = here.last()
        if reason is None:
            faults.append(f"the {poll} poll went on from {text!r}")
        elif (verdict, code) != ("failed", "cursor_refused") or not (words or "").endswith("."):
            faults.append(f"the {poll} refusal of {text!r} is not on record with its reason: {verdict}, {code}")
        else:
            made.count("refused with a reason")
    if not faults and here.cursor() != text:
        faults.append(f"{text!r} was replaced by a guess")
    if not here.alarmed():
        faults.append(f"no alarm after two polls from {text!r}")
    else:
        made.count("alarms after two polls")
    here.put(good)
    if here.poll() is not None or here.alarmed():
        faults.append("the good cursor did not end it")
    return faults


def test_a_damaged_cursor_is_refused_and_an_alarm_within_two_polls(
    new_store: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = EACH * len(CHANNELS)
    enough = {"cursors": whole, "refused with a reason": 2 * whole, "alarms after two polls": whole}
    with proof("R5", seed=SEED, enough=enough) as made:
        for place, channel in enumerate(CHANNELS):
            with bench(channel, tmp_path, new_store) as here:
                stored, other = here.cursor(), CHANNELS[place - 1]
                assert stored is not None
                texts = damaged(stored, here.driver.impossible_positions(), other)
                assert len(set(texts)) == 30
                faults: list[str] = []
                for text in texts[:: 30 // EACH][:EACH]:
                    made.count("cursors")
                    faults += one_cursor(here, text, made)
                assert not faults, (channel, faults)
        with bench("hotline_12345", tmp_path / "planted", new_store) as here:
            for bug, plant in PLANTED.items():
                with monkeypatch.context() as planted:
                    plant(planted)
                    caught = bool(one_cursor(here, "null", Proof("planted", SEED, {})))
                here.put(None)
                here.poll()
                made.planted(bug, caught=caught)


def _guessing(planted: pytest.MonkeyPatch) -> None:
    """A cursor that cannot be read is taken for none: everything is pulled anew, or nothing, without a word."""
    honest = Cursor.loads

    def guess(text: str | None, channel: str) -> Cursor | None:
        try:
            return honest(text, channel)
        except CursorRefused:
            return None

    planted.setattr(Cursor, "loads", guess)


def _deaf(planted: pytest.MonkeyPatch) -> None:
    """The watch does not count failures."""
    planted.setattr(watching, "FAILURES", 10**6)


PLANTED: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a damaged cursor is taken for none": _guessing,
    "the watch does not count failed polls": _deaf,
}
