"""Which connectors there are. An eighth kind of channel is one word here; a second city of a kind is a file of facts.

`ARREARS_CHANNEL_FACTS` names a folder of `.toml` files of the office's own. Each is a channel: its name is the file's,
it names the `connector` that it is like, and what else it says holds in the place of what that one's facts say.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from casework.errors import BadInput
from connectors.base import HERE, Channel, Connector, channel_of, load_channel

BUILT_IN = (
    "hotline_12345",
    "national_clue",
    "petition",
    "message_board",
    "wage_monitor",
    "mailbox",
    "self_report",
)
FOLDER = "ARREARS_CHANNEL_FACTS"
_NAME = re.compile(r"[a-z][a-z0-9_]{2,39}")
_OWN = frozenset({"connector"})


def read_further(folder: Path | None) -> dict[str, tuple[str, Channel]]:
    """The channels of a folder, each with the connector that it is like. Raises `BadInput` naming the file."""
    return {path.stem: _further(path) for path in sorted(folder.glob("*.toml"))} if folder else {}


def _further(path: Path) -> tuple[str, Channel]:
    name = path.stem
    try:
        said: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        like = said["connector"]
        if not _NAME.fullmatch(name) or name in BUILT_IN or like not in BUILT_IN:
            raise ValueError
        base: dict[str, Any] = tomllib.loads((HERE / f"{like}.toml").read_text("utf-8"))
        unknown = set(said) - set(base) - _OWN - {"ignores", "codes", "deadlines", "reach", "promises"}
        if unknown or not {"title", "title_en"} <= set(said):
            raise ValueError
        codes = {**base.get("codes", {}), **said.get("codes", {})}
        return like, channel_of(name, {**base, **said, "codes": codes})
    except (OSError, ValueError, KeyError, TypeError, AssertionError):
        words = f"The channel file {path.name} is not one we can use; see docs/add-a-channel.md."
        raise BadInput(words) from None


FURTHER: Mapping[str, tuple[str, Channel]] = read_further(Path(os.environ[FOLDER]) if os.environ.get(FOLDER) else None)
CHANNELS: tuple[str, ...] = (*BUILT_IN, *FURTHER)


def channels() -> tuple[Channel, ...]:
    """The facts of every channel that is pulled."""
    return (*(load_channel(name) for name in BUILT_IN), *(channel for _, channel in FURTHER.values()))


def connect(name: str, settings: Mapping[str, str], further: Mapping[str, tuple[str, Channel]] = FURTHER) -> Connector:
    """The connector of a channel with its addresses and secrets. Raises `BadInput` for a channel we do not have."""
    if name in BUILT_IN:
        like, channel = name, load_channel(name)
    elif name in further:
        like, channel = further[name]
    else:
        raise BadInput(f"There is no channel {name}; the channels are {', '.join((*BUILT_IN, *further))}.")
    return cast(Connector, import_module(f"connectors.{like}").connector(channel, settings))
