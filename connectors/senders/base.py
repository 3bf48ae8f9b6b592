"""What every way out for messages is: it takes one message under its key, and may say later what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from casework.errors import ChannelUnavailable
from casework.reaching import ReachedBy


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way. The same key has the same body, and where the other side knows keys one effect."""

    key: str
    way: ReachedBy
    address: str = field(repr=False)
    body: str = field(repr=False)


class Held(StrEnum):
    """What the other side says of a key: it never came, it was taken, it arrived, it will never arrive."""

    ABSENT = "absent"
    TAKEN = "taken"
    ARRIVED = "arrived"
    LOST = "lost"


class Unsure(ChannelUnavailable):
    """The line was cut after the message was handed over: nobody can say whether it was taken."""


class Sender(Protocol):
    """One way out. Built from the installation's settings (addresses and secrets, never logged)."""

    confirms: bool
    """Whether `held` knows: only then is a message asked about, before it is told anew and after it was taken."""

    def check(self) -> None:
        """Is anybody there? Raises `ChannelUnavailable` or `ChannelChanged`. Sends nothing."""

    def send(self, parcel: Parcel) -> str:
        """Hand one message over. Returns the other side's own reference, or nothing.

        Raises `ChannelUnavailable` (try again), `Unsure`, or `NotAllowed` (it will never be taken as it is).
        """

    def held(self, key: str) -> Held:
        """What became of a key. Raises `ChannelUnavailable`."""

    def close(self) -> None:
        """Let go of what was opened."""
