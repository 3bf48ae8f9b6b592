"""One round of messages, as the schedule and the terminal ask for it: ask about the money, write, send."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from casework.errors import LeaseTaken
from casework.people import Actor
from connectors.senders.building import senders
from services.messaging.composing import write_messages
from services.messaging.sending import SendCount, send_messages
from services.office.settings import Settings
from services.replying.asking_money import ask_all
from warehouse.engine import Warehouse


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: workers asked about the money, messages written, and what became of those that were due."""

    asked: int = 0
    written: int = 0
    sent: SendCount = field(default_factory=SendCount)


def one_round(store: Warehouse, settings: Settings, *, actor: Actor, clock: Callable[[], datetime]) -> Round:
    """Ask, write and send once. A second one at the same time does nothing, and a second one after it finds nothing.

    Where the installation has no way out, nothing is written: the question about the money stands in the console alone.
    Raises `BadInput` where the messages file is wrong.
    """
    asked = ask_all(store, actor=actor, at=clock())
    ways = senders(settings.messages())
    if not ways:
        return Round(asked)
    grace = settings.recall_grace
    written = write_messages(store, ways=ways, actor=actor, at=clock(), grace=grace)
    count = SendCount()
    try:
        with suppress(LeaseTaken):
            count = send_messages(store, senders=ways, actor=actor, at=clock(), grace=grace, clock=clock)
    finally:
        for sender in set(ways.values()):
            sender.close()
    return Round(asked, written.workers + written.officers, count)
