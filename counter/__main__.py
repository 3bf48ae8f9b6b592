"""`python -m counter set-up` and `python -m counter serve`: the page for workers, in a process of its own."""

from __future__ import annotations

import argparse
import logging
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from casework.errors import ArrearsError
from connectors.sealing import load_lock, make_keys
from counter.app import make_counter
from counter.inbox import Inbox, InboxAway
from counter.settings import CounterSettings

SIGN_SECONDS = 60.0


def open_inbox(settings: CounterSettings) -> Inbox:
    """The inbox of these settings, with its tables. Raises `BadInput` without a lock."""
    inbox = Inbox(settings.inbox, load_lock(settings.lock), most_bytes=settings.inbox_gigabytes * 1_000_000_000)
    inbox.prepare()
    return inbox


def set_up(settings: CounterSettings, key_file: Path) -> str:
    """Make the inbox and its two halves of a key; what goes into the office's channels file."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    make_keys(key_file, settings.lock)
    open_inbox(settings).close()
    lines = [
        "[self_report]",
        f'url = "{settings.inbox}"',
        f'answer_url = "{settings.inbox}"',
        f'key_file = "{key_file}"',
    ]
    return "\n".join(lines)


def serve(settings: CounterSettings) -> None:
    """Serve until told to stop."""
    inbox, over = open_inbox(settings), threading.Event()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    signs = threading.Thread(target=give_signs, args=(inbox, over), daemon=True)
    signs.start()
    try:
        uvicorn.run(
            make_counter(settings, inbox, lambda: datetime.now(UTC)),
            host=settings.host,
            port=settings.port,
            proxy_headers=bool(settings.trusted_proxy),
            forwarded_allow_ips=settings.trusted_proxy or "",
            log_level="critical",  # what breaks is told by us, without the words of the trouble
            access_log=False,
            server_header=False,
            limit_concurrency=200,
            timeout_keep_alive=10,
        )
    finally:
        over.set()
        signs.join(5)
        inbox.close()


def give_signs(inbox: Inbox, over: threading.Event, *, seconds: float = SIGN_SECONDS) -> None:
    """Each minute a sign of life in the inbox, until it is over: the office's doctor looks for it."""
    away = False
    while True:
        try:
            inbox.give_sign(datetime.now(UTC))
            away = False
        except InboxAway:
            if not away:
                logging.getLogger("arrears.counter").warning("the inbox does not answer")
            away = True
        if over.wait(seconds):
            return


def main(arguments: list[str]) -> int:
    """The command. 0: done; 2: something given is wrong."""
    parser = argparse.ArgumentParser("python -m counter", description="The page for workers.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the page")
    making = commands.add_parser("set-up", help="make the inbox and its key; prints what the channels file needs")
    making.add_argument("--key-file", type=Path, required=True, help="where the office keeps its half of the key")
    asked, settings = parser.parse_args(arguments), CounterSettings()
    try:
        if asked.command == "set-up":
            sys.stdout.write(set_up(settings, asked.key_file) + "\n")
        else:
            serve(settings)
    except ArrearsError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
