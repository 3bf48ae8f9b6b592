"""Which connectors there are. A seventh channel is one line here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from casework.errors import BadInput
from connectors.base import Channel, Connector, load_channel

CHANNELS = ("hotline_12345", "national_clue", "petition", "message_board", "wage_monitor", "mailbox")


def channels() -> tuple[Channel, ...]:
    """The facts of every channel that is pulled."""
    return tuple(load_channel(name) for name in CHANNELS)


def connect(name: str, settings: Mapping[str, str]) -> Connector:
    """The connector of a channel with its addresses and secrets. Raises `BadInput` for a channel we do not have."""
    if name not in CHANNELS:
        raise BadInput(f"There is no channel {name}; the channels are {', '.join(CHANNELS)}.")
    module = import_module(f"connectors.{name}")
    return cast(Connector, module.connector(load_channel(name), settings))
