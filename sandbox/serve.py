"""All seven platforms at once, with a world told into them, until somebody says stop."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sandbox.faults import Faults
from sandbox.platforms.hotline_12345 import Hotline
from sandbox.platforms.mailbox import MailServer
from sandbox.platforms.message_board import MessageBoard
from sandbox.platforms.national_clue import NationalPlatform
from sandbox.platforms.petition import PetitionOffice
from sandbox.platforms.self_report import SealedInbox
from sandbox.platforms.wage_monitor import WagePlatform
from sandbox.sinks.hooks import HookSink
from sandbox.sinks.sms_gateway import SmsSink
from sandbox.told import Told
from sandbox.world import World


class Platform(Protocol):
    """What every platform offers."""

    faults: Faults

    @property
    def settings(self) -> dict[str, str]:
        """What the connector needs."""

    @property
    def answers(self) -> dict[str, list[str]]:
        """What each complaint was answered, by source key."""

    def add(self, told: Told) -> str:
        """Take a complaint; its source key."""

    def add_all(self, told: Iterable[Told]) -> list[str]:
        """Take many complaints; their source keys."""

    def add_broken(self, n: int, at: datetime) -> list[str]:
        """Take n records that can be pulled but not read."""

    def stop(self) -> None:
        """Serve no longer."""


@dataclass
class Running:
    """The platforms that serve, by channel."""

    platforms: Mapping[str, Platform]
    told: int
    sms: SmsSink
    hooks: HookSink

    @property
    def settings_by_channel(self) -> dict[str, dict[str, str]]:
        """Addresses and secrets, by channel."""
        return {name: platform.settings for name, platform in self.platforms.items()}

    @property
    def messages(self) -> dict[str, dict[str, str]]:
        """The ways out for messages: the SMS gateway, the outgoing mail server and the web hooks."""
        mail = {key: value for key, value in self.platforms["mailbox"].settings.items() if key.startswith("smtp_")}
        return {
            "sms": self.sms.settings,
            "mail": mail | {"sender": "notice@jimo.example", "networks": "127.0.0.0/8"},
            "hooks": self.hooks.settings,
        }

    def write_channels_toml(self, path: Path) -> None:
        """Write what the connectors need, and beside it what messages need, for the owner's eyes only."""
        _write_toml(path, self.settings_by_channel)
        _write_toml(path.with_name("messages.toml"), self.messages)

    def stop(self) -> None:
        """Stop all at once; two seconds are enough."""
        stops = [one.stop for one in self.platforms.values()] + [self.sms.stop, self.hooks.stop]
        threads = [threading.Thread(target=stop, daemon=True) for stop in stops]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=2)


def _write_toml(path: Path, tables: Mapping[str, Mapping[str, str]]) -> None:
    """Whole or not at all."""
    lines: list[str] = []
    for name, settings in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in settings.items()), ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.touch(mode=0o600)
    beside.write_text("\n".join(lines), "utf-8")
    beside.replace(path)


def serve(world: World | None, folder: Path, *, broken: int = 0) -> Running:
    """Start the seven platforms on free loopback ports and tell them the world; walk-ins are told to nobody.

    What a platform was answered is kept in `folder`, so that a later start on it goes on where this one ended.
    `broken` records of each channel cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wages = WagePlatform(folder)
    platforms: dict[str, Platform] = {
        "hotline_12345": Hotline(folder),
        "national_clue": NationalPlatform(folder),
        "petition": PetitionOffice(folder),
        "message_board": MessageBoard(folder),
        "wage_monitor": wages,
        "mailbox": MailServer(folder),
        "self_report": SealedInbox(folder),
    }
    running = Running(platforms, 0, SmsSink(folder), HookSink(folder))
    if world is None:
        return running
    for name, platform in platforms.items():
        heard = _on_their_own(world) if name == "self_report" else (one for one in world.told if one.channel == name)
        running.told += len(platform.add_all(heard))
        if broken:
            platform.add_broken(broken, world.frame.until - timedelta(hours=1))
    wages.add_wages(world.projects, world.balances, world.payrolls, world.attendance, at=world.frame.until)
    return running


def _on_their_own(world: World) -> Iterator[Told]:
    """Every tenth who wrote on the board said it on the workers' page as well: the world itself knows no such page."""
    wrote = [told for told in world.told if told.channel == "message_board"]
    return (replace(told, channel="self_report", key=f"own{told.key}") for told in wrote[::10])
