"""Robots of groups (WeCom, DingTalk, Feishu) and web hooks, through Apprise in a child that reaches named hosts alone.

Apprise opens its own lines, follows redirects and asks names by itself. So it works in a child process that may ask for
no name and open no line but to the hosts of the installation, in networks it may lie in (`connectors.reach`); whatever
it does, it is ended at its deadline. Addresses go to the child on its standard input, never on a command line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from casework.errors import BadInput, ChannelUnavailable, NotAllowed
from casework.reaching import HOSTS, ReachedBy
from connectors.http import needed, number
from connectors.reach import NETWORKS, Reach
from connectors.senders.base import Held, Parcel, Unsure

_READY = 30.0
"""Seconds in which the child must have loaded Apprise."""
_SCHEMES = {"http": "json", "https": "jsons"}


class Hooks:
    """The settings `hosts` (a list by commas), `networks`, and `deadline_seconds` (20) for one message."""

    confirms = False

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._reach = Reach("hooks", networks=frozenset(NETWORKS)).narrowed(settings)
        said = [part.strip() for part in needed("hooks", settings, "hosts").split(",")]
        self._hosts = tuple(self._reach.host(one) for one in said if one)
        if not self._hosts:
            raise BadInput("The messages file names no hosts for web hooks.")
        self._deadline = number("hooks", settings, "deadline_seconds", 20)
        self._child: subprocess.Popen[bytes] | None = None

    def check(self) -> None:
        """Robots have no way of being asked: a message is the first word to them."""

    def send(self, parcel: Parcel) -> str:
        """Hand one message to its robot."""
        asked = {"url": self._address(parcel), "body": parcel.body, "seconds": self._deadline / 2}
        said = self._ask(asked)
        state, code = said.get("state"), said.get("code")
        if state == "refused":
            raise NotAllowed(f"The robot refuses this message ({code}).")
        if state == "unsure":
            raise Unsure("hooks: the line was cut after the message was handed over.")
        if state != "sent":
            raise ChannelUnavailable("hooks: the robot does not answer.")
        return ""

    def held(self, key: str) -> Held:
        """A robot says nothing of what it took."""
        return Held.TAKEN

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()

    def _address(self, parcel: Parcel) -> str:
        """The address as Apprise writes it. Raises `NotAllowed` where the installation does not name its host."""
        host = HOSTS.get(parcel.way) or (urlsplit(parcel.address).hostname or "")
        if host not in self._hosts:
            raise NotAllowed("This installation does not name the host of this address; see docs/messages.md.")
        if parcel.way is ReachedBy.WECOM:
            return f"wecombot://{parcel.address}"
        if parcel.way is ReachedBy.FEISHU:
            return f"feishu://{parcel.address}"
        if parcel.way is ReachedBy.DINGTALK:
            return f"dingtalk://{parcel.address}/"
        place = self._reach.place(parcel.address)
        path = quote(urlsplit(parcel.address).path)
        bracketed = f"[{place.host}]" if ":" in place.host else place.host
        return f"{_SCHEMES[place.scheme]}://{bracketed}:{place.port}{path}"

    def _ask(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """One question to the child and its answer. A child that takes too long is ended."""
        child = self._child if self._child is not None and self._child.poll() is None else self._start()
        answer = self._exchange(child, asked, self._deadline)
        if answer is None:
            self.close()
            raise Unsure("hooks: the robot took too long.")
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        self.close()
        child = subprocess.Popen(
            [sys.executable, "-m", "connectors.senders.hooks_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,
        )
        self._child = child
        reach = self._reach
        limits = {"hosts": list(self._hosts), "networks": sorted(reach.networks), "within": list(reach.within)}
        if self._exchange(child, limits, _READY) is None:
            self.close()
            raise ChannelUnavailable("hooks: the program that calls robots did not start.")
        return child

    @staticmethod
    def _exchange(child: subprocess.Popen[bytes], asked: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
        """A line there and a line back; None when there is none in time."""
        assert child.stdin is not None
        assert child.stdout is not None
        clock = threading.Timer(seconds, child.kill)
        clock.daemon = True
        clock.start()
        try:
            child.stdin.write(json.dumps(asked).encode() + b"\n")
            child.stdin.flush()
            line = child.stdout.readline()
        except OSError:
            return None
        finally:
            clock.cancel()
        said = json.loads(line) if line.endswith(b"\n") else None
        return said if isinstance(said, dict) else None
