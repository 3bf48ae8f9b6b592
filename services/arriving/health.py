"""How the channels are: each card with its figures, when it is asked next, and how long its credentials hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from casework.calendar import local_day
from connectors.registry import channels
from services.arriving.canaries import wanted as canaries_on
from services.office.settings import Settings
from warehouse.queries.channels import ChannelLine, channel_lines
from warehouse.queries.completeness import Proof, proof_of
from warehouse.store.receipt_numbers import OWN_PAGE

_DAY = timedelta(hours=24)
SOON = 30
"""So many days before its credentials end a channel says so in amber."""


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """One channel. `lag` is how old its newest news is: None where it was never heard.

    `credentials_left` are the days its credentials still hold; None where nobody wrote down when they end.
    """

    line: ChannelLine
    next_run: datetime | None
    lag: timedelta | None
    late: bool
    credentials_until: date | None
    credentials_left: int | None
    proof: Proof
    canaries_on: bool

    @property
    def well(self) -> bool:
        """Nothing about this channel needs anybody's attention."""
        expiring = self.credentials_left is not None and self.credentials_left <= SOON
        return self.line.state == "well" and not self.late and not expiring


def channel_cards(session: Session, settings: Settings, *, at: datetime) -> list[ChannelCard]:
    """Every channel that is pulled, those in trouble first. Of the workers' page only where the office has one."""
    known = {line.name: line for line in channel_lines(session, since=at - _DAY)}
    ends, today = settings.credentials_until(), local_day(at)
    cards = []
    for channel in channels():
        if channel.name == OWN_PAGE and channel.name not in known and not settings.has_channel(OWN_PAGE):
            continue
        line = known.get(channel.name) or _unheard(channel.name)
        heard = line.last_success_at
        lag = at - heard if heard else None
        until = ends.get(channel.name)
        cards.append(
            ChannelCard(
                line=line,
                next_run=None if line.state == "paused" else channel.next_run(at),
                lag=lag,
                late=lag is not None and lag > 3 * timedelta(minutes=channel.every_minutes),
                credentials_until=until,
                credentials_left=(until - today).days if until else None,
                proof=proof_of(session, channel.name),
                canaries_on=canaries_on(settings, channel.name),
            )
        )
    return sorted(cards, key=lambda card: card.well)


def _unheard(name: str) -> ChannelLine:
    return ChannelLine(
        name=name,
        state="never",
        cursor_at=None,
        last_attempt_at=None,
        last_success_at=None,
        failures=0,
        error_code=None,
        error_words=None,
        paused_by=None,
        landed=0,
        quarantined=0,
    )
