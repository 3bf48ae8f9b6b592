"""Who may leave how many files in the inbox: a share of a day for each who comes, so that nobody fills it alone.

Words are no matter of room: they are taken always. Kept in memory that does not grow and says nothing to a disk.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from ipaddress import ip_network

from casework.errors import ArrearsError
from counter.turns import MOST

SCARCE = 0.8
"""From so much of the inbox on its room is scarce: what is left is for those who bring little."""
Room = Callable[[int, bool], bool]
"""Whether so many bytes may stay of whoever brings them; the second says whether the room is scarce."""


class InboxFull(ArrearsError):
    """There is no room for files just now; words are still taken."""


class ShareUsed(InboxFull):
    """Whoever brings files has used up the share of a day; words are still taken."""


def always(_size: int, _scarce: bool) -> bool:
    """There is room for everybody."""
    return True


def around(place: str) -> str:
    """What many places lie in that may be one person's: of IPv4 the /24, of IPv6 the /48."""
    try:
        found = ip_network(place, strict=False)
    except ValueError:
        return place
    return str(found.supernet(new_prefix=24 if found.version == 4 else 48))


class Budget:
    """Bytes of files that one place may leave in a day, and ten times as many from all that lies around it.

    Where the room is `scarce`, a day's share is the smaller one, and what was brought before counts. What a day brought
    is forgotten with the day, and with the process; of too many places those that were quiet longest.
    """

    def __init__(self, each: int, scarce: int) -> None:
        self._each, self._scarce = each, scarce
        self._day: date | None = None
        self._left: OrderedDict[str, int] = OrderedDict()
        self._one = threading.Lock()

    @contextmanager
    def taking(self, place: str, day: date) -> Iterator[Callable[[int, bool], bool]]:
        """While something is taken in: asks for so many bytes, and says whether they may stay. Asked again, the last
        number counts; what is not taken in after all is given back."""
        asked = 0

        def room(size: int, scarce: bool) -> bool:
            nonlocal asked
            with self._one:
                self._begin(day)
                self._add(place, -asked)
                may = self._may(place, size, scarce=scarce)
                asked = size if may else 0
                self._add(place, asked)
                return may

        try:
            yield room
        except BaseException:
            with self._one:
                if self._day == day:
                    self._add(place, -asked)
            raise

    def _begin(self, day: date) -> None:
        if day != self._day:
            self._day = day
            self._left.clear()

    def _may(self, place: str, size: int, *, scarce: bool) -> bool:
        most = self._scarce if scarce else self._each
        own, all_around = (self._left.get(key, 0) for key in (place, f"around {around(place)}"))
        return own + size <= most and all_around + size <= 10 * most

    def _add(self, place: str, size: int) -> None:
        for key in (place, f"around {around(place)}") if size else ():
            self._left[key] = max(0, self._left.get(key, 0) + size)
            self._left.move_to_end(key)
            if len(self._left) > MOST:
                self._left.popitem(last=False)

    def __len__(self) -> int:
        return len(self._left)
