"""`python -m sandbox`: serve the seven imitated platforms until told to stop."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.serve import serve
from sandbox.world import make_world


def main(given: list[str] | None = None) -> int:
    """Serve; one JSON line says when all are up. Exit code 2 when the folder holds another world."""
    options = _options(given)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    wanted = _world_of(folder, options)
    if wanted is None:
        sys.stderr.write(
            "The folder holds another world; give the same seed, complaints and until, or another folder.\n"
        )
        return 2
    until = datetime.fromisoformat(wanted["until"])
    world = make_world(wanted["seed"], complaints=wanted["complaints"], until=until, days=wanted["days"])
    running = serve(world, folder, broken=wanted["broken"])
    channels_file: Path = options.channels_file or folder / "channels.toml"
    running.write_channels_toml(channels_file)
    sys.stdout.write(json.dumps({"ready": True, "channels_file": str(channels_file), "told": running.told}) + "\n")
    sys.stdout.flush()
    over.wait()
    running.stop()
    return 0


def _options(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m sandbox", description="Serve the seven imitated platforms on loopback.")
    parser.add_argument("--folder", type=Path, required=True, help="where the platforms keep their things")
    parser.add_argument("--seed", type=int, default=1, help="which world")
    parser.add_argument("--complaints", type=int, default=200, help="how many are told in all, walk-ins too")
    parser.add_argument("--days", type=int, default=45, help="over how many days")
    parser.add_argument("--until", type=_moment, help="when the last was told, ISO with a zone; else now")
    parser.add_argument("--broken", type=int, default=3, help="how many records of each channel cannot be read")
    parser.add_argument("--channels-file", type=Path, help="where to write addresses and secrets")
    return parser.parse_args(given)


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("the moment needs a zone")
    return at.isoformat()


def _world_of(folder: Path, options: argparse.Namespace) -> dict[str, Any] | None:
    """Which world the folder holds or is to hold; None when it holds another than the one asked for."""
    path = folder / "world.json"
    names = ("seed", "complaints", "days", "broken")
    asked = {name: getattr(options, name) for name in names}
    if not path.exists():
        until = options.until or datetime.now(UTC).replace(second=0, microsecond=0).isoformat()
        path.write_text(json.dumps({**asked, "until": until}), "utf-8")
    held: dict[str, Any] = json.loads(path.read_text("utf-8"))
    same_until = options.until is None or datetime.fromisoformat(options.until) == datetime.fromisoformat(held["until"])
    return held if same_until and all(held[name] == asked[name] for name in names) else None


if __name__ == "__main__":
    sys.exit(main())
