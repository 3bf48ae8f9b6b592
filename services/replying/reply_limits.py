"""What the office itself says a channel gives for its answer: the setting `clock.reply.limits`."""

from __future__ import annotations

from typing import cast

from sqlalchemy.orm import Session

from casework.clocks import TimeLimit, Unit
from casework.errors import BadInput
from warehouse.models import SettingRow
from warehouse.store.settings import setting

_NAME = "clock.reply.limits"


def reply_limit_set(session: Session, channel: str) -> TimeLimit | None:
    """The office's own limit for a channel, with its source; None where the channel's file holds."""
    limits = setting(session, _NAME)
    said = limits.get(channel) if isinstance(limits, dict) else None
    if said is None:
        return None
    days, unit = (said.get("days"), said.get("unit")) if isinstance(said, dict) else (None, None)
    if isinstance(days, bool) or not isinstance(days, int) or days < 1 or unit not in ("working", "calendar"):
        raise BadInput(f"The setting {_NAME} must give {channel} days and a unit, working or calendar.")
    row = session.get_one(SettingRow, _NAME)
    return TimeLimit("reply", days, cast(Unit, unit), row.source or f"setting {_NAME}")
