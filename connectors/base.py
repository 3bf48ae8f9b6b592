"""What every channel is: facts in a `.toml`, and a class that checks, pulls, reads and replies."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from casework.complaint import Complaint
from casework.errors import ChannelChanged
from casework.record import Cursor, RawRecord
from casework.reply import Letter, Receipt
from casework.wages import WageFeed
from connectors.reach import NETWORKS, NOWHERE, Reach

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDeadline:
    """How long the channel gives for its answer. `unit` is "working" or "calendar" days."""

    days: int
    unit: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The facts of one channel, as its `.toml` states them.

    `least_per_run` is per working day: fewer is an alarm. `promises` are fields every record must carry (as a key, even
    if empty). `ignores` are sent, known and not read. `overlap_minutes` is how far each pull looks back behind the
    cursor for rows that were committed late. `at_minute` is the minute of the hour of its first turn in prefect.yaml.
    `reach` is where its address may lie; by itself, nowhere.
    """

    name: str
    title: str
    title_en: str
    transport: str
    least_per_run: int
    overlap_minutes: int
    answers: bool
    every_minutes: int
    at_minute: int = 0
    promises: tuple[str, ...] = ()
    ignores: frozenset[str] = frozenset()
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reply_deadline: ReplyDeadline | None = None
    reach: Reach = NOWHERE

    def next_run(self, after: datetime) -> datetime:
        """When the schedule asks the channel next: every so many minutes of each hour, from its own minute on."""
        hour = after.replace(minute=0, second=0, microsecond=0)
        turns = range(self.at_minute, 60, self.every_minutes or 60)
        here = (hour + timedelta(minutes=minute) for minute in turns)
        return next((turn for turn in here if turn > after), hour + timedelta(hours=1, minutes=self.at_minute))


def load_channel(name: str, folder: Path = HERE) -> Channel:
    """Read a channel's facts from `<name>.toml` beside its connector."""
    return channel_of(name, tomllib.loads((folder / f"{name}.toml").read_text("utf-8")))


def channel_of(name: str, facts: Mapping[str, Any]) -> Channel:
    """A channel from its facts. Raises `KeyError` and `TypeError` for facts that are not whole."""
    deadline = facts.get("deadlines", {}).get("reply")
    return Channel(
        name=name,
        title=facts["title"],
        title_en=facts["title_en"],
        transport=facts["transport"],
        least_per_run=facts["least_per_run"],
        overlap_minutes=facts["overlap_minutes"],
        answers=facts["answers"],
        every_minutes=facts["every_minutes"],
        at_minute=facts["at_minute"],
        promises=tuple(facts.get("promises", ())),
        ignores=frozenset(facts.get("ignores", ())),
        codes=facts.get("codes", {}),
        reply_deadline=ReplyDeadline(**deadline) if deadline else None,
        reach=_reach(name, facts["reach"]),
    )


def _reach(name: str, said: Mapping[str, Sequence[str]]) -> Reach:
    unknown = set(said["networks"]) - set(NETWORKS)
    assert not unknown, f"{name}.toml names networks that there are none of: {unknown}"
    return Reach(name, frozenset(said["schemes"]), frozenset(said["networks"]))


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a record brings: how the channel calls it, and its bytes where the channel says so."""

    ref: str
    size: int | None = None


@runtime_checkable
class CarriesFiles(Protocol):
    """A channel whose records bring files. They are asked for one by one, after the record has landed."""

    def attachments(self, raw: RawRecord) -> tuple[Attached, ...]:
        """The files of a record. Touches nothing."""

    def fetch(self, raw: RawRecord, attached: Attached) -> Iterator[bytes]:
        """One file, part by part, from nowhere but the channel's own reach.

        Raises `NotFound` when the source has it no longer, `Unreadable` when it cannot be taken, and as `pull` does.
        """


@runtime_checkable
class Connector(Protocol):
    """One channel's way in and out.

    Built by the registry from its settings (addresses and secrets, never logged). All times are aware UTC; today comes
    in as `now`.
    """

    channel: Channel

    def check(self) -> None:
        """Is the channel there and as promised? Raises `ChannelUnavailable` or `ChannelChanged`."""

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """Everything at or after the cursor less the overlap, in the order of `RawRecord.position`.

        Touches the world and means nothing. Records that stand in the overlap come again: landing knows them. Raises
        `CursorRefused` when the position cannot be one of this channel's (another form, in the future),
        `ChannelUnavailable` when the other side is down or slow, `ChannelChanged` when a promised field is gone.
        """

    def again(self, since: datetime, *, now: datetime) -> Iterator[RawRecord]:
        """Everything the source shows that changed since a moment, whatever the cursor says. Nothing changes by it.

        Raises as `pull` does. A source that knows no moments (a mailbox) gives its newest records, and more than asked.
        """

    def place(self, words: str, *, at: datetime) -> None:
        """Put a complaint of nobody in at the source, with these words alone, as people put theirs in.

        Raises `NotAllowed` where the office has no way in, `BadInput` where its address is missing, and as `pull` does.
        """

    def read(self, raw: RawRecord) -> Complaint | WageFeed:
        """What the record means. Touches nothing. Raises `Unreadable` with a reason a clerk understands."""

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """These records are safely stored: the source may be tidied (a file archived, a mail flagged). May repeat."""

    def reply(self, letter: Letter) -> Receipt:
        """Deliver one answer; the same `letter.key` again has no second effect. Returns what the channel now shows.

        Raises `ChannelUnavailable` (try again) or `NotAllowed` (the channel takes no such answer).
        """

    def confirm(self, letter: Letter) -> Receipt | None:
        """Read the answer back from the channel; None when the channel does not have it."""


def keep_promises(channel: Channel, page: Iterable[Mapping[str, object]]) -> None:
    """Stop when a promised field is gone from a whole page. One record without it is that record's own trouble.

    Also where it is the only one of its page: else a poisoned record that came last would stop its channel for good.
    """
    rows = [row for row in page if row]
    if len(rows) < 2:
        return
    for name in channel.promises:
        if not any(name in row for row in rows):
            raise ChannelChanged(f"{channel.name}: the promised field {name} is in none of {len(rows)} records.")
