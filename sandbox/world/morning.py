"""The last eighteen hours of a small world: two crews, a firm heard on every channel, sisters, and a doubtful pair."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.told import Told
from sandbox.world.disputes import Disputes
from sandbox.world.people import Dispute
from sandbox.world.telling import Storyteller, Wish

MORNING = timedelta(hours=18)

_MANY = tuple(
    Wish(channel=channel, kind="worker", knows="both" if channel != "petition" else "employer")
    for channel in ("hotline_12345", "national_clue", "message_board", "mailbox", "walk_in", "petition")
)
_CREW = (Wish(channel="mailbox", kind="crew", knows="both"), Wish(channel="hotline_12345", kind="worker", knows="both"))
_DOUBTFUL = (
    Wish(channel="national_clue", kind="worker", knows="employer"),
    Wish(channel="message_board", kind="anon", knows="brief"),
)


def morning_tales(
    disputes: Disputes, tells: Storyteller, wanted: int, window: tuple[datetime, datetime]
) -> list[tuple[Dispute, list[Told]]]:
    """So many complaints about half as many disputes."""
    plans: list[tuple[Dispute, list[Wish]]] = []
    for crew_size in (46, 34):
        joint = disputes.single(window)
        joint.crew_size = crew_size
        plans.append((joint, [*_CREW, Wish()]))
    plans.append((disputes.single(window), list(_MANY)))
    plans += [(sister, [Wish(kind="worker", knows="employer")]) for sister in disputes.sisters(window)]
    plans.append((disputes.single(window), list(_DOUBTFUL)))
    left = wanted - sum(len(wishes) for _, wishes in plans)
    for count in _sizes(left):
        plans.append((disputes.single(window), [Wish()] * count))
    for dispute, wishes in plans:
        dispute.crew_size = max(dispute.crew_size, len(wishes))
    return [(dispute, tells.tell(dispute, wishes)) for dispute, wishes in plans]


def _sizes(left: int) -> list[int]:
    sizes: list[int] = []
    while left > 0:
        sizes.append(min((1, 2, 1, 3, 1)[len(sizes) % 5], left))
        left -= sizes[-1]
    return sizes
