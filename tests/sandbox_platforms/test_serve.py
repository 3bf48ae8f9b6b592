"""All six platforms as one command: up, told, answered, stopped, and the same again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casework.errors import Unreadable
from casework.record import RawRecord, RecordKind
from casework.reply import Letter, ReplyKind
from connectors.base import Connector
from connectors.registry import CHANNELS, connect
from sandbox.__main__ import main

UNTIL = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


class Served:
    """The command, as an operator would start it."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.folder = folder
        given = ["--folder", str(folder), "--seed", "5", "--complaints", "120", "--broken", "3", *more]
        self.process = subprocess.Popen([sys.executable, "-m", "sandbox", *given], stdout=subprocess.PIPE, cwd=ROOT)
        assert self.process.stdout is not None
        self.said = json.loads(self.process.stdout.readline())
        settings = tomllib.loads((folder / "channels.toml").read_text("utf-8"))
        self.connectors: dict[str, Connector] = {name: connect(name, settings[name]) for name in CHANNELS}

    def pull(self) -> dict[str, dict[str, RawRecord]]:
        return {
            name: {f"{raw.kind}/{raw.source_key}": raw for raw in connector.pull(None, now=UNTIL)}
            for name, connector in self.connectors.items()
        }

    def stop(self) -> float:
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=20) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()
        return time.monotonic() - started


def test_a_restart_shows_the_same_records_and_keeps_what_it_was_answered(tmp_path: Path) -> None:
    served = Served(tmp_path, "--until", UNTIL.isoformat())
    assert served.said["ready"] is True
    before = served.pull()
    letters = {}
    for name, connector in served.connectors.items():
        key = min(raw.source_key for raw in before[name].values() if _readable(connector, raw))
        letters[name] = Letter(f"letter-{name}", name, key, ReplyKind.ACCEPTED, "您反映的问题已受理。", UNTIL)
        if connector.channel.answers:
            connector.reply(letters[name])
    assert served.stop() < 10

    again = Served(tmp_path)  # the folder knows until when its world was told
    after = again.pull()
    assert {name: {key: raw.digest() for key, raw in found.items()} for name, found in before.items()} == {
        name: {key: raw.digest() for key, raw in found.items()} for name, found in after.items()
    }
    for name, connector in again.connectors.items():
        if connector.channel.answers:
            shown = connector.confirm(letters[name])
            assert shown is not None, name
            assert shown.body == letters[name].body
            assert connector.reply(letters[name]).external_ref == shown.external_ref
    assert again.stop() < 10


def test_what_is_told_arrives_and_the_broken_ones_can_be_pulled_but_not_read(tmp_path: Path) -> None:
    served = Served(tmp_path, "--until", UNTIL.isoformat())
    try:
        refused: Counter[str] = Counter()
        read: Counter[str] = Counter()
        for name, found in served.pull().items():
            for raw in found.values():
                if raw.kind == RecordKind.COMPLAINT:
                    (read if _readable(served.connectors[name], raw) else refused)[name] += 1
        assert refused == dict.fromkeys(CHANNELS, 3)
        assert sum(read.values()) == served.said["told"]
        assert set(read) == set(CHANNELS)
    finally:
        served.stop()


def test_a_folder_with_another_world_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "world.json").write_text(
        json.dumps({"seed": 1, "complaints": 120, "days": 45, "broken": 3, "until": UNTIL.isoformat()}), "utf-8"
    )
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert main(["--folder", str(tmp_path), "--seed", "2", "--complaints", "120"]) == 2
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert "another world" in capsys.readouterr().err


def test_the_file_with_the_secrets_is_for_its_owner_only(tmp_path: Path) -> None:
    served = Served(tmp_path, "--until", UNTIL.isoformat())
    try:
        assert (tmp_path / "channels.toml").stat().st_mode & 0o077 == 0
    finally:
        os.kill(served.process.pid, signal.SIGINT)
        assert served.process.wait(timeout=20) == 0
        served.stop()


def _readable(connector: Connector, raw: RawRecord) -> bool:
    if raw.kind != RecordKind.COMPLAINT:
        return False
    try:
        connector.read(raw)
    except Unreadable:
        return False
    return True
