"""The six platforms in a process of their own, told little by little: so that the test may fork its children freely.

Every side is a set of six, told the same at the same steps: one for the store that nobody disturbs, one for each that
is killed, for a platform may notice who fetched what (a folder's files go to the archive).
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from connectors.base import Connector
from connectors.registry import CHANNELS, connect
from sandbox.serve import serve
from sandbox.told import Told

TWINS, CHANGES = 10, 20
"""Every so manyth complaint tells what another channel told as well, and every so manyth says something else later."""
MORE = "补充：拖欠工资又多了一个月，包工头已经失联。"


@dataclass(frozen=True)
class Script:
    """What each channel is told: `complaints` of them in `steps`, in two states; the second brings the changes.

    `now` is the morning on which it is told; the last complaint lies an hour before it, each other one a `gap` before
    the next: every channel's overlap but the folder's and the mailbox's covers some of them.
    """

    complaints: int
    steps: int
    now: datetime
    seed: int
    gap: timedelta = timedelta(minutes=11)

    def told(self, channel: str, number: int) -> Told:
        """The complaint of that number, the same whenever it is asked for; every tenth is another channel's too."""
        place = CHANNELS.index(channel)
        twin = number % TWINS == 0 and place > 0
        chance = random.Random(f"{self.seed}/{CHANNELS[0] if twin else channel}/{number}")
        person, months = chance.randrange(10**8), chance.randint(1, 9)
        return Told(
            key=f"{number:06d}",
            channel=channel,
            told_at=self.at(number),
            case="a",
            claim=f"{person}",
            title="反映工资被拖欠",
            narrative=f"本人{number % 97}号工，在工地干活{months}个月，工资{months * 5000}元一直没有发。",
            employer_name=f"青岛第{chance.randrange(40)}建筑有限公司",
            site_name=f"第{chance.randrange(60)}号安置区",
            district_code="370215",
            complainant_name=f"王{person % 1000}",
            complainant_phone=f"138{person:08d}",
            construction=True,
            rural=True,
        )

    def at(self, number: int) -> datetime:
        """When the complaint of that number is told."""
        return self.now - timedelta(hours=1) - self.gap * (self.complaints - number)

    def share(self, state: int, step: int) -> range:
        """The complaints that are new in that step; the second state has the last tenth of them."""
        middle = self.complaints * 9 // 10
        first, last = (0, middle) if state == 1 else (middle, self.complaints)
        width = last - first
        return range(first + width * step // self.steps, first + width * (step + 1) // self.steps)

    def changed(self, state: int, step: int) -> Sequence[int]:
        """The complaints that change in that step: each once, and all of them in the second state."""
        all_of_them = range(7, self.complaints * 9 // 10, CHANGES)
        return [] if state == 1 else all_of_them[step :: self.steps]


class Six:
    """The platforms of every side. `settings[side][channel]` is what a connector needs."""

    def __init__(self, folder: Path, script: Script, sides: Sequence[str]) -> None:
        context = multiprocessing.get_context("fork")
        self._line, theirs = context.Pipe()
        self.script = script
        self._process = context.Process(target=_serve, args=(theirs, folder, script, tuple(sides)), daemon=True)
        self._process.start()
        self.settings: dict[str, dict[str, dict[str, str]]] = self._line.recv()

    def tell(self, side: str, channel: str, state: int, step: int) -> None:
        """Let a platform hold what that step brings."""
        self._line.send((side, channel, state, step))
        self._line.recv()

    def connector(self, side: str, channel: str) -> Connector:
        """A connector of one's own."""
        return connect(channel, self.settings[side][channel])

    def close(self) -> None:
        """Serve no longer."""
        self._line.send(None)
        self._process.join(20)


def _serve(line: Connection, folder: Path, script: Script, sides: Sequence[str]) -> None:
    running = {side: serve(None, folder / side) for side in sides}
    line.send({side: one.settings_by_channel for side, one in running.items()})
    keys: dict[tuple[str, str, int], str] = {}
    while asked := line.recv():
        side, channel, state, step = asked
        _tell(running[side].platforms[channel], script, channel, state, step, side, keys)
        line.send(True)
    for one in running.values():
        one.stop()


def _tell(
    platform: Any, script: Script, channel: str, state: int, step: int, side: str, keys: dict[tuple[str, str, int], str]
) -> None:
    new, changed = script.share(state, step), script.changed(state, step)
    at = script.at(script.share(state, step)[-1] if len(new) else new.start) + timedelta(minutes=5, seconds=step)
    if channel == "national_clue":
        telling = [script.told(channel, number) for number in new]
        telling += [replace(script.told(channel, number), narrative=MORE) for number in changed]
        platform.add_batch(telling, at)
    else:
        for number in new:
            keys[side, channel, number] = platform.add(script.told(channel, number))
        for number in changed:
            _change(platform, channel, keys[side, channel, number], script.told(channel, number), at)
    if step == 0 and state == 1:
        platform.add_broken(3, at)


def _change(platform: Any, channel: str, key: str, told: Told, at: datetime) -> None:
    if channel == "mailbox":
        platform.change(key, replace(told, narrative=MORE))
    elif channel == "wage_monitor":
        platform.change(key, at, content=MORE)
    elif channel == "self_report":
        platform.change(key, at, story=MORE)
    else:
        name = {"hotline_12345": "majorContent", "petition": "facts", "message_board": "description"}[channel]
        platform.shelf.change(key, at, **{name: MORE})
