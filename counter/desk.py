"""What one page for workers has before it: its inbox, its clock, and who had how many turns."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from hashlib import sha256

from fastapi import Request

from casework.calendar import local_day
from casework.progress import Progress, from_told
from counter.door import Refused
from counter.inbox import Inbox, InboxAway, old_after
from counter.room import Budget, Room
from counter.settings import CounterSettings
from counter.turns import Marks, Pace, Tries, Turns, place_of

log = logging.getLogger("arrears.counter")

DEVICE = "counter_device"
WORDS = (300, 3_000)
"""Forms without files one address may send at once and in an hour after that: a whole site asks how far it is."""


class Counter:
    """One page with its inbox, its clock, and who had how many turns."""

    def __init__(self, settings: CounterSettings, inbox: Inbox, clock: Callable[[], datetime]) -> None:
        self.settings, self.inbox, self.clock, self.marks = settings, inbox, clock, Marks()
        self._posts, self._words = Pace(settings.posts_at_once, settings.posts_an_hour), Pace(*WORDS)
        self._budget = Budget(settings.place_megabytes * 1_000_000, settings.scarce_megabytes * 1_000_000)
        self._wrong = Tries()
        self._wrong_of_receipt = Turns(20, 12)
        self._answers = Turns(10, 20)
        self._let_go_at: datetime | None = None

    def now(self) -> float:
        """Seconds, for turns."""
        return self.clock().timestamp()

    def look(self, request: Request) -> None:
        """Whether this one may send a body now. Raises `Refused`."""
        files = takes_files(request.url.path)
        wait = (self._posts if files else self._words).take(*self.caller(request), self.now())
        if wait:
            raise Refused("too_often" if files else "too_often_ask", 429, minutes=minutes(wait))

    def asked(self, request: Request, receipt: str | None, four: str | None) -> Progress | None:
        """The progress that lies under both; None for anything else, whatever is wrong. Raises `Refused`, `InboxAway`.

        What is no receipt number at all is looked up all the same, so that it takes as long as any other.
        """
        now, caller = self.now(), self.caller(request)
        own, of_receipt = self.marks.opens(request.cookies.get(DEVICE), receipt), sha256((receipt or "").encode())
        wait = self._wrong.wait(*caller, now, own=own)
        wait = wait or (0.0 if own else self._wrong_of_receipt.wait(of_receipt.hexdigest(), now))
        if wait:
            raise Refused("too_often_ask", 429, minutes=minutes(wait))
        told = self.inbox.told(receipt or "-", four or "-")
        try:
            found = from_told(told) if told is not None and receipt and four else None
        except (ValueError, KeyError, TypeError):
            found = None
        if found is None:
            self._wrong.wrong(*caller, now)
            if receipt and not own:
                self._wrong_of_receipt.take(of_receipt.hexdigest(), now)
        return found

    def answers(self, receipt: str) -> None:
        """A turn to answer, for who asked rightly. Raises `Refused`."""
        wait = self._answers.take(sha256(receipt.encode()).hexdigest(), self.now())
        if wait:
            raise Refused("too_often_ask", 429, minutes=minutes(wait))

    def caller(self, request: Request) -> tuple[str | None, str]:
        """Who tries something: the device where it carries a mark of ours, and the place."""
        return self.marks.known(request.cookies.get(DEVICE)), place(request)

    def mark(self, request: Request, receipt: str) -> str | None:
        """The mark to give to the device that has this receipt; None where it carries that already."""
        carried = request.cookies.get(DEVICE)
        return None if self.marks.opens(carried, receipt) else self.marks.new(receipt, self.marks.known(carried))

    def taking(self, request: Request) -> AbstractContextManager[Room]:
        """While files of this place are taken in: who says whether they may stay."""
        return self._budget.taking(place(request), local_day(self.clock()))

    def tidy(self) -> None:
        """What is old goes: once a day, and at the first form after a start."""
        now = self.clock()
        if self._let_go_at is None or (now - self._let_go_at).total_seconds() > 24 * 3600:
            self._let_go_at = now
            try:
                self.inbox.let_go(old_after(self.settings.kept_days, now))
            except InboxAway:
                log.warning("the inbox did not answer when it was to be tidied")


def takes_files(path: str) -> bool:
    """Whether what is sent there may bring files: a worker's posting, an employer's answer."""
    return path == "/report" or path.startswith("/n/")


def place(request: Request) -> str:
    """For whom a request counts, by its address."""
    return place_of(request.client.host if request.client else "")


def minutes(seconds: float) -> int:
    """Whole minutes to wait, never none."""
    return max(1, -int(-seconds // 60))
