"""The child that calls robots through Apprise; started by `connectors.senders.hooks` only.

Its first line says which hosts it may ask for and in which networks they may lie; each further line is one message.
Python tells an audit hook of every name that is asked for and of every line that is opened, whoever opens it; what is
not allowed is refused there, before anything goes out.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import sys
from typing import Any

from connectors.reach import Reach

_CODE = re.compile(r"error=(\d{3})")
_NO = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn")
_BUSY = (408, 425, 429)


class _Heard(logging.Handler):
    """What Apprise says while it calls: the status it got, or whether a line could be opened at all."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.code: int | None = None
        self.trouble = ""

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        found = _CODE.search(said)
        if found:
            self.code = int(found[1])
        elif said.startswith("Socket Exception"):
            self.trouble = said[:2_000]


def _guard(hosts: frozenset[str], reach: Reach) -> None:
    """From here on no other name is asked for, no other line opened, no program started."""
    led_to: set[str] = set()

    def look(event: str, given: tuple[Any, ...]) -> None:
        if event == "socket.getaddrinfo":
            name = given[0].decode() if isinstance(given[0], bytes) else str(given[0] or "")
            if name.strip("[]").lower() not in hosts and name not in led_to:
                raise PermissionError("a host that this installation does not name")
        elif event == "socket.connect":
            line, address = given
            if line.family not in (socket.AF_INET, socket.AF_INET6) or not reach.allows(str(address[0])):
                raise PermissionError("a place where no robot may lie")
        elif event in _NO:
            raise PermissionError("it starts no programs")

    sys.addaudithook(look)


def main() -> int:
    """Load Apprise, take the limits, then call for each line and say what came of it."""
    import apprise

    given = json.loads(sys.stdin.buffer.readline())
    reach = Reach("hooks", networks=frozenset(given["networks"]), within=tuple(given["within"]))
    heard = _Heard()
    said_by = logging.getLogger("apprise")
    said_by.setLevel(logging.DEBUG)
    said_by.addHandler(heard)
    said_by.propagate = False
    _guard(frozenset(given["hosts"]), reach)
    _answer({"ready": True})
    for line in iter(sys.stdin.buffer.readline, b""):
        asked = json.loads(line)
        heard.code, heard.trouble = None, ""
        limits = f"redirect=no&cto={asked['seconds'] / 2:g}&rto={asked['seconds']:g}"
        box = apprise.Apprise()
        taken = box.add(f"{asked['url']}?{limits}") and box.notify(body=asked["body"], title="")
        _answer(_outcome(bool(taken), heard))
    return 0


def _outcome(taken: bool, heard: _Heard) -> dict[str, Any]:
    """What came of a call. Where the line never stood nothing was handed over; a line that was cut later is unsure."""
    if taken:
        return {"state": "sent"}
    if heard.code is not None:
        busy = heard.code >= 500 or heard.code in _BUSY
        return {"state": "down" if busy else "refused", "code": heard.code}
    never = "Max retries exceeded" in heard.trouble or not heard.trouble
    return {"state": "down" if never else "unsure"}


def _answer(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
