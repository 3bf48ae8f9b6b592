"""One host over HTTP: time-outs, a deadline, few retries, and no way to any other host."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import weakref
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util import Retry

from casework.errors import BadInput, ChannelChanged, ChannelUnavailable
from connectors.reach import Place, Reach

_TRY_AGAIN = (429, 502, 503, 504)
_PART = 65536
_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """What the other side said. The names are those of `requests`, as zeep reads them."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    channel: str
    encoding: str = "utf-8"

    def json(self) -> Any:
        """The body as JSON. Raises `ChannelChanged` when it is whole and still none; the body is not quoted.

        A number that is none, or of no sensible length, stays text: it harms its own record and not the page.
        """
        try:
            text = self.content.decode("utf-8-sig")
            return json.loads(text, parse_constant=str, parse_float=_number, parse_int=_whole)
        except (ValueError, RecursionError):
            raise ChannelChanged(f"{self.channel}: the answer is not JSON ({len(self.content)} bytes).") from None


def _number(text: str) -> float | str:
    value = float(text)
    return value if isfinite(value) else text


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= 40 else text


def needed(channel: str, settings: Mapping[str, str], name: str) -> str:
    """A setting that must be there. Raises `BadInput` naming it."""
    value = settings.get(name)
    if not value:
        raise BadInput(f"The channel {channel} needs the setting {name}.")
    return value


def number(channel: str, settings: Mapping[str, str], name: str, default: float) -> float:
    """A setting that is a number above zero. Raises `BadInput` naming it."""
    try:
        value = float(settings.get(name, default))
    except ValueError:
        value = 0.0
    if not value > 0:
        raise BadInput(f"The setting {name} of the channel {channel} must be a number above zero.")
    return value


class Http:
    """Calls to the one host of a channel.

    `deadline_seconds` (20) bounds a call: connecting and each wait for bytes take their share of it, and at the end of
    it the line is cut, so that a call ends within one and a half deadlines whatever the other side does. Only GET is
    tried again, and not after a silence: the next run comes soon enough. Environment proxies and .netrc are not used;
    `ca_file` names the authority of an inner network. What may be called stands in `reach`; without one, this machine
    alone.
    """

    def __init__(self, channel: str, settings: Mapping[str, str], reach: Reach | None = None) -> None:
        self._channel = channel
        self._reach = (reach or Reach(channel)).narrowed(settings)
        self.url = needed(channel, settings, "url").rstrip("/")
        self._place = self._reach.place(self.url)
        self._deadline = number(channel, settings, "deadline_seconds", 20)
        self._timeout = (min(3.0, self._deadline / 4), min(10.0, self._deadline / 2))
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = settings.get("ca_file") or True
        self._live: weakref.WeakSet[HTTPConnection] = weakref.WeakSet()
        retry = Retry(
            total=2,
            read=0,
            backoff_factor=min(0.2, self._deadline / 20),
            status_forcelist=_TRY_AGAIN,
            allowed_methods=["GET"],
            raise_on_status=False,
            respect_retry_after_header=False,
        )
        for scheme in ("http://", "https://"):
            adapter = _watched(HTTPAdapter(max_retries=retry), self._live, self._reach, self._place)
            self._session.mount(scheme, adapter)
        weakref.finalize(self, self._session.close)

    def call(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> Answered:
        """One call; `url` is a path or an address on the channel's host. Statuses in `also` are handed back as is.

        Raises `ChannelUnavailable` for silence, a cut line, 408, 429 and 5xx; `ChannelChanged` for a redirect, a
        refusal, a body beyond 64 MiB and any other status but 2xx.
        """
        whole = url if "://" in url else self.url + url
        if not self._ours(whole):
            raise ChannelChanged(f"{self._channel}: the channel points to another host; it is not followed.")
        late = threading.Event()
        clock = threading.Timer(self._deadline, self._hang_up, (late,))
        clock.daemon = True
        clock.start()
        try:
            response = self._session.request(
                method, whole, params=params, data=body, headers=headers, timeout=self._timeout,
                allow_redirects=False, stream=True,
            )  # fmt: skip
            with response:
                content = self._read(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as failed:
            raise ChannelUnavailable(f"{self._channel}: no whole answer ({type(failed).__name__}).") from None
        finally:
            clock.cancel()
        if late.is_set():
            raise ChannelUnavailable(f"{self._channel}: the answer took too long.")
        self._judge(response.status_code, also)
        return Answered(response.status_code, response.headers, content, self._channel)

    def _ours(self, url: str) -> bool:
        try:
            return self._reach.place(url) == self._place
        except BadInput:
            return False

    def _read(self, response: requests.Response) -> bytes:
        """The body, part by part, so that no flood can drown us."""
        parts: list[bytes] = []
        size = 0
        while part := response.raw.read1(_PART, decode_content=True):
            size += len(part)
            parts.append(part)
            if size > _LARGEST:
                raise ChannelChanged(f"{self._channel}: the answer is larger than {_LARGEST} bytes.")
        return b"".join(parts)

    def _hang_up(self, late: threading.Event) -> None:
        """Cut every open line: no time-out of a socket ends a drip of bytes. What was cut may look whole: it is not."""
        late.set()
        for connection in list(self._live):
            if connection.sock is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def _judge(self, status: int, also: Collection[int]) -> None:
        if status in also or 200 <= status < 300:
            return
        if status >= 500 or status in {408, 429}:
            raise ChannelUnavailable(f"{self._channel}: answered {status}.")
        if 300 <= status < 400:
            raise ChannelChanged(f"{self._channel}: answered {status}, a redirect; it is not followed.")
        raise ChannelChanged(f"{self._channel}: answered {status}; the address, the key or the rights are not right.")


def _watched(adapter: HTTPAdapter, live: weakref.WeakSet[HTTPConnection], reach: Reach, place: Place) -> HTTPAdapter:
    """An adapter whose open connections are known, so that they can be cut, and lead to the one place alone."""

    class Kept(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            if (self.host.strip("[]"), self.port) != (place.host, place.port):
                raise ChannelChanged(f"{reach.channel}: another host was to be asked; it is not.")
            try:
                sock = reach.open(place.host, place.port, cast(float, self.timeout))
            except socket.gaierror as failed:
                raise NameResolutionError(self.host, self, failed) from failed
            except TimeoutError as failed:
                raise ConnectTimeoutError(self, "no connection in time") from failed
            except OSError as failed:
                raise NewConnectionError(self, type(failed).__name__) from failed
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock

        def connect(self) -> None:
            super().connect()
            live.add(self)

    class Secure(Kept, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Kept

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return adapter
