"""Whose turn it is: so many at once and so many an hour for each who comes, in memory that does not grow.

Who comes is told by the address (of IPv6 its /64), or by the device where it carries our mark: workers of one site
share one address of their telephone company, and the one who guesses there must not slow the others.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

MOST = 50_000
"""So many who came lately are remembered; beyond, those who were quiet longest are forgotten."""


@dataclass(slots=True)
class _Left:
    turns: float
    at: float


class Turns:
    """A bucket of turns for everybody: `at_once` to begin with, filled again with `an_hour`."""

    def __init__(self, at_once: int, an_hour: float) -> None:
        self._at_once, self._a_second = float(at_once), an_hour / 3600
        self._left: OrderedDict[str, _Left] = OrderedDict()
        self._one = threading.Lock()

    def wait(self, who: str, now: float) -> float:
        """Seconds until this one has a turn again; zero where there is one. Takes none."""
        with self._one:
            left = self._of(who, now)
            return 0.0 if left.turns >= 1 else (1 - left.turns) / self._a_second

    def take(self, who: str, now: float) -> float:
        """Take a turn; zero where there was one, else the seconds until there is."""
        with self._one:
            left = self._of(who, now)
            if left.turns >= 1:
                left.turns -= 1
                return 0.0
            return (1 - left.turns) / self._a_second

    def _of(self, who: str, now: float) -> _Left:
        left = self._left.get(who)
        if left is None:
            left = self._left[who] = _Left(self._at_once, now)
            if len(self._left) > MOST:
                self._left.popitem(last=False)
        self._left.move_to_end(who)
        left.turns = min(self._at_once, left.turns + max(0.0, now - left.at) * self._a_second)
        left.at = now
        return left

    def __len__(self) -> int:
        return len(self._left)


def place_of(address: str) -> str:
    """For whom an address counts: itself, or the /64 that one connection of IPv6 is given whole."""
    try:
        found = ip_address(address)
    except ValueError:
        return "nowhere"
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((found, 64), strict=False))
    return str(found)


class Pace:
    """Turns of a place: so many at once, so many an hour. A known device has two more at once and four an hour.

    It is not held up by those who share its address; all such devices of one place together have ten times its turns.
    """

    def __init__(self, at_once: int, an_hour: float) -> None:
        self._of_place, self._of_device = Turns(at_once, an_hour), Turns(2, 4)
        self._of_all = Turns(10 * at_once, 10 * an_hour)

    def take(self, device: str | None, place: str, now: float) -> float:
        """Take a turn; zero where there was one, else the seconds until there is."""
        wait = self._of_place.take(place, now)
        if wait and device:
            wait = self._of_device.take(device, now) or self._of_all.take(place, now)
        return wait


class Tries:
    """Wrong tries: ten at once and twelve an hour for each device or address.

    All marked devices of one place together have ten times that: marks are free, so many of them are no way round it.
    """

    def __init__(self) -> None:
        self._one, self._of_place = Turns(10, 12), Turns(100, 120)

    def wait(self, device: str | None, place: str, now: float, *, own: bool = False) -> float:
        """Seconds until another try. `own`: the device asks for its own, and others of its place do not hold it up."""
        wait = self._one.wait(device or place, now)
        return wait if not device or own else max(wait, self._of_place.wait(place, now))

    def wrong(self, device: str | None, place: str, now: float) -> None:
        """Count one that was wrong."""
        self._one.take(device or place, now)
        if device:
            self._of_place.take(place, now)


class Marks:
    """Marks of devices that sent a form or opened a progress, each for that receipt. They live for one process.

    A mark says nothing of anybody: the receipt stands in it as a hash under a key that nobody has.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def new(self, receipt: str, device: str | None = None) -> str:
        """A mark for this receipt that nobody else can make, of a new device or of one that has another already."""
        said = f"{device or secrets.token_hex(12)}.{self._proof(f'receipt {receipt}')}"
        return f"{said}.{self._proof(said)}"

    def known(self, mark: str | None) -> str | None:
        """The device of a mark of ours; None for any other."""
        said, _, proof = (mark or "").rpartition(".")
        ours = bool(said) and hmac.compare_digest(proof.encode(), self._proof(said).encode())
        return said.partition(".")[0] if ours else None

    def opens(self, mark: str | None, receipt: str | None) -> bool:
        """Whether this is a mark of ours for this very receipt."""
        if not mark or not receipt or self.known(mark) is None:
            return False
        return hmac.compare_digest(mark.split(".")[1], self._proof(f"receipt {receipt}"))

    def _proof(self, said: str) -> str:
        return hmac.new(self._key, said.encode("utf-8", "replace"), sha256).hexdigest()[:32]
