"""How the inbox between the page for workers and the office is: whether the page lives, and what waits in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from connectors.inbox_tables import ANSWERED, POSTED, SAID, SIGN
from connectors.sealing import Keys
from connectors.sql import Database

LATELY = timedelta(days=7)
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class InboxState:
    """`page_seen_at`: the page's last sign of life; None: none, or a page of a version that gave none.

    `last_posted_at`, `last_said_at`: of the newest posting and the newest answer. `foreign`: postings and answers of
    the last seven days, at most 2,000 of each looked at, that were closed for a key the office has not. `held_bytes`:
    what the files in the inbox take, of workers and of employers, as the page counts them for its limit.
    """

    page_seen_at: datetime | None
    last_posted_at: datetime | None
    last_said_at: datetime | None
    foreign: int
    held_bytes: int


def state_of(source: Database, keys: Keys, *, now: datetime) -> InboxState:
    """Look, in short questions. Raises `ChannelUnavailable`."""
    since = (now - LATELY).astimezone(UTC).isoformat(timespec="seconds")
    posted = source.rows(sa.select(sa.func.max(POSTED.c.posted_at).label("at")))[0]["at"]
    said = source.rows(sa.select(sa.func.max(SAID.c.said_at).label("at")))[0]["at"]
    signs = source.rows(sa.select(SIGN.c.seen_at).limit(1))
    sums = [sa.select(sa.func.sum(one.c.size_bytes).label("held")) for one in (POSTED, ANSWERED)]
    held = sum(int(source.rows(question)[0]["held"] or 0) for question in sums)
    foreign = 0
    for table, stamp in ((POSTED, POSTED.c.posted_at), (SAID, SAID.c.said_at)):
        question = sa.select(sa.func.substr(table.c.sealed, 1, 16).label("head")).where(stamp >= since)
        rows = source.rows(question.order_by(stamp.desc()).limit(_MOST))
        foreign += sum(not keys.knows(bytes(row["head"] or b"")) for row in rows)
    return InboxState(_moment(signs[0]["seen_at"]) if signs else None, _moment(posted), _moment(said), foreign, held)


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
